package dev.terrarium.systems;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A queue, looked at from outside.
public record Queue(SqsClient sqs, String url) {
  /// Messages that wait, are being handled or will come back.
  public int size() {
    return attributes(
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED)
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  /// Its ARN.
  public String arn() {
    return attributes(QueueAttributeName.QUEUE_ARN).values().iterator().next();
  }

  private Map<String, String> attributes(QueueAttributeName... names) {
    return sqs.getQueueAttributes(get -> get.queueUrl(url).attributeNames(names))
        .attributesAsStrings();
  }

  /// Takes every message that is visible out of it, and returns what they say.
  public List<String> take() {
    var bodies = new ArrayList<String>();
    while (true) {
      var messages = sqs.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
      if (messages.isEmpty()) {
        return bodies;
      }
      for (var message : messages) {
        bodies.add(message.body());
        sqs.deleteMessage(d -> d.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
    }
  }
}
