package dev.terrarium.systems.cdc.functions;

import dev.terrarium.systems.functions.Aws;
import dev.terrarium.systems.functions.Change;
import dev.terrarium.systems.functions.ChangeHandler;
import dev.terrarium.systems.functions.Once;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sns.SnsClient;

/// Tells of prices that were halved, of each change once.
public final class Notify extends ChangeHandler {
  private final SnsClient sns = Aws.sns();
  private final String topic = variable("TOPIC");
  private final Once once = new Once(Aws.dynamo(), variable("TOLD"));

  @Override
  protected void changes(List<Change> changes) {
    for (var change : changes) {
      if (change.kind().equals("MODIFY") && isHalved(change)) {
        var id = Objects.requireNonNull(change.keys().get("id")).s();
        once.run(
            change.id(),
            change.id(),
            () -> sns.publish(p -> p.topicArn(topic).subject("HALVED " + id).message("Buy now.")));
      }
    }
  }

  private static boolean isHalved(Change change) {
    var before = price(change.oldImage());
    return price(change.newImage()).multiply(BigDecimal.TWO).compareTo(before) <= 0;
  }

  /// @throws IllegalArgumentException if it is none: then this consumer does not know what to do
  private static BigDecimal price(Map<String, AttributeValue> image) {
    var price = Objects.requireNonNull(image.get("price"));
    if (price.n() == null) {
      throw new IllegalArgumentException("Not a price: " + price);
    }
    return new BigDecimal(price.n());
  }
}
