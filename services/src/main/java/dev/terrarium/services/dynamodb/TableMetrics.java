package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;

/// What CloudWatch sees of tables, once a minute while one was used in the last hour.
///
/// See *DynamoDB metrics and dimensions* in the developer guide. Where CloudWatch is not on the
/// class path nothing is counted.
final class TableMetrics {
  private static final Duration ACTIVE = Duration.ofHours(1);
  private static final int AT_ONCE = 1000;

  private final Cloud cloud;
  private final Collection<Table> tables;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile long lastUsedMillis;
  private volatile boolean closed;
  private volatile @Nullable Boolean on;

  TableMetrics(Cloud cloud, Collection<Table> tables) {
    this.cloud = cloud;
    this.tables = tables;
  }

  /// Whether there is somebody who could look at them.
  boolean isOn() {
    var known = on;
    if (known == null) {
      known = cloud.service("cloudwatch") != null;
      on = known;
    }
    return known;
  }

  /// A table is being used.
  void touch() {
    lastUsedMillis = cloud.clock().millis();
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      schedule();
    }
  }

  void close() {
    closed = true;
  }

  private void schedule() {
    var next = cloud.clock().now().truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
    cloud.timers().at(next, this::tick);
  }

  private void tick() {
    if (closed || cloud.clock().millis() - lastUsedMillis > ACTIVE.toMillis()) {
      ticking.set(false);
      return;
    }
    cloud.background("dynamodb", "metrics", cloud.defaultScope(), this::publish);
    schedule();
  }

  private void publish() {
    // What was consumed belongs to the minute that has just ended.
    var at = cloud.clock().now().minusMillis(1).truncatedTo(ChronoUnit.MINUTES);
    for (var table : List.copyOf(tables)) {
      var data = new ArrayList<MetricDatum>();
      var description = table.layout().config().description();
      new Gathered(data, at, table.key.name(), null)
          .gather(table.usage, description.provisionedThroughput());
      for (var index : description.globalSecondaryIndexes()) {
        new Gathered(data, at, table.key.name(), index.indexName())
            .gather(table.usage(index.indexName()), index.provisionedThroughput());
      }
      var client = cloud.client(CloudWatchClient.class, table.key.scope());
      for (int from = 0; from < data.size(); from += AT_ONCE) {
        var part = data.subList(from, Math.min(data.size(), from + AT_ONCE));
        client.putMetricData(r -> r.namespace("AWS/DynamoDB").metricData(part));
      }
    }
  }

  /// The values of one table or index. What was not used has no values.
  private record Gathered(
      List<MetricDatum> data, Instant at, String table, @Nullable String index) {
    void gather(Usage usage, @Nullable ProvisionedThroughputDescription provisioned) {
      var reads = usage.reads.take();
      var writes = usage.writes.take();
      consumed("ConsumedReadCapacityUnits", reads);
      consumed("ConsumedWriteCapacityUnits", writes);
      if (reads.count() + writes.count() > 0
          && provisioned != null
          && provisioned.readCapacityUnits() > 0) {
        count("ProvisionedReadCapacityUnits", provisioned.readCapacityUnits(), null);
        count("ProvisionedWriteCapacityUnits", provisioned.writeCapacityUnits(), null);
      }
      count("ReadThrottleEvents", usage.readsThrottled.sumThenReset(), null);
      count("WriteThrottleEvents", usage.writesThrottled.sumThenReset(), null);
      count("ConditionalCheckFailedRequests", usage.conditionsFailed.sumThenReset(), null);
      usage.throttled.forEach(
          (operation, requests) -> count("ThrottledRequests", requests.sumThenReset(), operation));
    }

    private void consumed(String name, Usage.Sum sum) {
      if (sum.count() > 0) {
        data.add(
            datum(name, null)
                .statisticValues(s ->
                    s.sampleCount((double) sum.count())
                        .sum(sum.units())
                        .minimum(sum.least())
                        .maximum(sum.most()))
                .build());
      }
    }

    private void count(String name, long value, @Nullable String operation) {
      if (value > 0) {
        data.add(datum(name, operation).value((double) value).build());
      }
    }

    private MetricDatum.Builder datum(String name, @Nullable String operation) {
      var dimensions = new ArrayList<Dimension>();
      dimensions.add(dimension("TableName", table));
      if (index != null) {
        dimensions.add(dimension("GlobalSecondaryIndexName", index));
      }
      if (operation != null) {
        dimensions.add(dimension("Operation", operation));
      }
      return MetricDatum.builder()
          .metricName(name)
          .timestamp(at)
          .unit(StandardUnit.COUNT)
          .dimensions(dimensions);
    }

    private static Dimension dimension(String name, String value) {
      return Dimension.builder().name(name).value(value).build();
    }
  }
}
