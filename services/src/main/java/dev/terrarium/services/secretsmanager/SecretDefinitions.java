package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import dev.terrarium.services.secretsmanager.Vault.Value;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DeleteSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.RestoreSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretResponse;

/// Makes secrets, tells of them, changes and deletes them.
final class SecretDefinitions extends SecretsPart {
  private static final String HANDLER = "secretsmanager.delete";
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9/_+=.@!-]+");
  static final int VALUE_BYTES_MAX = 65_536;

  SecretDefinitions(Secrets secrets) {
    super(secrets);
  }

  void start() {
    secrets.cloud.timers().handle(HANDLER, timer -> purge(SecretRef.ofPath(timer.id())));
  }

  static SecretConstraints constraints(@Nullable String text, @Nullable SdkBytes bytes) {
    var constraints = new SecretConstraints();
    if (text != null) {
      // The value itself is never shown.
      if (text.isEmpty()) {
        constraints.size("secretString", 0, "", 1, VALUE_BYTES_MAX);
      }
      constraints.bytes("secretString", text.length(), VALUE_BYTES_MAX);
    }
    if (bytes != null) {
      constraints.bytes("secretBinary", bytes.asByteArrayUnsafe().length, VALUE_BYTES_MAX);
    }
    return constraints;
  }

  @Override
  public CreateSecretResponse createSecret(CreateSecretRequest request) {
    constraints(request.secretString(), request.secretBinary())
        .required("name", request.name())
        .length("name", request.name(), 1, 512)
        .length("description", request.description(), 0, 2048)
        .length("kmsKeyId", request.kmsKeyId(), 0, 2048)
        .check(request.clientRequestToken());
    if (request.type() != null) {
      throw SecretErrors.missing("secrets that other vendors manage");
    }
    if (!NAME.matcher(request.name()).matches()) {
      throw SecretErrors.validation(
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!");
    }
    var tags = SecretTags.of(request.tags());
    var value = Value.of(request.secretString(), request.secretBinary());
    var ref = SecretRef.of(Call.current().scope(), request.name());
    var ids = secrets.cloud.ids();
    var token = request.clientRequestToken() == null ? ids.uuid() : request.clientRequestToken();
    var there = secrets.stored.get(ref);
    if (there != null) {
      return again(ref, there, token, value);
    }
    var arn = ref.scope().arn("secretsmanager", "secret:" + ref.name() + "-" + ids.alphanumeric(6));
    var version =
        value == null ? null : secrets.vault.seal(ref, arn, token, request.kmsKeyId(), value);
    var now = secrets.cloud.clock().now();
    var description =
        DescribeSecretResponse.builder()
            .arn(arn)
            .name(ref.name())
            .description(request.description())
            .kmsKeyId(request.kmsKeyId())
            .createdDate(now)
            .lastChangedDate(now)
            .tags(tags);
    var made = new SecretRecord(description.build(), "", null, "", 0);
    if (version != null) {
      made = made.staged(SecretRecord.CURRENT, token);
    }
    keep(ref, made, version, token);
    var response =
        CreateSecretResponse.builder()
            .arn(arn)
            .name(ref.name())
            .versionId(version == null ? null : token);
    if (!request.addReplicaRegions().isEmpty()) {
      response.replicationStatus(
          new Replicas(secrets)
              .add(
                  ref,
                  request.addReplicaRegions(),
                  Boolean.TRUE.equals(request.forceOverwriteReplicaSecret())));
    }
    return response.build();
  }

  private void keep(SecretRef ref, SecretRecord made, @Nullable Version version, String versionId) {
    secrets.with(
        ref,
        () -> {
          if (secrets.stored.contains(ref)) {
            throw exists(ref);
          }
          var batch = new Batch();
          secrets.stored.put(batch, ref, made);
          if (version != null) {
            secrets.versions.put(batch, new VersionKey(ref, versionId), version);
          }
          secrets.cloud.store().commit(batch);
          return true;
        });
  }

  private static RuntimeException exists(SecretRef ref) {
    return SecretErrors.exists(
        "The operation failed because the secret " + ref.name() + " already exists.");
  }

  /// The same request again is the same secret.
  private CreateSecretResponse again(
      SecretRef ref, SecretRecord there, String token, @Nullable Value value) {
    if (there.isDeleted()) {
      throw SecretErrors.request(
          "You can't create this secret because a secret with this name is already scheduled for deletion.");
    }
    var version = secrets.version(ref, token);
    if (version == null || value == null || !version.isThere()) {
      throw exists(ref);
    }
    if (!secrets.vault.open(ref, there.arn(), token, version).isSame(value)) {
      throw exists(ref);
    }
    return CreateSecretResponse.builder()
        .arn(there.arn())
        .name(ref.name())
        .versionId(token)
        .build();
  }

  @Override
  public UpdateSecretResponse updateSecret(UpdateSecretRequest request) {
    constraints(request.secretString(), request.secretBinary())
        .secret(request.secretId())
        .length("description", request.description(), 0, 2048)
        .length("kmsKeyId", request.kmsKeyId(), 0, 2048)
        .check(request.clientRequestToken());
    if (request.type() != null) {
      throw SecretErrors.missing("secrets that other vendors manage");
    }
    var value = Value.of(request.secretString(), request.secretBinary());
    var found = secrets.own(request.secretId());
    var ref = found.ref();
    var now = secrets.cloud.clock().now();
    var rekeyed = request.kmsKeyId() != null;
    if (rekeyed) {
      reseal(found, request.kmsKeyId());
    }
    secrets.change(
        ref,
        secret ->
            secret.with(d -> {
              d.lastChangedDate(now);
              if (request.description() != null) {
                d.description(request.description());
              }
              if (rekeyed) {
                d.kmsKeyId(request.kmsKeyId().isEmpty() ? null : request.kmsKeyId());
              }
            }));
    String versionId = null;
    if (value != null) {
      var token = request.clientRequestToken();
      versionId = token == null ? secrets.cloud.ids().uuid() : token;
      new NewValues(secrets).put(ref, versionId, value, List.of(SecretRecord.CURRENT));
    }
    new Replicas(secrets).follow(ref);
    return UpdateSecretResponse.builder()
        .arn(found.record().arn())
        .name(ref.name())
        .versionId(versionId)
        .build();
  }

  /// Another key is for the versions that have a stage as well.
  private void reseal(Secrets.Found found, String keyId) {
    var ref = found.ref();
    var arn = found.record().arn();
    for (var entry : secrets.all(ref).entrySet()) {
      var id = entry.getKey();
      var stages = found.record().stages().getOrDefault(id, List.of());
      if (entry.getValue().isThere() && !stages.isEmpty()) {
        var value = secrets.vault.open(ref, arn, id, entry.getValue());
        var sealed = secrets.vault.seal(ref, arn, id, keyId, value);
        var old = entry.getValue();
        secrets.versions.put(
            new VersionKey(ref, id),
            new Version(
                old.created(), old.accessed(), sealed.keyId(), sealed.kind(), sealed.sealed()));
      }
    }
  }

  @Override
  public DescribeSecretResponse describeSecret(DescribeSecretRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.known(request.secretId());
    var stages = new java.util.TreeMap<String, List<String>>();
    found
        .record()
        .stages()
        .forEach((version, names) -> {
          if (!names.isEmpty()) {
            stages.put(version, names);
          }
        });
    return found.record().description().toBuilder()
        .versionIdsToStages(stages.isEmpty() ? null : stages)
        .build();
  }

  @Override
  public DeleteSecretResponse deleteSecret(DeleteSecretRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var force = Boolean.TRUE.equals(request.forceDeleteWithoutRecovery());
    var window = request.recoveryWindowInDays();
    if (force && window != null) {
      throw SecretErrors.parameter(
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }
    if (window != null && (window < 7 || window > 30)) {
      throw SecretErrors.parameter(
          "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }
    var now = secrets.cloud.clock().now();
    var found = secrets.find(request.secretId());
    if (found == null) {
      if (!force) {
        throw SecretErrors.noSecret();
      }
      return gone(request.secretId());
    }
    check(found, force);
    var due = force ? now : now.plus(Duration.ofDays(window == null ? 30 : window));
    var response =
        DeleteSecretResponse.builder()
            .arn(found.record().arn())
            .name(found.ref().name())
            .deletionDate(due)
            .build();
    if (force) {
      secrets.forget(found.ref());
      return response;
    }
    var batch = new Batch();
    secrets.cloud.timers().schedule(batch, new Timer(due, HANDLER, found.ref().path()));
    secrets.change(
        found.ref(), batch, secret -> secret.with(d -> d.deletedDate(due)).withDue(null));
    return response;
  }

  private static void check(Secrets.Found found, boolean force) {
    if (found.record().isReplica(found.ref())) {
      throw SecretErrors.replica();
    }
    if (found.record().isDeleted() && !force) {
      throw SecretErrors.request(
          "You can't perform this operation on the secret because it was already scheduled for deletion.");
    }
    var regions =
        found.record().description().replicationStatus().stream().map(r -> r.region()).toList();
    if (!regions.isEmpty()) {
      throw SecretErrors.parameter(
          "You can't delete secret %s that still has replica regions [%s]"
              .formatted(found.ref().name(), String.join(", ", regions)));
    }
  }

  /// Deleting at once what is not there succeeds.
  private DeleteSecretResponse gone(String id) {
    var arn = id.startsWith("arn:") ? id : null;
    return DeleteSecretResponse.builder()
        .arn(
            arn == null
                ? Call.current()
                    .scope()
                    .arn(
                        "secretsmanager",
                        "secret:" + id + "-" + secrets.cloud.ids().alphanumeric(6))
                : arn)
        .name(id)
        .deletionDate(secrets.cloud.clock().now())
        .build();
  }

  private void purge(SecretRef ref) {
    var secret = secrets.stored.get(ref);
    if (secret != null
        && secret.isDeleted()
        && !secret.description().deletedDate().isAfter(secrets.cloud.clock().now())) {
      secrets.forget(ref);
    }
  }

  @Override
  public RestoreSecretResponse restoreSecret(RestoreSecretRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.known(request.secretId());
    var next = found.record().description();
    var batch = new Batch();
    secrets.change(
        found.ref(),
        batch,
        secret -> {
          var restored = secret.with(d -> d.deletedDate(null));
          return Boolean.TRUE.equals(next.rotationEnabled())
              ? RotationSchedule.planned(
                  secrets.cloud, batch, found.ref(), restored, secrets.cloud.clock().now())
              : restored;
        });
    return RestoreSecretResponse.builder()
        .arn(Objects.requireNonNull(found.record().arn()))
        .name(found.ref().name())
        .build();
  }

  /// What a secret's tags are, by their keys.
  static Map<String, String> tags(SecretRecord secret) {
    var tags = new java.util.TreeMap<String, String>();
    secret.description().tags().forEach(tag -> tags.put(tag.key(), tag.value()));
    return tags;
  }
}
