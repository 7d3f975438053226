package dev.terrarium.services.kms;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.MultiRegionConfiguration;
import software.amazon.awssdk.services.kms.model.MultiRegionKey;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.ReplicateKeyRequest;
import software.amazon.awssdk.services.kms.model.ReplicateKeyResponse;
import software.amazon.awssdk.services.kms.model.UpdatePrimaryRegionRequest;
import software.amazon.awssdk.services.kms.model.UpdatePrimaryRegionResponse;

/// Multi-region keys: the same material under the same id in several regions.
final class KmsReplicas extends KmsPart {
  private static final Pattern REGION = Pattern.compile("^([a-z]+-){2,3}\\d+$");

  KmsReplicas(Keys keys) {
    super(keys);
  }

  static boolean hasReplicas(KeyRecord key) {
    return isPrimary(key) && !key.metadata().multiRegionConfiguration().replicaKeys().isEmpty();
  }

  static boolean isPrimary(KeyRecord key) {
    return key.isMultiRegion()
        && key.metadata().multiRegionConfiguration().multiRegionKeyType()
            == MultiRegionKeyType.PRIMARY;
  }

  /// Where the primary of a multi-region key is.
  static KeyRef primary(KeyRecord key) {
    return key.ref().in(key.metadata().multiRegionConfiguration().primaryKey().region());
  }

  /// The same key in all regions, itself included.
  static List<KeyRef> family(KeyRecord key) {
    var family = new ArrayList<KeyRef>();
    if (!key.isMultiRegion()) {
      family.add(key.ref());
      return family;
    }
    family.add(primary(key));
    for (var replica : key.metadata().multiRegionConfiguration().replicaKeys()) {
      family.add(key.ref().in(replica.region()));
    }
    return family;
  }

  /// Has the others know that a replica is gone.
  static void forget(Keys keys, KeyRecord gone) {
    var region = gone.ref().region();
    tell(
        keys,
        gone,
        configuration ->
            configuration.toBuilder()
                .replicaKeys(
                    configuration.replicaKeys().stream()
                        .filter(replica -> !replica.region().equals(region))
                        .toList())
                .build());
  }

  private static void tell(
      Keys keys, KeyRecord of, UnaryOperator<MultiRegionConfiguration> change) {
    for (var ref : family(of)) {
      if (keys.find(ref) != null) {
        keys.change(
            ref,
            now ->
                now.with(metadata ->
                    metadata.multiRegionConfiguration(
                        change.apply(now.metadata().multiRegionConfiguration()))));
      }
    }
  }

  private static MultiRegionKey shown(KeyRef ref) {
    return MultiRegionKey.builder().arn(ref.arn()).region(ref.region()).build();
  }

  @Override
  public ReplicateKeyResponse replicateKey(ReplicateKeyRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("replicaRegion", request.replicaRegion())
        .length("replicaRegion", request.replicaRegion(), 1, 32)
        .pattern("replicaRegion", request.replicaRegion(), REGION)
        .length("description", request.description(), 0, 8192)
        .check();
    var key = keys.named(request.keyId());
    if (!isPrimary(key)) {
      throw KmsErrors.unsupported(key.arn() + " is not a multi-region primary key.");
    }
    Keys.checkUsable(key);
    var ref = key.ref().in(request.replicaRegion());
    if (keys.find(ref) != null) {
      throw KmsErrors.alreadyExists(
          "Unable to replicate key "
              + key.arn()
              + " to region "
              + ref.region()
              + ", as the key already exist there");
    }
    var tags = KmsTags.of(request.tags());
    var policy =
        KmsPolicies.ofNewKey(keys, request.policy(), request.bypassPolicyLockoutSafetyCheck());
    tell(
        keys,
        key,
        configuration -> {
          var replicas = new ArrayList<>(configuration.replicaKeys());
          replicas.add(shown(ref));
          return configuration.toBuilder().replicaKeys(replicas).build();
        });
    var primary = keys.named(key.arn());
    var configuration =
        primary.metadata().multiRegionConfiguration().toBuilder()
            .multiRegionKeyType(MultiRegionKeyType.REPLICA)
            .build();
    var description = request.description() == null ? "" : request.description();
    var replica =
        new NewKey(
                ref,
                key.spec(),
                key.metadata().keyUsageAsString(),
                key.metadata().originAsString(),
                keys.cloud.clock().now())
            .record(description, policy, tags)
            .with(metadata -> metadata.multiRegion(true).multiRegionConfiguration(configuration));
    if (!key.isExternal()) {
      replica = replica.withMaterials(key.current(), key.materials());
    }
    keys.create(new Batch(), replica);
    // AWS shows that the replica is not ready yet; here it is.
    return ReplicateKeyResponse.builder()
        .replicaKeyMetadata(
            replica.metadata().toBuilder().enabled(false).keyState(KeyState.CREATING).build())
        .replicaPolicy(policy)
        .replicaTags(KmsTags.shown(tags))
        .build();
  }

  @Override
  public UpdatePrimaryRegionResponse updatePrimaryRegion(UpdatePrimaryRegionRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("primaryRegion", request.primaryRegion())
        .length("primaryRegion", request.primaryRegion(), 1, 32)
        .pattern("primaryRegion", request.primaryRegion(), REGION)
        .check();
    var key = keys.named(request.keyId());
    if (!isPrimary(key)) {
      throw KmsErrors.unsupported(key.arn() + " is not a multi-region primary key.");
    }
    Keys.checkUsable(key);
    var successor = keys.find(key.ref().in(request.primaryRegion()));
    if (successor == null) {
      throw KmsErrors.noKey(key.ref().in(request.primaryRegion()));
    }
    if (successor.ref().equals(key.ref())) {
      throw KmsErrors.unsupported(key.arn() + " is already the primary key.");
    }
    Keys.checkUsable(successor);
    var replicas = new ArrayList<MultiRegionKey>();
    for (var ref : family(key)) {
      if (!ref.equals(successor.ref())) {
        replicas.add(shown(ref));
      }
    }
    for (var ref : family(key)) {
      var type =
          ref.equals(successor.ref()) ? MultiRegionKeyType.PRIMARY : MultiRegionKeyType.REPLICA;
      var configuration =
          MultiRegionConfiguration.builder()
              .multiRegionKeyType(type)
              .primaryKey(shown(successor.ref()))
              .replicaKeys(replicas)
              .build();
      keys.change(
          ref, now -> now.with(metadata -> metadata.multiRegionConfiguration(configuration)));
    }
    moveRotation(key, successor.ref());
    return UpdatePrimaryRegionResponse.builder().build();
  }

  /// Rotation is a matter of the primary key.
  private void moveRotation(KeyRecord old, KeyRef successor) {
    var rotation = old.rotation();
    var next = rotation.next();
    if (!rotation.enabled() || next == null) {
      return;
    }
    var batch = new Batch();
    KmsRotations.schedule(keys.cloud, batch, successor, next);
    keys.change(successor, batch, now -> now.withRotation(rotation));
    keys.change(old.ref(), now -> now.withRotation(KeyRecord.Rotation.OFF));
  }

  /// The region of an ARN.
  static String region(String arn) {
    return Arn.of(arn).map(Arn::region).orElse("");
  }
}
