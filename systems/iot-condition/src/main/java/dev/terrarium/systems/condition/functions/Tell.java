package dev.terrarium.systems.condition.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Images;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.sns.SnsClient;

/// Tells of crossings, each device's in their order. What is told twice, because a batch comes
/// again, has the same deduplication id and is one message.
public final class Tell extends ChangeHandler {
  private final SnsClient sns = Aws.sns();
  private final String topic = variable("TOPIC");

  @Override
  protected void changes(List<Change> changes) {
    for (var change : changes) {
      var crossing = change.newImage();
      var device = Objects.requireNonNull(crossing.get("device")).s();
      var at = Objects.requireNonNull(crossing.get("at")).n();
      sns.publish(publish ->
          publish
              .topicArn(topic)
              .messageGroupId(device)
              .messageDeduplicationId(device + "-" + at)
              .message(Images.json(crossing).toString()));
    }
  }
}
