package dev.terrarium.services.firehose;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.List;

/// The keyspaces of Firehose.
final class DeliveryStore {
  private static final int SWEEP_AT_ONCE = 1000;

  /// A record that waits, in the order of arrival.
  record RecordKey(String storageId, long number) {
    static final KeyCodec<RecordKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).number(key.number),
            reader -> new RecordKey(reader.string(), reader.number()));
  }

  /// Up to where a shard of the source was read.
  record ShardKey(String storageId, String shardId) {
    static final KeyCodec<ShardKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).string(key.shardId),
            reader -> new ShardKey(reader.string(), reader.string()));
  }

  /// What is noted of a shard that was read to its end.
  static final String END = "end";

  final Store store;
  final Keyspace<DeliveryKey, DeliveryConfig> streams;
  final Keyspace<RecordKey, BufferedRecord> records;
  final Keyspace<ShardKey, String> checkpoints;
  final Keyspace<String, String> garbage;

  DeliveryStore(Store store) {
    this.store = store;
    this.streams =
        new Keyspace<>(store, "firehose.streams", DeliveryKey.CODEC, DeliveryConfig.CODEC);
    this.records = new Keyspace<>(store, "firehose.records", RecordKey.CODEC, BufferedRecord.CODEC);
    this.checkpoints = new Keyspace<>(store, "firehose.checkpoints", ShardKey.CODEC, Codec.STRING);
    this.garbage = new Keyspace<>(store, "firehose.garbage", KeyCodec.STRING, Codec.STRING);
  }

  /// Everything of a delivery stream that was deleted goes, some entries at a time.
  void sweep(String storageId) {
    for (var name : List.of("firehose.records", "firehose.checkpoints")) {
      var prefix = Key.of(name, storageId);
      boolean more = true;
      while (more) {
        var batch = new Batch();
        int count = 0;
        try (var cursor = store.scan(prefix, Key.after(prefix), false)) {
          while (count < SWEEP_AT_ONCE && cursor.next()) {
            batch.delete(cursor.key());
            count++;
          }
        }
        store.commit(batch);
        more = count == SWEEP_AT_ONCE;
      }
    }
    garbage.delete(storageId);
  }
}
