package dev.terrarium.services.cloudwatch;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.cloudwatch.Metric.Minute;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The keyspaces of CloudWatch.
final class MetricStore {
  /// Alarms lie together by account and region.
  record AlarmKey(String account, String region, String name) {
    static final KeyCodec<AlarmKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
            reader -> new AlarmKey(reader.string(), reader.string(), reader.string()));

    Scope scope() {
      return new Scope(account, region);
    }

    String arn() {
      return scope().arn("cloudwatch", "alarm:" + name);
    }
  }

  final Cloud cloud;
  final Keyspace<Metric, String> metrics;
  final Keyspace<Minute, Statistics> minutes;

  /// High resolution: what was reported in each second, the number in the key.
  final Keyspace<Minute, Statistics> seconds;

  final Keyspace<AlarmKey, Alarm> alarms;
  final Keyspace<AlarmKey, Composite> composites;

  /// What else is to happen when something is reported.
  private @Nullable Listener listener;

  private final Locks locks = new Locks();

  MetricStore(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.metrics = new Keyspace<>(store, "cloudwatch.metrics", Metric.CODEC, Codec.STRING);
    this.minutes = new Keyspace<>(store, "cloudwatch.minutes", Minute.CODEC, Statistics.CODEC);
    this.seconds = new Keyspace<>(store, "cloudwatch.seconds", Minute.CODEC, Statistics.CODEC);
    this.composites =
        new Keyspace<>(store, "cloudwatch.composites", AlarmKey.CODEC, Composite.CODEC);
    this.alarms = new Keyspace<>(store, "cloudwatch.alarms", AlarmKey.CODEC, Alarm.CODEC);
  }

  /// Told of everything that is reported, in its batch.
  interface Listener {
    void reported(Batch batch, Metric metric, long minute);
  }

  void listener(Listener told) {
    listener = told;
  }

  /// Adds what was reported of a metric at a moment.
  ///
  /// @param highResolution whether single seconds are to be told apart
  void add(Metric metric, long millis, Statistics reported, boolean highResolution) {
    var minute = new Minute(metric, Math.floorDiv(millis, 60_000L));
    locks.with(
        metric,
        () -> {
          var batch = new Batch();
          var there = minutes.get(minute);
          minutes.put(batch, minute, there == null ? reported : there.plus(reported));
          if (highResolution) {
            var second = new Minute(metric, Math.floorDiv(millis, 1000L));
            var before = seconds.get(second);
            seconds.put(batch, second, before == null ? reported : before.plus(reported));
          }
          if (listener != null) {
            listener.reported(batch, metric, minute.minute());
          }
          if (!metrics.contains(metric)) {
            metrics.put(batch, metric, "");
          }
          cloud.store().commit(batch);
          return metric;
        });
  }

  /// A metric's statistics by the start of each period that has any, in milliseconds.
  ///
  /// @param from inclusive, in milliseconds
  /// @param to exclusive, in milliseconds
  /// @param periodSeconds a multiple of 60, or less
  NavigableMap<Long, Statistics> periods(Metric metric, long from, long to, int periodSeconds) {
    var found = new TreeMap<Long, Statistics>();
    var length = periodSeconds * 1000L;
    var unit = periodSeconds < 60 ? 1000L : 60_000L;
    var kept = periodSeconds < 60 ? seconds : minutes;
    kept.scanFrom(
        new Minute(metric, Math.floorDiv(Math.floorDiv(from, length) * length, unit)),
        (key, statistics) -> {
          var millis = key.minute() * unit;
          if (millis >= to) {
            return false;
          }
          var start = Math.floorDiv(millis, length) * length;
          found.merge(start, statistics, Statistics::plus);
          return true;
        },
        metric.keyParts());
    return found;
  }

  /// All metrics of a scope, in order of namespace and name.
  List<Metric> list(Scope scope, @Nullable String namespace) {
    var found = new ArrayList<Metric>();
    var parts =
        namespace == null
            ? new Object[] {scope.account(), scope.region()}
            : new Object[] {scope.account(), scope.region(), namespace};
    metrics.scan(
        (metric, nothing) -> {
          found.add(metric);
          return true;
        },
        parts);
    return found;
  }
}
