package dev.terrarium.services.kinesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardEvent;
import software.amazon.awssdk.services.kinesis.model.SubscribeToShardResponseHandler;

final class SubscriptionsTest extends KinesisFixture {
  private final KinesisAsyncClient async = cloud.client(KinesisAsyncClient.class);
  private final BlockingQueue<SubscribeToShardEvent> events = new LinkedBlockingQueue<>();
  private String consumer = "";

  @BeforeEach
  void consumer() {
    stream("s", 1);
    consumer =
        kinesis
            .registerStreamConsumer(r -> r.streamARN(ARN + "s").consumerName("c"))
            .consumer()
            .consumerARN();
  }

  private CompletableFuture<Void> subscribe(String type, String sequenceNumber) {
    var handler =
        SubscribeToShardResponseHandler.builder()
            .subscriber(event -> {
              if (event instanceof SubscribeToShardEvent given) {
                events.add(given);
              }
            })
            .build();
    return async.subscribeToShard(
        r ->
            r.consumerARN(consumer)
                .shardId(id(0))
                .startingPosition(p ->
                    p.type(ShardIteratorType.fromValue(type))
                        .sequenceNumber(sequenceNumber.isEmpty() ? null : sequenceNumber)),
        handler);
  }

  private SubscribeToShardEvent next() throws InterruptedException {
    var event = events.poll(20, TimeUnit.SECONDS);
    assertThat(event).as("An event").isNotNull();
    return java.util.Objects.requireNonNull(event);
  }

  private List<String> take(int count) throws InterruptedException {
    var texts = new ArrayList<String>();
    while (texts.size() < count) {
      texts.addAll(texts(next().records()));
    }
    return texts;
  }

  @Test
  void recordsArePushedAsTheyCome() throws Exception {
    put("s", "k", "one");
    var subscription = subscribe("TRIM_HORIZON", "");
    assertThat(take(1)).containsExactly("one");
    put("s", "k", "two");
    assertThat(take(1)).containsExactly("two");
    pass(Duration.ofMinutes(5));
    subscription.get(20, TimeUnit.SECONDS);
    var last = new ArrayList<SubscribeToShardEvent>();
    events.drainTo(last);
    put("s", "k", "three");
    var again = subscribe("AFTER_SEQUENCE_NUMBER", last.getLast().continuationSequenceNumber());
    assertThat(take(1)).containsExactly("three");
    assertThat(again).isNotDone();
  }

  @Test
  void theEndOfAShardNamesItsChildren() throws Exception {
    var subscription = subscribe("LATEST", "");
    assertThat(next().records()).isEmpty();
    kinesis.splitShard(r ->
        r.streamName("s")
            .shardToSplit(id(0))
            .newStartingHashKey(BigInteger.ONE.shiftLeft(127).toString()));
    var end = next();
    assertThat(end.continuationSequenceNumber()).isNull();
    assertThat(end.childShards())
        .extracting(child -> child.shardId())
        .containsExactly(id(1), id(2));
    subscription.get(20, TimeUnit.SECONDS);
  }

  @Test
  void aConsumerHasOneSubscriptionOfAShard() throws Exception {
    var first = subscribe("LATEST", "");
    next();
    assertThatThrownBy(() -> subscribe("LATEST", "").get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class)
        .hasMessageContaining(
            "Another active subscription exists for this consumer:"
                + " 000000000000:s:shardId-000000000000:c");
    pass(Duration.ofSeconds(5));
    var second = subscribe("LATEST", "");
    assertThatThrownBy(() -> first.get(20, TimeUnit.SECONDS))
        .hasCauseInstanceOf(ResourceInUseException.class);
    assertThat(second).isNotDone();
  }
}
