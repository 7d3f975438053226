package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A stream at work: what it is, and its shards.
final class Stream {
  final StreamKey key;
  final String arn;
  final Counters counters = new Counters();
  private final Cloud cloud;
  private final StreamStore stored;

  /// Held while the stream's definition or its shards change.
  private final ReentrantLock changing = new ReentrantLock();

  private volatile StreamConfig config;
  private volatile ShardTable shards;
  private volatile boolean deleted;

  Stream(Cloud cloud, StreamStore stored, StreamKey key, StreamConfig config) {
    this.cloud = cloud;
    this.stored = stored;
    this.key = key;
    this.arn = key.arn();
    this.config = config;
    this.shards =
        new ShardTable(
            stored.shards.list(config.storageId()).stream()
                .map(shard -> new Shard(stored, config.storageId(), shard))
                .toList());
  }

  StreamConfig config() {
    return config;
  }

  ShardTable shards() {
    return shards;
  }

  /// The shards when no change is under way: whoever has seen a shard closed finds its children.
  ShardTable settledShards() {
    changing.lock();
    try {
      return shards;
    } finally {
      changing.unlock();
    }
  }

  boolean isDeleted() {
    return deleted;
  }

  /// Refuses callers who mean another stream of the name, by when it was made.
  void checkCreated(@Nullable Instant given) {
    if (given != null && given.getEpochSecond() != config.createdMillis() / 1000) {
      throw KinesisErrors.noStream(key);
    }
  }

  /// When records that expire now came.
  long oldestMillis() {
    return cloud.clock().millis() - config.retentionMillis();
  }

  /// The shards that are shown: those that were closed go when their last record has expired.
  List<Shard> visible() {
    var oldest = oldestMillis();
    return shards.all.stream()
        .filter(shard -> shard.config().isOpen() || shard.config().closedMillis() > oldest)
        .toList();
  }

  /// Wakes those who wait for records of a shard.
  void signal() {
    cloud.signals().signal(arn);
  }

  /// Changes what the stream is.
  StreamConfig change(UnaryOperator<StreamConfig> change) {
    changing.lock();
    try {
      return commit(new Batch(), change.apply(config));
    } finally {
      changing.unlock();
    }
  }

  private StreamConfig commit(Batch batch, StreamConfig changed) {
    if (deleted) {
      throw KinesisErrors.noStream(key);
    }
    stored.streams.put(batch, key, changed);
    stored.store.commit(batch);
    config = changed;
    return changed;
  }

  /// What a resharding does.
  ///
  /// @param closing the shards that take no more records
  /// @param opening those that take their place
  /// @param config what the stream is then
  record Resharding(List<Shard> closing, List<ShardConfig> opening, StreamConfig config) {}

  /// Replaces shards by others. The old ones are closed and the new ones there in one moment, so a
  /// record goes either here or there.
  void reshard(java.util.function.Supplier<Resharding> plan) {
    changing.lock();
    var locked = new ArrayList<Shard>();
    try {
      var resharding = plan.get();
      // Nobody else ever holds two shards.
      for (var shard : resharding.closing) {
        shard.lock.lock();
        locked.add(shard);
      }
      var now = cloud.clock().millis();
      var batch = new Batch();
      var storageId = config.storageId();
      var closed = new ArrayList<ShardConfig>();
      for (var shard : resharding.closing) {
        var end = shard.config().closed(now);
        closed.add(end);
        stored.shards.put(batch, shard.key, end);
      }
      for (var shard : resharding.opening) {
        stored.shards.put(batch, new StreamStore.ShardKey(storageId, shard.index()), shard);
      }
      commit(batch, resharding.config);
      for (int i = 0; i < closed.size(); i++) {
        resharding.closing.get(i).close(closed.get(i));
      }
      var all = new ArrayList<>(shards.all);
      resharding.opening.forEach(shard -> all.add(new Shard(stored, storageId, shard)));
      shards = new ShardTable(all);
    } finally {
      locked.forEach(shard -> shard.lock.unlock());
      changing.unlock();
    }
    signal();
  }

  /// Removes records that have expired, and shards of which nothing is left.
  void trim() {
    var oldest = oldestMillis();
    shards.all.forEach(shard -> shard.trim(stored, oldest));
    changing.lock();
    try {
      var left = visible();
      if (left.size() < shards.all.size() && !deleted) {
        var batch = new Batch();
        var gone = new HashSet<>(shards.all);
        left.forEach(gone::remove);
        forget(batch, gone);
        stored.store.commit(batch);
        shards = new ShardTable(left);
      }
    } finally {
      changing.unlock();
    }
  }

  private void forget(Batch batch, Set<Shard> gone) {
    for (var shard : gone) {
      stored.shards.delete(batch, shard.key);
      stored.trimmed.delete(batch, shard.key);
    }
  }

  /// Ends the stream; what it held is removed later.
  void delete() {
    changing.lock();
    var locked = new ArrayList<Shard>();
    try {
      if (deleted) {
        throw KinesisErrors.noStream(key);
      }
      for (var shard : shards.all) {
        shard.lock.lock();
        locked.add(shard);
      }
      var batch = new Batch();
      stored.streams.delete(batch, key);
      stored.discard(batch, config.storageId());
      stored.store.commit(batch);
      deleted = true;
      var now = cloud.clock().millis();
      shards.all.forEach(shard -> shard.close(shard.config().closed(now)));
    } finally {
      locked.forEach(shard -> shard.lock.unlock());
      changing.unlock();
    }
    signal();
  }
}
