package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.model.ReplicaRegionType;
import software.amazon.awssdk.services.secretsmanager.model.ReplicationStatusType;
import software.amazon.awssdk.services.secretsmanager.model.StatusType;

/// Copies of secrets in other regions, which follow every change.
final class Replicas {
  private final Secrets secrets;

  Replicas(Secrets secrets) {
    this.secrets = secrets;
  }

  /// Begins to copy a secret to more regions; how each of its copies is then.
  List<ReplicationStatusType> add(SecretRef ref, List<ReplicaRegionType> regions, boolean force) {
    var constraints = new SecretConstraints();
    for (var region : regions) {
      constraints.required("addReplicaRegions.member.region", region.region());
    }
    constraints.check();
    for (var region : regions) {
      if (region.region().equals(ref.region())) {
        throw SecretErrors.parameter("Invalid replica region.");
      }
    }
    var found = secrets.stored.get(ref);
    if (found == null) {
      throw SecretErrors.noSecret();
    }
    var statuses = new ArrayList<>(found.description().replicationStatus());
    for (var region : regions) {
      statuses.removeIf(status -> status.region().equals(region.region()));
      statuses.add(added(ref, found, region, force));
    }
    return secrets
        .change(
            ref,
            secret -> secret.with(d -> d.primaryRegion(ref.region()).replicationStatus(statuses)))
        .description()
        .replicationStatus();
  }

  private ReplicationStatusType added(
      SecretRef ref, SecretRecord secret, ReplicaRegionType region, boolean force) {
    var there = secrets.stored.get(ref.in(region.region()));
    if (there != null && !force && !ref.region().equals(there.description().primaryRegion())) {
      return status(
          region.region(),
          region.kmsKeyId(),
          "Replication failed: Secret name %s already exists in region %s."
              .formatted(ref.name(), region.region()));
    }
    return copied(ref, secret, region.region(), region.kmsKeyId());
  }

  private static ReplicationStatusType status(
      String region, @Nullable String keyId, String failure) {
    return ReplicationStatusType.builder()
        .region(region)
        .kmsKeyId(keyId == null ? Vault.DEFAULT_KEY : keyId)
        .status(failure.isEmpty() ? StatusType.IN_SYNC : StatusType.FAILED)
        .statusMessage(failure.isEmpty() ? "Replication succeeded" : failure)
        .build();
  }

  private ReplicationStatusType copied(
      SecretRef ref, SecretRecord secret, String region, @Nullable String keyId) {
    var copy = ref.in(region);
    var arn = secret.arn().replace(":" + ref.region() + ":", ":" + region + ":");
    var asked = keyId == null || keyId.equals(Vault.DEFAULT_KEY) ? null : keyId;
    var batch = new Batch();
    try {
      for (var entry : secrets.all(ref).entrySet()) {
        var id = entry.getKey();
        var version = entry.getValue();
        var known = secrets.version(copy, id);
        if (version.isThere() && (known == null || known.created().isBefore(version.created()))) {
          var value = secrets.vault.open(ref, secret.arn(), id, version);
          var sealed = secrets.vault.seal(copy, arn, id, asked, value);
          secrets.versions.put(batch, new VersionKey(copy, id), sealed);
        }
      }
    } catch (AwsServiceException e) {
      return status(region, keyId, "Replication failed: " + dev.terrarium.kernel.Errors.message(e));
    }
    var record =
        secret
            .with(d ->
                d.arn(arn)
                    .kmsKeyId(asked)
                    .primaryRegion(ref.region())
                    .replicationStatus((List<ReplicationStatusType>) null)
                    .nextRotationDate(null))
            .withDue(null)
            .withRotating("", 0);
    secrets.with(
        copy,
        () -> {
          secrets.stored.put(batch, copy, record);
          secrets.cloud.store().commit(batch);
          return true;
        });
    return status(region, keyId, "");
  }

  /// Brings the copies up to date.
  void follow(SecretRef ref) {
    var secret = secrets.stored.get(ref);
    if (secret == null || secret.isReplica(ref)) {
      return;
    }
    for (var status : secret.description().replicationStatus()) {
      if (status.status() == StatusType.IN_SYNC) {
        copied(ref, secret, status.region(), status.kmsKeyId());
      }
    }
  }

  /// Gives copies up and removes them.
  SecretRecord remove(SecretRef ref, List<String> regions) {
    var secret = secrets.stored.get(ref);
    var there =
        secret == null
            ? List.<String>of()
            : secret.description().replicationStatus().stream().map(s -> s.region()).toList();
    if (!there.containsAll(regions)) {
      throw SecretErrors.parameter("Invalid replica regions.");
    }
    for (var region : regions) {
      var copy = secrets.stored.get(ref.in(region));
      if (copy != null && copy.isReplica(ref.in(region))) {
        secrets.forget(ref.in(region));
      }
    }
    return secrets.change(ref, now -> left(now, regions));
  }

  private static SecretRecord left(SecretRecord secret, List<String> regions) {
    var left =
        secret.description().replicationStatus().stream()
            .filter(status -> !regions.contains(status.region()))
            .toList();
    return secret.with(d -> {
      d.replicationStatus(left.isEmpty() ? null : left);
      if (left.isEmpty()) {
        d.primaryRegion(null);
      }
    });
  }

  /// Makes a copy a secret of its own.
  SecretRecord promote(SecretRef ref, SecretRecord copy) {
    var primary = ref.in(copy.description().primaryRegion());
    if (secrets.stored.contains(primary)) {
      secrets.change(primary, now -> left(now, List.of(Call.current().region())));
    }
    return secrets.change(ref, now -> now.with(d -> d.primaryRegion(null)));
  }
}
