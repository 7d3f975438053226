package dev.terrarium.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;

/// How old messages get, and how their numbers grow, over moves and restarts.
final class AgeTest extends QueueFixture {
  @Test
  void aMovedMessageGoesAtItsOwnAgeThoughYoungerOnesStandBeforeIt() {
    var dead = queue("dead", "MessageRetentionPeriod", "600");
    var url = queue("q", "VisibilityTimeout", "0");
    sqs.setQueueAttributes(s -> s.queueUrl(url).attributesWithStrings(redrive("dead", 1)));
    send(url, "old");
    take(url);
    pass(Duration.ofMinutes(8));
    send(dead, "young");
    take(url);
    assertThat(take(dead)).hasSize(2);
    pass(Duration.ofMinutes(3));
    assertThat(bodies(dead)).containsExactly("young");
    pass(Duration.ofMinutes(8));
    assertThat(bodies(dead)).isEmpty();
  }

  @Test
  void aNumberIsNeverUsedAgainThoughTheClockStandsAndTheMessageIsGone() {
    var store = new MemoryStore();
    var first = sendAndDelete(store);
    assertThat(sendAndDelete(store)).isGreaterThan(first);
  }

  private static String sendAndDelete(MemoryStore store) {
    var clock = Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z"));
    try (var cloud = Cloud.builder().store(store).clock(clock).build()) {
      var sqs = cloud.client(SqsClient.class);
      var url =
          sqs.createQueue(
                  q -> q.queueName("n.fifo").attributesWithStrings(Map.of("FifoQueue", "true")))
              .queueUrl();
      var id = cloud.ids().uuid();
      var number =
          sqs.sendMessage(s ->
                  s.queueUrl(url).messageBody("x").messageGroupId("g").messageDeduplicationId(id))
              .sequenceNumber();
      var message = sqs.receiveMessage(r -> r.queueUrl(url)).messages().getFirst();
      sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      return number;
    }
  }
}
