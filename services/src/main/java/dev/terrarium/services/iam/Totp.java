package dev.terrarium.services.iam;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Time-based one-time passwords, as RFC 6238 has them: six digits, thirty seconds, SHA-1.
final class Totp {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final long STEP_MILLIS = 30_000;

  /// How many steps a device's clock may be off.
  private static final int DRIFT_MAX = 10;

  private Totp() {}

  /// Whether two codes are those of two steps in a row, about now.
  static boolean matches(String seed, String first, String second, long nowMillis) {
    var key = decoded(seed);
    var now = nowMillis / STEP_MILLIS;
    for (var step = now - DRIFT_MAX; step <= now + DRIFT_MAX; step++) {
      if (code(key, step).equals(first) && code(key, step + 1).equals(second)) {
        return true;
      }
    }
    return false;
  }

  /// The code of a moment.
  static String code(String seed, long millis) {
    return code(decoded(seed), millis / STEP_MILLIS);
  }

  private static String code(byte[] key, long step) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      var hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      var offset = hash[hash.length - 1] & 0xF;
      var number = ByteBuffer.wrap(hash, offset, 4).getInt() & Integer.MAX_VALUE;
      return String.format(Locale.ROOT, "%06d", number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] decoded(String seed) {
    var bytes = new byte[seed.length() * 5 / 8];
    int bits = 0;
    int buffer = 0;
    int at = 0;
    for (int i = 0; i < seed.length(); i++) {
      buffer = buffer << 5 | ALPHABET.indexOf(seed.charAt(i));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes[at++] = (byte) (buffer >> bits);
      }
    }
    return bytes;
  }
}
