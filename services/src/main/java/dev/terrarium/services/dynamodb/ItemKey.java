package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Key;
import dev.terrarium.services.dynamodb.value.KeyBytes;
import dev.terrarium.services.dynamodb.value.Value;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/// Where an item is within its table, in bytes: four that spread partitions evenly, the partition
/// key, the sort key.
///
/// @param bytes never changed
record ItemKey(byte[] bytes) {
  static final int SPREAD_BYTES = 4;

  /// The key of an item, whose key attributes were checked.
  static ItemKey of(KeySchema schema, Map<String, Value> item) {
    var hash = Objects.requireNonNull(item.get(schema.hash().name()));
    var partition = partition(hash);
    var range = schema.range();
    if (range == null) {
      return new ItemKey(partition);
    }
    var sort = KeyBytes.of(Objects.requireNonNull(item.get(range.name())));
    var bytes = Arrays.copyOf(partition, partition.length + sort.length);
    System.arraycopy(sort, 0, bytes, partition.length, sort.length);
    return new ItemKey(bytes);
  }

  /// The bytes with which all keys of a partition begin.
  static byte[] partition(Value hash) {
    var key = KeyBytes.of(hash);
    var spread = KeyBytes.spread(key);
    var bytes = new byte[SPREAD_BYTES + key.length];
    for (int i = 0; i < SPREAD_BYTES; i++) {
      bytes[i] = (byte) (spread >>> (24 - 8 * i));
    }
    System.arraycopy(key, 0, bytes, SPREAD_BYTES, key.length);
    return bytes;
  }

  /// Evenly distributed over partitions.
  int spread() {
    return (bytes[0] & 0xFF) << 24
        | (bytes[1] & 0xFF) << 16
        | (bytes[2] & 0xFF) << 8
        | (bytes[3] & 0xFF);
  }

  /// Evenly distributed over items.
  int stripe(int stripes) {
    return Integer.remainderUnsigned(KeyBytes.spread(bytes), stripes);
  }

  byte[] in(byte[] prefix) {
    return new Key.Writer().raw(prefix).raw(bytes).toBytes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ItemKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
