package dev.terrarium.services.eventbridge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// What a target gets of an event: all of it, a part, something made of it, or something else.
final class TargetBody {
  private final Target target;
  private final RuleKey rule;
  private final Delivery delivery;

  TargetBody(Target target, RuleKey rule, Delivery delivery) {
    this.target = target;
    this.rule = rule;
    this.delivery = delivery;
  }

  /// The event as it came.
  ObjectNode event() {
    return (ObjectNode) Json.parse(delivery.event());
  }

  /// The text to deliver.
  String text() {
    if (target.input() != null) {
      return target.input();
    } else if (target.inputPath() != null && !target.inputPath().equals("$")) {
      var part = JsonPath.find(event(), target.inputPath());
      return part.isMissingNode() ? "null" : Json.write(part);
    } else if (target.inputTransformer() != null) {
      var ingested = Instant.ofEpochMilli(delivery.sinceMillis());
      return InputTemplate.fill(target.inputTransformer(), event(), rule, ingested);
    }
    return delivery.event();
  }
}
