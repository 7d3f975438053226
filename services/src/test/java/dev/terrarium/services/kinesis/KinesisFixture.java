package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;

/// A cloud whose clock stands, and short words for streams.
abstract class KinesisFixture {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final String ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/";
  final MemoryStore store = new MemoryStore();
  final Cloud cloud = Cloud.builder().store(store).clock(Clock.stoppedAt(START)).build();
  final KinesisClient kinesis = cloud.client(KinesisClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  void stream(String name, int shards) {
    kinesis.createStream(s -> s.streamName(name).shardCount(shards));
  }

  PutRecordResponse put(String stream, String partitionKey, String data) {
    return kinesis.putRecord(
        r -> r.streamName(stream).partitionKey(partitionKey).data(SdkBytes.fromUtf8String(data)));
  }

  /// Puts into the shard that takes a hash key.
  PutRecordResponse putAt(String stream, String hashKey, String data) {
    return kinesis.putRecord(r ->
        r.streamName(stream)
            .partitionKey("p")
            .explicitHashKey(hashKey)
            .data(SdkBytes.fromUtf8String(data)));
  }

  static String id(int shard) {
    return "shardId-00000000000" + shard;
  }

  String iterator(String stream, int shard, String type) {
    return kinesis
        .getShardIterator(r -> r.streamName(stream).shardId(id(shard)).shardIteratorType(type))
        .shardIterator();
  }

  String iterator(String stream, int shard, String type, String sequenceNumber) {
    return kinesis
        .getShardIterator(r ->
            r.streamName(stream)
                .shardId(id(shard))
                .shardIteratorType(type)
                .startingSequenceNumber(sequenceNumber))
        .shardIterator();
  }

  String iteratorAt(String stream, int shard, Instant moment) {
    return kinesis
        .getShardIterator(r ->
            r.streamName(stream)
                .shardId(id(shard))
                .shardIteratorType("AT_TIMESTAMP")
                .timestamp(moment))
        .shardIterator();
  }

  GetRecordsResponse read(String iterator) {
    return kinesis.getRecords(r -> r.shardIterator(iterator));
  }

  /// What a shard holds, from its horizon to its end.
  List<String> all(String stream, int shard) {
    return texts(read(iterator(stream, shard, "TRIM_HORIZON")).records());
  }

  static List<String> texts(List<Record> records) {
    return records.stream().map(record -> record.data().asUtf8String()).toList();
  }

  List<Shard> shards(String stream) {
    return kinesis.listShards(r -> r.streamName(stream)).shards();
  }

  List<String> shardIds(String stream, @Nullable String filter, @Nullable Instant moment) {
    return kinesis
        .listShards(r -> {
          r.streamName(stream);
          if (filter != null) {
            r.shardFilter(f -> f.type(filter).timestamp(moment));
          }
        })
        .shards()
        .stream()
        .map(Shard::shardId)
        .toList();
  }

  void pass(Duration time) {
    cloud.timers().advance(time);
  }

  /// The code and message of the error that a call ends in.
  static String error(ThrowingCallable call) {
    var thrown = Assertions.catchThrowableOfType(AwsServiceException.class, call);
    Assertions.assertThat(thrown).as("An error").isNotNull();
    return Errors.code(Objects.requireNonNull(thrown)) + ": " + Errors.message(thrown);
  }

  /// Everything in a shard, page by page.
  List<String> drain(String iterator) {
    var texts = new ArrayList<String>();
    String next = iterator;
    while (next != null) {
      var page = read(next);
      texts.addAll(texts(page.records()));
      next = page.records().isEmpty() ? null : page.nextShardIterator();
    }
    return texts;
  }
}
