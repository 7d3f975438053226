package dev.terrarium.services.firehose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes apart what the Kinesis Producer Library put together: four bytes by which it is known, a
/// message of Protocol Buffers, its MD5.
///
/// See `aggregation-format.md` of the Kinesis Producer Library.
final class Aggregated {
  private static final byte[] MAGIC = {(byte) 0xF3, (byte) 0x89, (byte) 0x9A, (byte) 0xC2};
  private static final int DIGEST = 16;
  private static final int RECORDS = 3;
  private static final int DATA = 3;
  private static final int VARINT = 0;
  private static final int BYTES = 2;

  private final byte[] bytes;
  private int at;

  private Aggregated(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The records of a record, or just itself.
  static List<byte[]> split(byte[] data) {
    if (data.length <= MAGIC.length + DIGEST || !startsWithMagic(data)) {
      return List.of(data);
    }
    var message = new Aggregated(Arrays.copyOfRange(data, MAGIC.length, data.length - DIGEST));
    try {
      var records = new ArrayList<byte[]>();
      for (var record : message.fields(RECORDS)) {
        records.addAll(new Aggregated(record).fields(DATA));
      }
      return records;
    } catch (IllegalArgumentException e) {
      return List.of(data); // It only looked like one.
    }
  }

  private static boolean startsWithMagic(byte[] data) {
    return Arrays.equals(data, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /// The values of a field of bytes.
  private List<byte[]> fields(int wanted) {
    var found = new ArrayList<byte[]>();
    while (at < bytes.length) {
      var tag = varint();
      var value = value((int) (tag & 7));
      if (tag >>> 3 == wanted && value != null) {
        found.add(value);
      }
    }
    return found;
  }

  private byte @Nullable [] value(int type) {
    if (type == VARINT) {
      varint();
      return null;
    }
    if (type != BYTES) {
      throw new IllegalArgumentException("No wire type of an aggregated record: " + type);
    }
    var length = varint();
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException("A length beyond the end");
    }
    at += (int) length;
    return Arrays.copyOfRange(bytes, at - (int) length, at);
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64 && at < bytes.length; shift += 7) {
      var b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("A number without an end");
  }
}
