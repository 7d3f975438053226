package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.time.Duration;
import java.time.Instant;
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

/// What CloudWatch sees of rules, once a minute while there was something in the last hour.
///
/// See *Monitoring Amazon EventBridge* in the user guide. Where CloudWatch is not on the class path
/// nothing is counted.
final class EventMetrics implements AutoCloseable {
  private static final Duration ACTIVE = Duration.ofHours(1);
  private static final int AT_ONCE = 1000;

  /// One number of one rule; the name is empty for those of the whole account and region.
  private record Count(BusKey bus, String rule, String metric) {}

  private final Cloud cloud;
  private final boolean on;
  private final Map<Count, LongAdder> counts = new ConcurrentHashMap<>();
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile long lastUsedMillis;
  private volatile boolean closed;

  EventMetrics(Cloud cloud) {
    this.cloud = cloud;
    this.on = cloud.service("cloudwatch") != null;
  }

  @Override
  public void close() {
    closed = true;
  }

  /// An event matches a rule.
  void triggered(RuleKey rule, int targets) {
    count(rule, "MatchedEvents", 1);
    count(rule, "TriggeredRules", 1);
    count(rule, "Invocations", targets);
    count(rule, "InvocationsCreated", targets);
  }

  void attempted(RuleKey rule, boolean again) {
    count(rule, "InvocationAttempts", 1);
    if (again) {
      count(rule, "RetryInvocationAttempts", 1);
    }
  }

  void succeeded(RuleKey rule) {
    count(rule, "SuccessfulInvocationAttempts", 1);
  }

  /// A delivery is given up.
  void failed(RuleKey rule) {
    count(rule, "FailedInvocations", 1);
  }

  /// An event went to a dead-letter queue, or should have.
  void buried(RuleKey rule, boolean well) {
    count(rule, well ? "InvocationsSentToDlq" : "InvocationsFailedToBeSentToDlq", 1);
    count(rule, "DeadLetterInvocations", 1);
  }

  private void count(RuleKey rule, String metric, long amount) {
    if (!on || amount == 0) {
      return;
    }
    var count = new Count(rule.bus(), rule.name(), metric);
    var adder = counts.get(count);
    if (adder == null) {
      adder = counts.computeIfAbsent(count, c -> new LongAdder());
    }
    adder.add(amount);
    lastUsedMillis = cloud.clock().millis();
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      schedule();
    }
  }

  private void schedule() {
    var next = cloud.clock().now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    cloud.timers().at(next, this::tick);
  }

  private void tick() {
    if (closed || cloud.clock().millis() - lastUsedMillis > ACTIVE.toMillis()) {
      counts.clear();
      ticking.set(false);
      return;
    }
    cloud.background("events", "metrics", cloud.defaultScope(), this::publish);
    schedule();
  }

  private void publish() {
    // What happened belongs to the minute that has just ended.
    var at = cloud.clock().now().minusMillis(1).truncatedTo(ChronoUnit.MINUTES);
    var data = new HashMap<Scope, List<MetricDatum>>();
    counts.forEach((count, adder) -> {
      var value = adder.sumThenReset();
      if (value > 0) {
        var scoped = data.computeIfAbsent(count.bus.scope(), s -> new ArrayList<>());
        scoped.add(datum(count, value, at, dimensions(count)));
      }
    });
    data.forEach((scope, all) -> {
      var client = cloud.client(CloudWatchClient.class, scope);
      for (int from = 0; from < all.size(); from += AT_ONCE) {
        var part = all.subList(from, Math.min(all.size(), from + AT_ONCE));
        client.putMetricData(r -> r.namespace("AWS/Events").metricData(part));
      }
    });
  }

  private static List<Dimension> dimensions(Count count) {
    var rule = Dimension.builder().name("RuleName").value(count.rule).build();
    return count.bus.isDefault()
        ? List.of(rule)
        : List.of(Dimension.builder().name("EventBusName").value(count.bus.name()).build(), rule);
  }

  private static MetricDatum datum(
      Count count, long value, Instant at, List<Dimension> dimensions) {
    return MetricDatum.builder()
        .metricName(count.metric)
        .timestamp(at)
        .unit(StandardUnit.COUNT)
        .dimensions(dimensions)
        .value((double) value)
        .build();
  }
}
