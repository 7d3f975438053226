package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.codedeploy.Runner.Failure;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/// What a deployment does to functions.
final class Traffic {
  private final Cloud cloud;

  Traffic(Cloud cloud) {
    this.cloud = cloud;
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }

  /// Why a deployment fails whose call of Lambda is refused.
  static ErrorCode code(AwsServiceException error) {
    if (error instanceof ResourceNotFoundException) {
      return ErrorCode.INVALID_LAMBDA_FUNCTION;
    }
    return Errors.code(error).contains("AccessDenied")
        ? ErrorCode.IAM_ROLE_PERMISSIONS
        : ErrorCode.INTERNAL_ERROR;
  }

  /// Refuses an alias that is not as the AppSpec file says, and versions that are not there.
  void check(AppSpec spec) {
    var alias = lambda().getAlias(g -> g.functionName(spec.function()).name(spec.alias()));
    if (!alias.functionVersion().equals(spec.current())) {
      throw new Failure(
          ErrorCode.INVALID_LAMBDA_CONFIGURATION,
          "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration. The Lambda function alias version does not match the current version in AppSpec file.");
    }
    var _ =
        lambda()
            .getFunctionConfiguration(
                g -> g.functionName(spec.function()).qualifier(spec.target()));
  }

  /// The ARN of the alias.
  String arn(AppSpec spec) {
    var scope = Call.current().scope();
    return spec.function().startsWith("arn:")
        ? spec.function() + ":" + spec.alias()
        : scope.arn("lambda", "function:" + spec.function() + ":" + spec.alias());
  }

  /// Calls a function that validates the deployment, without waiting for it: it answers by
  /// `PutLifecycleEventHookExecutionStatus`.
  void ask(String function, String deployment, String execution) {
    var question = Json.object().put("DeploymentId", deployment);
    question.put("LifecycleEventHookExecutionId", execution);
    var _ =
        lambda()
            .invoke(i ->
                i.functionName(function)
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String(Json.write(question))));
  }

  /// Gives the new version its part of the traffic; all of it makes it the alias's own.
  void weigh(AppSpec spec, int percent) {
    var whole = percent >= 100;
    var weights = whole ? Map.<String, Double>of() : Map.of(spec.target(), percent / 100.0);
    var _ =
        lambda()
            .updateAlias(a ->
                a.functionName(spec.function())
                    .name(spec.alias())
                    .functionVersion(whole ? spec.target() : spec.current())
                    .routingConfig(r -> r.additionalVersionWeights(weights)));
  }
}
