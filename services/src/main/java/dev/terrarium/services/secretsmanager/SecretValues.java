package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.secretsmanager.Secrets.Found;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import dev.terrarium.services.secretsmanager.Vault.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.secretsmanager.model.APIErrorType;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.BatchGetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;

/// Reads and writes values.
final class SecretValues extends SecretsPart {
  SecretValues(Secrets secrets) {
    super(secrets);
  }

  @Override
  public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .length("versionStage", request.versionStage(), 1, 256)
        .check();
    if (request.versionId() != null
        && (request.versionId().length() < 32 || request.versionId().length() > 64)) {
      throw SecretErrors.parameter("VersionId must be 32-64 characters long.");
    }
    return read(secrets.get(request.secretId()), request.versionId(), request.versionStage());
  }

  private GetSecretValueResponse read(Found found, @Nullable String asked, @Nullable String stage) {
    var secret = found.record();
    String id;
    if (asked == null) {
      var wanted = stage == null ? SecretRecord.CURRENT : stage;
      id =
          secret
              .version(wanted)
              .orElseThrow(() -> SecretErrors.noValue("staging label: " + wanted));
    } else {
      id = asked;
    }
    var version = secrets.version(found.ref(), id);
    var stages = secret.stages().getOrDefault(id, List.of());
    if (version == null || !version.isThere()) {
      throw SecretErrors.noValue(
          asked == null
              ? "staging label: " + (stage == null ? "AWSCURRENT" : stage)
              : "VersionId: " + id);
    }
    if (asked != null && stage != null && !stages.contains(stage)) {
      throw SecretErrors.request(
          "You provided a VersionStage that is not associated to the provided VersionId.");
    }
    var value = secrets.vault.open(found.ref(), secret.arn(), id, version);
    touch(found, id, version);
    return GetSecretValueResponse.builder()
        .arn(secret.arn())
        .name(found.ref().name())
        .versionId(id)
        .secretString(value.text())
        .secretBinary(value.binary())
        .versionStages(stages.isEmpty() ? null : stages)
        .createdDate(version.created())
        .build();
  }

  /// Notes the day, once a day.
  private void touch(Found found, String id, Version version) {
    Instant day = secrets.cloud.clock().now().truncatedTo(ChronoUnit.DAYS);
    if (!day.equals(version.accessed())) {
      secrets.with(
          found.ref(),
          () -> {
            var key = new VersionKey(found.ref(), id);
            var now = secrets.versions.get(key);
            if (now != null) {
              secrets.versions.put(key, now.accessed(day));
            }
            return true;
          });
    }
    if (!day.equals(found.record().description().lastAccessedDate())) {
      secrets.change(found.ref(), secret -> secret.with(d -> d.lastAccessedDate(day)));
    }
  }

  @Override
  public BatchGetSecretValueResponse batchGetSecretValue(BatchGetSecretValueRequest request) {
    new SecretConstraints()
        .count("secretIdList", request.secretIdList(), request.hasSecretIdList() ? 1 : 0, 20)
        .range("maxResults", request.maxResults(), 1, 20)
        .count("filters", request.filters(), 0, 10)
        .check();
    if (request.secretIdList().isEmpty() == request.filters().isEmpty()) {
      throw SecretErrors.parameter(
          "Either 'SecretIdList' or 'Filters' must be provided, but not both.");
    }
    if (!request.secretIdList().isEmpty() && request.maxResults() != null) {
      throw SecretErrors.parameter(
          "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.");
    }
    var ids = request.secretIdList();
    String next = null;
    if (ids.isEmpty()) {
      var max = request.maxResults() == null ? 20 : request.maxResults();
      var matching = SecretListings.matching(secrets, request.filters(), false);
      var page = Secrets.Page.of(matching, max, request.nextToken());
      ids = page.items().stream().map(secret -> secret.record().arn()).toList();
      next = page.token();
    }
    var values = new ArrayList<SecretValueEntry>();
    var errors = new ArrayList<APIErrorType>();
    for (var id : ids) {
      try {
        values.add(entry(read(secrets.get(id), null, null)));
      } catch (AwsServiceException e) {
        errors.add(
            APIErrorType.builder()
                .secretId(id)
                .errorCode(Errors.code(e))
                .message(Errors.message(e))
                .build());
      }
    }
    return BatchGetSecretValueResponse.builder()
        .secretValues(values)
        .errors(errors)
        .nextToken(next)
        .build();
  }

  private static SecretValueEntry entry(GetSecretValueResponse value) {
    return SecretValueEntry.builder()
        .arn(value.arn())
        .name(value.name())
        .versionId(value.versionId())
        .secretString(value.secretString())
        .secretBinary(value.secretBinary())
        .versionStages(value.versionStages())
        .createdDate(value.createdDate())
        .build();
  }

  @Override
  public PutSecretValueResponse putSecretValue(PutSecretValueRequest request) {
    SecretDefinitions.constraints(request.secretString(), request.secretBinary())
        .secret(request.secretId())
        .count("versionStages", request.versionStages(), request.hasVersionStages() ? 1 : 0, 20)
        .check(request.clientRequestToken());
    var value = Value.of(request.secretString(), request.secretBinary());
    if (value == null) {
      throw SecretErrors.request("You must provide either SecretString or SecretBinary.");
    }
    var found = secrets.own(request.secretId());
    var token = request.clientRequestToken();
    var versionId = token == null ? secrets.cloud.ids().uuid() : token;
    var stages =
        request.versionStages().isEmpty() ? List.of(SecretRecord.CURRENT) : request.versionStages();
    var after = new NewValues(secrets).put(found.ref(), versionId, value, stages);
    new Replicas(secrets).follow(found.ref());
    return PutSecretValueResponse.builder()
        .arn(found.record().arn())
        .name(found.ref().name())
        .versionId(versionId)
        .versionStages(after)
        .build();
  }
}
