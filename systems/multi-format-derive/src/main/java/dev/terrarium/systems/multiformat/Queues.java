package dev.terrarium.systems.multiformat;

import dev.terrarium.systems.Run;
import java.util.List;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// The queues between topic and functions.
final class Queues {
  static final List<String> SUBSCRIBERS =
      List.of("Documents", "Images", "Operations", "Marketing", "Sales");

  private final Run run;

  Queues(Run run) {
    this.run = run;
  }

  /// Messages that wait, are being handled or will come back.
  int messages(String output) {
    var attributes =
        run.clients
            .sqs
            .getQueueAttributes(get ->
                get.queueUrl(run.output(output))
                    .attributeNames(
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributesAsStrings();
    return attributes.values().stream().mapToInt(Integer::parseInt).sum();
  }

  /// Messages in all subscribers' queues.
  int waiting() {
    return SUBSCRIBERS.stream().mapToInt(name -> messages(name + "Queue")).sum();
  }

  /// Messages in a subscriber's dead-letter queue.
  int dead(String subscriber) {
    return messages(subscriber + "DeadLetters");
  }

  /// Sends what lies in a dead-letter queue back to where it came from.
  void redrive(String subscriber) {
    var arn =
        run.clients
            .sqs
            .getQueueAttributes(get ->
                get.queueUrl(run.output(subscriber + "DeadLetters"))
                    .attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN);
    run.clients.sqs.startMessageMoveTask(move -> move.sourceArn(arn));
  }
}
