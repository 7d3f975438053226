package dev.terrarium.services.secretsmanager;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsRequest;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretVersionIdsResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageRequest;
import software.amazon.awssdk.services.secretsmanager.model.UpdateSecretVersionStageResponse;

/// Lists versions and moves stages between them.
final class SecretStages extends SecretsPart {
  SecretStages(Secrets secrets) {
    super(secrets);
  }

  @Override
  public UpdateSecretVersionStageResponse updateSecretVersionStage(
      UpdateSecretVersionStageRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .required("versionStage", request.versionStage())
        .length("versionStage", request.versionStage(), 1, 256)
        .length("removeFromVersionId", request.removeFromVersionId(), 32, 64)
        .length("moveToVersionId", request.moveToVersionId(), 32, 64)
        .check();
    var found = secrets.own(request.secretId());
    var stage = request.versionStage();
    var from = request.removeFromVersionId();
    var to = request.moveToVersionId();
    var after =
        secrets.change(
            found.ref(),
            secret -> {
              check(secret, request);
              if (to != null) {
                return secret.staged(stage, to);
              }
              return from == null ? secret : secret.unstaged(stage);
            });
    new Replicas(secrets).follow(found.ref());
    return UpdateSecretVersionStageResponse.builder()
        .arn(after.arn())
        .name(found.ref().name())
        .build();
  }

  private static void check(SecretRecord secret, UpdateSecretVersionStageRequest request) {
    var stage = request.versionStage();
    var from = request.removeFromVersionId();
    var to = request.moveToVersionId();
    var on = secret.version(stage).orElse(null);
    for (var id : new String[] {from, to}) {
      if (id != null && !secret.stages().containsKey(id)) {
        throw SecretErrors.notFound(
            "Secrets Manager can't find the specified secret version: " + id);
      }
    }
    if (from != null && !from.equals(on)) {
      throw SecretErrors.parameter(
          "Version stage %s not found in version %s".formatted(stage, from));
    }
    if (to != null && on != null && from == null && !to.equals(on)) {
      throw SecretErrors.parameter(
          "The parameter RemoveFromVersionId can't be empty. Staging label %s is currently attached to version %s, so you must explicitly reference that version in RemoveFromVersionId."
              .formatted(stage, on));
    }
    if (to == null && from != null && stage.equals(SecretRecord.CURRENT)) {
      throw SecretErrors.parameter(
          "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.");
    }
  }

  @Override
  public ListSecretVersionIdsResponse listSecretVersionIds(ListSecretVersionIdsRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .range("maxResults", request.maxResults(), 1, 100)
        .check();
    var found = secrets.known(request.secretId());
    var all = new ArrayList<SecretVersionsListEntry>();
    secrets
        .all(found.ref())
        .forEach((id, version) -> {
          var stages = found.record().stages().getOrDefault(id, List.of());
          if (!stages.isEmpty() || Boolean.TRUE.equals(request.includeDeprecated())) {
            all.add(entry(id, version, stages));
          }
        });
    all.sort(Comparator.comparing(SecretVersionsListEntry::createdDate).reversed());
    var max = request.maxResults() == null ? 100 : request.maxResults();
    var page = Secrets.Page.of(all, max, request.nextToken());
    return ListSecretVersionIdsResponse.builder()
        .versions(page.items())
        .nextToken(page.token())
        .arn(found.record().arn())
        .name(found.ref().name())
        .build();
  }

  private static SecretVersionsListEntry entry(String id, Version version, List<String> stages) {
    var key = version.keyId();
    return SecretVersionsListEntry.builder()
        .versionId(id)
        .versionStages(stages.isEmpty() ? null : stages)
        .lastAccessedDate(version.accessed())
        .createdDate(version.created())
        .kmsKeyIds(key.isEmpty() || key.equals(Vault.DEFAULT_KEY) ? "DefaultEncryptionKey" : key)
        .build();
  }
}
