package dev.terrarium.services.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.PurgeQueueInProgressException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.TooManyEntriesInBatchRequestException;

@Timeout(60)
final class StandardQueueTest extends QueueFixture {
  @Test
  void receivingHidesAMessageUntilItsVisibilityTimeoutEnds() {
    var url = queue("q");
    send(url, "a");
    var first = take(url).getFirst();
    assertThat(first.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
    pass(Duration.ofSeconds(29));
    assertThat(take(url)).isEmpty();
    pass(Duration.ofSeconds(1));
    var second = take(url).getFirst();
    assertThat(second.messageId()).isEqualTo(first.messageId());
    assertThat(second.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "2");
    delete(url, second);
    pass(Duration.ofMinutes(1));
    assertThat(take(url)).isEmpty();
  }

  @Test
  void visibilityCanBeChangedWhileAMessageIsInFlight() {
    var url = queue("q");
    send(url, "a");
    var message = take(url).getFirst();
    change(url, message, 100);
    pass(Duration.ofSeconds(99));
    assertThat(take(url)).isEmpty();
    change(url, message, 0);
    assertThat(bodies(url)).containsExactly("a");
    pass(Duration.ofSeconds(30));
    assertThatThrownBy(() -> change(url, message, 10))
        .isInstanceOf(AwsServiceException.class)
        .hasMessageContaining("in flight");
  }

  private void change(String url, Message message, int seconds) {
    sqs.changeMessageVisibility(
        c -> c.queueUrl(url).receiptHandle(message.receiptHandle()).visibilityTimeout(seconds));
  }

  @Test
  void whatIsEmptyIsLeftOut() {
    assertThat(sqs.listQueues(r -> {}).hasQueueUrls()).isFalse();
    var url = queue("q");
    assertThat(sqs.listQueueTags(r -> r.queueUrl(url)).hasTags()).isFalse();
    assertThat(sqs.getQueueAttributes(r -> r.queueUrl(url)).hasAttributes()).isFalse();
  }

  @Test
  void aFifoQueueHasTheSuffix() {
    assertThatThrownBy(() ->
            sqs.createQueue(
                r -> r.queueName("q").attributesWithStrings(Map.of("FifoQueue", "true"))))
        .hasMessageContaining("must end with .fifo suffix");
  }

  @Test
  void anEmptyQueueAnswersWithoutAList() {
    var url = queue("q");
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).hasMessages()).isFalse();
    send(url, "a");
    assertThat(sqs.receiveMessage(r -> r.queueUrl(url)).hasMessages()).isTrue();
  }

  @Test
  void aDelayedMessageComesWhenItsDelayIsOver() {
    var url = queue("q", "DelaySeconds", "5");
    send(url, "queue's delay");
    sqs.sendMessage(m -> m.queueUrl(url).messageBody("own delay").delaySeconds(10));
    assertThat(take(url)).isEmpty();
    pass(Duration.ofSeconds(5));
    assertThat(bodies(url)).containsExactly("queue's delay");
    pass(Duration.ofSeconds(5));
    assertThat(bodies(url)).containsExactly("own delay");
  }

  @Test
  void aLongPollEndsWhenAMessageArrives() {
    var url = queue("q");
    var poll = poll(url);
    send(url, "a");
    assertThat(poll.join()).extracting(Message::body).containsExactly("a");
  }

  @Test
  void aLongPollEndsWhenAMessageBecomesVisibleAgain() {
    var url = queue("q", "VisibilityTimeout", "3");
    send(url, "a");
    take(url);
    var poll = poll(url);
    // The poll may begin after the time has moved: then it finds the message at once.
    pass(Duration.ofSeconds(3));
    assertThat(poll.join()).extracting(Message::body).containsExactly("a");
  }

  @Test
  void everyOneOfManyPollsGetsItsMessage() {
    var url = queue("q");
    var polls = java.util.stream.Stream.generate(() -> poll(url)).limit(20).toList();
    for (int i = 0; i < 20; i++) {
      send(url, "m" + i);
    }
    var received = polls.stream().flatMap(p -> p.join().stream()).map(Message::body).toList();
    assertThat(received).doesNotHaveDuplicates().hasSize(20);
  }

  private CompletableFuture<List<Message>> poll(String url) {
    return CompletableFuture.supplyAsync(
        () -> sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20)).messages(),
        work -> Thread.ofVirtual().start(work));
  }

  @Test
  void aMessageThatIsReceivedTooOftenBecomesADeadLetterAndCanBeMovedBack() {
    var dead = queue("dead");
    var url = queue("q", "VisibilityTimeout", "1");
    sqs.setQueueAttributes(s -> s.queueUrl(url).attributesWithStrings(redrive("dead", 2)));
    send(url, "poison");
    for (int i = 0; i < 2; i++) {
      assertThat(bodies(url)).containsExactly("poison");
      pass(Duration.ofSeconds(1));
    }
    assertThat(take(url)).isEmpty();
    var letter = take(dead).getFirst();
    assertThat(letter.body()).isEqualTo("poison");
    assertThat(letter.attributes())
        .containsEntry(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN, arn("q"));
    pass(Duration.ofSeconds(30));
    sqs.startMessageMoveTask(m -> m.sourceArn(arn("dead")));
    pass(Duration.ZERO);
    assertThat(
            sqs.listMessageMoveTasks(l -> l.sourceArn(arn("dead"))).results().getFirst().status())
        .isEqualTo("COMPLETED");
    assertThat(bodies(url)).containsExactly("poison");
    assertThat(take(dead)).isEmpty();
  }

  @Test
  void messagesAreForgottenWhenTheirRetentionEnds() {
    var url = queue("q", "MessageRetentionPeriod", "60");
    send(url, "old");
    pass(Duration.ofSeconds(40));
    send(url, "new");
    pass(Duration.ofSeconds(20));
    assertThat(bodies(url)).containsExactly("new");
  }

  @Test
  void aDeadLetterKeepsItsAge() {
    var dead = queue("dead", "MessageRetentionPeriod", "100");
    var url = queue("q", "VisibilityTimeout", "0");
    sqs.setQueueAttributes(s -> s.queueUrl(url).attributesWithStrings(redrive("dead", 1)));
    send(url, "poison");
    pass(Duration.ofSeconds(50));
    assertThat(take(dead)).isEmpty();
    pass(Duration.ofSeconds(40));
    take(url);
    assertThat(take(url)).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(take(dead)).isEmpty();
  }

  @Test
  void purgingForgetsEverythingOncePerMinute() {
    var url = queue("q");
    send(url, "a", "b");
    take(url);
    sqs.purgeQueue(p -> p.queueUrl(url));
    pass(Duration.ofSeconds(31));
    assertThat(take(url)).isEmpty();
    assertThatThrownBy(() -> sqs.purgeQueue(p -> p.queueUrl(url)))
        .isInstanceOf(PurgeQueueInProgressException.class);
    pass(Duration.ofSeconds(30));
    sqs.purgeQueue(p -> p.queueUrl(url));
  }

  @Test
  void everythingIsThereAfterARestart() {
    var url = queue("q");
    send(url, "waiting", "in flight");
    sqs.sendMessage(m -> m.queueUrl(url).messageBody("delayed").delaySeconds(60));
    var one = sqs.receiveMessage(r -> r.queueUrl(url).visibilityTimeout(50)).messages().getFirst();
    var other = one.body().equals("waiting") ? "in flight" : "waiting";
    try (var next = Cloud.builder().store(store.fork()).clock(cloud.clock()).build()) {
      next.resume();
      sqs = next.client(SqsClient.class);
      assertThat(bodies(url)).containsExactly(other);
      next.timers().advance(Duration.ofSeconds(60));
      assertThat(bodies(url)).containsExactlyInAnyOrder("waiting", "in flight", "delayed");
      delete(url, one);
    }
  }

  @Test
  void aBatchIsRefusedAsAWholeOrPerEntry() {
    var url = queue("q");
    var good = SendMessageBatchRequestEntry.builder().id("a").messageBody("x").build();
    assertThatThrownBy(() -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(List.of())))
        .isInstanceOf(EmptyBatchRequestException.class);
    assertThatThrownBy(() -> sqs.sendMessageBatch(b -> b.queueUrl(url).entries(good, good)))
        .isInstanceOf(BatchEntryIdsNotDistinctException.class);
    assertThatThrownBy(() ->
            sqs.sendMessageBatch(b ->
                b.queueUrl(url)
                    .entries(
                        java.util.stream.IntStream.range(0, 11)
                            .mapToObj(i -> good.toBuilder().id("i" + i).build())
                            .toList())))
        .isInstanceOf(TooManyEntriesInBatchRequestException.class);
    var mixed =
        sqs.sendMessageBatch(b ->
            b.queueUrl(url).entries(good, good.toBuilder().id("b").messageBody("\u0001").build()));
    assertThat(mixed.successful()).extracting(e -> e.id()).containsExactly("a");
    assertThat(mixed.failed()).extracting(e -> e.id()).containsExactly("b");
    assertThat(mixed.failed().getFirst().senderFault()).isTrue();
    assertThat(bodies(url)).containsExactly("x");
  }

  @Test
  void whatIsWrongIsRefusedAsAwsDoes() {
    var url = queue("q");
    assertThatThrownBy(() -> queue("r", "VisibilityTimeout", "43201"))
        .hasMessageContaining("VisibilityTimeout");
    assertThatThrownBy(() -> queue("r", "NoSuch", "1")).hasMessageContaining("NoSuch");
    assertThatThrownBy(() -> sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(11)))
        .hasMessageContaining("MaxNumberOfMessages");
    assertThatThrownBy(() -> sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle("nonsense")))
        .isInstanceOf(ReceiptHandleIsInvalidException.class);
    sqs.deleteQueue(d -> d.queueUrl(url));
    assertThatThrownBy(() -> send(url, "a")).isInstanceOf(QueueDoesNotExistException.class);
  }

  @Test
  void aNoisyGroupDoesNotHoldUpTheOthers() {
    var url = queue("q");
    for (int i = 0; i < 300; i++) {
      sqs.sendMessage(m -> m.queueUrl(url).messageBody("noise").messageGroupId("noisy"));
    }
    for (int i = 0; i < 20; i++) {
      take(url);
    }
    sqs.sendMessage(m -> m.queueUrl(url).messageBody("quiet").messageGroupId("quiet"));
    assertThat(bodies(url)).contains("quiet");
  }
}
