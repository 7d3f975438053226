package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsRequest;
import software.amazon.awssdk.services.eventbridge.model.Target;

/// What targets must be like.
final class TargetChecks {
  /// Services to which EventBridge delivers.
  private static final Set<String> SERVICES =
      Set.of(
          "lambda",
          "sqs",
          "sns",
          "kinesis",
          "firehose",
          "logs",
          "events",
          "states",
          "ecs",
          "batch",
          "codebuild",
          "codepipeline",
          "execute-api",
          "redshift",
          "redshift-serverless",
          "redshift-data",
          "sagemaker",
          "ssm",
          "ssm-incidents",
          "inspector",
          "imagebuilder",
          "ec2",
          "automation",
          "appsync",
          "glue");

  /// Those to which it delivers only with a role.
  private static final Set<String> WITH_ROLE =
      Set.of(
          "kinesis",
          "firehose",
          "states",
          "ecs",
          "batch",
          "codebuild",
          "codepipeline",
          "glue",
          "redshift",
          "redshift-serverless",
          "sagemaker",
          "appsync");

  private final EventsConstraints constraints = new EventsConstraints();

  /// What the model says of single members.
  EventsConstraints shapes(PutTargetsRequest request) {
    constraints
        .name("rule", request.rule(), 64)
        .busOrArn("eventBusName", request.eventBusName())
        .present("targets", request.hasTargets());
    if (request.hasTargets()) {
      constraints.count("targets", request.targets(), 1, 100);
    }
    for (int i = 0; i < request.targets().size(); i++) {
      shapes("targets." + (i + 1) + ".member.", request.targets().get(i));
    }
    return constraints;
  }

  private void shapes(String at, Target target) {
    constraints
        .name(at + "id", target.id(), 64)
        .required(at + "arn", target.arn())
        .length(at + "arn", target.arn(), 1, 1600)
        .length(at + "roleArn", target.roleArn(), 1, 1600)
        .length(at + "input", target.input(), 0, 8192)
        .length(at + "inputPath", target.inputPath(), 0, 256);
    if (target.inputTransformer() != null) {
      var template = target.inputTransformer().inputTemplate();
      constraints
          .required(at + "inputTransformer.inputTemplate", template)
          .length(at + "inputTransformer.inputTemplate", template, 1, 8192);
      var paths = target.inputTransformer().inputPathsMap();
      constraints.size(at + "inputTransformer.inputPathsMap", paths.size(), paths, 0, 100);
    }
    if (target.kinesisParameters() != null) {
      var path = target.kinesisParameters().partitionKeyPath();
      constraints
          .required(at + "kinesisParameters.partitionKeyPath", path)
          .length(at + "kinesisParameters.partitionKeyPath", path, 0, 256);
    }
    if (target.sqsParameters() != null) {
      constraints.length(
          at + "sqsParameters.messageGroupId", target.sqsParameters().messageGroupId(), 0, 100);
    }
    if (target.retryPolicy() != null) {
      var policy = target.retryPolicy();
      constraints
          .range(at + "retryPolicy.maximumRetryAttempts", policy.maximumRetryAttempts(), 0, 185)
          .range(
              at + "retryPolicy.maximumEventAgeInSeconds",
              policy.maximumEventAgeInSeconds(),
              60,
              86_400);
    }
    if (target.deadLetterConfig() != null) {
      constraints.length(at + "deadLetterConfig.arn", target.deadLetterConfig().arn(), 1, 1600);
    }
  }

  /// What EventBridge itself asks of a target.
  static void sense(Target target) {
    var arn = Arn.of(target.arn()).filter(a -> SERVICES.contains(a.service()));
    if (arn.isEmpty() || arn.get().resource().isEmpty()) {
      throw EventsErrors.invalid(target.arn(), "Provided Arn is not in correct format.");
    }
    var service = arn.get().service();
    if (target.roleArn() == null
        && (WITH_ROLE.contains(service) || ApiDestinationArn.is(arn.get()))) {
      throw EventsErrors.validation("RoleArn is required for target " + target.arn() + ".");
    }
    var inputs =
        Stream.of(target.input(), target.inputPath(), target.inputTransformer())
            .filter(input -> input != null)
            .count();
    if (inputs > 1) {
      throw EventsErrors.validation(
          "Only one of Input, InputPath, or InputTransformer must be provided for target "
              + target.id()
              + ".");
    }
    parameters(target, arn.get());
    if (target.input() != null) {
      try {
        var _ = Json.parse(target.input());
      } catch (IllegalArgumentException e) {
        var error =
            EventsErrors.validation(
                "Input for target " + target.id() + " is not a valid JSON text.");
        error.addSuppressed(e);
        throw error;
      }
    }
    if (target.inputPath() != null && !JsonPath.isValid(target.inputPath())) {
      throw EventsErrors.validation("Invalid InputPath for target " + target.id() + ".");
    }
    if (target.inputTransformer() != null) {
      InputTemplate.check(target.id(), target.inputTransformer());
    }
    var letters = target.deadLetterConfig();
    if (letters != null && letters.arn() != null) {
      var queue = Arn.of(letters.arn());
      if (queue.isEmpty() || !queue.get().service().equals("sqs")) {
        throw EventsErrors.invalid(
            "DeadLetterConfig.Arn", "Provided Arn is not in correct format.");
      }
    }
  }

  private static void parameters(Target target, Arn arn) {
    if (arn.service().equals("sqs")
        && arn.resource().endsWith(".fifo")
        && target.sqsParameters() == null) {
      throw EventsErrors.validation(
          "Parameter(s) SqsParameters must be specified for target: " + target.id() + ".");
    }
    if (arn.service().equals("ecs") && target.ecsParameters() == null) {
      throw EventsErrors.validation(
          "Parameter(s) EcsParameters must be specified for target: " + target.id() + ".");
    }
    if (arn.service().equals("batch") && target.batchParameters() == null) {
      throw EventsErrors.validation(
          "Parameter(s) BatchParameters must be specified for target: " + target.id() + ".");
    }
  }
}
