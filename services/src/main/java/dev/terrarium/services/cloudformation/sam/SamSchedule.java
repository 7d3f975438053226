package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import java.util.Set;

/// An event of type `ScheduleV2`: an `AWS::Scheduler::Schedule` that invokes the function, with a
/// role for it unless one is named, and a dead-letter queue if one is wished.
final class SamSchedule {
  private static final String[] COPIED = {
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State"
  };

  /// What a schedule may say.
  static final Set<String> KNOWN =
      Set.of(
          "DeadLetterConfig",
          "Description",
          "EndDate",
          "FlexibleTimeWindow",
          "GroupName",
          "Input",
          "KmsKeyArn",
          "Name",
          "OmitName",
          "PermissionsBoundary",
          "RetryPolicy",
          "RoleArn",
          "ScheduleExpressionTimezone",
          "StartDate",
          "State");

  private final SamFunction function;
  private final SamTransform transform;
  private final String event;
  private final String id;
  private final JsonNode properties;

  SamSchedule(SamFunction function, SamTransform transform, String event, JsonNode properties) {
    this.function = function;
    this.transform = transform;
    this.event = event;
    this.id = function.name() + event;
    this.properties = properties;
  }

  void convert() {
    var schedule = Json.object();
    Trees.copy(properties, schedule, COPIED);
    if (!schedule.has("FlexibleTimeWindow")) {
      schedule.set("FlexibleTimeWindow", Trees.object("Mode", "OFF"));
    }
    if (properties.path("OmitName").asBoolean()) {
      if (properties.has("Name")) {
        throw SamErrors.event(
            function.name(),
            event,
            "'OmitName' cannot be set to true when 'Name' property is provided");
      }
    } else {
      schedule.set("Name", properties.has("Name") ? properties.get("Name") : Trees.text(id));
    }
    var target = Trees.object("Arn", function.arnForEvents());
    var policies =
        Trees.list(policy(id + "LambdaPolicy", "lambda:InvokeFunction", function.arnForEvents()));
    if (properties.has("DeadLetterConfig")) {
      var queue =
          SamDeadLetters.queue(function, transform, event, properties.get("DeadLetterConfig"));
      target.set("DeadLetterConfig", Trees.object("Arn", queue));
      policies.add(policy(id + "SQSPolicy", "sqs:SendMessage", queue));
    }
    target.set("RoleArn", properties.has("RoleArn") ? properties.get("RoleArn") : role(policies));
    Trees.copy(properties, target, "Input", "RetryPolicy");
    schedule.set("Target", target);
    transform.add(id, "AWS::Scheduler::Schedule", schedule, function.source());
  }

  private ObjectNode role(ArrayNode policies) {
    var statement =
        Trees.object(
            "Effect",
            "Allow",
            "Action",
            Trees.list(Trees.text("sts:AssumeRole")),
            "Principal",
            Trees.object("Service", Trees.list(Trees.text("scheduler.amazonaws.com"))));
    var role = Trees.object("AssumeRolePolicyDocument", document(statement), "Policies", policies);
    Trees.copy(properties, role, "PermissionsBoundary");
    transform.add(id + "Role", "AWS::IAM::Role", role, function.source());
    return Trees.attribute(id + "Role", "Arn");
  }

  private static ObjectNode policy(String name, String action, JsonNode resource) {
    var statement = Trees.object("Action", action, "Effect", "Allow", "Resource", resource);
    return Trees.object("PolicyName", name, "PolicyDocument", document(statement));
  }

  private static ObjectNode document(ObjectNode statement) {
    return Trees.object("Version", "2012-10-17", "Statement", Trees.list(statement));
  }
}
