package dev.terrarium.services.kinesis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A record's sequence number as AWS's look: 56 decimal digits which say when the shard was made,
/// which shard it is, the record's place in it and when the record came. They grow within a shard,
/// and from a shard to its children.
///
/// In hexadecimal: `2`, nine digits for when the shard was made in seconds, the shard's last digit,
/// sixteen digits for the place, two zeros, nine digits for when the record came in seconds, eight
/// digits for the shard, `2`.
record SequenceNumber(long shardSeconds, int shard, long index, long seconds) {
  private static final int BITS = 186;
  private static final long SECONDS = 0xF_FFFF_FFFFL;
  private static final long LIMB = 0xFFFF_FFFFL;
  private static final long BILLION = 1_000_000_000;
  private static final int DIGITS = 56;

  /// The place that no record has: where a shard that was closed ends.
  static final long END = Long.MAX_VALUE;

  /// Takes a number apart, or returns null if it is none of ours.
  static @Nullable SequenceNumber parse(String text) {
    if (text.length() != DIGITS) {
      return null;
    }
    var number = new BigInteger(text);
    var high = number.shiftRight(128).longValue();
    var middle = number.shiftRight(64).longValue();
    var low = number.longValue();
    if (number.bitLength() != BITS || (low & 0xF) != 2 || high >>> 56 != 2) {
      return null;
    }
    var shard = (int) (low >>> 4);
    var index = high << 48 | middle >>> 16;
    if ((high >>> 16 & 0xF) != (shard & 0xF) || shard < 0 || index < 0) {
      return null;
    }
    var seconds = (middle & 0xFF) << 28 | low >>> 36;
    return new SequenceNumber(high >>> 20 & SECONDS, shard, index, seconds);
  }

  @Override
  public String toString() {
    var high = 2L << 56 | shardSeconds << 20 | (shard & 0xFL) << 16 | index >>> 48;
    var middle = index << 16 | seconds >>> 28;
    var low = seconds << 36 | (long) shard << 4 | 2;
    return decimal(
        new long[] {
          high >>> 32, high & LIMB, middle >>> 32, middle & LIMB, low >>> 32, low & LIMB
        });
  }

  /// The digits of a number of six times 32 bits, nine at a time: a tenth of what BigInteger needs,
  /// and every record has such a number.
  private static String decimal(long[] limbs) {
    var digits = new byte[(DIGITS + 8) / 9 * 9];
    for (int end = digits.length; end > 0; end -= 9) {
      long rest = 0;
      for (int i = 0; i < limbs.length; i++) {
        var value = rest << 32 | limbs[i];
        limbs[i] = value / BILLION;
        rest = value % BILLION;
      }
      for (int i = end - 1; i >= end - 9; i--) {
        digits[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    return new String(digits, digits.length - DIGITS, DIGITS, StandardCharsets.ISO_8859_1);
  }
}
