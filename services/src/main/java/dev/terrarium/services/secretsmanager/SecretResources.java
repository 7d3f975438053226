package dev.terrarium.services.secretsmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.SimpleResource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetRandomPasswordRequest;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;
import software.amazon.awssdk.services.secretsmanager.model.RotationRulesType;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/// `AWS::SecretsManager::Secret`, `RotationSchedule`, `ResourcePolicy` and
/// `SecretTargetAttachment`.
final class SecretResources {
  private static final String NAMESPACE = "AWS::SecretsManager::";

  private final Cloud cloud;

  SecretResources(Cloud cloud) {
    this.cloud = cloud;
  }

  private SecretsManagerClient secrets() {
    return cloud.client(SecretsManagerClient.class);
  }

  List<ResourceType> all() {
    return List.of(secret(), schedule(), policy(), attachment());
  }

  private ResourceType secret() {
    return new SimpleResource(
        NAMESPACE + "Secret",
        List.of(
            Property.of("Name").replacing(),
            Property.of("Description"),
            Property.of("KmsKeyId"),
            Property.of("SecretString"),
            Property.of("GenerateSecretString"),
            Property.of("ReplicaRegions"),
            Property.of("Tags")),
        this::create,
        this::update,
        (request, current) -> {
          for (var replica : request.properties().path("ReplicaRegions")) {
            secrets()
                .removeRegionsFromReplication(r ->
                    r.secretId(current.physicalId())
                        .removeReplicaRegions(replica.path("Region").asText()));
          }
          secrets()
              .deleteSecret(r -> r.secretId(current.physicalId()).forceDeleteWithoutRecovery(true));
          return current;
        },
        new SecretReadings(cloud).secret());
  }

  private Resource create(Request request) {
    var p = request.properties();
    var value = value(p);
    var name = p.path("Name").asText(request.generatedName(64));
    var made =
        secrets()
            .createSecret(r ->
                r.name(name)
                    .clientRequestToken(token(request))
                    .description(text(p, "Description"))
                    .kmsKeyId(text(p, "KmsKeyId"))
                    .secretString(value)
                    .tags(tags(request))
                    .addReplicaRegions(replicas(p)));
    return resource(made.arn());
  }

  /// The token of a step is the same for every try of it.
  private static String token(Request request) {
    return java.util
        .UUID
        .nameUUIDFromBytes(request.token().getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  private static Resource resource(String arn) {
    return new Resource(arn, Map.of("Id", Json.tree(arn)));
  }

  private Resource update(Request request, Resource current) {
    var p = request.properties();
    var id = current.physicalId();
    // A generated value stays what it is; AWS too makes one only when the secret is made.
    var value = p.has("GenerateSecretString") ? null : text(p, "SecretString");
    secrets()
        .updateSecret(r ->
            r.secretId(id)
                .clientRequestToken(token(request))
                .description(p.path("Description").asText(""))
                .kmsKeyId(text(p, "KmsKeyId"))
                .secretString(value));
    var there = secrets().describeSecret(r -> r.secretId(id));
    var wanted = tags(request);
    var keys = wanted.stream().map(Tag::key).toList();
    var gone = there.tags().stream().map(Tag::key).filter(key -> !keys.contains(key)).toList();
    if (!gone.isEmpty()) {
      secrets().untagResource(r -> r.secretId(id).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      secrets().tagResource(r -> r.secretId(id).tags(wanted));
    }
    return resource(id);
  }

  private @Nullable String value(ObjectNode p) {
    var generate = p.get("GenerateSecretString");
    if (generate == null) {
      return text(p, "SecretString");
    }
    if (p.has("SecretString")) {
      throw SecretErrors.validation(
          "Both SecretString and GenerateSecretString are specified; only one of them may be.");
    }
    var password =
        secrets()
            .getRandomPassword(
                JsonShapes.fill(generate, GetRandomPasswordRequest.builder()).build())
            .randomPassword();
    var key = generate.path("GenerateStringKey").asText("");
    var template = generate.path("SecretStringTemplate").asText("");
    if (key.isEmpty() != template.isEmpty()) {
      throw SecretErrors.validation(
          "You must specify both SecretStringTemplate and GenerateStringKey, or neither.");
    }
    if (key.isEmpty()) {
      return password;
    }
    JsonNode parsed;
    try {
      parsed = Json.parse(template);
    } catch (IllegalArgumentException e) {
      throw SecretErrors.validation("SecretStringTemplate is not valid JSON.");
    }
    if (!(parsed instanceof ObjectNode object)) {
      throw SecretErrors.validation("SecretStringTemplate is not a JSON object.");
    }
    return Json.write(object.put(key, password));
  }

  private static List<ReplicaRegionType> replicas(ObjectNode p) {
    var regions = new java.util.ArrayList<ReplicaRegionType>();
    p.path("ReplicaRegions")
        .forEach(
            region -> regions.add(JsonShapes.fill(region, ReplicaRegionType.builder()).build()));
    return regions;
  }

  private ResourceType schedule() {
    return new SimpleResource(
        NAMESPACE + "RotationSchedule",
        List.of(
            Property.of("SecretId").mandatory().replacing(),
            Property.of("RotationLambdaARN"),
            Property.of("RotationRules"),
            Property.of("RotateImmediatelyOnUpdate")),
        request -> rotated(request, request.properties().path("SecretId").asText(), true),
        (request, current) -> {
          var at = request.properties().path("RotateImmediatelyOnUpdate").asBoolean(true);
          return rotated(request, current.physicalId(), at);
        },
        (request, current) -> {
          secrets().cancelRotateSecret(r -> r.secretId(current.physicalId()));
          return current;
        },
        new SecretReadings(cloud).schedule());
  }

  private Resource rotated(Request request, String secret, boolean atOnce) {
    var p = request.properties();
    var made =
        secrets()
            .rotateSecret(r -> {
              r.secretId(secret)
                  .clientRequestToken(token(request))
                  .rotationLambdaARN(text(p, "RotationLambdaARN"))
                  .rotateImmediately(atOnce);
              if (p.has("RotationRules")) {
                r.rotationRules(
                    JsonShapes.fill(p.get("RotationRules"), RotationRulesType.builder()).build());
              }
            });
    return resource(made.arn());
  }

  private ResourceType policy() {
    return new SimpleResource(
        NAMESPACE + "ResourcePolicy",
        List.of(
            Property.of("SecretId").mandatory().replacing(),
            Property.of("ResourcePolicy").mandatory(),
            Property.of("BlockPublicPolicy")),
        request -> policied(request, request.properties().path("SecretId").asText()),
        (request, current) -> policied(request, current.physicalId()),
        (request, current) -> {
          secrets().deleteResourcePolicy(r -> r.secretId(current.physicalId()));
          return current;
        },
        new SecretReadings(cloud).policy());
  }

  private Resource policied(Request request, String secret) {
    var p = request.properties();
    var document = p.path("ResourcePolicy");
    var made =
        secrets()
            .putResourcePolicy(r ->
                r.secretId(secret)
                    .resourcePolicy(document.isTextual() ? document.asText() : Json.write(document))
                    .blockPublicPolicy(p.path("BlockPublicPolicy").asBoolean(false)));
    return resource(made.arn());
  }

  /// Databases are what it attaches secrets to, and there are none here.
  private static ResourceType attachment() {
    return new SimpleResource(
        NAMESPACE + "SecretTargetAttachment",
        List.of(
            Property.of("SecretId").mandatory(),
            Property.of("TargetId").mandatory(),
            Property.of("TargetType").mandatory()),
        request -> {
          throw SecretErrors.missing(
              "targets of the type " + request.properties().path("TargetType").asText());
        },
        (request, current) -> current,
        (request, current) -> current);
  }

  private static @Nullable String text(ObjectNode p, String name) {
    var value = p.get(name);
    return value == null ? null : value.isContainerNode() ? Json.write(value) : value.asText();
  }

  private static List<Tag> tags(Request request) {
    var tags = new LinkedHashMap<String, String>();
    request
        .tags()
        .forEach((key, value) -> {
          if (!key.startsWith("aws:")) {
            tags.put(key, value);
          }
        });
    for (var tag : request.properties().path("Tags")) {
      tags.put(tag.path("Key").asText(), tag.path("Value").asText());
    }
    return SecretTags.shown(tags);
  }
}
