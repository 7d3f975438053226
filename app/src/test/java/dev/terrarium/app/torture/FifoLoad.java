package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.sqs.SqsClient;

/// One group of a FIFO queue: messages come in the order in which they were sent, once.
final class FifoLoad implements Load {
  private final String group;
  private final AtomicInteger number = new AtomicInteger();
  private final Set<Integer> sent = ConcurrentHashMap.newKeySet();
  private final Set<Integer> deleting = ConcurrentHashMap.newKeySet();
  private int lastDeleted;
  private volatile int acknowledged;
  private String url = "";

  FifoLoad(String group) {
    this.group = group;
  }

  @Override
  public void prepare(Clients clients) {
    url =
        clients
            .sqs()
            .createQueue(q ->
                q.queueName(group + ".fifo").attributesWithStrings(Map.of("FifoQueue", "true")))
            .queueUrl();
  }

  @Override
  public void run(Clients clients, BooleanSupplier goesOn) {
    while (goesOn.getAsBoolean()) {
      var n = number.incrementAndGet();
      clients
          .sqs()
          .sendMessage(m ->
              m.queueUrl(url)
                  .messageBody("" + n)
                  .messageGroupId(group)
                  .messageDeduplicationId("" + n));
      sent.add(n);
      acknowledged++;
      if (n % 7 == 0) {
        receive(clients.sqs());
      }
    }
  }

  private int receive(SqsClient sqs) {
    var messages =
        sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(5).visibilityTimeout(1))
            .messages();
    for (var message : messages) {
      var n = Integer.parseInt(message.body());
      assertThat(n).as("order of a group, and no return of the deleted").isGreaterThan(lastDeleted);
      var skipped = new TreeSet<>(sent);
      skipped.removeIf(s -> s <= lastDeleted || s >= n || deleting.contains(s));
      assertThat(skipped).as("acknowledged messages that were passed over").isEmpty();
      deleting.add(n);
      sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      lastDeleted = n;
      sent.removeIf(s -> s <= n);
      deleting.removeIf(s -> s <= n);
    }
    return messages.size();
  }

  @Override
  public int acknowledged() {
    return acknowledged;
  }

  /// What was in flight at the kill comes back when its second is over.
  @Override
  public void check(Clients clients) {
    while (receive(clients.sqs()) > 0 || isHidden(clients.sqs())) {}
    sent.removeAll(deleting);
    assertThat(sent).as("acknowledged messages that are lost").isEmpty();
  }

  private boolean isHidden(SqsClient sqs) {
    var attribute = "ApproximateNumberOfMessagesNotVisible";
    var hidden =
        sqs.getQueueAttributes(q -> q.queueUrl(url).attributeNamesWithStrings(attribute))
            .attributesAsStrings()
            .get(attribute);
    return !"0".equals(hidden);
  }

  @Override
  public String toString() {
    return "FIFO queue " + acknowledged + " sent, up to " + lastDeleted + " deleted in order";
  }
}
