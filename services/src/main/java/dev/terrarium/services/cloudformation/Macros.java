package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.template.TemplateException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// The macros of accounts: functions of their own that change templates before they are used.
final class Macros {
  private final Cloud cloud;

  /// By name: the properties of the resource that defined it, as JSON.
  private final Keyspace<Named, String> macros;

  /// Stores into the cloud's store, so any number of these are the same.
  Macros(Cloud cloud) {
    this.cloud = cloud;
    this.macros =
        new Keyspace<>(cloud.store(), "cloudformation.macros", StackStore.NAMED, Codec.STRING);
  }

  @Nullable JsonNode find(String name) {
    var text = macros.get(Named.of(Call.current().scope(), name));
    return text == null ? null : Json.parse(text);
  }

  void put(String name, JsonNode definition) {
    macros.put(Named.of(Call.current().scope(), name), Json.write(definition));
  }

  void delete(String name) {
    macros.delete(Named.of(Call.current().scope(), name));
  }

  /// What a macro makes of a part of a template.
  ///
  /// @param named as the template has it, with or without the account
  /// @param values of the template's parameters
  /// @throws TemplateException with AWS's message if it fails
  JsonNode apply(String named, JsonNode fragment, JsonNode params, ObjectNode values) {
    var scope = Call.current().scope();
    var name = named.startsWith(scope.account() + "::") ? named.substring(14) : named;
    var id = scope.account() + "::" + name;
    var definition = find(name);
    if (definition == null) {
      throw new TemplateException(
          "No transform named " + (named.contains("::") ? named : id) + " found.");
    }
    var request = Json.object().put("accountId", scope.account()).put("region", scope.region());
    var requestId = cloud.ids().uuid();
    request.put("requestId", requestId).put("transformId", id);
    request.set("fragment", fragment);
    request.set("params", params);
    request.set("templateParameterValues", values);
    try {
      return fragment(id, requestId, invoke(id, definition, request));
    } catch (TemplateException e) {
      log(definition, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private String invoke(String id, JsonNode definition, ObjectNode request) {
    try {
      var response =
          cloud
              .client(LambdaClient.class)
              .invoke(invoke ->
                  invoke
                      .functionName(definition.path("FunctionName").asText())
                      .payload(SdkBytes.fromUtf8String(Json.write(request))));
      if (response.functionError() != null) {
        throw new TemplateException("Transform " + id + " failed without an error message.");
      }
      return response.payload().asUtf8String();
    } catch (AwsServiceException e) {
      throw new TemplateException("Transform " + id + " failed with: " + Errors.message(e), e);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("Transform " + id + " needs Lambda, which is not there", e);
    }
  }

  private static JsonNode fragment(String id, String requestId, String answer) {
    JsonNode response;
    try {
      response = Json.parse(answer);
    } catch (IllegalArgumentException e) {
      throw malformed(id);
    }
    if (!response.path("requestId").asText().equals(requestId)
        || !response.path("status").isTextual()) {
      throw malformed(id);
    }
    if (!response.path("status").asText().equalsIgnoreCase("success")) {
      var message = response.path("errorMessage").asText("");
      throw new TemplateException(
          message.isEmpty()
              ? "Transform " + id + " failed without an error message."
              : "Transform " + id + " failed with: " + message);
    }
    if (!response.has("fragment") || response.get("fragment").isNull()) {
      throw malformed(id);
    }
    return response.get("fragment");
  }

  static TemplateException malformed(String id) {
    return new TemplateException("Received malformed response from transform " + id);
  }

  /// Tells the macro's log group what went wrong; a group that is not there is not made.
  private void log(JsonNode definition, String message) {
    var group = definition.path("LogGroupName").asText("");
    if (group.isEmpty() || cloud.service("logs") == null) {
      return;
    }
    var logs = cloud.client(CloudWatchLogsClient.class);
    var groups = logs.describeLogGroups(d -> d.logGroupNamePrefix(group)).logGroups();
    if (groups.stream().anyMatch(there -> there.logGroupName().equals(group))) {
      var stream = definition.path("Name").asText() + "/" + cloud.ids().uuid();
      logs.createLogStream(c -> c.logGroupName(group).logStreamName(stream));
      var event =
          InputLogEvent.builder()
              .timestamp(cloud.clock().now().toEpochMilli())
              .message(message)
              .build();
      logs.putLogEvents(p -> p.logGroupName(group).logStreamName(stream).logEvents(event));
    }
  }
}
