package dev.terrarium.kernel;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
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

  /// Where [#uuid] and [#unique] stand: two counters, so that what is made of both does not repeat.
  private final AtomicLong high;

  private final AtomicLong low;

  /// Ids that nobody can guess.
  public Ids() {
    this(new SecureRandom());
  }

  /// Ids that follow from `random`.
  public Ids(Random random) {
    this.random = random;
    this.high = new AtomicLong(random.nextLong());
    this.low = new AtomicLong(random.nextLong());
  }

  /// A UUID as a random one looks, 8-4-4-4-12: unique, but not a secret.
  public String uuid() {
    return new UUID(
            next(high) & 0xFFFF_FFFF_FFFF_0FFFL | 0x4000,
            next(low) & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L)
        .toString();
  }

  /// Lower-case hexadecimal digits, at most 32: unique, but not a secret. Much cheaper than [#hex].
  public String unique(int digits) {
    var hex = HexFormat.of().toHexDigits(next(low));
    return (digits <= 16 ? hex : hex + HexFormat.of().toHexDigits(next(high))).substring(0, digits);
  }

  /// The next number of a sequence that looks random and repeats after 2^64: SplitMix64.
  private static long next(AtomicLong sequence) {
    var z = sequence.addAndGet(0x9E3779B97F4A7C15L);
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }

  /// Lower-case hexadecimal digits that nobody can guess.
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
