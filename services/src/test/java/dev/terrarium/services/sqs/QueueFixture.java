package dev.terrarium.services.sqs;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.MemoryStore;
import dev.terrarium.kernel.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/// A cloud whose clock stands, and short words for queues.
abstract class QueueFixture {
  final MemoryStore store = new MemoryStore();
  final Cloud cloud =
      Cloud.builder()
          .store(store)
          .clock(Clock.stoppedAt(Instant.parse("2026-01-01T00:00:00Z")))
          .build();
  SqsClient sqs = cloud.client(SqsClient.class);

  @AfterEach
  void close() {
    cloud.close();
  }

  String queue(String name, String... attributes) {
    var map = new java.util.HashMap<String, String>();
    for (int i = 0; i < attributes.length; i += 2) {
      map.put(attributes[i], attributes[i + 1]);
    }
    return sqs.createQueue(q -> q.queueName(name).attributesWithStrings(map)).queueUrl();
  }

  String fifo(String name) {
    return queue(name + ".fifo", "FifoQueue", "true");
  }

  void send(String url, String... bodies) {
    for (var body : bodies) {
      sqs.sendMessage(m -> m.queueUrl(url).messageBody(body));
    }
  }

  void sendTo(String url, String group, String... bodies) {
    for (var body : bodies) {
      sqs.sendMessage(m ->
          m.queueUrl(url)
              .messageBody(body)
              .messageGroupId(group)
              .messageDeduplicationId(group + body));
    }
  }

  List<Message> take(String url) {
    return sqs.receiveMessage(
            ReceiveMessageRequest.builder()
                .queueUrl(url)
                .maxNumberOfMessages(10)
                .messageSystemAttributeNamesWithStrings("All")
                .messageAttributeNames("All")
                .build())
        .messages();
  }

  List<String> bodies(String url) {
    return take(url).stream().map(Message::body).toList();
  }

  void delete(String url, Message message) {
    sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
  }

  void pass(Duration time) {
    cloud.timers().advance(time);
  }

  static String arn(String name) {
    return "arn:aws:sqs:us-east-1:000000000000:" + name;
  }

  static Map<String, String> redrive(String target, int receives) {
    return Map.of(
        "RedrivePolicy",
        "{\"deadLetterTargetArn\":\"" + arn(target) + "\",\"maxReceiveCount\":" + receives + "}");
  }
}
