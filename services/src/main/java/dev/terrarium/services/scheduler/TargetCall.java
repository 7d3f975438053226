package dev.terrarium.services.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.SageMakerPipelineParameters;
import software.amazon.awssdk.services.scheduler.model.Target;

/// The call that a target stands for. A templated target, the ARN of a queue or a function, is its
/// service's one operation; a universal one names operation and service, and its input is the
/// request.
///
/// @param service as the SDK names it
/// @param scope in which it is made
record TargetCall(String service, String operation, Scope scope, ObjectNode parameters) {
  private static final String UNIVERSAL = "aws-sdk:";

  /// What reads only is no target.
  private static final List<String> READING =
      List.of(
          "get",
          "describe",
          "list",
          "poll",
          "receive",
          "search",
          "scan",
          "query",
          "select",
          "read",
          "lookup",
          "discover",
          "validate",
          "batchget",
          "batchdescribe",
          "batchread",
          "transactget",
          "adminget",
          "adminlist",
          "testmigration",
          "retrieve",
          "testconnection",
          "translatedocument",
          "isauthorized",
          "invokemodel");

  /// An operation of a service by the names that a universal target gives them.
  record Universal(String service, String action) {
    /// What an ARN names, if it is of this kind.
    static Optional<Universal> of(Arn arn) {
      if (!arn.service().equals("scheduler") || !arn.resource().startsWith(UNIVERSAL)) {
        return Optional.empty();
      }
      var names = arn.resource().substring(UNIVERSAL.length()).split(":", -1);
      return names.length == 2 && !names[0].isEmpty() && !names[1].isEmpty()
          ? Optional.of(new Universal(names[0], names[1]))
          : Optional.empty();
    }

    boolean isReading() {
      var lower = action.toLowerCase(Locale.ROOT);
      return READING.stream().anyMatch(lower::startsWith);
    }
  }

  /// The call of a target with its input, in which nothing is left to be filled in.
  ///
  /// @param scope of the schedule
  /// @param endpoint of this cloud
  /// @throws IllegalArgumentException if there is none
  static TargetCall of(Target target, String input, Scope scope, String endpoint) {
    var arn = Arn.of(target.arn()).orElseThrow(IllegalArgumentException::new);
    var universal = Universal.of(arn).orElse(null);
    if (universal != null) {
      var parameters = target.input() == null ? Json.object() : Json.parse(input);
      return new TargetCall(universal.service, universal.action, scope, (ObjectNode) parameters);
    }
    return templated(target, arn, input, endpoint);
  }

  private static TargetCall templated(Target target, Arn arn, String input, String endpoint) {
    var p = Json.object();
    var name = arn.resource().substring(arn.resource().indexOf('/') + 1);
    var call =
        switch (arn.service()) {
          case "lambda" -> {
            p.put("FunctionName", target.arn()).put("InvocationType", "Event");
            p.put("Payload", input);
            yield named("lambda", "Invoke");
          }
          case "sqs" -> {
            p.put("QueueUrl", endpoint + "/" + arn.account() + "/" + arn.resource());
            p.put("MessageBody", input);
            var parameters = target.sqsParameters();
            put(p, "MessageGroupId", parameters == null ? null : parameters.messageGroupId());
            yield named("sqs", "SendMessage");
          }
          case "sns" -> {
            p.put("TopicArn", target.arn()).put("Message", input);
            yield named("sns", "Publish");
          }
          case "kinesis" -> {
            p.put("StreamName", name).put("Data", input);
            p.put("PartitionKey", target.kinesisParameters().partitionKey());
            yield named("kinesis", "PutRecord");
          }
          case "firehose" -> {
            p.put("DeliveryStreamName", name);
            p.putObject("Record").put("Data", input);
            yield named("firehose", "PutRecord");
          }
          case "events" -> {
            var parameters = target.eventBridgeParameters();
            p.putArray("Entries")
                .addObject()
                .put("EventBusName", target.arn())
                .put("Source", parameters.source())
                .put("DetailType", parameters.detailType())
                .put("Detail", input);
            yield named("eventbridge", "PutEvents");
          }
          default -> others(target, arn, input, p);
        };
    return new TargetCall(call.service, call.action, arn.scope(), p);
  }

  /// Of services that start something that runs.
  private static Universal others(Target target, Arn arn, String input, ObjectNode p) {
    var name = arn.resource().substring(arn.resource().indexOf('/') + 1);
    return switch (arn.service()) {
      case "states" -> {
        p.put("StateMachineArn", target.arn()).put("Input", input);
        yield named("sfn", "StartExecution");
      }
      case "codebuild" -> {
        p.put("ProjectName", name);
        yield named("codebuild", "StartBuild");
      }
      case "codepipeline" -> {
        p.put("Name", arn.resource());
        yield named("codepipeline", "StartPipelineExecution");
      }
      case "ecs" -> {
        var parameters = target.ecsParameters();
        p.setAll(JsonShapes.tree(parameters));
        p.put("Cluster", target.arn()).put("TaskDefinition", parameters.taskDefinitionArn());
        p.put("Count", parameters.taskCount() == null ? 1 : parameters.taskCount());
        if (target.input() != null) {
          p.set("Overrides", Json.parse(input));
        }
        yield named("ecs", "RunTask");
      }
      case "sagemaker" -> {
        p.put("PipelineName", target.arn());
        var list = target.sageMakerPipelineParameters();
        p.set("PipelineParameters", list == null ? null : parameters(list));
        yield named("sagemaker", "StartPipelineExecution");
      }
      case "inspector" -> {
        p.put("AssessmentTemplateArn", target.arn());
        yield named("inspector", "StartAssessmentRun");
      }
      default -> throw new IllegalArgumentException("No target: " + target.arn());
    };
  }

  private static JsonNode parameters(SageMakerPipelineParameters list) {
    return JsonShapes.tree(list).path("PipelineParameterList");
  }

  private static Universal named(String service, String action) {
    return new Universal(service, action);
  }

  private static void put(ObjectNode parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
