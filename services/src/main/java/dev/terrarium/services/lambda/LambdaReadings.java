package dev.terrarium.services.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// What Lambda's resource types can tell of what is there.
final class LambdaReadings {
  private final Cloud cloud;

  LambdaReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private LambdaClient lambda() {
    return cloud.client(LambdaClient.class);
  }

  /// What each function has.
  private List<String> ofAll(Function<String, Stream<String>> each) {
    return lambda().listFunctionsPaginator().functions().stream()
        .flatMap(function -> each.apply(function.functionName()))
        .toList();
  }

  Reading version() {
    return Reading.of(
        "FunctionArn",
        arn -> {
          var now = lambda().getFunctionConfiguration(g -> g.functionName(arn));
          return new State(
              new Resource(
                  arn, Map.of("Version", Json.tree(now.version()), "FunctionArn", Json.tree(arn))),
              JsonShapes.tree(now, List.of("Description")).put("FunctionName", now.functionName()));
        },
        () ->
            ofAll(name ->
                lambda().listVersionsByFunction(l -> l.functionName(name)).versions().stream()
                    .filter(version -> !version.version().equals("$LATEST"))
                    .map(version -> version.functionArn())));
  }

  Reading alias() {
    return Reading.of(
        "AliasArn",
        arn -> {
          var parts = arn.split(":");
          var now =
              lambda()
                  .getAlias(
                      g -> g.functionName(parts[parts.length - 2]).name(parts[parts.length - 1]));
          var told = JsonShapes.tree(now, List.of("Name", "FunctionVersion", "Description"));
          told.put("FunctionName", parts[parts.length - 2]);
          var weights =
              now.routingConfig() == null
                  ? Map.<String, Double>of()
                  : now.routingConfig().additionalVersionWeights();
          if (weights.isEmpty()) {
            told.putNull("RoutingConfig");
          } else {
            var list = told.putObject("RoutingConfig").putArray("AdditionalVersionWeights");
            weights.forEach((version, weight) ->
                list.addObject().put("FunctionVersion", version).put("FunctionWeight", weight));
          }
          return new State(new Resource(arn, Map.of("AliasArn", Json.tree(arn))), told);
        },
        () ->
            ofAll(name ->
                lambda().listAliases(l -> l.functionName(name)).aliases().stream()
                    .map(alias -> alias.aliasArn())));
  }

  /// Statements of other services' principals; those of accounts have more than one form.
  Reading permission() {
    return new Reading(
        List.of("FunctionName", "Id"),
        parts -> {
          var function = parts.get("FunctionName");
          var id = parts.getOrDefault("Id", "");
          var policy = Json.parse(lambda().getPolicy(g -> g.functionName(function)).policy());
          return statement(policy, id, String.valueOf(function));
        },
        List::of);
  }

  private static @Nullable State statement(JsonNode policy, String id, String function) {
    for (var statement : policy.path("Statement")) {
      if (statement.path("Sid").asText().equals(id)) {
        var told = Json.object().put("FunctionName", function);
        told.set("Action", statement.path("Action"));
        if (statement.path("Principal").has("Service")) {
          told.set("Principal", statement.path("Principal").path("Service"));
        }
        var source = statement.at("/Condition/ArnLike/AWS:SourceArn");
        told.set("SourceArn", source.isMissingNode() ? null : source);
        var account = statement.at("/Condition/StringEquals/AWS:SourceAccount");
        told.set("SourceAccount", account.isMissingNode() ? null : account);
        return new State(new Resource(id, Map.of("Id", Json.tree(id))), told);
      }
    }
    return null;
  }

  Reading mapping() {
    return Reading.of(
        "Id",
        id -> {
          var now = lambda().getEventSourceMapping(g -> g.uuid(id));
          var told =
              JsonShapes.tree(
                  now,
                  List.of(
                      "BatchSize",
                      "BisectBatchOnFunctionError",
                      "DestinationConfig",
                      "EventSourceArn",
                      "FunctionResponseTypes",
                      "MaximumBatchingWindowInSeconds",
                      "MaximumRecordAgeInSeconds",
                      "MaximumRetryAttempts",
                      "ParallelizationFactor",
                      "StartingPosition",
                      "TumblingWindowInSeconds"));
          told.put("FunctionName", now.functionArn());
          told.put("Enabled", now.state().startsWith("Enab"));
          return new State(
              new Resource(
                  id,
                  Map.of(
                      "Id",
                      Json.tree(id),
                      "EventSourceMappingArn",
                      Json.tree(now.eventSourceMappingArn()))),
              told);
        },
        () ->
            lambda().listEventSourceMappings(l -> {}).eventSourceMappings().stream()
                .map(mapping -> mapping.uuid())
                .toList());
  }

  Reading layer() {
    return Reading.of(
        "LayerVersionArn",
        arn -> {
          var now = lambda().getLayerVersionByArn(g -> g.arn(arn));
          return new State(
              new Resource(arn, Map.of("LayerVersionArn", Json.tree(arn))),
              JsonShapes.tree(now, List.of("Description", "CompatibleRuntimes", "LicenseInfo")));
        },
        () ->
            lambda().listLayers(l -> {}).layers().stream()
                .map(layer -> layer.latestMatchingVersion().layerVersionArn())
                .toList());
  }

  Reading invokeConfig() {
    return new Reading(
        List.of("FunctionName", "Qualifier"),
        parts -> {
          var now =
              lambda()
                  .getFunctionEventInvokeConfig(g ->
                      g.functionName(parts.get("FunctionName")).qualifier(parts.get("Qualifier")));
          var told =
              JsonShapes.tree(now, List.of("MaximumEventAgeInSeconds", "MaximumRetryAttempts"));
          parts.forEach(told::put);
          return new State(new Resource(now.functionArn() + ":eventInvokeConfig", Map.of()), told);
        },
        List::of);
  }

  Reading signing() {
    return Reading.of(
        "CodeSigningConfigArn",
        arn -> {
          var now =
              lambda().getCodeSigningConfig(g -> g.codeSigningConfigArn(arn)).codeSigningConfig();
          return new State(
              new Resource(
                  arn,
                  Map.of(
                      "CodeSigningConfigArn",
                      Json.tree(arn),
                      "CodeSigningConfigId",
                      Json.tree(now.codeSigningConfigId()))),
              JsonShapes.tree(
                  now, List.of("AllowedPublishers", "CodeSigningPolicies", "Description")));
        },
        () ->
            lambda().listCodeSigningConfigs(l -> {}).codeSigningConfigs().stream()
                .map(config -> config.codeSigningConfigArn())
                .toList());
  }

  Reading url() {
    return Reading.of(
        "FunctionArn",
        arn -> {
          var now = lambda().getFunctionUrlConfig(g -> g.functionName(arn));
          var told = JsonShapes.tree(now, List.of("AuthType", "Cors", "InvokeMode"));
          told.put("TargetFunctionArn", arn);
          return new State(
              new Resource(
                  arn,
                  Map.of(
                      "FunctionArn", Json.tree(arn), "FunctionUrl", Json.tree(now.functionUrl()))),
              told);
        },
        () ->
            ofAll(name ->
                lambda()
                    .listFunctionUrlConfigs(l -> l.functionName(name))
                    .functionUrlConfigs()
                    .stream()
                    .map(url -> url.functionArn())));
  }
}
