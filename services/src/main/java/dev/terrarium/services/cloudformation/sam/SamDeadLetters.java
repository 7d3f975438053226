package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Json;

/// The dead-letter queue of an event: one that is named, or one that is made.
final class SamDeadLetters {
  private SamDeadLetters() {}

  /// Whether a configuration wants a queue made.
  static boolean isMade(JsonNode config) {
    return config.has("Type");
  }

  /// The logical id of the queue that is made.
  static String queueId(SamFunction function, String event, JsonNode config) {
    return config.path("QueueLogicalId").asText(function.name() + event + "Queue");
  }

  /// The ARN of the queue, which is made if that is wanted.
  static JsonNode queue(
      SamFunction function, SamTransform transform, String event, JsonNode config) {
    var wanted = isMade(config);
    if (config.has("Arn") == wanted) {
      throw SamErrors.event(
          function.name(),
          event,
          wanted
              ? "You can either set 'Arn' or 'Type' property for DeadLetterConfig, not both"
              : "'Arn' or 'Type' property is required for DeadLetterConfig");
    }
    if (!wanted) {
      return config.get("Arn");
    }
    if (!config.path("Type").asText().equals("SQS")) {
      throw SamErrors.event(
          function.name(), event, "The only valid value for 'Type' of DeadLetterConfig is 'SQS'");
    }
    var name = queueId(function, event, config);
    transform.add(name, "AWS::SQS::Queue", Json.object(), function.source());
    return Trees.attribute(name, "Arn");
  }
}
