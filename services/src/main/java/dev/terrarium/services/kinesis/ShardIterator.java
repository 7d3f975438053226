package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.StoreException;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A place in a shard, as it is handed to consumers: good for five minutes.
///
/// @param storageId tells streams apart that had the same name
/// @param next the place of the next record
record ShardIterator(StreamKey stream, String storageId, int shard, long next, long madeMillis) {
  static final long LIFE_MILLIS = 300_000;

  /// As AWS's, iterators begin with `AAAAAAAAAA`.
  private static final int HEADER = 8;

  private static final int CHECKSUM = 4;

  String encode() {
    var writer = new BinaryWriter(1);
    writer
        .string(stream.account())
        .string(stream.region())
        .string(stream.name())
        .string(storageId)
        .number(shard)
        .number(next)
        .number(madeMillis);
    var body = writer.toBytes();
    var bytes = new byte[HEADER + CHECKSUM + body.length];
    bytes[HEADER - 1] = 1;
    System.arraycopy(body, 0, bytes, HEADER + CHECKSUM, body.length);
    var sum = sum(bytes);
    for (int i = 0; i < CHECKSUM; i++) {
      bytes[HEADER + i] = (byte) (sum >>> 8 * i);
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  /// Takes an iterator apart, or returns null if it is none of ours.
  static @Nullable ShardIterator decode(String text) {
    try {
      var bytes = Base64.getDecoder().decode(text);
      if (bytes.length <= HEADER + CHECKSUM) {
        return null;
      }
      var sum = sum(bytes);
      for (int i = 0; i < CHECKSUM; i++) {
        if (bytes[HEADER + i] != (byte) (sum >>> 8 * i)) {
          return null;
        }
      }
      var reader = new BinaryReader(Arrays.copyOfRange(bytes, HEADER + CHECKSUM, bytes.length));
      return new ShardIterator(
          new StreamKey(reader.string(), reader.string(), reader.string()),
          reader.string(),
          reader.integer(),
          reader.number(),
          reader.number());
    } catch (IllegalArgumentException | StoreException | ArithmeticException e) {
      return null;
    }
  }

  private static long sum(byte[] bytes) {
    var sum = new CRC32();
    sum.update(bytes, HEADER + CHECKSUM, bytes.length - HEADER - CHECKSUM);
    return sum.getValue();
  }
}
