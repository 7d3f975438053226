package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a function's asynchronous invocations end: queues and topics are made where none is named,
/// and the function's role may use all.
final class SamDestinations {
  /// What a kind of destination is called in its policy, what that allows, and which type is made.
  private record Kind(String policy, String action, @Nullable String type, String suffix) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "SQS", new Kind("SQSPolicy", "sqs:SendMessage", "AWS::SQS::Queue", "Queue"),
          "SNS", new Kind("SNSPolicy", "sns:publish", "AWS::SNS::Topic", "Topic"),
          "Lambda", new Kind("LambdaPolicy", "lambda:InvokeFunction", null, ""),
          "EventBridge", new Kind("EventBridgePolicy", "events:PutEvents", null, ""),
          "S3Bucket", new Kind("S3Policy", "s3:PutObject", null, ""));

  private final SamTransform transform;
  private final String function;
  private final ObjectNode source;
  private final List<ObjectNode> policies = new ArrayList<>();

  SamDestinations(SamTransform transform, String function, ObjectNode source) {
    this.transform = transform;
    this.function = function;
    this.source = source;
  }

  /// The ARN of a destination, made as what its type says if none is named.
  ///
  /// @param id the logical id that what is made begins with
  JsonNode arn(String id, JsonNode config) {
    var kind = KINDS.get(config.path("Type").asText());
    if (kind == null) {
      throw SamErrors.resource(
          function,
          "'Type: %s' must be one of [SQS, SNS, EventBridge, Lambda, S3Bucket]"
              .formatted(config.path("Type").asText("None")));
    }
    var arn = config.has("Destination") ? config.get("Destination") : made(id, kind, config);
    var resource =
        kind.action().equals("s3:PutObject")
            ? Trees.object(
                "Fn::Join", Trees.list(Trees.text(""), Trees.list(arn, Trees.text("/*"))))
            : arn;
    var statement = Trees.object("Action", kind.action(), "Effect", "Allow", "Resource", resource);
    policies.add(
        Trees.object(
            "PolicyName",
            id + kind.policy(),
            "PolicyDocument",
            Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement))));
    return arn;
  }

  /// What the function's role needs for them.
  List<ObjectNode> policies() {
    return policies;
  }

  private JsonNode made(String id, Kind kind, JsonNode config) {
    if (kind.type() == null) {
      throw SamErrors.resource(
          function,
          "Destination is required if Type is not one of [SQS, SNS]: "
              + config.path("Type").asText());
    }
    var name = id + kind.suffix();
    transform.add(name, kind.type(), Trees.object(), source);
    return kind.suffix().equals("Topic") ? Trees.ref(name) : Trees.attribute(name, "Arn");
  }
}
