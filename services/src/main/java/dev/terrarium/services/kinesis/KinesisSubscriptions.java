package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.EventSink;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEventStream;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardRequest;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponse;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

/// Pushes the records of a shard to a consumer for five minutes. A consumer has one subscription of
/// a shard: a new one ends the one before, unless that began less than five seconds ago.
final class KinesisSubscriptions implements KinesisAsyncClient {
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final long REPLACEABLE_MILLIS = 5000;
  private static final int RECORDS_MAX = 10_000;
  private static final long EVENT_BYTES_MAX = 1024L * 1024;

  private record Place(StreamStore.ConsumerKey consumer, int shard) {}

  /// What a consumer listens to.
  private record Subscription(
      Place place, KinesisConsumers.Found consumer, Stream stream, Shard shard, Instant began) {}

  private final Streams streams;
  private final KinesisReads reads;
  private final Map<Place, Subscription> active = new ConcurrentHashMap<>();

  KinesisSubscriptions(Streams streams, KinesisReads reads) {
    this.streams = streams;
    this.reads = reads;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<Void> subscribeToShard(
      SubscribeToShardRequest request, SubscribeToShardResponseHandler handler) {
    check(request);
    var consumer = KinesisConsumers.find(streams, request.consumerARN());
    if (consumer == null) {
      throw KinesisErrors.invalid("Invalid ConsumerARN: " + request.consumerARN());
    }
    var stream = consumer.stream();
    var shard = KinesisReads.shard(stream, request.shardId());
    var start = request.startingPosition();
    var from =
        reads.position(stream, shard, start.type(), start.sequenceNumber(), start.timestamp());
    var subscription = begin(consumer, shard);
    try {
      EventSink.answer(
          handler,
          SubscribeToShardResponse.builder().build(),
          (EventSink<SubscribeToShardEventStream> sink) -> push(subscription, from, sink));
    } finally {
      active.remove(subscription.place, subscription);
    }
    return CompletableFuture.completedFuture(null);
  }

  private static void check(SubscribeToShardRequest request) {
    var start = request.startingPosition();
    var type = start == null ? null : start.typeAsString();
    new KinesisConstraints()
        .required("consumerARN", request.consumerARN())
        .consumer(request.consumerARN())
        .required("shardId", request.shardId())
        .name("shardId", request.shardId())
        .required("startingPosition", start)
        .oneOf(
            "startingPosition.type",
            type,
            "AFTER_SEQUENCE_NUMBER",
            "LATEST",
            "AT_TIMESTAMP",
            "AT_SEQUENCE_NUMBER",
            "TRIM_HORIZON")
        .sequenceNumber(
            "startingPosition.sequenceNumber", start == null ? null : start.sequenceNumber())
        .check();
  }

  private Subscription begin(KinesisConsumers.Found consumer, Shard shard) {
    var now = streams.cloud.clock().now();
    var place = new Place(consumer.key(), shard.config().index());
    var subscription = new Subscription(place, consumer, consumer.stream(), shard, now);
    active.compute(
        place,
        (p, before) -> {
          if (before != null
              && now.toEpochMilli() - before.began.toEpochMilli() < REPLACEABLE_MILLIS) {
            throw taken(before);
          }
          return subscription;
        });
    consumer.stream().signal();
    return subscription;
  }

  private static RuntimeException taken(Subscription subscription) {
    var key = subscription.stream.key;
    return KinesisErrors.inUse(
        "Another active subscription exists for this consumer: "
            + key.account()
            + ":"
            + key.name()
            + ":"
            + subscription.shard.config().id()
            + ":"
            + subscription.consumer.key().name());
  }

  private void push(
      Subscription subscription, long from, EventSink<SubscribeToShardEventStream> sink) {
    var clock = streams.cloud.clock();
    var stream = subscription.stream;
    var end = subscription.began.plus(LIFE);
    var next = from;
    var heartbeat = Instant.EPOCH;
    try (var watch = streams.cloud.signals().watch(stream.arn)) {
      while (clock.now().isBefore(end)) {
        if (active.get(subscription.place) != subscription) {
          throw taken(subscription);
        }
        if (stream.isDeleted() || !streams.stored.consumers.contains(subscription.place.consumer)) {
          return;
        }
        var read = reads.read(stream, subscription.shard, next, RECORDS_MAX, EVENT_BYTES_MAX);
        next = read.next();
        if (!read.records().isEmpty() || read.isEnd() || !clock.now().isBefore(heartbeat)) {
          if (!sink.send(event(subscription, read)) || read.isEnd()) {
            return;
          }
          heartbeat = clock.now().plus(HEARTBEAT);
        }
        if (read.records().isEmpty()) {
          watch.await(heartbeat.isBefore(end) ? heartbeat : end);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private SubscribeToShardEvent event(Subscription subscription, KinesisReads.Read read) {
    var event =
        SubscribeToShardEventStream.subscribeToShardEventBuilder()
            .records(read.records())
            .millisBehindLatest(read.millisBehindLatest());
    if (read.isEnd()) {
      event.childShards(KinesisShards.children(subscription.stream, subscription.shard));
    } else {
      event.continuationSequenceNumber(continuation(subscription.shard, read));
    }
    return event.build();
  }

  /// The number after which to go on: that of the last record, or one that nobody has.
  private String continuation(Shard shard, KinesisReads.Read read) {
    return read.records().isEmpty()
        ? shard.sequenceNumber(read.next() - 1, streams.cloud.clock().millis())
        : read.records().getLast().sequenceNumber();
  }
}
