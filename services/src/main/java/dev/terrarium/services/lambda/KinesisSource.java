package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// A Kinesis data stream, or one of its consumers with enhanced fan-out, which reads the same
/// shards without a share in their throughput.
final class KinesisSource implements StreamSource {
  private static final String CONSUMER = "/consumer/";

  private final Cloud cloud;
  private final Arn source;
  private final Arn stream;
  private final String role;
  private final RecordFilter filter;

  /// @param source the stream's ARN or a consumer's
  /// @param role the function's, which every record names
  KinesisSource(Cloud cloud, Arn source, String role, RecordFilter filter) {
    this.cloud = cloud;
    this.source = source;
    this.stream = stream(source);
    this.role = role;
    this.filter = filter;
  }

  private static Arn stream(Arn source) {
    var name = source.resource();
    var end = name.indexOf(CONSUMER);
    return end < 0
        ? source
        : new Arn(
            source.partition(),
            source.service(),
            source.region(),
            source.account(),
            name.substring(0, end));
  }

  private KinesisClient kinesis() {
    return cloud.client(KinesisClient.class, stream.scope());
  }

  @Override
  public String signal() {
    return stream.toString();
  }

  @Override
  public List<Shard> shards() {
    checkConsumer();
    var shards = new ArrayList<Shard>();
    String token = null;
    do {
      var next = token;
      var page =
          kinesis()
              .listShards(b -> {
                if (next == null) {
                  b.streamARN(stream.toString());
                } else {
                  b.nextToken(next);
                }
              });
      for (var shard : page.shards()) {
        shards.add(
            new Shard(
                shard.shardId(),
                Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                    .filter(parent -> parent != null)
                    .toList(),
                shard.sequenceNumberRange().endingSequenceNumber() != null));
      }
      token = page.nextToken();
    } while (token != null);
    return shards;
  }

  /// A consumer that was taken away reads no more.
  private void checkConsumer() {
    if (!source.equals(stream)) {
      kinesis().describeStreamConsumer(b -> b.consumerARN(source.toString()));
    }
  }

  @Override
  public String iterator(String shard, StreamPosition position) {
    return kinesis()
        .getShardIterator(b -> {
          b.streamARN(stream.toString()).shardId(shard);
          switch (position.kind()) {
            case HORIZON -> b.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
            case LATEST, TIMESTAMP ->
                b.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                    .timestamp(Instant.ofEpochMilli(position.millis()));
            case AFTER ->
                b.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                    .startingSequenceNumber(position.sequence());
          }
        })
        .shardIterator();
  }

  @Override
  public String latest(String shard) {
    return kinesis()
        .getShardIterator(b ->
            b.streamARN(stream.toString())
                .shardId(shard)
                .shardIteratorType(ShardIteratorType.LATEST))
        .shardIterator();
  }

  @Override
  public Page read(String shard, String iterator, int limit) {
    checkConsumer();
    var found =
        kinesis()
            .getRecords(b -> b.streamARN(stream.toString()).shardIterator(iterator).limit(limit));
    var items = new ArrayList<Item>(found.records().size());
    for (var record : found.records()) {
      var bytes = record.data().asByteArrayUnsafe();
      var arrival = record.approximateArrivalTimestamp();
      var data = Json.object();
      data.put("kinesisSchemaVersion", "1.0");
      data.put("partitionKey", record.partitionKey());
      data.put("sequenceNumber", record.sequenceNumber());
      data.put("data", Base64.getEncoder().encodeToString(bytes));
      data.put("approximateArrivalTimestamp", BigDecimal.valueOf(arrival.toEpochMilli(), 3));
      var event = Json.object();
      event.set("kinesis", data);
      event.put("eventSource", "aws:kinesis");
      event.put("eventVersion", "1.0");
      event.put("eventID", shard + ":" + record.sequenceNumber());
      event.put("eventName", "aws:kinesis:record");
      event.put("invokeIdentityArn", role);
      event.put("awsRegion", stream.region());
      event.put("eventSourceARN", source.toString());
      items.add(
          new Item(
              record.sequenceNumber(),
              record.partitionKey(),
              arrival,
              Json.write(event).getBytes(StandardCharsets.UTF_8),
              passes(data, bytes)));
    }
    var behind = found.millisBehindLatest();
    return new Page(
        items, found.nextShardIterator(), !items.isEmpty() || behind != null && behind > 0);
  }

  private boolean passes(ObjectNode data, byte[] bytes) {
    return filter.isEmpty()
        || filter.passesWithData(data, "data", new String(bytes, StandardCharsets.UTF_8));
  }

  @Override
  public Duration retention() {
    var summary =
        kinesis()
            .describeStreamSummary(b -> b.streamARN(stream.toString()))
            .streamDescriptionSummary();
    return Duration.ofHours(summary.retentionPeriodHours());
  }

  @Override
  public String batchInfo() {
    return "KinesisBatchInfo";
  }
}
