package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.kernel.time.Waiter;
import dev.terrarium.services.cloudformation.Hook.Target;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudformation.model.GetHookResultResponse;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// The hooks of accounts: asks their functions before something is done, and keeps what they said.
final class Hooks {
  /// Where a function finds what is too large for its request, followed by a token.
  static final String PATH = "/_terrarium/cfn-hook/";

  private static final int ASKED_MAX = 3;
  private static final PojoCodec<GetHookResultResponse> RESULT =
      new PojoCodec<>(GetHookResultResponse::builder);

  /// What a function said.
  ///
  /// @param owner the stack or change set that it belongs to, and the stack's id
  record Result(String owner, GetHookResultResponse shown) {}

  private final Cloud cloud;

  /// By alias: the properties of the resource, as JSON.
  private final Keyspace<Named, String> hooks;

  /// By id.
  final Keyspace<Named, Result> results;

  final Keyspace<String, String> payloads;

  /// Stores into the cloud's store, so any number of these are the same.
  Hooks(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.hooks = new Keyspace<>(store, "cloudformation.hooks", StackStore.NAMED, Codec.STRING);
    this.payloads =
        new Keyspace<>(store, "cloudformation.hookpayloads", KeyCodec.STRING, Codec.STRING);
    this.results =
        new Keyspace<>(
            store,
            "cloudformation.hookresults",
            StackStore.NAMED,
            Codec.of(
                1,
                (result, writer) -> {
                  writer.string(result.owner);
                  RESULT.write(writer, result.shown);
                },
                reader -> new Result(reader.string(), RESULT.read(reader))));
  }

  void put(Scope scope, String alias, JsonNode properties) {
    hooks.put(Named.of(scope, alias), Json.write(properties));
  }

  boolean contains(Scope scope, String alias) {
    return hooks.contains(Named.of(scope, alias));
  }

  void delete(Scope scope, String alias) {
    hooks.delete(Named.of(scope, alias));
  }

  /// The hooks that are to be asked about a target.
  List<Hook> of(StackRecord stack, Target target) {
    var found = new ArrayList<Hook>();
    hooks.scan(
        (key, text) -> {
          var hook = new Hook(key.name(), Json.parse(text));
          if (hook.applies(stack, target)) {
            found.add(hook);
          }
          return true;
        },
        stack.scope().account(),
        stack.scope().region());
    return found;
  }

  /// Asks all hooks that a target has; those that only warn cannot fail it.
  ///
  /// @param data what the functions are told besides
  /// @param log takes what is to be told of each answer, twice: before and after
  /// @throws TemplateException with AWS's message if one fails it
  void ask(StackRecord stack, Target target, ObjectNode data, Consumer<GetHookResultResponse> log) {
    var failed = new ArrayList<String>();
    for (var hook : of(stack, target)) {
      var begun = shown(stack.scope(), hook, target);
      log.accept(begun);
      var answer = question(hook, stack, target, data);
      var status = answer.path("hookStatus").asText();
      var message = answer.path("message").asText("");
      var result =
          switch (status) {
            case "SUCCESS" ->
                begun.toBuilder()
                    .status("HOOK_COMPLETE_SUCCEEDED")
                    .hookStatusReason("Hook succeeded with message: " + message)
                    .build();
            case "FAILED" ->
                begun.toBuilder()
                    .status("HOOK_COMPLETE_FAILED")
                    .hookStatusReason("Hook failed with message: " + message)
                    .build();
            default ->
                begun.toBuilder()
                    .status("HOOK_FAILED")
                    .hookStatusReason(
                        "Hook failed with error code InternalFailure and message: " + message)
                    .build();
          };
      var owner = target.type().equals("CHANGE_SET") ? target.id() : stack.id();
      results.put(Named.of(stack.scope(), result.hookResultId()), new Result(owner, result));
      log.accept(result);
      if (hook.fails() && !status.equals("SUCCESS")) {
        failed.add(hook.alias());
      }
    }
    if (!failed.isEmpty()) {
      throw new TemplateException("The following hook(s) failed: " + failed);
    }
  }

  private GetHookResultResponse shown(Scope scope, Hook hook, Target target) {
    return GetHookResultResponse.builder()
        .hookResultId(cloud.ids().uuid())
        .invocationPoint("PRE_PROVISION")
        .failureMode(hook.mode())
        .typeName(hook.alias())
        .originalTypeName("AWS::Hooks::LambdaHook")
        .typeVersionId(Hook.VERSION)
        .typeConfigurationVersionId("1")
        .typeArn(hook.arn(scope))
        .status("HOOK_IN_PROGRESS")
        .invokedAt(cloud.clock().now())
        .target(t ->
            t.targetType(target.type())
                .targetTypeName(target.name())
                .targetId(target.id())
                .action(target.action()))
        .build();
  }

  private JsonNode question(Hook hook, StackRecord stack, Target target, ObjectNode data) {
    var question = Json.object().put("clientRequestToken", cloud.ids().uuid());
    question.put("awsAccountId", stack.scope().account()).put("stackId", stack.id());
    if (target.type().equals("CHANGE_SET")) {
      question.put("changeSetId", target.id());
    }
    question.put("hookTypeName", hook.alias()).put("hookTypeVersion", Hook.VERSION);
    question.putObject("hookModel").put("LambdaFunction", hook.function());
    question.put("actionInvocationPoint", target.action() + "_PRE_PROVISION");
    var about = question.putObject("requestData");
    about.put("targetName", target.name()).put("targetType", target.type());
    about.put("targetLogicalId", target.id());
    @Nullable String payload = null;
    if (target.type().equals("RESOURCE")) {
      about.set("targetModel", data);
    } else {
      payload = cloud.ids().uuid();
      payloads.put(payload, Json.write(data));
      about.put("payload", cloud.endpoint() + PATH + payload);
    }
    try {
      return answer(hook, question);
    } finally {
      if (payload != null) {
        payloads.delete(payload);
      }
    }
  }

  /// Asks again as often as the function says that it is not done yet, within limits.
  private JsonNode answer(Hook hook, ObjectNode question) {
    JsonNode callback = Json.object().nullNode();
    for (int asked = 1; asked <= ASKED_MAX; asked++) {
      var context = question.putObject("requestContext").put("invocation", asked);
      context.set("callbackContext", callback);
      var answer = invoke(hook, question);
      if (!answer.path("hookStatus").asText().equals("IN_PROGRESS")) {
        return answer;
      }
      callback = answer.path("callbackContext");
      pause(Duration.ofSeconds(answer.path("callbackDelaySeconds").asInt(0)));
    }
    return failure("The hook did not complete after " + ASKED_MAX + " invocations");
  }

  private JsonNode invoke(Hook hook, ObjectNode question) {
    try {
      var response =
          cloud
              .client(LambdaClient.class)
              .invoke(i ->
                  i.functionName(hook.function())
                      .payload(SdkBytes.fromUtf8String(Json.write(question))));
      var answer = response.payload().asUtf8String();
      return response.functionError() == null ? Json.parse(answer) : failure(answer);
    } catch (AwsServiceException e) {
      return failure(Errors.message(e));
    } catch (IllegalArgumentException e) {
      return failure(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode failure(String message) {
    return Json.object().put("hookStatus", "INTERNAL_FAILURE").put("message", message);
  }

  private void pause(Duration delay) {
    try {
      if (delay.isPositive()) {
        new Waiter().await(cloud.timers(), cloud.clock().now().plus(delay));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }
}
