package dev.terrarium.services.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/// CRC-64/NVME, S3's default checksum. Eight bytes per step through eight tables, since the JDK has
/// no intrinsic for it.
final class Crc64Nvme implements Checksum {
  /// The polynomial, reflected.
  static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long[] TABLE = table();

  private long crc = -1;

  @Override
  public void update(int b) {
    crc = TABLE[(int) (crc ^ b) & 0xFF] ^ crc >>> 8;
  }

  @Override
  public void update(byte[] bytes, int from, int length) {
    var value = crc;
    var at = from;
    var end = from + length;
    for (; at + 8 <= end; at += 8) {
      value ^= (long) LONG.get(bytes, at);
      value =
          TABLE[0x700 | (int) value & 0xFF]
              ^ TABLE[0x600 | (int) (value >>> 8) & 0xFF]
              ^ TABLE[0x500 | (int) (value >>> 16) & 0xFF]
              ^ TABLE[0x400 | (int) (value >>> 24) & 0xFF]
              ^ TABLE[0x300 | (int) (value >>> 32) & 0xFF]
              ^ TABLE[0x200 | (int) (value >>> 40) & 0xFF]
              ^ TABLE[0x100 | (int) (value >>> 48) & 0xFF]
              ^ TABLE[(int) (value >>> 56)];
    }
    for (; at < end; at++) {
      value = TABLE[(int) (value ^ bytes[at]) & 0xFF] ^ value >>> 8;
    }
    crc = value;
  }

  @Override
  public long getValue() {
    return ~crc;
  }

  @Override
  public void reset() {
    crc = -1;
  }

  private static long[] table() {
    var table = new long[8 * 256];
    for (int n = 0; n < 256; n++) {
      long value = n;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      table[n] = value;
    }
    for (int n = 256; n < table.length; n++) {
      var before = table[n - 256];
      table[n] = table[(int) before & 0xFF] ^ before >>> 8;
    }
    return table;
  }
}
