package dev.terrarium.systems.library.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Once;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.sns.SnsClient;

/// Tells of each new book once. Its mapping lets through nothing but insertions.
public final class Tell extends ChangeHandler {
  private final SnsClient sns = Aws.sns();
  private final String topic = variable("TOPIC");
  private final Once once = new Once(Aws.dynamo(), variable("TOLD"));

  @Override
  protected void changes(List<Change> changes) {
    for (var change : changes) {
      var isbn = Objects.requireNonNull(change.keys().get("isbn")).s();
      var title = Objects.requireNonNull(change.newImage().get("title")).s();
      once.run(
          isbn,
          change.id(),
          () ->
              sns.publish(
                  publish -> publish.topicArn(topic).subject("New book: " + title).message(isbn)));
    }
  }
}
