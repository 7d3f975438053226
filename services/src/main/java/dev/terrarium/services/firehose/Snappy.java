package dev.terrarium.services.firehose;

import java.io.ByteArrayOutputStream;
import java.util.zip.CRC32C;

/// Compresses as Snappy does: what was there before is named by where and how long, everything else
/// is copied. Blocks of 64 KiB stand alone, and four equal bytes are found by a table of hashes.
///
/// See `format_description.txt` and `framing_format.txt` of Snappy.
public final class Snappy {
  private static final int BLOCK = 1 << 16;
  private static final int HADOOP_BLOCK = 256 * 1024;
  private static final int HASH_BITS = 14;
  private static final int COPY_MAX = 64;
  private static final byte[] STREAM = {
    (byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y',
  };

  private Snappy() {}

  /// The framing format: chunks with checksums.
  static void writeFramed(byte[] data, ByteArrayOutputStream out) {
    out.writeBytes(STREAM);
    for (int from = 0; from < data.length; from += BLOCK) {
      var length = Math.min(BLOCK, data.length - from);
      var packed = compress(data, from, length);
      var checksum = new CRC32C();
      checksum.update(data, from, length);
      out.write(0); // A compressed chunk.
      writeLittleEndian(out, packed.length + 4, 3);
      writeLittleEndian(out, masked(checksum.getValue()), 4);
      out.writeBytes(packed);
    }
  }

  /// What Hadoop's codec reads: blocks, each with its length before and after.
  static void writeHadoop(byte[] data, ByteArrayOutputStream out) {
    for (int from = 0; from < data.length; from += HADOOP_BLOCK) {
      var length = Math.min(HADOOP_BLOCK, data.length - from);
      var packed = compress(data, from, length);
      writeBigEndian(out, length);
      writeBigEndian(out, packed.length);
      out.writeBytes(packed);
    }
  }

  private static long masked(long crc) {
    return (crc >>> 15 | crc << 17) + 0xA282EAD8L & 0xFFFF_FFFFL;
  }

  /// One block in the raw format.
  public static byte[] compress(byte[] data, int start, int length) {
    var out = new ByteArrayOutputStream(length / 2 + 16);
    var rest = length;
    while (rest >= 0x80) {
      out.write(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    for (int from = 0; from < length; from += BLOCK) {
      block(data, start + from, Math.min(BLOCK, length - from), out);
    }
    return out.toByteArray();
  }

  private static void block(byte[] data, int start, int length, ByteArrayOutputStream out) {
    var table = new int[1 << HASH_BITS];
    java.util.Arrays.fill(table, -1);
    var end = start + length;
    var copied = start;
    var at = start;
    while (at + 4 <= end) {
      var four = four(data, at);
      var slot = four * 0x1E35A7BD >>> 32 - HASH_BITS;
      var before = table[slot];
      table[slot] = at;
      if (before < 0 || four(data, before) != four) {
        at++;
        continue;
      }
      literal(data, copied, at - copied, out);
      var matched = 4;
      while (at + matched < end && data[before + matched] == data[at + matched]) {
        matched++;
      }
      copy(at - before, matched, out);
      at += matched;
      copied = at;
    }
    literal(data, copied, end - copied, out);
  }

  private static void literal(byte[] data, int from, int length, ByteArrayOutputStream out) {
    if (length == 0) {
      return;
    }
    var shown = length - 1;
    if (shown < 60) {
      out.write(shown << 2);
    } else if (shown < 256) {
      out.write(60 << 2);
      out.write(shown);
    } else {
      out.write(61 << 2);
      writeLittleEndian(out, shown, 2);
    }
    out.write(data, from, length);
  }

  private static void copy(int offset, int length, ByteArrayOutputStream out) {
    var left = length;
    while (left > 0) {
      var now = Math.min(left, COPY_MAX);
      out.write(now - 1 << 2 | 2);
      writeLittleEndian(out, offset, 2);
      left -= now;
    }
  }

  private static int four(byte[] data, int at) {
    return data[at] & 0xFF
        | (data[at + 1] & 0xFF) << 8
        | (data[at + 2] & 0xFF) << 16
        | data[at + 3] << 24;
  }

  private static void writeLittleEndian(ByteArrayOutputStream out, long number, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (number >>> 8 * i));
    }
  }

  private static void writeBigEndian(ByteArrayOutputStream out, int number) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(number >>> shift);
    }
  }
}
