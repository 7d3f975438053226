package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// All streams of all accounts and regions.
final class Streams implements AutoCloseable {
  /// How often what has expired is removed. Nobody sees it any more long before.
  private static final Duration TRIM = Duration.ofHours(1);

  final Cloud cloud;
  final StreamStore stored;
  final ReentrantLock defining = new ReentrantLock();
  private final Map<StreamKey, Stream> live = new ConcurrentHashMap<>();
  private final StreamMetrics metrics;
  private volatile Timers.@Nullable Alarm trimming;
  private volatile boolean closed;

  Streams(Cloud cloud) {
    this.cloud = cloud;
    this.stored = new StreamStore(cloud);
    this.metrics = new StreamMetrics(cloud, live.values());
  }

  /// Takes up what was left when the process last ended.
  void start() {
    stored.garbage.sweepLater();
    trimLater();
  }

  @Override
  public void close() {
    closed = true;
    metrics.close();
    var alarm = trimming;
    if (alarm != null) {
      alarm.cancel();
    }
  }

  private void trimLater() {
    trimming =
        cloud
            .timers()
            .at(
                cloud.clock().now().plus(TRIM),
                () -> {
                  if (!closed) {
                    cloud.background("kinesis", "trim", cloud.defaultScope(), this::trim);
                    trimLater();
                  }
                });
  }

  private void trim() {
    var keys = new ArrayList<StreamKey>();
    stored.streams.scan((key, config) -> keys.add(key));
    for (var key : keys) {
      var stream = find(key);
      if (stream != null && !closed) {
        stream.trim();
      }
    }
  }

  /// The stream of a key.
  Stream get(StreamKey key) {
    var stream = find(key);
    if (stream == null) {
      throw KinesisErrors.noStream(key);
    }
    return stream;
  }

  /// The stream that a caller means by a name, an ARN or both.
  Stream get(@Nullable String name, @Nullable String arn) {
    return get(StreamKey.of(name, arn));
  }

  @Nullable Stream find(StreamKey key) {
    var stream = live.get(key);
    if (stream == null) {
      stream = live.computeIfAbsent(key, this::load);
    }
    if (stream != null) {
      metrics.touch();
    }
    return stream;
  }

  private @Nullable Stream load(StreamKey key) {
    var config = stored.streams.get(key);
    return config == null ? null : new Stream(cloud, stored, key, config);
  }

  /// Makes a stream; called under [#defining].
  void create(StreamKey key, StreamConfig config, List<ShardConfig> shards) {
    if (find(key) != null) {
      throw KinesisErrors.inUse(
          "Stream " + key.name() + " under account " + key.account() + " already exists.");
    }
    var batch = new Batch();
    stored.streams.put(batch, key, config);
    for (var shard : shards) {
      stored.shards.put(batch, new StreamStore.ShardKey(config.storageId(), shard.index()), shard);
    }
    stored.store.commit(batch);
  }

  void delete(Stream stream) {
    defining.lock();
    try {
      stream.delete();
      live.remove(stream.key, stream);
    } finally {
      defining.unlock();
    }
    stored.garbage.sweepLater();
  }

  /// The streams of a scope that come after `after`, in the order of their names.
  List<Stream> list(Scope scope, String after, int max) {
    var keys = new ArrayList<StreamKey>();
    stored.streams.scanFrom(
        StreamKey.of(scope, after),
        (key, config) -> {
          if (!key.name().equals(after)) {
            keys.add(key);
          }
          return keys.size() < max;
        },
        scope.account(),
        scope.region());
    return keys.stream().flatMap(key -> java.util.stream.Stream.ofNullable(find(key))).toList();
  }

  /// How many shards a scope's streams have open, those on demand not counted.
  int openShards(Scope scope) {
    return list(scope, "", Integer.MAX_VALUE).stream()
        .filter(stream -> !stream.config().isOnDemand())
        .mapToInt(stream -> stream.shards().open.size())
        .sum();
  }
}
