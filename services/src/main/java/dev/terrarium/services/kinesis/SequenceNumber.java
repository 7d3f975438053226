package dev.terrarium.services.kinesis;

import java.math.BigInteger;
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

  /// The place that no record has: where a shard that was closed ends.
  static final long END = Long.MAX_VALUE;

  /// Takes a number apart, or returns null if it is none of ours.
  static @Nullable SequenceNumber parse(String text) {
    if (text.length() != 56) {
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
    var bytes = new byte[24];
    write(bytes, 0, 2L << 56 | shardSeconds << 20 | (shard & 0xFL) << 16 | index >>> 48);
    write(bytes, 8, index << 16 | seconds >>> 28);
    write(bytes, 16, seconds << 36 | (long) shard << 4 | 2);
    return new BigInteger(bytes).toString();
  }

  private static void write(byte[] bytes, int from, long number) {
    for (int i = 0; i < 8; i++) {
      bytes[from + i] = (byte) (number >>> 56 - 8 * i);
    }
  }
}
