package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/// What CloudWatch sees of invocations, for each group and for all, at the end of each minute in
/// which there was one.
///
/// See "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch" in the user guide. Where
/// CloudWatch is not on the class path nothing is counted.
final class SchedulerMetrics implements AutoCloseable {
  /// AWS's names.
  enum Metric {
    INVOCATION_ATTEMPT("InvocationAttemptCount"),
    TARGET_ERROR("TargetErrorCount"),
    INVOCATION_DROPPED("InvocationDroppedCount"),
    SENT_TO_DEAD_LETTERS("InvocationsSentToDeadLetterCount"),
    NOT_SENT_TO_DEAD_LETTERS("InvocationsFailedToBeSentToDeadLetterCount");

    private final String shown;

    Metric(String shown) {
      this.shown = shown;
    }
  }

  private record Count(GroupKey group, Metric metric) {}

  private final Cloud cloud;
  private final Map<Count, LongAdder> counts = new ConcurrentHashMap<>();
  private final AtomicBoolean waiting = new AtomicBoolean();
  private volatile boolean closed;

  SchedulerMetrics(Cloud cloud) {
    this.cloud = cloud;
  }

  void count(GroupKey group, Metric metric) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    counts.computeIfAbsent(new Count(group, metric), key -> new LongAdder()).increment();
    if (waiting.compareAndSet(false, true)) {
      var next = cloud.clock().now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
      cloud.timers().at(next, this::tick);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private void tick() {
    waiting.set(false);
    if (!closed) {
      cloud.background("scheduler", "Metrics", cloud.defaultScope(), this::publish);
    }
  }

  private void publish() {
    // What was counted belongs to the minute that has just ended.
    var at = cloud.clock().now().minusMillis(1).truncatedTo(ChronoUnit.MINUTES);
    var data = new HashMap<Scope, List<MetricDatum>>();
    counts.forEach((count, number) -> {
      var value = number.sumThenReset();
      if (value > 0) {
        var group = Dimension.builder().name("ScheduleGroup").value(count.group.name()).build();
        var all = data.computeIfAbsent(count.group.scope(), scope -> new ArrayList<>());
        for (var dimensions : List.of(List.<Dimension>of(), List.of(group))) {
          all.add(
              MetricDatum.builder()
                  .metricName(count.metric.shown)
                  .timestamp(at)
                  .unit(StandardUnit.COUNT)
                  .value((double) value)
                  .dimensions(dimensions)
                  .build());
        }
      }
    });
    data.forEach((scope, metrics) ->
        cloud
            .client(CloudWatchClient.class, scope)
            .putMetricData(r -> r.namespace("AWS/Scheduler").metricData(metrics)));
  }
}
