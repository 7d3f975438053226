package dev.terrarium.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;

/// Ways to make a request wrong.
final class Mutations {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "-1",
          "0",
          "999999999999999999999999",
          "1e999999999",
          "NaN",
          "null",
          "true",
          "x".repeat(20_000),
          "../../etc/passwd",
          "arn:aws:",
          "arn:aws:sqs:us-east-1:000000000000:example",
          "arn:aws:iam::000000000000:role/example",
          "%zz",
          "\u0000",
          "é\uD83D\uDE00",
          "{}",
          "[[[[",
          "{\"Version\":\"2012-10-17\",\"Statement\":[{}]}",
          "9999-99-99T99:99:99Z",
          "+1000000000-12-31T23:59:59Z",
          "http://[::1",
          "a|b\\c\"d");
  private static final List<String> JSON_VALUES =
      List.of(
          "null",
          "[]",
          "{}",
          "[null]",
          "[[]]",
          "{\"a\":null}",
          "true",
          "1e400",
          "-1",
          "1e-999999999",
          "123456789012345678901234567890",
          "\"\"",
          "\"x\"",
          "0.5",
          "[{}]",
          "{\"\":{}}",
          "[".repeat(5000),
          "{\"a\":".repeat(5000));
  private static final List<String> METHODS =
      List.of("GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "BREW", "get");
  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/x-amz-json-1.1",
          "application/x-www-form-urlencoded",
          "application/xml",
          "application/cbor",
          "application/x-amz-cbor-1.1",
          "multipart/form-data; boundary=x",
          "text/plain;charset=nonsense",
          ";;;",
          "");

  private final Random random;

  Mutations(Random random) {
    this.random = random;
  }

  /// A request that differs from the given one in one or two ways.
  Captured of(Captured request) {
    var once = mutated(request);
    return random.nextInt(4) == 0 ? mutated(once) : once;
  }

  private Captured mutated(Captured r) {
    return switch (random.nextInt(18)) {
      case 0 -> body(r, flipped(r.body()));
      case 1 -> body(r, Arrays.copyOf(r.body(), random.nextInt(r.body().length + 1)));
      case 2, 3, 4, 5 -> value(r);
      case 6 -> member(r);
      case 7 -> header(r, "Content-Type", pick(TYPES));
      case 8 -> new Captured(pick(METHODS), r.target(), r.headers(), r.body());
      case 9 ->
          target(
              r,
              r.target()
                  + pick(
                      List.of(
                          "%",
                          "%zz",
                          "%00",
                          "?%",
                          "?%ff=%c3",
                          "/%2e%2e/",
                          "//",
                          "?Action=%",
                          "?" + "a".repeat(5000),
                          "#x",
                          "/../..",
                          "?versionId=&partNumber=x&uploadId")));
      case 10 ->
          header(
              r,
              "Content-Length",
              pick(
                  List.of(
                      "-1",
                      "99999999999999999999",
                      "abc",
                      "9223372036854775807",
                      "1",
                      String.valueOf(r.body().length + 5))));
      case 11 ->
          body(
              header(r, "Transfer-Encoding", "chunked"),
              pick(List.of(
                      "zz\r\n",
                      "5\r\nab",
                      "ffffffffffffffffffff\r\n",
                      "-1\r\nx\r\n",
                      "3\r\nabcdef\r\n0\r\n\r\n",
                      "0\r\n\r\n"))
                  .getBytes(StandardCharsets.US_ASCII));
      case 12 ->
          body(
              header(
                  header(
                      r,
                      "x-amz-content-sha256",
                      pick(
                          List.of(
                              "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
                              "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
                              "UNSIGNED-PAYLOAD",
                              "x"))),
                  "x-amz-decoded-content-length",
                  pick(List.of("5", "-1", "x", "99999999999"))),
              pick(List.of(
                      "5;chunk-signature=abc\r\nabcde\r\n0\r\nx-amz-checksum-crc32:AAAA\r\n\r\n",
                      "5\r\nab",
                      "zz\r\n",
                      "-5\r\n",
                      "",
                      "5\r\nabcdeXX0\r\n",
                      "7fffffffffffffff\r\nabc"))
                  .getBytes(StandardCharsets.US_ASCII));
      case 13 -> without(r);
      case 14 ->
          body(
              r,
              pick(List.of(
                      "",
                      "{}",
                      "[]",
                      "null",
                      "{",
                      "<a/>",
                      "<",
                      "<!DOCTYPE a [<!ENTITY b \""
                          + "c".repeat(500)
                          + "\"><!ENTITY d \"&b;&b;&b;\">]><a>&d;</a>",
                      "<a>".repeat(3000),
                      "\u0000\u0001",
                      "%",
                      "Action",
                      "Action=",
                      "&&&",
                      "{\"a\":".repeat(3000)))
                  .getBytes(StandardCharsets.UTF_8));
      case 15 -> target(r, flippedTarget(r.target()));
      case 16 -> headerValue(r);
      default -> dropped(r);
    };
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static Captured body(Captured r, byte[] body) {
    return new Captured(r.method(), r.target(), r.headers(), body);
  }

  private static Captured target(Captured r, String target) {
    return new Captured(r.method(), target.replace(' ', '_'), r.headers(), r.body());
  }

  private static Captured header(Captured r, String name, String value) {
    var headers = new LinkedHashMap<>(r.headers());
    headers.keySet().removeIf(name::equalsIgnoreCase);
    headers.put(name, value);
    return new Captured(r.method(), r.target(), headers, r.body());
  }

  private Captured without(Captured r) {
    var headers = new LinkedHashMap<>(r.headers());
    headers.remove(pick(List.copyOf(headers.keySet())));
    return new Captured(r.method(), r.target(), headers, r.body());
  }

  private Captured headerValue(Captured r) {
    var name = pick(List.copyOf(r.headers().keySet()));
    if (name.equalsIgnoreCase("Authorization") && random.nextInt(3) > 0) {
      return r;
    }
    return header(r, name, pick(TEXTS).replace('\u0000', '_'));
  }

  private byte[] flipped(byte[] bytes) {
    var copy = bytes.clone();
    for (int i = 0; i < 3 && copy.length > 0; i++) {
      copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return copy;
  }

  private String flippedTarget(String target) {
    var at = random.nextInt(target.length());
    var c = (char) (33 + random.nextInt(94));
    return target.substring(0, at) + c + target.substring(at + 1);
  }

  /// Puts something else in place of one value of the body, the query or the path.
  private Captured value(Captured r) {
    var text = new String(r.body(), StandardCharsets.UTF_8);
    if (text.startsWith("{")) {
      var colons = indexes(text, ':');
      if (!colons.isEmpty()) {
        var at = pick(colons) + 1;
        var end = endOfValue(text, at);
        var value = random.nextBoolean() ? pick(JSON_VALUES) : quoted(pick(TEXTS));
        return body(
            r,
            (text.substring(0, at) + value + text.substring(end)).getBytes(StandardCharsets.UTF_8));
      }
    } else if (text.startsWith("<")) {
      var ends = indexes(text, '>');
      var at = ends.isEmpty() ? 0 : pick(ends) + 1;
      var end = text.indexOf('<', at);
      if (at > 0 && end > 0) {
        return body(
            r,
            (text.substring(0, at) + pick(TEXTS) + text.substring(end))
                .getBytes(StandardCharsets.UTF_8));
      }
    } else if (text.contains("Action=")) {
      return body(r, parameter(text).getBytes(StandardCharsets.UTF_8));
    }
    var mark = r.target().indexOf('?');
    if (mark > 0 && random.nextBoolean()) {
      return target(
          r, r.target().substring(0, mark + 1) + parameter(r.target().substring(mark + 1)));
    }
    var parts = r.target().substring(0, mark < 0 ? r.target().length() : mark).split("/", -1);
    parts[random.nextInt(parts.length)] = encoded(pick(TEXTS));
    var path = String.join("/", parts);
    return target(
        r,
        (path.startsWith("/") ? path : "/" + path) + (mark < 0 ? "" : r.target().substring(mark)));
  }

  private String parameter(String form) {
    var parts = form.split("&", -1);
    var at = random.nextInt(parts.length);
    parts[at] = parts[at].replaceFirst("=.*", "=") + encoded(pick(TEXTS));
    return String.join("&", parts);
  }

  /// Takes one member away.
  private Captured dropped(Captured r) {
    var text = new String(r.body(), StandardCharsets.UTF_8);
    if (text.contains("Action=")) {
      var parts = new java.util.ArrayList<>(List.of(text.split("&", -1)));
      parts.remove(random.nextInt(parts.size()));
      return body(r, String.join("&", parts).getBytes(StandardCharsets.UTF_8));
    } else if (text.startsWith("{")) {
      var colons = indexes(text, ':');
      if (!colons.isEmpty()) {
        var at = pick(colons) + 1;
        return body(
            r,
            (text.substring(0, at) + "null" + text.substring(endOfValue(text, at)))
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    var mark = r.target().indexOf('?');
    return mark < 0 ? body(r, new byte[0]) : target(r, r.target().substring(0, mark));
  }

  private Captured member(Captured r) {
    var text = new String(r.body(), StandardCharsets.UTF_8);
    if (text.startsWith("{")) {
      return body(
          r,
          ("{\"Unknown\":" + pick(JSON_VALUES) + (text.length() > 2 ? "," : "") + text.substring(1))
              .getBytes(StandardCharsets.UTF_8));
    } else if (text.contains("Action=")) {
      return body(
          r,
          (text
                  + "&"
                  + pick(
                      List.of(
                          "Unknown=1",
                          "a.b.c.d=1",
                          "Tags.member.1=x",
                          "Tags.member.99999999999.Key=x",
                          ".=1",
                          "....=",
                          "a".repeat(1000) + ".x".repeat(500) + "=1",
                          "Attribute.1.Name=x")))
              .getBytes(StandardCharsets.UTF_8));
    }
    return target(
        r,
        r.target()
            + (r.target().contains("?") ? "&" : "?")
            + pick(
                List.of(
                    "unknown=1",
                    "acl",
                    "tagging",
                    "uploads",
                    "uploadId=x&partNumber=0",
                    "versions",
                    "policy",
                    "list-type=2&max-keys=-1",
                    "delete",
                    "website",
                    "lifecycle",
                    "location",
                    "restore",
                    "select&select-type=2",
                    "attributes",
                    "legal-hold",
                    "retention",
                    "torrent",
                    "cors",
                    "X-Amz-Credential=a/b/c/d/aws4_request&X-Amz-Signature=x")));
  }

  private static List<Integer> indexes(String text, char c) {
    return java.util.stream.IntStream.range(0, text.length())
        .filter(i -> text.charAt(i) == c)
        .boxed()
        .toList();
  }

  /// Where a JSON value ends that begins at `from`, near enough.
  private static int endOfValue(String text, int from) {
    boolean quoted = false;
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      var c = text.charAt(i);
      if (c == '"' && text.charAt(i - 1) != '\\') {
        quoted = !quoted;
      } else if (!quoted && (c == '{' || c == '[')) {
        depth++;
      } else if (!quoted && (c == '}' || c == ']' || c == ',')) {
        if (depth == 0) {
          return i;
        }
        depth -= c == ',' ? 0 : 1;
      }
    }
    return text.length();
  }

  private static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\u0000", "\\u0000")
        + '"';
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
