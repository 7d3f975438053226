package dev.terrarium.services.kinesis;

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

/// What CloudWatch sees of streams, once a minute while one was used in the last hour.
///
/// See *Monitoring the Amazon Kinesis Data Streams Service with Amazon CloudWatch* in the developer
/// guide. Where CloudWatch is not on the class path nothing is sent.
final class StreamMetrics {
  private static final Duration ACTIVE = Duration.ofHours(1);
  private static final int AT_ONCE = 1000;

  private final Cloud cloud;
  private final Collection<Stream> streams;
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile long lastUsedMillis;
  private volatile boolean closed;

  StreamMetrics(Cloud cloud, Collection<Stream> streams) {
    this.cloud = cloud;
    this.streams = streams;
  }

  /// A stream is being used.
  void touch() {
    lastUsedMillis = cloud.clock().millis();
    if (!ticking.get() && ticking.compareAndSet(false, true)) {
      if (cloud.service("cloudwatch") != null) {
        schedule();
      }
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
    cloud.background("kinesis", "metrics", cloud.defaultScope(), this::publish);
    schedule();
  }

  private void publish() {
    var now = cloud.clock().now();
    for (var stream : List.copyOf(streams)) {
      var data = new ArrayList<MetricDatum>();
      new Gathered(data, now, stream.key.name(), null).stream(stream.counters);
      var chosen = stream.config().shardMetrics();
      for (var shard : stream.shards().all) {
        new Gathered(data, now, stream.key.name(), shard.config().id())
            .shard(shard.counters, chosen);
      }
      var client = cloud.client(CloudWatchClient.class, stream.key.scope());
      for (int from = 0; from < data.size(); from += AT_ONCE) {
        var part = data.subList(from, Math.min(data.size(), from + AT_ONCE));
        client.putMetricData(r -> r.namespace("AWS/Kinesis").metricData(part));
      }
    }
  }

  /// The values of one stream or shard. What was not used has no values.
  private record Gathered(
      List<MetricDatum> data,
      Instant now,
      String stream,
      @org.jspecify.annotations.Nullable String shard) {
    void stream(Counters counters) {
      var records = take(counters.incomingRecords);
      var bytes = take(counters.incomingBytes);
      if (records > 0) {
        add("IncomingRecords", StandardUnit.COUNT, records);
        add("IncomingBytes", StandardUnit.BYTES, bytes);
      }
      var batchBytes = take(counters.batchBytes);
      var puts = take(counters.puts);
      var putNanos = take(counters.putNanos);
      if (puts > 0) {
        add("PutRecord.Bytes", StandardUnit.BYTES, bytes - batchBytes);
        add("PutRecord.Latency", StandardUnit.MILLISECONDS, putNanos / 1e6 / puts);
        add("PutRecord.Success", StandardUnit.COUNT, 1);
      }
      var batches = take(counters.batchPuts);
      var batchNanos = take(counters.batchNanos);
      var batchRecords = take(counters.batchRecords);
      var failures = take(counters.batchFailures);
      if (batches > 0) {
        add("PutRecords.Bytes", StandardUnit.BYTES, batchBytes);
        add("PutRecords.Latency", StandardUnit.MILLISECONDS, batchNanos / 1e6 / batches);
        add("PutRecords.Records", StandardUnit.COUNT, batchRecords - failures);
        add("PutRecords.Success", StandardUnit.COUNT, 1);
        add("PutRecords.TotalRecords", StandardUnit.COUNT, batchRecords);
        add("PutRecords.SuccessfulRecords", StandardUnit.COUNT, batchRecords - failures);
        add("PutRecords.FailedRecords", StandardUnit.COUNT, 0);
        add("PutRecords.ThrottledRecords", StandardUnit.COUNT, failures);
      }
      var reads = take(counters.reads);
      var readNanos = take(counters.readNanos);
      var out = take(counters.outgoingRecords);
      var outBytes = take(counters.outgoingBytes);
      var age = (double) counters.ageMillis.getAndSet(0);
      if (reads > 0) {
        add("GetRecords.Records", StandardUnit.COUNT, out);
        add("GetRecords.Bytes", StandardUnit.BYTES, outBytes);
        add("GetRecords.Latency", StandardUnit.MILLISECONDS, readNanos / 1e6 / reads);
        add("GetRecords.IteratorAgeMilliseconds", StandardUnit.MILLISECONDS, age);
        add("GetRecords.Success", StandardUnit.COUNT, 1);
      }
      add(
          "WriteProvisionedThroughputExceeded",
          StandardUnit.COUNT,
          take(counters.writesThrottled),
          puts + batches > 0);
      add(
          "ReadProvisionedThroughputExceeded",
          StandardUnit.COUNT,
          take(counters.readsThrottled),
          reads > 0);
    }

    void shard(Counters counters, List<String> chosen) {
      var records = take(counters.incomingRecords);
      var bytes = take(counters.incomingBytes);
      var out = take(counters.outgoingRecords);
      var outBytes = take(counters.outgoingBytes);
      var reads = take(counters.reads);
      var age = (double) counters.ageMillis.getAndSet(0);
      chosen(chosen, "IncomingRecords", StandardUnit.COUNT, records, records > 0);
      chosen(chosen, "IncomingBytes", StandardUnit.BYTES, bytes, records > 0);
      chosen(chosen, "OutgoingRecords", StandardUnit.COUNT, out, reads > 0);
      chosen(chosen, "OutgoingBytes", StandardUnit.BYTES, outBytes, reads > 0);
      chosen(chosen, "IteratorAgeMilliseconds", StandardUnit.MILLISECONDS, age, reads > 0);
      var refused = take(counters.writesThrottled);
      chosen(
          chosen,
          "WriteProvisionedThroughputExceeded",
          StandardUnit.COUNT,
          refused,
          records + refused > 0);
      var late = take(counters.readsThrottled);
      chosen(
          chosen, "ReadProvisionedThroughputExceeded", StandardUnit.COUNT, late, reads + late > 0);
    }

    private void chosen(
        List<String> chosen, String name, StandardUnit unit, double value, boolean used) {
      if (chosen.contains(name)) {
        add(name, unit, value, used);
      }
    }

    private void add(String name, StandardUnit unit, double value, boolean used) {
      if (used || value > 0) {
        add(name, unit, value);
      }
    }

    private void add(String name, StandardUnit unit, double value) {
      var dimensions = new ArrayList<Dimension>();
      dimensions.add(Dimension.builder().name("StreamName").value(stream).build());
      if (shard != null) {
        dimensions.add(Dimension.builder().name("ShardId").value(shard).build());
      }
      data.add(
          MetricDatum.builder()
              .metricName(name)
              .timestamp(now)
              .unit(unit)
              .value(value)
              .dimensions(dimensions)
              .build());
    }

    private static double take(LongAdder adder) {
      return (double) adder.sumThenReset();
    }
  }
}
