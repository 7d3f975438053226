package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.time.Timers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.cloudwatch.model.StatisticSet;

/// The functions' CloudWatch metrics: counted in memory and handed over a few seconds later, as one
/// statistic per function and metric.
final class FunctionMetrics implements AutoCloseable {
  private static final Duration DELAY = Duration.ofSeconds(5);

  private static final Set<String> IN_MILLIS = Set.of("Duration", "IteratorAge", "AsyncEventAge");

  private record Series(Scope scope, String dimension, String value, String metric) {}

  private static final class Statistic {
    double count;
    double sum;
    double least = Double.MAX_VALUE;
    double most = -Double.MAX_VALUE;

    void add(double value) {
      count++;
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }

  private final Cloud cloud;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<Series, Statistic> gathered = new HashMap<>();
  private Timers.@Nullable Alarm alarm;

  FunctionMetrics(Cloud cloud) {
    this.cloud = cloud;
  }

  /// An invocation has ended.
  void invoked(FunctionKey function, double millis, boolean failed, int concurrent) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    lock.lock();
    try {
      add(function, "Invocations", 1);
      add(function, "Errors", failed ? 1 : 0);
      add(function, "Duration", millis);
      add(function, "ConcurrentExecutions", concurrent);
      add(function, "Throttles", 0);
    } finally {
      lock.unlock();
    }
  }

  /// One was refused.
  void throttled(FunctionKey function) {
    count(function, "Throttles", 1);
  }

  /// Adds to another of a function's metrics.
  void count(FunctionKey function, String metric, double value) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    lock.lock();
    try {
      add(function, metric, value);
    } finally {
      lock.unlock();
    }
  }

  /// An event source mapping has seen events.
  void mapping(Scope scope, String uuid, String metric, int events) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    lock.lock();
    try {
      add(new Series(scope, "EventSourceMappingUUID", uuid, metric), events);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (alarm != null) {
        alarm.cancel();
      }
    } finally {
      lock.unlock();
    }
  }

  private void add(FunctionKey function, String metric, double value) {
    add(new Series(function.scope(), "FunctionName", function.name(), metric), value);
  }

  private void add(Series series, double value) {
    gathered.computeIfAbsent(series, s -> new Statistic()).add(value);
    if (alarm == null) {
      alarm = cloud.timers().at(cloud.clock().now().plus(DELAY), this::handOver);
    }
  }

  private void handOver() {
    Map<Series, Statistic> taken;
    lock.lock();
    try {
      taken = gathered;
      gathered = new HashMap<>();
      alarm = null;
    } finally {
      lock.unlock();
    }
    var now = cloud.clock().now();
    var byScope = new HashMap<Scope, List<MetricDatum>>();
    taken.forEach((series, statistic) ->
        byScope
            .computeIfAbsent(series.scope, s -> new ArrayList<>())
            .add(datum(series, statistic, now)));
    byScope.forEach(
        (scope, data) -> cloud.background("lambda", "lambda-metrics", scope, () -> put(data)));
  }

  private void put(List<MetricDatum> data) {
    try {
      for (int from = 0; from < data.size(); from += 1000) {
        var part = data.subList(from, Math.min(data.size(), from + 1000));
        cloud
            .client(CloudWatchClient.class)
            .putMetricData(b -> b.namespace("AWS/Lambda").metricData(part));
      }
    } catch (SdkException e) {
      System.getLogger(FunctionMetrics.class.getName())
          .log(System.Logger.Level.WARNING, "Cannot put metrics", e);
    }
  }

  private static MetricDatum datum(Series series, Statistic statistic, Instant now) {
    return MetricDatum.builder()
        .metricName(series.metric)
        .dimensions(Dimension.builder().name(series.dimension).value(series.value).build())
        .timestamp(now)
        .unit(IN_MILLIS.contains(series.metric) ? StandardUnit.MILLISECONDS : StandardUnit.COUNT)
        .statisticValues(
            StatisticSet.builder()
                .sampleCount(statistic.count)
                .sum(statistic.sum)
                .minimum(statistic.least)
                .maximum(statistic.most)
                .build())
        .build();
  }
}
