package dev.terrarium.services.kms;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Property;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.SimpleResource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.Tag;

/// `AWS::KMS::Key`, `AWS::KMS::ReplicaKey` and `AWS::KMS::Alias`. A key whose resource goes waits
/// for its deletion as any other.
final class KmsResources {
  private final Cloud cloud;

  KmsResources(Cloud cloud) {
    this.cloud = cloud;
  }

  List<ResourceType> all() {
    return List.of(key(), replica(), alias());
  }

  private KmsClient kms() {
    return cloud.client(KmsClient.class);
  }

  private ResourceType key() {
    return new SimpleResource(
        "AWS::KMS::Key",
        List.of(
            Property.of("Description"),
            Property.of("Enabled"),
            Property.of("EnableKeyRotation"),
            Property.of("RotationPeriodInDays"),
            Property.of("KeyPolicy"),
            Property.of("BypassPolicyLockoutSafetyCheck"),
            Property.of("PendingWindowInDays"),
            Property.of("KeySpec").replacing(),
            Property.of("KeyUsage").replacing(),
            Property.of("Origin").replacing(),
            Property.of("MultiRegion").replacing(),
            Property.of("Tags")),
        this::createKey,
        this::updateKey,
        this::deleteKey,
        new KmsReadings(cloud).key());
  }

  private Resource createKey(Request request) {
    var p = request.properties();
    var made =
        kms()
            .createKey(r ->
                r.description(text(p, "Description"))
                    .policy(text(p, "KeyPolicy"))
                    .bypassPolicyLockoutSafetyCheck(flag(p, "BypassPolicyLockoutSafetyCheck"))
                    .keySpec(text(p, "KeySpec"))
                    .keyUsage(text(p, "KeyUsage"))
                    .origin(text(p, "Origin"))
                    .multiRegion(p.path("MultiRegion").asBoolean(false))
                    .tags(tags(request)))
            .keyMetadata();
    rotate(p, made.keyId());
    enable(p, made.keyId());
    return resource(made.keyId(), made.arn());
  }

  private static Resource resource(String id, String arn) {
    return new Resource(id, Map.of("Arn", Json.tree(arn), "KeyId", Json.tree(id)));
  }

  private void rotate(ObjectNode p, String id) {
    if (p.path("EnableKeyRotation").asBoolean(false)) {
      kms()
          .enableKeyRotation(r ->
              r.keyId(id)
                  .rotationPeriodInDays(
                      p.has("RotationPeriodInDays")
                          ? p.get("RotationPeriodInDays").asInt()
                          : null));
    }
  }

  private void enable(ObjectNode p, String id) {
    if (!p.path("Enabled").asBoolean(true)) {
      kms().disableKey(r -> r.keyId(id));
    }
  }

  private Resource updateKey(Request request, Resource current) {
    var p = request.properties();
    var id = current.physicalId();
    var there = kms().describeKey(r -> r.keyId(id)).keyMetadata();
    if (!there.enabled()) {
      kms().enableKey(r -> r.keyId(id));
    }
    kms().updateKeyDescription(r -> r.keyId(id).description(p.path("Description").asText("")));
    policy(p, id);
    if (p.path("EnableKeyRotation").asBoolean(false)) {
      rotate(p, id);
    } else if (there.keySpecAsString().equals("SYMMETRIC_DEFAULT")
        && there.originAsString().equals("AWS_KMS")) {
      kms().disableKeyRotation(r -> r.keyId(id));
    }
    retag(request, id);
    enable(p, id);
    return current;
  }

  private void policy(ObjectNode p, String id) {
    var scope = Call.current().scope();
    var policy = text(p, "KeyPolicy");
    kms()
        .putKeyPolicy(r ->
            r.keyId(id)
                .policyName("default")
                .bypassPolicyLockoutSafetyCheck(flag(p, "BypassPolicyLockoutSafetyCheck"))
                .policy(
                    policy == null
                        ? KmsPolicies.standard(scope.account(), scope.partition())
                        : policy));
  }

  private Resource deleteKey(Request request, Resource current) {
    var days = request.properties().path("PendingWindowInDays").asInt(30);
    try {
      kms().scheduleKeyDeletion(r -> r.keyId(current.physicalId()).pendingWindowInDays(days));
    } catch (AwsServiceException e) {
      if (!Set.of("NotFoundException", "KMSInvalidStateException").contains(Errors.code(e))) {
        throw e;
      }
    }
    return current;
  }

  private ResourceType replica() {
    return new SimpleResource(
        "AWS::KMS::ReplicaKey",
        List.of(
            Property.of("PrimaryKeyArn").mandatory().replacing(),
            Property.of("KeyPolicy").mandatory(),
            Property.of("Description"),
            Property.of("Enabled"),
            Property.of("PendingWindowInDays"),
            Property.of("Tags")),
        this::createReplica,
        (request, current) -> {
          var p = request.properties();
          var id = current.physicalId();
          if (!kms().describeKey(r -> r.keyId(id)).keyMetadata().enabled()) {
            kms().enableKey(r -> r.keyId(id));
          }
          kms()
              .updateKeyDescription(r -> r.keyId(id).description(p.path("Description").asText("")));
          policy(p, id);
          retag(request, id);
          enable(p, id);
          return current;
        },
        this::deleteKey,
        new KmsReadings(cloud).replica());
  }

  private Resource createReplica(Request request) {
    var p = request.properties();
    var scope = Call.current().scope();
    var primary =
        Arn.of(p.path("PrimaryKeyArn").asText())
            .orElseThrow(() -> KmsErrors.invalidArn("Invalid arn " + p.path("PrimaryKeyArn")));
    var made =
        cloud
            .client(KmsClient.class, new Scope(scope.account(), primary.region()))
            .replicateKey(r ->
                r.keyId(primary.toString())
                    .replicaRegion(scope.region())
                    .description(text(p, "Description"))
                    .policy(text(p, "KeyPolicy"))
                    .tags(tags(request)))
            .replicaKeyMetadata();
    enable(p, made.keyId());
    return resource(made.keyId(), made.arn());
  }

  private ResourceType alias() {
    return new SimpleResource(
        "AWS::KMS::Alias",
        List.of(
            Property.of("AliasName").mandatory().replacing(),
            Property.of("TargetKeyId").mandatory()),
        request -> {
          var name = request.properties().path("AliasName").asText();
          kms().createAlias(r -> r.aliasName(name).targetKeyId(target(request)));
          return new Resource(name, Map.of());
        },
        (request, current) -> {
          kms().updateAlias(r -> r.aliasName(current.physicalId()).targetKeyId(target(request)));
          return current;
        },
        (request, current) -> {
          try {
            kms().deleteAlias(r -> r.aliasName(current.physicalId()));
          } catch (AwsServiceException e) {
            if (!Errors.code(e).equals("NotFoundException")) {
              throw e;
            }
          }
          return current;
        },
        new KmsReadings(cloud).alias());
  }

  private static String target(Request request) {
    return request.properties().path("TargetKeyId").asText();
  }

  private void retag(Request request, String id) {
    var wanted = tags(request);
    var keys = wanted.stream().map(Tag::tagKey).toList();
    var gone =
        kms().listResourceTags(r -> r.keyId(id)).tags().stream()
            .map(Tag::tagKey)
            .filter(key -> !keys.contains(key))
            .toList();
    if (!gone.isEmpty()) {
      kms().untagResource(r -> r.keyId(id).tagKeys(gone));
    }
    if (!wanted.isEmpty()) {
      kms().tagResource(r -> r.keyId(id).tags(wanted));
    }
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
    return KmsTags.shown(tags);
  }

  private static @Nullable String text(ObjectNode p, String name) {
    var value = p.get(name);
    return value == null ? null : value.isContainerNode() ? Json.write(value) : value.asText();
  }

  private static boolean flag(ObjectNode p, String name) {
    return p.path(name).asBoolean(false);
  }
}
