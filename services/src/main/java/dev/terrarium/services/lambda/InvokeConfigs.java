package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// What is done with asynchronous events that fail or succeed: retries, age, destinations.
final class InvokeConfigs implements LambdaPart {
  private final Cloud cloud;
  private final LambdaState state;

  InvokeConfigs(Cloud cloud, LambdaState state) {
    this.cloud = cloud;
    this.state = state;
  }

  @Override
  public PutFunctionEventInvokeConfigResponse putFunctionEventInvokeConfig(
      PutFunctionEventInvokeConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    if (request.maximumRetryAttempts() == null
        && request.maximumEventAgeInSeconds() == null
        && request.destinationConfig() == null) {
      throw LambdaErrors.invalid(
          "You must specify at least one of error handling or destination setting.");
    }
    var config =
        Shapes.copy(request, FunctionEventInvokeConfig.builder()).toBuilder()
            .functionArn(key.function().arn(key.qualifier()))
            .lastModified(cloud.clock().now())
            .destinationConfig(destinations(request.destinationConfig()))
            .build();
    check(key.function(), config);
    state.invokeConfigs.put(key, config);
    return Shapes.copy(config, PutFunctionEventInvokeConfigResponse.builder());
  }

  @Override
  public UpdateFunctionEventInvokeConfigResponse updateFunctionEventInvokeConfig(
      UpdateFunctionEventInvokeConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    var changed =
        state.locks.with(
            key,
            () -> {
              var builder = require(key).toBuilder().lastModified(cloud.clock().now());
              if (request.maximumRetryAttempts() != null) {
                builder.maximumRetryAttempts(request.maximumRetryAttempts());
              }
              if (request.maximumEventAgeInSeconds() != null) {
                builder.maximumEventAgeInSeconds(request.maximumEventAgeInSeconds());
              }
              if (request.destinationConfig() != null) {
                builder.destinationConfig(destinations(request.destinationConfig()));
              }
              var config = builder.build();
              check(key.function(), config);
              state.invokeConfigs.put(key, config);
              return config;
            });
    return Shapes.copy(changed, UpdateFunctionEventInvokeConfigResponse.builder());
  }

  @Override
  public GetFunctionEventInvokeConfigResponse getFunctionEventInvokeConfig(
      GetFunctionEventInvokeConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    return Shapes.copy(require(key), GetFunctionEventInvokeConfigResponse.builder());
  }

  @Override
  public DeleteFunctionEventInvokeConfigResponse deleteFunctionEventInvokeConfig(
      DeleteFunctionEventInvokeConfigRequest request) {
    var key = key(request.functionName(), request.qualifier());
    require(key);
    state.invokeConfigs.delete(key);
    return DeleteFunctionEventInvokeConfigResponse.builder().build();
  }

  @Override
  public ListFunctionEventInvokeConfigsResponse listFunctionEventInvokeConfigs(
      ListFunctionEventInvokeConfigsRequest request) {
    var reference = FunctionReference.of(request.functionName(), null);
    state.require(reference);
    var all = new ArrayList<>(state.invokeConfigs.list(reference.function().parts()));
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListFunctionEventInvokeConfigsResponse.builder()
        .functionEventInvokeConfigs(page.items())
        .nextMarker(page.next())
        .build();
  }

  private FunctionEventInvokeConfig require(QualifiedKey key) {
    var config = state.invokeConfigs.get(key);
    if (config == null) {
      throw LambdaErrors.notFound(
          "The function "
              + key.function().arn(key.qualifier())
              + " doesn't have an EventInvokeConfig");
    }
    return config;
  }

  private QualifiedKey key(String name, @Nullable String qualifier) {
    var reference = FunctionReference.of(name, qualifier);
    state.require(reference);
    state.requireVersion(reference);
    return LambdaFunctions.key(reference);
  }

  private static void check(FunctionKey function, FunctionEventInvokeConfig config) {
    var retries = config.maximumRetryAttempts();
    if (retries != null && (retries < 0 || retries > 2)) {
      throw LambdaErrors.constraint(
          "maximumRetryAttempts",
          retries,
          retries < 0
              ? "have value greater than or equal to 0"
              : "have value less than or equal to 2");
    }
    var age = config.maximumEventAgeInSeconds();
    if (age != null && (age < 60 || age > 21_600)) {
      throw LambdaErrors.constraint(
          "maximumEventAgeInSeconds",
          age,
          age < 60
              ? "have value greater than or equal to 60"
              : "have value less than or equal to 21600");
    }
    var success = config.destinationConfig().onSuccess().destination();
    if (success != null && success.matches("arn:[^:]+:s3:.*")) {
      throw LambdaErrors.invalid("The provided destination config DestinationConfig is invalid.");
    }
    for (var arn :
        java.util.Arrays.asList(
            config.destinationConfig().onSuccess().destination(),
            config.destinationConfig().onFailure().destination())) {
      if (arn == null) {
        continue;
      }
      if (!arn.matches("arn:[^:]+:(sqs|sns|lambda|events|s3):.*")) {
        throw LambdaErrors.invalid("The provided destination config DestinationConfig is invalid.");
      }
      if (arn.equals(function.arn()) || arn.startsWith(function.arn() + ":")) {
        throw LambdaErrors.invalid("You can't specify the function as a destination for itself.");
      }
    }
  }

  /// Both parts are always shown, empty if they say nothing.
  private static DestinationConfig destinations(@Nullable DestinationConfig given) {
    var success = given == null ? null : given.onSuccess();
    var failure = given == null ? null : given.onFailure();
    return DestinationConfig.builder()
        .onSuccess(success == null ? OnSuccess.builder().build() : success)
        .onFailure(failure == null ? OnFailure.builder().build() : failure)
        .build();
  }
}
