package dev.terrarium.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

@Timeout(60)
final class FifoQueueTest extends QueueFixture {
  @Test
  void aGroupGivesOutNothingMoreWhileOneOfItIsInFlight() {
    var url = fifo("q");
    sendTo(url, "a", "a1", "a2");
    sendTo(url, "b", "b1");
    var first = one(url);
    assertThat(first.body()).isEqualTo("a1");
    assertThat(bodies(url)).containsExactly("b1");
    delete(url, first);
    assertThat(bodies(url)).containsExactly("a2");
  }

  @Test
  void aMessageThatComesBackComesBeforeThoseBehindIt() {
    var url = fifo("q");
    sendTo(url, "a", "a1", "a2", "a3");
    assertThat(one(url).body()).isEqualTo("a1");
    pass(Duration.ofSeconds(30));
    assertThat(bodies(url)).containsExactly("a1", "a2", "a3");
  }

  @Test
  void aRepetitionWithinFiveMinutesGetsTheFirstAnswer() {
    var url = fifo("q");
    var first = sendOnce(url, "one");
    var again = sendOnce(url, "another body, same id");
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(again.sequenceNumber()).isEqualTo(first.sequenceNumber());
    var message = take(url).getFirst();
    assertThat(message.body()).isEqualTo("one");
    delete(url, message);
    pass(Duration.ofMinutes(5));
    assertThat(sendOnce(url, "later").sequenceNumber()).isGreaterThan(first.sequenceNumber());
    assertThat(bodies(url)).containsExactly("later");
  }

  private SendMessageResponse sendOnce(String url, String body) {
    return sqs.sendMessage(
        m -> m.queueUrl(url).messageBody(body).messageGroupId("g").messageDeduplicationId("same"));
  }

  @Test
  void aRepeatedReceiveAttemptGetsTheSameMessages() {
    var url = fifo("q");
    sendTo(url, "a", "a1", "a2");
    var first = attempt(url);
    var again = attempt(url);
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThatThrownBy(() -> delete(url, first))
        .as("only the newest handle counts")
        .isInstanceOf(AwsServiceException.class);
    delete(url, again);
    assertThat(bodies(url)).containsExactly("a2");
  }

  private Message attempt(String url) {
    return sqs.receiveMessage(r -> r.queueUrl(url).receiveRequestAttemptId("try"))
        .messages()
        .getFirst();
  }

  @Test
  void aHandleThatExpiredDeletesNothing() {
    var url = fifo("q");
    sendTo(url, "a", "a1");
    var first = one(url);
    pass(Duration.ofSeconds(30));
    assertThatThrownBy(() -> delete(url, first)).hasMessageContaining("expired");
    assertThat(bodies(url)).containsExactly("a1");
  }

  @Test
  void orderFlightAndDeduplicationSurviveARestart() {
    var url = fifo("q");
    sendTo(url, "a", "a1", "a2");
    sendTo(url, "b", "b1");
    var flying = one(url);
    try (var next = Cloud.builder().store(store.fork()).clock(cloud.clock()).build()) {
      next.resume();
      sqs = next.client(SqsClient.class);
      sendTo(url, "a", "a1");
      assertThat(bodies(url)).containsExactly("b1");
      delete(url, flying);
      assertThat(bodies(url)).containsExactly("a2");
    }
  }

  @Test
  void aSendNeedsAGroupAndADeduplicationId() {
    var url = fifo("q");
    assertThatThrownBy(() -> send(url, "x")).hasMessageContaining("MessageGroupId");
    assertThatThrownBy(
            () -> sqs.sendMessage(m -> m.queueUrl(url).messageBody("x").messageGroupId("g")))
        .hasMessageContaining("ContentBasedDeduplication");
  }

  private Message one(String url) {
    return sqs.receiveMessage(r -> r.queueUrl(url)).messages().getFirst();
  }
}
