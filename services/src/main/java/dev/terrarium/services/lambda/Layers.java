package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LayerStore.LayerKey;
import dev.terrarium.services.lambda.LayerStore.LayerVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Layers and their versions.
final class Layers implements LambdaPart {
  private final LambdaState state;
  private final LayerStore layers;
  private final CodeSource source;
  private final Configurations configurations;

  Layers(Cloud cloud, LambdaState state, LayerStore layers, CodeStore code) {
    this.state = state;
    this.layers = layers;
    this.source = new CodeSource(cloud, code);
    this.configurations = new Configurations(cloud, layers);
  }

  @Override
  public PublishLayerVersionResponse publishLayerVersion(PublishLayerVersionRequest request) {
    var name = name(request.layerName());
    var content = request.content();
    if (content == null) {
      throw LambdaErrors.constraint("content", null, "not be null");
    }
    FunctionRules.description(request.description());
    FunctionRules.architectures(request.compatibleArchitecturesAsStrings());
    if (request.compatibleRuntimes().contains(Runtime.UNKNOWN_TO_SDK_VERSION)) {
      throw LambdaErrors.constraint(
          "compatibleRuntimes",
          request.compatibleRuntimesAsStrings(),
          "satisfy constraint: [Member must satisfy enum value set: "
              + Runtime.knownValues()
              + "]");
    }
    var stored =
        source.store(
            content.zipFile(),
            content.s3Bucket(),
            content.s3Key(),
            content.s3ObjectVersion(),
            null);
    var published =
        state.locks.with(
            name,
            () -> {
              var last = layers.latest.get(name);
              var key = new LayerKey(name.scope(), name.name(), last == null ? 1 : last + 1);
              var description =
                  Shapes.copy(request, GetLayerVersionResponse.builder()).toBuilder()
                      .content(c -> c.codeSha256(stored.sha256()).codeSize(stored.size()))
                      .description(request.description() == null ? "" : request.description())
                      .layerArn(key.layerArn())
                      .layerVersionArn(key.arn())
                      .createdDate(configurations.now())
                      .version(key.version())
                      .build();
              var batch = new Batch();
              layers.latest.put(batch, name, key.version());
              layers.versions.put(
                  batch, key, new LayerVersion(stored.blob(), description, Map.of(), false));
              state.store.commit(batch);
              return description;
            });
    return Shapes.copy(located(published, stored.blob()), PublishLayerVersionResponse.builder());
  }

  @Override
  public GetLayerVersionResponse getLayerVersion(GetLayerVersionRequest request) {
    var layer = require(key(request.layerName(), request.versionNumber()));
    return located(layer.description(), layer.blob());
  }

  @Override
  public GetLayerVersionByArnResponse getLayerVersionByArn(GetLayerVersionByArnRequest request) {
    var key = LayerStore.key(request.arn());
    if (key == null) {
      throw LambdaErrors.constraint(
          "arn",
          request.arn(),
          "satisfy regular expression pattern:"
              + " (arn:(aws[a-zA-Z-]*)?:lambda:[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+)");
    }
    var layer = require(key);
    return Shapes.copy(
        located(layer.description(), layer.blob()), GetLayerVersionByArnResponse.builder());
  }

  /// With the address at which whoever asks can fetch it.
  private static GetLayerVersionResponse located(GetLayerVersionResponse layer, String blob) {
    return layer.toBuilder()
        .content(layer.content().toBuilder().location(CodeLocations.of(blob)).build())
        .build();
  }

  @Override
  public DeleteLayerVersionResponse deleteLayerVersion(DeleteLayerVersionRequest request) {
    // Functions that use the version keep working on AWS, so its package stays.
    var key = key(request.layerName(), request.versionNumber());
    state.locks.with(
        key,
        () -> {
          var layer = layers.find(key);
          if (layer != null) {
            layers.versions.put(key, layer.asDeleted());
          }
          return key;
        });
    return DeleteLayerVersionResponse.builder().build();
  }

  @Override
  public ListLayerVersionsResponse listLayerVersions(ListLayerVersionsRequest request) {
    var name = name(request.layerName());
    var all = new ArrayList<LayerVersionsListItem>();
    layers.versions.scan(
        (key, layer) -> {
          if (fits(
              layer,
              request.compatibleRuntimeAsString(),
              request.compatibleArchitectureAsString())) {
            all.add(Shapes.copy(layer.description(), LayerVersionsListItem.builder()));
          }
          return true;
        },
        name.scope().account(),
        name.scope().region(),
        name.name());
    Collections.reverse(all);
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListLayerVersionsResponse.builder()
        .layerVersions(page.items())
        .nextMarker(page.next())
        .build();
  }

  @Override
  public ListLayersResponse listLayers(ListLayersRequest request) {
    var scope = Call.current().scope();
    var latest = new LinkedHashMap<String, LayersListItem>();
    layers.versions.scan(
        (key, layer) -> {
          if (fits(
              layer,
              request.compatibleRuntimeAsString(),
              request.compatibleArchitectureAsString())) {
            latest.put(
                key.name(),
                LayersListItem.builder()
                    .layerName(key.name())
                    .layerArn(key.layerArn())
                    .latestMatchingVersion(
                        Shapes.copy(layer.description(), LayerVersionsListItem.builder()))
                    .build());
          }
          return true;
        },
        scope.account(),
        scope.region());
    var page = Pages.of(List.copyOf(latest.values()), request.marker(), request.maxItems(), 50);
    return ListLayersResponse.builder().layers(page.items()).nextMarker(page.next()).build();
  }

  @Override
  public AddLayerVersionPermissionResponse addLayerVersionPermission(
      AddLayerVersionPermissionRequest request) {
    var key = key(request.layerName(), request.versionNumber());
    matches("action", request.action(), "lambda:GetLayerVersion");
    matches("principal", request.principal(), "\\d{12}|\\*|arn:(aws[a-zA-Z-]*):iam::\\d{12}:root");
    matches("statementId", request.statementId(), "([a-zA-Z0-9-_]+)");
    var statement = Json.object();
    statement.put("Sid", request.statementId());
    statement.put("Effect", "Allow");
    if (request.principal().equals("*")) {
      statement.put("Principal", "*");
    } else {
      var arn =
          request.principal().startsWith("arn:")
              ? request.principal()
              : "arn:aws:iam::" + request.principal() + ":root";
      statement.putObject("Principal").put("AWS", arn);
    }
    statement.put("Action", request.action());
    statement.put("Resource", key.arn());
    if (request.organizationId() != null) {
      statement
          .putObject("Condition")
          .putObject("StringEquals")
          .put("aws:PrincipalOrgID", request.organizationId());
    }
    var text = Json.write(statement);
    var revision =
        change(
            key,
            request.revisionId(),
            policy -> {
              if (policy.putIfAbsent(request.statementId(), text) != null) {
                throw LambdaErrors.conflict(
                    "The statement id ("
                        + request.statementId()
                        + ") provided already exists. Please provide a new statement id, or remove"
                        + " the existing statement.");
              }
            });
    return AddLayerVersionPermissionResponse.builder().statement(text).revisionId(revision).build();
  }

  @Override
  public RemoveLayerVersionPermissionResponse removeLayerVersionPermission(
      RemoveLayerVersionPermissionRequest request) {
    var _ =
        change(
            key(request.layerName(), request.versionNumber()),
            request.revisionId(),
            policy -> {
              if (policy.remove(request.statementId()) == null) {
                throw LambdaErrors.notFound(
                    "Statement " + request.statementId() + " is not found in resource policy.");
              }
            });
    return RemoveLayerVersionPermissionResponse.builder().build();
  }

  @Override
  public GetLayerVersionPolicyResponse getLayerVersionPolicy(GetLayerVersionPolicyRequest request) {
    var layer = require(key(request.layerName(), request.versionNumber()));
    if (layer.policy().isEmpty()) {
      throw LambdaErrors.notFound("No policy is associated with the given resource.");
    }
    var document = Json.object();
    document.put("Version", "2012-10-17");
    document.put("Id", "default");
    var all = document.putArray("Statement");
    layer.policy().values().forEach(statement -> all.add(Json.parse(statement)));
    return GetLayerVersionPolicyResponse.builder()
        .policy(Json.write(document))
        .revisionId(revision(layer.policy()))
        .build();
  }

  /// Changes a policy and returns its new revision.
  private String change(
      LayerKey key,
      @Nullable String revisionId,
      java.util.function.Consumer<Map<String, String>> change) {
    return state.locks.with(
        key,
        () -> {
          var layer = require(key);
          if (revisionId != null && !revisionId.equals(revision(layer.policy()))) {
            throw LambdaErrors.stale();
          }
          var policy = new LinkedHashMap<>(layer.policy());
          change.accept(policy);
          layers.versions.put(key, layer.withPolicy(policy));
          return revision(policy);
        });
  }

  /// A policy's revision follows from what it says.
  private static String revision(Map<String, String> policy) {
    var text = String.join("\n", policy.values());
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void matches(String member, @Nullable String value, String pattern) {
    if (value == null || !value.matches(pattern)) {
      throw LambdaErrors.constraint(
          member,
          value,
          value == null ? "not be null" : "satisfy regular expression pattern: " + pattern);
    }
  }

  private LayerVersion require(LayerKey key) {
    var layer = layers.find(key);
    if (layer == null) {
      throw LambdaErrors.noResource();
    }
    return layer;
  }

  private static boolean fits(
      LayerVersion layer, @Nullable String runtime, @Nullable String architecture) {
    var description = layer.description();
    return !layer.deleted()
        && (runtime == null || description.compatibleRuntimesAsStrings().contains(runtime))
        && (architecture == null
            || description.compatibleArchitecturesAsStrings().contains(architecture));
  }

  private static LayerKey key(String name, @Nullable Long version) {
    if (version == null) {
      throw LambdaErrors.constraint("versionNumber", null, "not be null");
    }
    if (version < 1) {
      throw LambdaErrors.invalid("Layer Version Cannot be less than 1.");
    }
    var layer = name(name);
    return new LayerKey(layer.scope(), layer.name(), version);
  }

  /// A layer's place with the number 0, from its name or ARN.
  private static LayerKey name(String name) {
    var arn = LayerStore.key(name + ":0");
    if (arn != null) {
      return new LayerKey(arn.scope(), arn.name(), 0);
    }
    if (!name.matches("[a-zA-Z0-9-_]{1,140}")) {
      throw LambdaErrors.constraint(
          "layerName",
          name,
          "satisfy regular expression pattern:"
              + " (arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\\d{12}:layer:[a-zA-Z0-9-_]+)|[a-zA-Z0-9-_]+");
    }
    return new LayerKey(Call.current().scope(), name, 0);
  }
}
