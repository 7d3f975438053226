package dev.terrarium.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.model.JsonShapes;
import dev.terrarium.kernel.model.Operation;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.traits.RequiredTrait;
import software.amazon.awssdk.core.traits.TraitType;
import software.amazon.awssdk.utils.builder.Buildable;

/// An operation of any service, called by its name with parameters that are JSON: how one service
/// lets its users call all others, as `arn:aws:scheduler:::aws-sdk:sqs:sendMessage` does.
///
/// Services are named as the SDK for Java names their packages, which is AWS's own name of them in
/// such places: `sqs`, `sfn`, `cloudwatchlogs`.
///
/// @param service which may sleep until [#call]
public record NamedOperation(Service service, Operation operation) {
  /// The service of that name, if it is there.
  public static Optional<Service> service(Cloud cloud, String name) {
    return cloud.services().stream()
        .filter(service -> service.client().getPackageName().endsWith("." + name))
        .findFirst();
  }

  /// The operation of that name, in any case of its letters, if the SDK knows it and its request
  /// and answer can be told as JSON.
  public static Optional<NamedOperation> of(Service service, String name) {
    return service.model().operations().stream()
        .filter(operation -> operation.name().equalsIgnoreCase(name))
        .filter(operation -> !operation.streamsOut() && !operation.streamsEvents())
        .findFirst()
        .map(operation -> new NamedOperation(service, operation));
  }

  /// The names of all parameters, each with a capital first.
  public List<String> parameters() {
    var names = new ArrayList<String>();
    for (var field : operation.requestBuilder().get().sdkFields()) {
      names.add(name(field));
    }
    if (operation.streamsIn()) {
      names.add("Body");
    }
    return names;
  }

  /// The names of those that must be there, as far as the SDK tells: those that are part of the
  /// address.
  public List<String> required() {
    return operation.requestBuilder().get().sdkFields().stream()
        .filter(field ->
            field.location() == MarshallLocation.PATH
                || field.location() == MarshallLocation.GREEDY_PATH
                || field.containsTrait(RequiredTrait.class, TraitType.REQUIRED_TRAIT))
        .map(NamedOperation::name)
        .toList();
  }

  private static String name(SdkField<?> field) {
    var name = field.memberName();
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /// Calls it and returns the answer, named as CloudFormation names properties.
  ///
  /// @param parameters bytes are told as text, `Body` what is streamed
  /// @throws IllegalArgumentException if the parameters make no request
  public ObjectNode call(Cloud cloud, Scope scope, Principal principal, JsonNode parameters) {
    var request = ((Buildable) fill(parameters)).build();
    var client = cloud.client(service.client(), scope, principal);
    var body = parameters.path("Body").asText("");
    try {
      var answer =
          operation.streamsIn()
              ? operation.method().invoke(client, request, RequestBody.fromString(body))
              : operation.method().invoke(client, request);
      return JsonShapes.tree((SdkPojo) answer);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private SdkPojo fill(JsonNode parameters) {
    try {
      return JsonShapes.fill(parameters, operation.requestBuilder().get());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }
}
