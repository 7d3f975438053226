package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import dev.terrarium.services.secretsmanager.Vault.Value;
import java.util.List;

/// Gives secrets new values.
final class NewValues {
  private final Secrets secrets;

  NewValues(Secrets secrets) {
    this.secrets = secrets;
  }

  /// Makes a version and puts stages on it; the stages that it has then. The same version with the
  /// same value again changes nothing.
  List<String> put(SecretRef ref, String versionId, Value value, List<String> stages) {
    var secret = secrets.stored.get(ref);
    if (secret == null) {
      throw SecretErrors.noSecret();
    }
    var there = secrets.version(ref, versionId);
    if (there != null && there.isThere()) {
      if (!secrets.vault.open(ref, secret.arn(), versionId, there).isSame(value)) {
        throw SecretErrors.exists(
            "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s."
                .formatted(versionId, secret.arn()));
      }
      return secret.stages().getOrDefault(versionId, List.of());
    }
    var sealed =
        secrets.vault.seal(ref, secret.arn(), versionId, secret.description().kmsKeyId(), value);
    var batch = new Batch();
    secrets.versions.put(batch, new VersionKey(ref, versionId), sealed);
    var after =
        secrets.change(
            ref,
            batch,
            now -> {
              var changed = now.with(d -> d.lastChangedDate(secrets.cloud.clock().now()));
              for (var stage : stages) {
                changed = changed.staged(stage, versionId);
              }
              // The first value is the current one, whatever else it is called.
              return changed.version(SecretRecord.CURRENT).isEmpty() && secrets.all(ref).isEmpty()
                  ? changed.staged(SecretRecord.CURRENT, versionId)
                  : changed;
            });
    return after.stages().getOrDefault(versionId, List.of());
  }
}
