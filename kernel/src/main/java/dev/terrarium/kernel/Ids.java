package dev.terrarium.kernel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// Where every id, token and random choice comes from, so that a run with a seed can be replayed.
///
/// Without a seed the numbers are good enough for secrets.
public final class Ids {
  private static final String ALPHANUMERIC =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] pool = new byte[4096];
  private int used = pool.length;

  /// Ids that nobody can guess.
  public Ids() {
    this(new SecureRandom());
  }

  /// Ids that follow from `random`.
  public Ids(Random random) {
    this.random = random;
  }

  /// A random UUID, 8-4-4-4-12.
  public String uuid() {
    var b = bytes(16);
    b[6] = (byte) (b[6] & 0x0F | 0x40);
    b[8] = (byte) (b[8] & 0x3F | 0x80);
    return new UUID(number(b, 0), number(b, 8)).toString();
  }

  /// Lower-case hexadecimal digits.
  public String hex(int digits) {
    return HexFormat.of().formatHex(bytes((digits + 1) / 2)).substring(0, digits);
  }

  /// Letters and digits.
  public String alphanumeric(int length) {
    return pick(ALPHANUMERIC, length);
  }

  /// Upper-case letters and digits as in AWS's own ids (`AIDA…`, `AROA…`).
  public String base32(int length) {
    return pick(UPPER, length);
  }

  /// Random bytes.
  public byte[] bytes(int count) {
    var result = new byte[count];
    lock.lock();
    try {
      if (count > pool.length) {
        random.nextBytes(result);
        return result;
      }
      if (used + count > pool.length) {
        random.nextBytes(pool);
        used = 0;
      }
      System.arraycopy(pool, used, result, 0, count);
      java.util.Arrays.fill(pool, used, used + count, (byte) 0);
      used += count;
    } finally {
      lock.unlock();
    }
    return result;
  }

  /// A number from 0 to `bound`, exclusive.
  public int below(int bound) {
    return (int) Long.remainderUnsigned(number(bytes(8), 0), bound);
  }

  /// A number from 0 to 1, exclusive.
  public double fraction() {
    return (number(bytes(8), 0) >>> 11) * 0x1.0p-53;
  }

  private String pick(String alphabet, int length) {
    var text = new StringBuilder(length);
    for (var b : bytes(length * 2)) {
      if (text.length() < length && (b & 0xFF) < 256 / alphabet.length() * alphabet.length()) {
        text.append(alphabet.charAt((b & 0xFF) % alphabet.length()));
      }
    }
    while (text.length() < length) {
      text.append(alphabet.charAt(below(alphabet.length())));
    }
    return text.toString();
  }

  private static long number(byte[] bytes, int from) {
    long value = 0;
    for (int i = from; i < from + 8; i++) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value;
  }
}
