package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/// Reads a Kinesis stream into a delivery stream, from the moment at which this was made. How far a
/// shard was read is noted together with its records, so each is taken in once.
final class SourceReader {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration FOREVER = Duration.ofDays(365);
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(4);

  private final Delivery delivery;
  private final String streamArn;
  private final Map<String, Iterator> iterators = new HashMap<>();

  private record Iterator(String text, Instant made) {}

  SourceReader(Delivery delivery, String streamArn) {
    this.delivery = delivery;
    this.streamArn = streamArn;
  }

  void read() {
    var cloud = delivery.deliveries.cloud;
    try (var watch = cloud.signals().watch(streamArn)) {
      while (!delivery.isEnded()) {
        try {
          if (!readShards()) {
            watch.await(cloud.clock().now().plus(FOREVER));
          }
        } catch (AwsServiceException | IllegalArgumentException e) {
          // The stream is not there or does not answer now; it is asked again.
          System.getLogger(SourceReader.class.getName())
              .log(System.Logger.Level.DEBUG, "Reading " + streamArn + " is tried again", e);
          iterators.clear();
          watch.await(cloud.clock().now().plus(RETRY));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Reads each shard once; tells whether there may be more.
  private boolean readShards() {
    var kinesis = delivery.deliveries.cloud.client(KinesisClient.class);
    var more = false;
    String token = null;
    do {
      var page = list(kinesis, token);
      for (var shard : page.shards()) {
        more |= readShard(kinesis, shard);
      }
      token = page.nextToken();
    } while (token != null);
    return more;
  }

  private software.amazon.awssdk.services.kinesis.model.ListShardsResponse list(
      KinesisClient kinesis, @Nullable String token) {
    return kinesis.listShards(r -> {
      if (token == null) {
        r.streamARN(streamArn);
      } else {
        r.nextToken(token);
      }
    });
  }

  private boolean readShard(KinesisClient kinesis, Shard shard) {
    var id = shard.shardId();
    var place = new DeliveryStore.ShardKey(delivery.config().storageId(), id);
    var checkpoint = delivery.deliveries.stored.checkpoints.get(place);
    if (DeliveryStore.END.equals(checkpoint)) {
      return false;
    }
    // Children wait for their parents, so the records of a key stay in order.
    for (var parent : new String[] {shard.parentShardId(), shard.adjacentParentShardId()}) {
      if (parent != null && iterators.containsKey(parent)) {
        return true;
      }
    }
    var answer = records(kinesis, id, checkpoint);
    if (answer == null) {
      return false;
    }
    var ended = answer.nextShardIterator() == null;
    if (!answer.records().isEmpty() || ended) {
      var batch = new Batch();
      var last = answer.records().isEmpty() ? "" : answer.records().getLast().sequenceNumber();
      delivery.deliveries.stored.checkpoints.put(batch, place, ended ? DeliveryStore.END : last);
      take(batch, id, answer);
    }
    if (ended) {
      iterators.remove(id);
      return true;
    }
    var now = delivery.deliveries.cloud.clock().now();
    iterators.put(id, new Iterator(answer.nextShardIterator(), now));
    return !answer.records().isEmpty();
  }

  private void take(Batch batch, String shardId, GetRecordsResponse answer) {
    var now = delivery.deliveries.cloud.clock().millis();
    var taken = new ArrayList<BufferedRecord>();
    for (var record : answer.records()) {
      var origin =
          new BufferedRecord.Origin(
              shardId,
              record.partitionKey(),
              record.sequenceNumber(),
              record.approximateArrivalTimestamp().toEpochMilli());
      for (var data : Aggregated.split(record.data().asByteArrayUnsafe())) {
        taken.add(new BufferedRecord(now, data, origin));
      }
    }
    delivery.put(batch, taken);
  }

  private @Nullable GetRecordsResponse records(
      KinesisClient kinesis, String shardId, @Nullable String checkpoint) {
    var now = delivery.deliveries.cloud.clock().now();
    var known = iterators.get(shardId);
    var iterator =
        known == null || known.made.plus(ITERATOR_LIFE).isBefore(now)
            ? iterator(kinesis, shardId, checkpoint)
            : known.text;
    try {
      return kinesis.getRecords(r -> r.shardIterator(iterator));
    } catch (AwsServiceException e) {
      iterators.remove(shardId);
      if (Errors.code(e).equals("ExpiredIteratorException")) {
        return null;
      }
      throw e;
    }
  }

  private String iterator(KinesisClient kinesis, String shardId, @Nullable String checkpoint) {
    var source = delivery.config().description().source().kinesisStreamSourceDescription();
    return kinesis
        .getShardIterator(r -> {
          r.streamARN(streamArn).shardId(shardId);
          if (checkpoint == null) {
            r.shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                .timestamp(source.deliveryStartTimestamp());
          } else {
            r.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                .startingSequenceNumber(checkpoint);
          }
        })
        .shardIterator();
  }
}
