package dev.terrarium.services.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.NamedOperation;
import dev.terrarium.kernel.Principal;
import dev.terrarium.services.scheduler.TargetCall.Universal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.scheduler.model.Target;

/// Checks what schedules are to call: that it is something that can be called, that it is told what
/// it needs, and that the role may be assumed.
final class TargetChecks {
  private static final Set<String> TEMPLATED =
      Set.of(
          "codebuild",
          "codepipeline",
          "ecs",
          "events",
          "firehose",
          "inspector",
          "kinesis",
          "lambda",
          "sagemaker",
          "sns",
          "sqs",
          "states");

  /// What requests must have that are asked for most: the SDK itself does not tell.
  private static final Map<String, List<String>> REQUIRED =
      Map.ofEntries(
          Map.entry("dynamodb:DeleteItem", List.of("TableName", "Key")),
          Map.entry("dynamodb:PutItem", List.of("TableName", "Item")),
          Map.entry("dynamodb:UpdateItem", List.of("TableName", "Key")),
          Map.entry("eventbridge:PutEvents", List.of("Entries")),
          Map.entry("firehose:PutRecord", List.of("DeliveryStreamName", "Record")),
          Map.entry("kinesis:PutRecord", List.of("Data", "PartitionKey")),
          Map.entry("sfn:StartExecution", List.of("StateMachineArn")),
          Map.entry("sns:Publish", List.of("Message")),
          Map.entry("sqs:CreateQueue", List.of("QueueName")),
          Map.entry("sqs:DeleteQueue", List.of("QueueUrl")),
          Map.entry("sqs:PurgeQueue", List.of("QueueUrl")),
          Map.entry("sqs:SendMessage", List.of("QueueUrl", "MessageBody")));

  private final Cloud cloud;

  TargetChecks(Cloud cloud) {
    this.cloud = cloud;
  }

  void check(Target target) {
    var arn = Arn.of(target.arn()).orElseThrow(TargetChecks::malformed);
    var universal = Universal.of(arn).orElse(null);
    if (universal != null) {
      universal(universal, target);
    } else if (TEMPLATED.contains(arn.service())
        && !arn.account().isEmpty()
        && !arn.resource().isEmpty()) {
      templated(arn, target);
    } else {
      throw malformed();
    }
    role(target.roleArn());
  }

  private static AwsServiceException malformed() {
    return SchedulerErrors.validation("Provided Arn is not in correct format.");
  }

  private void universal(Universal universal, Target target) {
    var service = NamedOperation.service(cloud, universal.service()).orElse(null);
    var operation =
        service == null ? null : NamedOperation.of(service, universal.action()).orElse(null);
    if (universal.isReading() || service != null && operation == null) {
      throw SchedulerErrors.validation(
          target.arn() + " is not a supported API for EventBridge Scheduler.");
    }
    var input = target.input() == null ? MissingNode.getInstance() : json(target.input());
    if (input == null || !input.isMissingNode() && !input.isObject()) {
      throw request("Request payload is not a valid JSON object");
    }
    if (operation == null) {
      return; // A service that AWS has and Terrarium does not: its calls will fail by name.
    }
    var named = universal.service() + ":" + operation.operation().name();
    var missing =
        Stream.concat(
                operation.required().stream(), REQUIRED.getOrDefault(named, List.of()).stream())
            .filter(name -> !input.has(name))
            .toList();
    if (!missing.isEmpty()) {
      throw request(
          "Request payload is missing the following field(s): " + String.join(", ", missing));
    }
    var known = operation.parameters();
    input
        .fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name)) {
            throw request("Request payload has the following unknown field(s): " + name);
          }
        });
  }

  private static AwsServiceException request(String reason) {
    return SchedulerErrors.validation("Invalid RequestJson provided. Reason " + reason + ".");
  }

  private static void templated(Arn arn, Target target) {
    switch (arn.service()) {
      case "kinesis" -> need(target.kinesisParameters(), "KinesisParameters");
      case "events" -> need(target.eventBridgeParameters(), "EventBridgeParameters");
      case "ecs" -> need(target.ecsParameters(), "EcsParameters");
      case "sqs" -> {
        var parameters = target.sqsParameters();
        var group = parameters == null ? null : parameters.messageGroupId();
        if (arn.resource().endsWith(".fifo")) {
          need(group, "SqsParameters.MessageGroupId");
        }
      }
      default -> {}
    }
    var wantsJson = Set.of("lambda", "states", "events").contains(arn.service());
    if (wantsJson && target.input() != null && json(target.input()) == null) {
      throw SchedulerErrors.validation("Input is not a valid JSON.");
    }
  }

  private static void need(@Nullable Object parameters, String name) {
    if (parameters == null) {
      throw SchedulerErrors.validation(name + " must be specified for this target.");
    }
  }

  private static @Nullable JsonNode json(String text) {
    try {
      return Json.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// A role that is there must trust the Scheduler; one that is not is an error only where callers
  /// must prove who they are.
  private void role(String roleArn) {
    if (cloud.service("iam") == null) {
      return;
    }
    var name = roleArn.substring(roleArn.lastIndexOf('/') + 1);
    var scope = Call.current().scope();
    var self = Principal.service(scope.account(), "scheduler.amazonaws.com");
    String trust;
    try {
      var document =
          cloud
              .client(IamClient.class, scope, self)
              .getRole(r -> r.roleName(name))
              .role()
              .assumeRolePolicyDocument();
      trust = URLDecoder.decode(document, StandardCharsets.UTF_8);
    } catch (AwsServiceException e) {
      if (!Errors.code(e).equals("NoSuchEntity")) {
        throw e;
      }
      trust = cloud.enforcing() ? "" : "\"*\"";
    }
    if (!trust.contains("scheduler.amazonaws.com") && !trust.contains("\"*\"")) {
      throw SchedulerErrors.validation(
          "The execution role you provide must allow AWS EventBridge Scheduler to assume the"
              + " role.");
    }
  }
}
