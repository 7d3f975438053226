package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/// What CloudWatch sees of queues, once a minute while one was used in the last six hours.
///
/// See *Available CloudWatch metrics for Amazon SQS* in the developer guide. Where CloudWatch is
/// not on the class path nothing is sent.
final class QueueMetrics {
  private static final Duration ACTIVE = Duration.ofHours(6);

  private final Cloud cloud;
  private final Collection<Queue> queues;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile long lastUsedMillis;

  QueueMetrics(Cloud cloud, Collection<Queue> queues) {
    this.cloud = cloud;
    this.queues = queues;
  }

  /// A queue is being used.
  void touch() {
    lastUsedMillis = cloud.clock().millis();
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      if (cloud.service("cloudwatch") != null) {
        schedule();
      }
    }
  }

  private void schedule() {
    var next = cloud.clock().now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    cloud.timers().at(next, this::tick);
  }

  private void tick() {
    if (cloud.clock().millis() - lastUsedMillis > ACTIVE.toMillis()) {
      ticking.set(false);
      return;
    }
    cloud.background("sqs", "metrics", cloud.defaultScope(), this::publish);
    schedule();
  }

  private void publish() {
    var now = cloud.clock().now();
    for (var queue : List.copyOf(queues)) {
      cloud
          .client(CloudWatchClient.class, queue.key.scope())
          .putMetricData(r -> r.namespace("AWS/SQS").metricData(data(queue, now)));
    }
  }

  private static List<MetricDatum> data(Queue queue, Instant now) {
    var counts = queue.counts();
    var data = new ArrayList<MetricDatum>();
    data.add(datum(queue, now, "ApproximateNumberOfMessagesVisible", counts.ready()));
    data.add(datum(queue, now, "ApproximateNumberOfMessagesNotVisible", counts.inFlight()));
    data.add(datum(queue, now, "ApproximateNumberOfMessagesDelayed", counts.delayed()));
    data.add(datum(queue, now, "NumberOfMessagesSent", drain(queue.sent)));
    data.add(datum(queue, now, "NumberOfMessagesReceived", drain(queue.received)));
    data.add(datum(queue, now, "NumberOfMessagesDeleted", drain(queue.deleted)));
    data.add(datum(queue, now, "NumberOfEmptyReceives", drain(queue.emptyReceives)));
    var oldest = queue.oldestSentMillis();
    var age = oldest == null ? 0 : (now.toEpochMilli() - oldest) / 1000;
    data.add(
        datum(queue, now, "ApproximateAgeOfOldestMessage", age).toBuilder()
            .unit(StandardUnit.SECONDS)
            .build());
    return data;
  }

  private static long drain(LongAdder adder) {
    return adder.sumThenReset();
  }

  private static MetricDatum datum(Queue queue, Instant now, String name, long value) {
    return MetricDatum.builder()
        .metricName(name)
        .timestamp(now)
        .unit(StandardUnit.COUNT)
        .value((double) value)
        .dimensions(Dimension.builder().name("QueueName").value(queue.key.name()).build())
        .build();
  }
}
