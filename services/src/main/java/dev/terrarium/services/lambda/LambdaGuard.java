package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.lambda.model.InvokeWithResponseStreamRequest;

/// What requests to Lambda need permission for, with the policies of functions.
final class LambdaGuard implements Guard {
  private static final Map<String, String> ACTIONS =
      Map.of(
          "Invoke", "InvokeFunction",
          "InvokeWithResponseStream", "InvokeFunction");

  private final LambdaState state;

  LambdaGuard(LambdaState state) {
    this.state = state;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var authType = urlAuthType(operation, request);
    var action =
        authType != null
            ? "lambda:InvokeFunctionUrl"
            : "lambda:" + ACTIONS.getOrDefault(operation.name(), operation.name());
    String function = null;
    String qualifier = null;
    String other = null;
    String role = null;
    for (var field : request.sdkFields()) {
      if (field.getValueOrDefault(request) instanceof String text) {
        switch (field.memberName()) {
          case "FunctionName" -> function = text;
          case "Qualifier" -> qualifier = text;
          case "Resource", "CodeSigningConfigArn" -> other = text;
          case "LayerName" ->
              other = text.startsWith("arn:") ? text : call.scope().arn("lambda", "layer:" + text);
          case "UUID" -> other = call.scope().arn("lambda", "event-source-mapping:" + text);
          case "Role" -> role = text;
          default -> {}
        }
      }
    }
    var needs = new ArrayList<Need>();
    if (role != null) {
      var owner = Arn.of(role).map(Arn::account).orElse(call.account());
      needs.add(
          Need.of("iam:PassRole", role, owner)
              .with(Map.of("iam:passedtoservice", List.of("lambda.amazonaws.com"))));
    }
    if (function == null || operation.name().endsWith("EventSourceMapping")) {
      needs.add(Need.of(action, other == null ? "*" : other, call.account()));
      return needs;
    }
    var reference = FunctionReference.of(function, qualifier);
    var owner = reference.function().scope().account();
    var need = Need.of(action, reference.arn(), owner).under(policy(state, reference));
    needs.add(
        authType == null
            ? need
            : need.with(Map.of("lambda:functionurlauthtype", List.of(authType))));
    return needs;
  }

  /// Under which kind of authorisation a URL invokes its function, or null if no URL does.
  private static @Nullable String urlAuthType(Operation operation, SdkPojo request) {
    if (request instanceof InvokeWithResponseStreamRequest streamed) {
      return streamed
          .overrideConfiguration()
          .map(c -> c.executionAttributes().getAttribute(StreamedUrlAnswer.AUTH_TYPE))
          .orElse(null);
    }
    return FunctionUrls.AUTH_TYPE.isBound() && operation.name().equals("Invoke")
        ? FunctionUrls.AUTH_TYPE.get()
        : null;
  }

  /// The policy of what is named: the function, a version or an alias.
  static com.fasterxml.jackson.databind.@Nullable JsonNode policy(
      LambdaState state, FunctionReference reference) {
    var key =
        new LambdaState.QualifiedKey(
            reference.function(), reference.qualifier() == null ? "" : reference.qualifier());
    var policy = state.policies.get(key);
    return policy == null || policy.statements().isEmpty()
        ? null
        : Json.parse(Permissions.document(policy.statements()));
  }
}
