package dev.terrarium.services.lambda;

import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionRecursionConfigResponse;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.GetRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionRecursionConfigResponse;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutRuntimeManagementConfigResponse;
import software.amazon.awssdk.services.lambda.model.RecursiveLoop;
import software.amazon.awssdk.services.lambda.model.UpdateRuntimeOn;

/// Two settings of functions that stand by themselves: when their runtime is updated, and whether
/// loops through other services are ended.
final class FunctionSettings implements LambdaPart {
  private static final String RUNTIME = "runtime:";
  private static final String RECURSION = "recursion";

  private final LambdaState state;

  FunctionSettings(LambdaState state) {
    this.state = state;
  }

  /// Whether a function's owner wants loops to be ended.
  static boolean endsLoops(LambdaState state, FunctionKey function) {
    return !"Allow".equals(state.settings.get(new QualifiedKey(function, RECURSION)));
  }

  @Override
  public PutFunctionRecursionConfigResponse putFunctionRecursionConfig(
      PutFunctionRecursionConfigRequest request) {
    var reference = unqualified(request.functionName());
    var wanted = request.recursiveLoopAsString();
    if (wanted == null || request.recursiveLoop() == RecursiveLoop.UNKNOWN_TO_SDK_VERSION) {
      throw LambdaErrors.constraint(
          "recursiveLoop",
          wanted,
          wanted == null ? "not be null" : "satisfy enum value set: [Terminate, Allow]");
    }
    state.settings.put(new QualifiedKey(reference.function(), RECURSION), wanted);
    return PutFunctionRecursionConfigResponse.builder().recursiveLoop(wanted).build();
  }

  @Override
  public GetFunctionRecursionConfigResponse getFunctionRecursionConfig(
      GetFunctionRecursionConfigRequest request) {
    var reference = unqualified(request.functionName());
    return GetFunctionRecursionConfigResponse.builder()
        .recursiveLoop(
            endsLoops(state, reference.function()) ? RecursiveLoop.TERMINATE : RecursiveLoop.ALLOW)
        .build();
  }

  @Override
  public PutRuntimeManagementConfigResponse putRuntimeManagementConfig(
      PutRuntimeManagementConfigRequest request) {
    var reference = version(request.functionName(), request.qualifier());
    var wanted = request.updateRuntimeOnAsString();
    if (wanted == null || request.updateRuntimeOn() == UpdateRuntimeOn.UNKNOWN_TO_SDK_VERSION) {
      throw LambdaErrors.constraint(
          "updateRuntimeOn",
          wanted,
          wanted == null
              ? "not be null"
              : "satisfy enum value set: [Auto, Manual, FunctionUpdate]");
    }
    var manual = request.updateRuntimeOn() == UpdateRuntimeOn.MANUAL;
    var arn = request.runtimeVersionArn();
    if (manual && arn == null) {
      throw LambdaErrors.invalid(
          "RuntimeVersionArn must be specified when UpdateRuntimeOn is Manual.");
    } else if (!manual && arn != null) {
      throw LambdaErrors.invalid(
          "RuntimeVersionArn can only be specified when UpdateRuntimeOn is Manual.");
    } else if (arn != null && !arn.matches("arn:(aws[a-zA-Z-]*):lambda:[a-z0-9-]+::runtime:.+")) {
      throw LambdaErrors.constraint(
          "runtimeVersionArn",
          arn,
          "satisfy regular expression pattern:"
              + " arn:(aws[a-zA-Z-]*):lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}::runtime:.+");
    }
    state.settings.put(key(reference), manual ? wanted + "|" + arn : wanted);
    return PutRuntimeManagementConfigResponse.builder()
        .updateRuntimeOn(wanted)
        .functionArn(reference.arn())
        .runtimeVersionArn(arn)
        .build();
  }

  @Override
  public GetRuntimeManagementConfigResponse getRuntimeManagementConfig(
      GetRuntimeManagementConfigRequest request) {
    var reference = version(request.functionName(), request.qualifier());
    var stored = state.settings.get(key(reference));
    var parts = (stored == null ? "Auto" : stored).split("\\|", 2);
    return GetRuntimeManagementConfigResponse.builder()
        .updateRuntimeOn(parts[0])
        .functionArn(reference.arn())
        .runtimeVersionArn(parts.length == 2 ? parts[1] : null)
        .build();
  }

  private static QualifiedKey key(FunctionReference reference) {
    return new QualifiedKey(reference.function(), RUNTIME + reference.qualifierOrLatest());
  }

  private FunctionReference version(String name, @Nullable String qualifier) {
    var reference = FunctionReference.of(name, qualifier);
    state.require(reference);
    if (state.version(reference.function(), reference.qualifierOrLatest()) == null) {
      throw LambdaErrors.noFunction(reference.arn());
    }
    return reference;
  }

  private FunctionReference unqualified(String name) {
    var reference = FunctionReference.of(name, null);
    if (reference.qualifier() != null) {
      throw LambdaErrors.invalid(
          "This operation is permitted on Lambda functions only. Aliases and versions do not"
              + " support this operation. Please specify either a function name or an unqualified"
              + " function ARN.");
    }
    state.require(reference);
    return reference;
  }
}
