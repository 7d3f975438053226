package dev.terrarium.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.sqs.SqsClient;

/// A standard queue that is filled and drained; and a queue that a topic fills.
final class QueueLoad implements Load {
  private final AtomicInteger number = new AtomicInteger();
  private final Set<String> tried = ConcurrentHashMap.newKeySet();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> deleting = ConcurrentHashMap.newKeySet();
  private final Set<String> deleted = ConcurrentHashMap.newKeySet();
  private final boolean throughTopic;
  private String url = "";
  private String topic = "";

  QueueLoad(boolean throughTopic) {
    this.throughTopic = throughTopic;
  }

  @Override
  public void prepare(Clients clients) {
    var name = throughTopic ? "of-topic" : "standard";
    url = clients.sqs().createQueue(q -> q.queueName(name)).queueUrl();
    if (throughTopic) {
      topic = clients.sns().createTopic(t -> t.name("topic")).topicArn();
      clients
          .sns()
          .subscribe(s ->
              s.topicArn(topic)
                  .protocol("sqs")
                  .endpoint("arn:aws:sqs:us-east-1:000000000000:" + name)
                  .attributes(java.util.Map.of("RawMessageDelivery", "true")));
    }
  }

  @Override
  public void run(Clients clients, BooleanSupplier goesOn) {
    while (goesOn.getAsBoolean()) {
      var body = "m" + number.incrementAndGet();
      tried.add(body);
      if (throughTopic) {
        clients.sns().publish(p -> p.topicArn(topic).message(body));
      } else {
        clients.sqs().sendMessage(m -> m.queueUrl(url).messageBody(body));
      }
      sent.add(body);
      if (body.endsWith("5")) {
        receive(clients.sqs());
      }
    }
  }

  /// Takes some messages; those whose turn it is are deleted, the others come back at once.
  private Set<String> receive(SqsClient sqs) {
    var found = new HashSet<String>();
    var messages =
        sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(0))
            .messages();
    for (var message : messages) {
      var body = message.body();
      assertThat(tried).as("only what was sent is received").contains(body);
      assertThat(deleted).as("what was acknowledged as deleted stays so").doesNotContain(body);
      found.add(body);
      deleting.add(body);
      sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      deleted.add(body);
    }
    return found;
  }

  @Override
  public int acknowledged() {
    return sent.size();
  }

  @Override
  public void check(Clients clients) {
    var missing = new TreeSet<>(sent);
    missing.removeAll(deleting);
    for (var found = receive(clients.sqs()); !found.isEmpty(); found = receive(clients.sqs())) {
      missing.removeAll(found);
    }
    assertThat(missing).as("acknowledged messages that are lost").isEmpty();
  }

  @Override
  public String toString() {
    return (throughTopic ? "through the topic " : "standard queue ")
        + sent.size()
        + " sent, "
        + deleted.size()
        + " deleted";
  }
}
