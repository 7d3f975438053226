package dev.terrarium.services.kms;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AliasListEntry;
import software.amazon.awssdk.services.kms.model.KeyState;

/// What KMS' resource types can tell of what is there. A key that waits for its deletion is gone.
final class KmsReadings {
  private final Cloud cloud;

  KmsReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private KmsClient kms() {
    return cloud.client(KmsClient.class);
  }

  Reading key() {
    return Reading.of("KeyId", id -> key(id, true), this::customerKeys);
  }

  /// A replica is listed as the key that it is.
  Reading replica() {
    return Reading.of("KeyId", id -> key(id, false), List::of);
  }

  private List<String> customerKeys() {
    return kms().listKeysPaginator().keys().stream()
        .map(key -> key.keyId())
        .filter(id ->
            kms()
                .describeKey(d -> d.keyId(id))
                .keyMetadata()
                .keyManagerAsString()
                .equals("CUSTOMER"))
        .toList();
  }

  private @Nullable State key(String id, boolean primary) {
    var now = kms().describeKey(d -> d.keyId(id)).keyMetadata();
    if (now.keyState() == KeyState.PENDING_DELETION) {
      return null;
    }
    var told = JsonShapes.tree(now, List.of("Description", "Enabled"));
    told.set(
        "KeyPolicy",
        Json.parse(kms().getKeyPolicy(g -> g.keyId(id).policyName("default")).policy()));
    if (primary) {
      told.setAll(JsonShapes.tree(now, List.of("KeySpec", "KeyUsage", "MultiRegion", "Origin")));
      if (now.keySpecAsString().equals("SYMMETRIC_DEFAULT")
          && now.originAsString().equals("AWS_KMS")) {
        told.put(
            "EnableKeyRotation", kms().getKeyRotationStatus(g -> g.keyId(id)).keyRotationEnabled());
      }
    }
    return new State(
        new Resource(
            now.keyId(), Map.of("Arn", Json.tree(now.arn()), "KeyId", Json.tree(now.keyId()))),
        told);
  }

  Reading alias() {
    return Reading.of(
        "AliasName",
        name -> {
          for (var alias : kms().listAliasesPaginator().aliases()) {
            if (alias.aliasName().equals(name)) {
              var told = Json.object().put("AliasName", name);
              told.put("TargetKeyId", alias.targetKeyId());
              return new State(new Resource(name, Map.of()), told);
            }
          }
          return null;
        },
        () ->
            kms().listAliasesPaginator().aliases().stream()
                .map(AliasListEntry::aliasName)
                .filter(name -> !name.startsWith("alias/aws/"))
                .toList());
  }
}
