package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Garbage;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.Store;
import java.util.List;

/// The keyspaces of Kinesis.
final class StreamStore {
  /// A shard of a stream.
  record ShardKey(String storageId, int index) {
    static final KeyCodec<ShardKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).number(key.index),
            reader -> new ShardKey(reader.string(), (int) reader.number()));
  }

  /// A consumer of a stream.
  record ConsumerKey(String storageId, String name) {
    static final KeyCodec<ConsumerKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.storageId).string(key.name),
            reader -> new ConsumerKey(reader.string(), reader.string()));
  }

  /// The settings of an account in a region.
  record AccountKey(String account, String region) {
    static final KeyCodec<AccountKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region),
            reader -> new AccountKey(reader.string(), reader.string()));
  }

  final Store store;
  final Keyspace<StreamKey, StreamConfig> streams;
  final Keyspace<ShardKey, ShardConfig> shards;

  /// Up to which place a shard's records are gone.
  final Keyspace<ShardKey, Long> trimmed;

  final Keyspace<ConsumerKey, ConsumerConfig> consumers;
  final Keyspace<AccountKey, AccountSettings> accounts;
  final Garbage garbage;

  StreamStore(Cloud cloud) {
    this.store = cloud.store();
    this.streams = new Keyspace<>(store, "kinesis.streams", StreamKey.CODEC, StreamConfig.CODEC);
    this.shards = new Keyspace<>(store, "kinesis.shards", ShardKey.CODEC, ShardConfig.CODEC);
    this.trimmed =
        new Keyspace<>(
            store,
            "kinesis.trimmed",
            ShardKey.CODEC,
            Codec.of(1, (place, writer) -> writer.number(place), reader -> reader.number()));
    this.consumers =
        new Keyspace<>(store, "kinesis.consumers", ConsumerKey.CODEC, ConsumerConfig.CODEC);
    this.accounts =
        new Keyspace<>(store, "kinesis.accounts", AccountKey.CODEC, AccountSettings.CODEC);
    this.garbage = new Garbage(cloud, "kinesis");
  }

  /// What the keys of a shard's records begin with; then comes the place.
  static byte[] records(String storageId, int shard) {
    return Key.of("kinesis.records", storageId, shard);
  }

  /// Has everything of a stream that is deleted removed when the batch commits, and some time
  /// later.
  void discard(Batch batch, String storageId) {
    for (var name :
        List.of("kinesis.records", "kinesis.shards", "kinesis.trimmed", "kinesis.consumers")) {
      garbage.discard(batch, Key.of(name, storageId));
    }
  }
}
