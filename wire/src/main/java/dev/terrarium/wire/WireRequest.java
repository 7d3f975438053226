package dev.terrarium.wire;

import dev.terrarium.wire.codec.MalformedRequestException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// An HTTP request as it came, before anybody knows what it means.
///
/// @param method in upper case
/// @param rawPath undecoded
/// @param rawQuery undecoded, without the question mark, empty if there is none
/// @param headers names in lower case
/// @param body what follows; read once
/// @param sourceIp the caller's address
record WireRequest(
    String method,
    String rawPath,
    String rawQuery,
    Map<String, List<String>> headers,
    InputStream body,
    String sourceIp) {
  /// The largest body of an operation that does not stream: code packages come inline.
  static final int BODY_BYTES_MAX = 128 * 1024 * 1024;

  /// The largest form; a batch of messages, percent-encoded, has room in it.
  static final int FORM_BYTES_MAX = 16 * 1024 * 1024;

  private static final int PARAMETERS_MAX = 200_000;

  /// The largest body that a compressed one may turn out to be.
  static final int INFLATED_BYTES_MAX = 16 * 1024 * 1024;

  @Nullable String header(String name) {
    var values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  String headerOr(String name, String otherwise) {
    var value = header(name);
    return value == null ? otherwise : value;
  }

  String host() {
    return headerOr("host", "localhost");
  }

  long contentLength() {
    var length = header("content-length");
    try {
      return length == null ? -1 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw new MalformedRequestException("Content-Length is not a number");
    }
  }

  /// The query's parameters, decoded, in their order; a parameter without `=` has an empty value.
  Map<String, List<String>> query() {
    return parameters(rawQuery);
  }

  /// The whole body.
  ///
  /// @throws MalformedRequestException if it is larger than any operation takes
  byte[] bytes() throws IOException {
    return bytes(BODY_BYTES_MAX);
  }

  /// The whole body, if it is not larger than `max`.
  byte[] bytes(int max) throws IOException {
    var length = contentLength();
    if (length > max) {
      throw new MalformedRequestException("The request body is too large");
    }
    if (length >= 0 && header("transfer-encoding") == null) {
      var bytes = body.readNBytes((int) length);
      if (bytes.length < length) {
        throw BodyStream.incomplete("The request body terminated unexpectedly");
      }
      return bytes;
    }
    var out = new ByteArrayOutputStream();
    var buffer = new byte[16 * 1024];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      if (out.size() + n > max) {
        throw new MalformedRequestException("The request body is too large");
      }
      out.write(buffer, 0, n);
    }
    return out.toByteArray();
  }

  /// The whole body as it was before it was compressed. Clients compress what may become large,
  /// such as metrics; only S3 and Lambda's payloads are meant to stay as they come.
  ///
  /// @throws MalformedRequestException if it is larger than any operation takes, or no gzip
  byte[] content() throws IOException {
    return inflated(bytes(), headerOr("content-encoding", ""));
  }

  /// Undoes `gzip`; any other encoding is left alone.
  static byte[] inflated(byte[] bytes, String encodings) {
    if (encodings.isEmpty()) {
      return bytes;
    }
    var result = bytes;
    for (var encoding : List.of(encodings.split(",")).reversed()) {
      if (encoding.strip().equalsIgnoreCase("gzip")) {
        result = inflated(result);
      }
    }
    return result;
  }

  private static byte[] inflated(byte[] bytes) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      var result = in.readNBytes(INFLATED_BYTES_MAX + 1);
      if (result.length > INFLATED_BYTES_MAX) {
        throw new MalformedRequestException("The request body is too large");
      }
      return result;
    } catch (IOException e) {
      throw new MalformedRequestException("The request body is not gzip");
    }
  }

  /// Parameters of a query or a form.
  static Map<String, List<String>> parameters(String raw) {
    if (raw.isEmpty()) {
      return Map.of();
    }
    var parameters = new LinkedHashMap<String, List<String>>();
    int count = 0;
    for (var part : raw.split("&")) {
      if (part.isEmpty()) {
        continue;
      }
      if (++count > PARAMETERS_MAX) {
        throw new MalformedRequestException("Too many parameters");
      }
      var equals = part.indexOf('=');
      var name = equals < 0 ? part : part.substring(0, equals);
      var value = equals < 0 ? "" : part.substring(equals + 1);
      parameters.computeIfAbsent(decode(name), n -> new ArrayList<>(1)).add(decode(value));
    }
    return parameters;
  }

  /// Undoes percent-encoding; a plus is a space in forms and queries.
  static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedRequestException("A parameter is not URL-encoded");
    }
  }

  /// Undoes percent-encoding of a path; a plus is a plus.
  static String decodePath(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedRequestException("The path is not URL-encoded");
    }
  }
}
