package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// The open stream of a table, where its changes are appended.
///
/// A sequence number is given and committed under the shard's lock, so a reader who has seen one
/// has seen all before it. Which shard it is follows from the partition key alone.
final class StreamLog {
  final StreamConfig.Place place;
  final StreamConfig config;
  final String arn;
  private final List<Shard> shards = new ArrayList<>();

  /// Where one shard's next record goes.
  static final class Shard {
    final ReentrantLock lock = new ReentrantLock();
    final byte[] prefix;
    long last;

    Shard(byte[] prefix, long last) {
      this.prefix = prefix;
      this.last = last;
    }
  }

  StreamLog(Store store, StreamConfig.Place place, StreamConfig config) {
    this.place = place;
    this.config = config;
    this.arn = place.arn();
    for (int i = 0; i < config.shardIds().size(); i++) {
      shards.add(
          new Shard(prefix(place.table(), config.id(), i), last(store, place.table(), config, i)));
    }
  }

  /// The prefix of a shard's records.
  static byte[] prefix(TableKey table, String streamId, int shard) {
    return Key.of("dynamodb.records", table.account(), table.region(), streamId, (long) shard);
  }

  /// Up to which sequence number a shard was trimmed.
  static byte[] trimmedKey(TableKey table, String streamId, int shard) {
    return Key.of("dynamodb.trimmed", table.account(), table.region(), streamId, (long) shard);
  }

  private static long last(Store store, TableKey table, StreamConfig config, int shard) {
    var prefix = prefix(table, config.id(), shard);
    try (var cursor = store.scan(prefix, Key.after(prefix), true)) {
      if (cursor.next()) {
        return new Key.Reader(cursor.key(), prefix.length).number();
      }
    }
    return trimmed(store, table, config.id(), shard);
  }

  /// The last sequence number that is gone, or 0.
  static long trimmed(Store store, TableKey table, String streamId, int shard) {
    var bytes = store.get(trimmedKey(table, streamId, shard));
    return bytes == null ? 0 : new Key.Reader(bytes, 0).number();
  }

  int shardOf(ItemKey key) {
    return Integer.remainderUnsigned(key.spread(), shards.size());
  }

  Shard shard(int number) {
    return shards.get(number);
  }

  /// Appends a record when the batch commits; called with the shard locked until then.
  void append(Batch batch, int number, ChangeRecord change) {
    var shard = shards.get(number);
    shard.last++;
    var key = new Key.Writer().raw(shard.prefix).number(shard.last).toBytes();
    batch.put(key, ChangeRecord.CODEC.encode(change.seenAs(config.viewType())));
  }

  /// The last sequence numbers; called when nobody appends.
  List<Long> lastSequences() {
    return shards.stream().map(shard -> shard.last).toList();
  }
}
