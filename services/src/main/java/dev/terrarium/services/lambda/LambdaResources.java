package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.AddPermissionRequest;
import software.amazon.awssdk.services.lambda.model.CreateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.CreateFunctionUrlConfigRequest;
import software.amazon.awssdk.services.lambda.model.PutFunctionEventInvokeConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateCodeSigningConfigRequest;
import software.amazon.awssdk.services.lambda.model.UpdateFunctionUrlConfigRequest;

/// Lambda's resource types, but for the function itself.
final class LambdaResources {
  private final Cloud cloud;
  private final LambdaReadings readings;

  LambdaResources(Cloud cloud) {
    this.cloud = cloud;
    this.readings = new LambdaReadings(cloud);
  }

  List<ResourceType> all() {
    var layers = new LayerResources(cloud);
    return List.of(
        new FunctionResource(cloud),
        version(),
        alias(),
        permission(),
        new MappingResource(cloud).type(),
        layers.version(),
        layers.permission(),
        invokeConfig(),
        codeSigning(),
        url());
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }

  private SimpleResource version() {
    return new SimpleResource(
        "AWS::Lambda::Version",
        List.of(
            Property.of("FunctionName").mandatory().replacing(),
            Property.of("CodeSha256").replacing(),
            Property.of("Description").replacing(),
            Property.of("ProvisionedConcurrencyConfig").replacing()),
        request -> {
          var properties = request.properties();
          var published =
              lambda()
                  .publishVersion(b ->
                      b.functionName(text(properties, "FunctionName"))
                          .codeSha256(text(properties, "CodeSha256"))
                          .description(text(properties, "Description")));
          provision(properties, published.functionName(), published.version());
          return new Resource(
              published.functionArn(),
              Map.of(
                  "Version",
                  Json.tree(published.version()),
                  "FunctionArn",
                  Json.tree(published.functionArn())));
        },
        (request, current) -> current,
        (request, current) -> {
          lambda().deleteFunction(b -> b.functionName(current.physicalId()));
          return current;
        },
        readings.version());
  }

  private void provision(JsonNode properties, String function, String qualifier) {
    var config = properties.path("ProvisionedConcurrencyConfig");
    if (!config.isMissingNode()) {
      lambda()
          .putProvisionedConcurrencyConfig(b ->
              b.functionName(function)
                  .qualifier(qualifier)
                  .provisionedConcurrentExecutions(
                      config.path("ProvisionedConcurrentExecutions").asInt()));
    }
  }

  private SimpleResource alias() {
    return new SimpleResource(
        "AWS::Lambda::Alias",
        List.of(
            Property.of("FunctionName").mandatory().replacing(),
            Property.of("Name").mandatory().replacing(),
            Property.of("FunctionVersion").mandatory(),
            Property.of("Description"),
            Property.of("RoutingConfig"),
            Property.of("ProvisionedConcurrencyConfig")),
        request -> {
          var p = request.properties();
          var made =
              lambda()
                  .createAlias(b ->
                      b.functionName(text(p, "FunctionName"))
                          .name(text(p, "Name"))
                          .functionVersion(text(p, "FunctionVersion"))
                          .description(text(p, "Description"))
                          .routingConfig(r -> r.additionalVersionWeights(weights(p))));
          provision(p, p.path("FunctionName").asText(), made.name());
          return new Resource(made.aliasArn(), Map.of("AliasArn", Json.tree(made.aliasArn())));
        },
        (request, current) -> {
          var p = request.properties();
          lambda()
              .updateAlias(b ->
                  b.functionName(text(p, "FunctionName"))
                      .name(text(p, "Name"))
                      .functionVersion(text(p, "FunctionVersion"))
                      .description(p.path("Description").asText(""))
                      .routingConfig(r -> r.additionalVersionWeights(weights(p))));
          provision(p, p.path("FunctionName").asText(), p.path("Name").asText());
          return current;
        },
        (request, current) -> {
          var p = request.properties();
          lambda().deleteAlias(b -> b.functionName(text(p, "FunctionName")).name(text(p, "Name")));
          return current;
        },
        readings.alias());
  }

  private static Map<String, Double> weights(JsonNode properties) {
    var weights = new LinkedHashMap<String, Double>();
    for (var weight : properties.path("RoutingConfig").path("AdditionalVersionWeights")) {
      weights.put(
          weight.path("FunctionVersion").asText(), weight.path("FunctionWeight").asDouble());
    }
    return weights;
  }

  private SimpleResource permission() {
    return new SimpleResource(
        "AWS::Lambda::Permission",
        replacing(
            List.of("FunctionName", "Action", "Principal"),
            List.of(
                "SourceArn",
                "SourceAccount",
                "EventSourceToken",
                "FunctionUrlAuthType",
                "PrincipalOrgID",
                "InvokedViaFunctionUrl")),
        request -> {
          var id = request.generatedName(100);
          lambda()
              .addPermission(
                  JsonShapes.fill(request.properties(), AddPermissionRequest.builder())
                      .statementId(id)
                      .build());
          return new Resource(id, Map.of("Id", Json.tree(id)));
        },
        (request, current) -> current,
        (request, current) -> {
          lambda()
              .removePermission(b ->
                  b.functionName(text(request.properties(), "FunctionName"))
                      .statementId(current.physicalId()));
          return current;
        },
        readings.permission());
  }

  private SimpleResource invokeConfig() {
    return new SimpleResource(
        "AWS::Lambda::EventInvokeConfig",
        List.of(
            Property.of("FunctionName").mandatory().replacing(),
            Property.of("Qualifier").mandatory().replacing(),
            Property.of("DestinationConfig"),
            Property.of("MaximumEventAgeInSeconds"),
            Property.of("MaximumRetryAttempts")),
        request -> new Resource(put(request), Map.of()),
        (request, current) -> {
          put(request);
          return current;
        },
        (request, current) -> {
          var p = request.properties();
          lambda()
              .deleteFunctionEventInvokeConfig(
                  b -> b.functionName(text(p, "FunctionName")).qualifier(text(p, "Qualifier")));
          return current;
        },
        readings.invokeConfig());
  }

  private String put(Request request) {
    var config =
        JsonShapes.fill(request.properties(), PutFunctionEventInvokeConfigRequest.builder());
    return lambda().putFunctionEventInvokeConfig(config.build()).functionArn()
        + ":eventInvokeConfig";
  }

  private SimpleResource codeSigning() {
    return new SimpleResource(
        "AWS::Lambda::CodeSigningConfig",
        List.of(
            Property.of("AllowedPublishers").mandatory(),
            Property.of("CodeSigningPolicies"),
            Property.of("Description"),
            Property.of("Tags").replacing()),
        request -> {
          var p = request.properties().deepCopy();
          var tags = new LinkedHashMap<>(request.tags());
          p.path("Tags").forEach(t -> tags.put(t.path("Key").asText(), t.path("Value").asText()));
          p.remove("Tags");
          var made =
              lambda()
                  .createCodeSigningConfig(
                      JsonShapes.fill(p, CreateCodeSigningConfigRequest.builder())
                          .tags(tags)
                          .build())
                  .codeSigningConfig();
          return new Resource(
              made.codeSigningConfigArn(),
              Map.of(
                  "CodeSigningConfigArn",
                  Json.tree(made.codeSigningConfigArn()),
                  "CodeSigningConfigId",
                  Json.tree(made.codeSigningConfigId())));
        },
        (request, current) -> {
          var p = request.properties().deepCopy();
          p.putIfAbsent("Description", Json.tree(""));
          p.putIfAbsent(
              "CodeSigningPolicies", Json.object().put("UntrustedArtifactOnDeployment", "Warn"));
          lambda()
              .updateCodeSigningConfig(
                  JsonShapes.fill(p, UpdateCodeSigningConfigRequest.builder())
                      .codeSigningConfigArn(current.physicalId())
                      .build());
          return current;
        },
        (request, current) -> {
          lambda().deleteCodeSigningConfig(b -> b.codeSigningConfigArn(current.physicalId()));
          return current;
        },
        readings.signing());
  }

  private SimpleResource url() {
    return new SimpleResource(
        "AWS::Lambda::Url",
        List.of(
            Property.of("TargetFunctionArn").mandatory().replacing(),
            Property.of("Qualifier").replacing(),
            Property.of("AuthType").mandatory(),
            Property.of("Cors"),
            Property.of("InvokeMode")),
        request -> {
          var made =
              lambda()
                  .createFunctionUrlConfig(
                      JsonShapes.fill(
                              request.properties(), CreateFunctionUrlConfigRequest.builder())
                          .functionName(text(request.properties(), "TargetFunctionArn"))
                          .build());
          return new Resource(
              made.functionArn(),
              Map.of(
                  "FunctionArn",
                  Json.tree(made.functionArn()),
                  "FunctionUrl",
                  Json.tree(made.functionUrl())));
        },
        (request, current) -> {
          var builder =
              JsonShapes.fill(request.properties(), UpdateFunctionUrlConfigRequest.builder());
          lambda()
              .updateFunctionUrlConfig(
                  builder.functionName(text(request.properties(), "TargetFunctionArn")).build());
          return current;
        },
        (request, current) -> {
          var p = request.properties();
          lambda()
              .deleteFunctionUrlConfig(b ->
                  b.functionName(text(p, "TargetFunctionArn")).qualifier(text(p, "Qualifier")));
          return current;
        },
        readings.url());
  }

  static List<Property> replacing(List<String> mandatory, List<String> optional) {
    return Stream.concat(
            mandatory.stream().map(name -> Property.of(name).mandatory().replacing()),
            optional.stream().map(name -> Property.of(name).replacing()))
        .toList();
  }

  static @Nullable String text(JsonNode properties, String name) {
    var value = properties.get(name);
    return value == null || value.isNull() ? null : value.asText();
  }
}
