package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.FunctionCode;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionCodeRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionConfigurationRequest;

/// `AWS::Lambda::Function`.
final class FunctionResource implements ResourceType {
  private static final List<String> CONFIGURATION =
      List.of(
          "Description",
          "Timeout",
          "MemorySize",
          "Environment",
          "Layers",
          "VpcConfig",
          "DeadLetterConfig",
          "TracingConfig",
          "KmsKeyArn",
          "EphemeralStorage",
          "LoggingConfig",
          "SnapStart",
          "Runtime",
          "Handler");

  private final Cloud cloud;

  FunctionResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::Lambda::Function";
  }

  @Override
  public List<Property> properties() {
    var properties = new ArrayList<>(CONFIGURATION.stream().map(Property::of).toList());
    properties.add(Property.of("FunctionName").replacing());
    properties.add(Property.of("PackageType").replacing());
    properties.add(Property.of("Code").mandatory());
    properties.add(Property.of("Role").mandatory());
    properties.add(Property.of("Architectures"));
    properties.add(Property.of("ReservedConcurrentExecutions"));
    properties.add(Property.of("Tags"));
    properties.add(Property.of("CodeSigningConfigArn"));
    properties.add(Property.of("RecursiveLoop"));
    properties.add(Property.of("RuntimeManagementConfig"));
    return properties;
  }

  @Override
  public Resource create(Request request) {
    var properties = request.properties();
    var name = properties.path("FunctionName").asText(request.generatedName(64));
    var builder = JsonShapes.fill(without(properties), CreateFunctionRequest.builder());
    builder.functionName(name).tags(tags(request)).code(code(properties));
    lambda().createFunction(builder.build());
    reserve(name, properties);
    manage(name, properties, Json.object());
    return describe(name);
  }

  @Override
  public Resource createAgain(Request request) {
    try {
      return create(request);
    } catch (ResourceConflictException _) {
      var name = request.properties().path("FunctionName").asText(request.generatedName(64));
      return change(request, name, Json.object());
    }
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return change(request, current.physicalId(), previous);
  }

  private Resource change(Request request, String name, ObjectNode previous) {
    var properties = request.properties();
    sign(name, properties, previous);
    if (!properties.path("Code").equals(previous.path("Code"))
        || !properties.path("Architectures").equals(previous.path("Architectures"))) {
      var code = code(properties);
      lambda()
          .updateFunctionCode(
              Shapes.copy(code, UpdateFunctionCodeRequest.builder()).toBuilder()
                  .functionName(name)
                  .architecturesWithStrings(strings(properties.path("Architectures")))
                  .build());
    }
    var wanted = without(properties);
    DEFAULTS.forEach((property, value) -> {
      if (previous.has(property) && !wanted.has(property)) {
        wanted.set(property, Json.parse(value));
      }
    });
    lambda()
        .updateFunctionConfiguration(
            JsonShapes.fill(wanted, UpdateFunctionConfigurationRequest.builder())
                .functionName(name)
                .build());
    reserve(name, properties);
    manage(name, properties, previous);
    retag(name, tags(request));
    return describe(name);
  }

  /// What a property is set to when it has gone from the template.
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "Description", "\"\"",
          "Timeout", "3",
          "MemorySize", "128",
          "Environment", "{\"Variables\":{}}",
          "Layers", "[]",
          "DeadLetterConfig", "{\"TargetArn\":\"\"}",
          "TracingConfig", "{\"Mode\":\"PassThrough\"}",
          "KmsKeyArn", "\"\"",
          "EphemeralStorage", "{\"Size\":512}",
          "SnapStart", "{\"ApplyOn\":\"None\"}");

  private void sign(String name, JsonNode properties, JsonNode previous) {
    var arn = properties.path("CodeSigningConfigArn");
    if (arn.isTextual()) {
      lambda()
          .putFunctionCodeSigningConfig(
              b -> b.functionName(name).codeSigningConfigArn(arn.asText()));
    } else if (previous.has("CodeSigningConfigArn")) {
      lambda().deleteFunctionCodeSigningConfig(b -> b.functionName(name));
    }
  }

  private void manage(String name, JsonNode properties, JsonNode previous) {
    if (properties.has("RecursiveLoop") || previous.has("RecursiveLoop")) {
      lambda()
          .putFunctionRecursionConfig(b ->
              b.functionName(name)
                  .recursiveLoop(properties.path("RecursiveLoop").asText("Terminate")));
    }
    var runtime = properties.path("RuntimeManagementConfig");
    if (runtime.isObject() || previous.has("RuntimeManagementConfig")) {
      lambda()
          .putRuntimeManagementConfig(b ->
              b.functionName(name)
                  .updateRuntimeOn(runtime.path("UpdateRuntimeOn").asText("Auto"))
                  .runtimeVersionArn(LambdaResources.text(runtime, "RuntimeVersionArn")));
    }
  }

  private void reserve(String name, JsonNode properties) {
    var count = properties.path("ReservedConcurrentExecutions");
    if (count.isMissingNode()) {
      lambda().deleteFunctionConcurrency(b -> b.functionName(name));
    } else {
      lambda()
          .putFunctionConcurrency(
              b -> b.functionName(name).reservedConcurrentExecutions(count.asInt()));
    }
  }

  private void retag(String name, Map<String, String> wanted) {
    var function = lambda().getFunction(b -> b.functionName(name));
    var arn = function.configuration().functionArn();
    var gone = function.tags().keySet().stream().filter(t -> !wanted.containsKey(t)).toList();
    if (!gone.isEmpty()) {
      lambda().untagResource(b -> b.resource(arn).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      lambda().tagResource(b -> b.resource(arn).tags(wanted));
    }
  }

  @Override
  public Reading reading() {
    return Reading.of(
        "FunctionName",
        this::read,
        () ->
            lambda().listFunctionsPaginator().functions().stream()
                .map(function -> function.functionName())
                .toList());
  }

  private State read(String name) {
    var now = lambda().getFunctionConfiguration(b -> b.functionName(name));
    var told = JsonShapes.tree(now);
    var properties = Json.object().put("FunctionName", now.functionName());
    for (var property :
        List.of(
            "Description", "Handler", "MemorySize", "Role", "Runtime", "Timeout", "KmsKeyArn")) {
      properties.set(property, told.path(property).isMissingNode() ? null : told.get(property));
    }
    for (var property : List.of("Architectures", "PackageType", "EphemeralStorage")) {
      if (told.has(property)) {
        properties.set(property, told.get(property));
      }
    }
    if (now.environment() == null) {
      properties.putNull("Environment");
    } else {
      properties
          .putObject("Environment")
          .set("Variables", Json.tree(now.environment().variables()));
    }
    return new State(describe(now.functionName()), properties);
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      lambda().deleteFunction(b -> b.functionName(current.physicalId()));
    } catch (ResourceNotFoundException _) {
      // Gone already is as good.
    }
  }

  private Resource describe(String name) {
    var function = lambda().getFunctionConfiguration(b -> b.functionName(name));
    return new Resource(
        name,
        Map.of(
            "Arn",
            Json.tree(function.functionArn()),
            "SnapStartResponse.ApplyOn",
            Json.tree(function.snapStart().applyOnAsString()),
            "SnapStartResponse.OptimizationStatus",
            Json.tree(function.snapStart().optimizationStatusAsString())));
  }

  private static FunctionCode code(ObjectNode properties) {
    var code = properties.path("Code");
    if (code.has("ZipFile")) {
      var zip = InlineCode.zip(properties.path("Runtime").asText(), code.path("ZipFile").asText());
      return FunctionCode.builder().zipFile(zip).build();
    }
    return JsonShapes.fill(code, FunctionCode.builder()).build();
  }

  private static ObjectNode without(ObjectNode properties) {
    var rest = properties.deepCopy();
    rest.remove(List.of("Code", "Tags", "ReservedConcurrentExecutions"));
    return rest;
  }

  private static List<String> strings(JsonNode list) {
    var strings = new ArrayList<String>();
    list.forEach(element -> strings.add(element.asText()));
    return strings;
  }

  private static Map<String, String> tags(Request request) {
    var tags = new LinkedHashMap<>(request.tags());
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return tags;
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }
}
