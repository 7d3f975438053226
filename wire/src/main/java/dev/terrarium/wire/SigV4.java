package dev.terrarium.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Computes signatures as AWS does. See *Create a signed AWS API request* in the IAM user guide,
/// and, for chunks, *Authenticating requests using HTTP trailing headers* in the S3 API reference.
final class SigV4 {
  static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private SigV4() {}

  /// What is signed of a request.
  ///
  /// @param date as in `x-amz-date`
  /// @param payloadHash as in `x-amz-content-sha256`, or of the body
  static String requestText(
      WireRequest request, Identity identity, String date, String payloadHash) {
    var canonical =
        request.method()
            + "\n"
            + path(request, identity.service().equals("s3"))
            + "\n"
            + query(request.rawQuery())
            + "\n"
            + headers(request, identity.signedHeaders())
            + "\n"
            + identity.signedHeaders()
            + "\n"
            + payloadHash;
    var hash = hash(canonical.getBytes(StandardCharsets.UTF_8));
    return String.join("\n", algorithm(identity), date, scope(identity), hash);
  }

  /// What is signed of a chunk; it follows from the signature of the one before.
  static String chunkText(Identity identity, String date, String previous, String chunkHash) {
    var algorithm = algorithm(identity) + "-PAYLOAD";
    return String.join("\n", algorithm, date, scope(identity), previous, EMPTY_HASH, chunkHash);
  }

  /// What is signed of the trailers.
  static String trailerText(Identity identity, String date, String previous, String trailerHash) {
    var algorithm = algorithm(identity) + "-TRAILER";
    return String.join("\n", algorithm, date, scope(identity), previous, trailerHash);
  }

  /// The signature of a text.
  static String sign(byte[] key, String text) {
    return hex(hmac(key, text));
  }

  private static String algorithm(Identity identity) {
    return identity.asymmetric() ? "AWS4-ECDSA-P256-SHA256" : "AWS4-HMAC-SHA256";
  }

  /// The key that a secret gives for a day, a region and a service.
  static byte[] key(String secret, Identity identity) {
    var ofDay = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), identity.date());
    return hmac(hmac(hmac(ofDay, identity.region()), identity.service()), "aws4_request");
  }

  private static String scope(Identity identity) {
    var region = identity.asymmetric() ? "" : identity.region() + "/";
    return identity.date() + "/" + region + identity.service() + "/aws4_request";
  }

  /// S3 signs the path as it is sent; the others encode it once more and take dots out.
  private static String path(WireRequest request, boolean raw) {
    var path = request.rawPath().isEmpty() ? "/" : request.rawPath();
    if (raw) {
      return encode(WireRequest.decodePath(path), true);
    }
    var segments = new ArrayList<String>();
    for (var segment : path.substring(1).split("/", -1)) {
      if (segment.equals("..")) {
        if (!segments.isEmpty()) {
          segments.removeLast();
        }
      } else if (!segment.equals(".") && !segment.isEmpty()) {
        segments.add(encode(segment, false));
      }
    }
    var slash = path.length() > 1 && path.endsWith("/") && !segments.isEmpty();
    return "/" + String.join("/", segments) + (slash ? "/" : "");
  }

  private static String query(String raw) {
    if (raw.isEmpty()) {
      return "";
    }
    var parts = new ArrayList<String>();
    WireRequest.parameters(raw)
        .forEach((name, values) -> {
          if (!name.equals("X-Amz-Signature")) {
            values.forEach(value -> parts.add(encode(name, false) + "=" + encode(value, false)));
          }
        });
    parts.sort(SigV4::compare);
    return String.join("&", parts);
  }

  /// By name, then by value, in code point order.
  private static int compare(String a, String b) {
    var order = name(a).compareTo(name(b));
    return order != 0 ? order : a.compareTo(b);
  }

  private static String name(String part) {
    return part.substring(0, part.indexOf('='));
  }

  private static String headers(WireRequest request, String signed) {
    var text = new StringBuilder();
    for (var name : signed.split(";")) {
      var values = request.headers().getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
      text.append(name).append(':');
      for (int i = 0; i < values.size(); i++) {
        text.append(i == 0 ? "" : ",").append(values.get(i).strip().replaceAll(" +", " "));
      }
      text.append('\n');
    }
    return text.toString();
  }

  /// Percent-encodes everything but letters, digits, `-`, `.`, `_`, `~` and, if asked, slashes.
  private static String encode(String text, boolean keepSlashes) {
    var encoded = new StringBuilder(text.length() + 16);
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      var c = (char) (b & 0xFF);
      if (c >= 'A' && c <= 'Z'
          || c >= 'a' && c <= 'z'
          || c >= '0' && c <= '9'
          || c == '-'
          || c == '.'
          || c == '_'
          || c == '~'
          || c == '/' && keepSlashes) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  static String hash(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("An empty secret signs nothing", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
