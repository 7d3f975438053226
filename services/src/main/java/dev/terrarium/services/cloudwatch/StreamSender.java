package dev.terrarium.services.cloudwatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Timer;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.model.GetMetricStreamResponse;
import software.amazon.awssdk.services.cloudwatch.model.MetricStreamFilter;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;

/// Sends the metrics of each minute that is over to Firehose, as lines of JSON.
///
/// See *Metric streams output in JSON format* in the user guide. What a minute brought is noted in
/// the same batch as its statistics and forgotten when it is sent.
final class StreamSender implements MetricStore.Listener {
  private static final System.Logger LOG = System.getLogger(StreamSender.class.getName());
  private static final String TIMER = "cloudwatch.stream";
  private static final int RECORDS_MAX = 500;

  private record NewsKey(long minute, Metric metric) {
    static final KeyCodec<NewsKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              writer.number(key.minute);
              Metric.CODEC.write(key.metric, writer);
            },
            reader -> new NewsKey(reader.number(), Metric.CODEC.read(reader)));
  }

  private final Cloud cloud;
  private final MetricStore stored;
  private final CloudWatchStreams streams;
  private final Keyspace<NewsKey, String> news;
  private final ReentrantLock sending = new ReentrantLock();

  StreamSender(Cloud cloud, MetricStore stored, CloudWatchStreams streams) {
    this.cloud = cloud;
    this.stored = stored;
    this.streams = streams;
    this.news = new Keyspace<>(cloud.store(), "cloudwatch.news", NewsKey.CODEC, Codec.STRING);
    cloud
        .timers()
        .handle(
            TIMER,
            timer -> cloud.background("cloudwatch", "stream", cloud.defaultScope(), this::send));
  }

  @Override
  public void reported(Batch batch, Metric metric, long minute) {
    if (streams.running(metric.account(), metric.region()).isEmpty()) {
      return;
    }
    news.put(batch, new NewsKey(minute, metric), "");
    var now = Math.floorDiv(cloud.clock().millis(), 60_000L);
    var due = Instant.ofEpochMilli((Math.max(now, minute) + 1) * 60_000L);
    cloud.timers().schedule(batch, new Timer(due, TIMER, ""));
  }

  private void send() {
    sending.lock();
    try {
      var over = new ArrayList<NewsKey>();
      var now = Math.floorDiv(cloud.clock().millis(), 60_000L);
      news.scan((key, nothing) -> {
        if (key.minute >= now) {
          return false;
        }
        over.add(key);
        return true;
      });
      var byScope = new TreeMap<String, List<NewsKey>>();
      for (var key : over) {
        var scope = key.metric.account() + "/" + key.metric.region();
        byScope.computeIfAbsent(scope, s -> new ArrayList<>()).add(key);
      }
      byScope.values().forEach(this::send);
      var batch = new Batch();
      over.forEach(key -> news.delete(batch, key));
      cloud.store().commit(batch);
    } finally {
      sending.unlock();
    }
  }

  private void send(List<NewsKey> keys) {
    var scope = new Scope(keys.getFirst().metric.account(), keys.getFirst().metric.region());
    for (var stream : streams.running(scope.account(), scope.region())) {
      var records = new ArrayList<Record>();
      for (var key : keys) {
        var statistics = stored.minutes.get(new Metric.Minute(key.metric, key.minute));
        if (statistics != null && wants(stream, key.metric)) {
          var line = Json.write(line(stream, key, statistics)) + "\n";
          records.add(Record.builder().data(SdkBytes.fromUtf8String(line)).build());
        }
      }
      for (int from = 0; from < records.size(); from += RECORDS_MAX) {
        put(stream, records.subList(from, Math.min(records.size(), from + RECORDS_MAX)));
      }
    }
  }

  private static boolean wants(GetMetricStreamResponse stream, Metric metric) {
    if (!stream.includeFilters().isEmpty()) {
      return stream.includeFilters().stream().anyMatch(filter -> matches(filter, metric));
    }
    return stream.excludeFilters().stream().noneMatch(filter -> matches(filter, metric));
  }

  private static boolean matches(MetricStreamFilter filter, Metric metric) {
    return metric.namespace().equals(filter.namespace())
        && (filter.metricNames().isEmpty() || filter.metricNames().contains(metric.name()));
  }

  private static ObjectNode line(
      GetMetricStreamResponse stream, NewsKey key, Statistics statistics) {
    var metric = key.metric;
    var line =
        Json.object()
            .put("metric_stream_name", stream.name())
            .put("account_id", metric.account())
            .put("region", metric.region())
            .put("namespace", metric.namespace())
            .put("metric_name", metric.name());
    var dimensions = line.putObject("dimensions");
    for (int i = 0; i < metric.dimensions().size(); i += 2) {
      dimensions.put(metric.dimensions().get(i), metric.dimensions().get(i + 1));
    }
    line.put("timestamp", key.minute * 60_000L);
    line.putObject("value")
        .put("max", statistics.max())
        .put("min", statistics.min())
        .put("sum", statistics.sum())
        .put("count", statistics.count());
    return line.put("unit", statistics.unit());
  }

  private void put(GetMetricStreamResponse stream, List<Record> records) {
    var arn = Arn.of(stream.firehoseArn()).orElseThrow();
    var name = arn.resource().substring(arn.resource().indexOf('/') + 1);
    try {
      cloud
          .client(
              FirehoseClient.class,
              arn.scope(),
              Principal.service(arn.account(), "streams.metrics.cloudwatch.amazonaws.com"))
          .putRecordBatch(r -> r.deliveryStreamName(name).records(records));
    } catch (AwsServiceException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "The metric stream " + stream.name() + " cannot be sent", e);
    }
  }
}
