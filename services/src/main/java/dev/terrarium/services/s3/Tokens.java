package dev.terrarium.services.s3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Opaque tokens that say where a listing goes on.
final class Tokens {
  private static final byte MARK = 0x1e;

  private Tokens() {}

  static String encode(String last) {
    var bytes = last.getBytes(StandardCharsets.UTF_8);
    var marked = new byte[bytes.length + 1];
    marked[0] = MARK;
    System.arraycopy(bytes, 0, marked, 1, bytes.length);
    return Base64.getEncoder().encodeToString(marked);
  }

  static String decode(String token) {
    try {
      var marked = Base64.getDecoder().decode(token);
      if (marked.length > 0 && marked[0] == MARK) {
        return new String(marked, 1, marked.length - 1, StandardCharsets.UTF_8);
      }
    } catch (IllegalArgumentException e) {
      throw wrong(token);
    }
    throw wrong(token);
  }

  private static RuntimeException wrong(String token) {
    return S3Errors.invalidArgument(
        "The continuation token provided is incorrect", "continuation-token", token);
  }
}
