package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Garbage;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;

/// The keyspaces of Firehose.
final class DeliveryStore {
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
  final Garbage garbage;

  DeliveryStore(Cloud cloud) {
    this.store = cloud.store();
    this.streams =
        new Keyspace<>(store, "firehose.streams", DeliveryKey.CODEC, DeliveryConfig.CODEC);
    this.records = new Keyspace<>(store, "firehose.records", RecordKey.CODEC, BufferedRecord.CODEC);
    this.checkpoints = new Keyspace<>(store, "firehose.checkpoints", ShardKey.CODEC, Codec.STRING);
    this.garbage = new Garbage(cloud, "firehose");
  }

  /// Has everything of a delivery stream that is deleted removed when the batch commits, and some
  /// time later.
  void discard(Batch batch, String storageId) {
    garbage.discard(batch, Key.of("firehose.records", storageId));
    garbage.discard(batch, Key.of("firehose.checkpoints", storageId));
  }
}
