package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.secretsmanager.model.CancelRotateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.CancelRotateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RotateSecretRequest;
import software.amazon.awssdk.services.secretsmanager.model.RotateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.RotationRulesType;

/// Turns rotation on and off.
final class SecretRotations extends SecretsPart {
  private final Rotator rotator;

  SecretRotations(Secrets secrets, Rotator rotator) {
    super(secrets);
    this.rotator = rotator;
  }

  @Override
  public RotateSecretResponse rotateSecret(RotateSecretRequest request) {
    new SecretConstraints()
        .secret(request.secretId())
        .length("rotationLambdaARN", request.rotationLambdaARN(), 0, 2048)
        .check(request.clientRequestToken());
    if (request.hasExternalSecretRotationMetadata()
        || request.externalSecretRotationRoleArn() != null) {
      throw SecretErrors.missing("secrets that other vendors manage");
    }
    var found = secrets.own(request.secretId());
    var ref = found.ref();
    var function = function(request, found.record());
    if (request.rotationRules() != null) {
      RotationSchedule.check(request.rotationRules());
    }
    checkFunction(function);
    if (isPending(found.record())) {
      if (!found.record().rotating().isEmpty()) {
        rotator.again(ref);
      }
      throw SecretErrors.request(
          "A previous rotation isn't complete. That rotation will be reattempted.");
    }
    var token = request.clientRequestToken();
    var versionId = token == null ? secrets.cloud.ids().uuid() : token;
    var there = secrets.version(ref, versionId);
    if (there != null && there.isThere()) {
      throw SecretErrors.parameter(
          "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s."
              .formatted(versionId, found.record().arn()));
    }
    plan(ref, function, request.rotationRules());
    if (Boolean.FALSE.equals(request.rotateImmediately())) {
      test(ref, versionId);
      return RotateSecretResponse.builder().arn(found.record().arn()).name(ref.name()).build();
    }
    rotator.begin(ref, versionId);
    return RotateSecretResponse.builder()
        .arn(found.record().arn())
        .name(ref.name())
        .versionId(versionId)
        .build();
  }

  /// Whether a rotation has begun a version and not made it the current one.
  private static boolean isPending(SecretRecord secret) {
    var pending = secret.version(SecretRecord.PENDING);
    return pending.isPresent() && !pending.equals(secret.version(SecretRecord.CURRENT));
  }

  private static String function(RotateSecretRequest request, SecretRecord secret) {
    var asked = request.rotationLambdaARN();
    if (asked != null && !asked.isEmpty()) {
      return asked;
    }
    var known = secret.description().rotationLambdaARN();
    if (known == null) {
      throw SecretErrors.request("No Lambda rotation function ARN is associated with this secret.");
    }
    return known;
  }

  /// As Secrets Manager itself, which the function's policy speaks of.
  private void checkFunction(String arn) {
    if (secrets.cloud.service("lambda") == null) {
      throw SecretErrors.missing("rotation where the SDK's module of Lambda is absent");
    }
    var scope = Call.current().scope();
    var self = Principal.service(scope.account(), "secretsmanager.amazonaws.com");
    try {
      secrets
          .cloud
          .client(LambdaClient.class, scope, self)
          .getFunctionConfiguration(r -> r.functionName(arn));
    } catch (AwsServiceException e) {
      throw SecretErrors.denied(
          "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com");
    }
  }

  private void plan(SecretRef ref, String function, @Nullable RotationRulesType rules) {
    var now = secrets.cloud.clock().now();
    var batch = new Batch();
    secrets.change(
        ref,
        batch,
        secret -> {
          var enabled =
              secret.with(d -> {
                d.rotationEnabled(true).rotationLambdaARN(function).lastChangedDate(now);
                if (rules != null) {
                  d.rotationRules(rules);
                }
              });
          return RotationSchedule.planned(secrets.cloud, batch, ref, enabled, now);
        });
  }

  /// Has the function test what it would do, with a version that is there only for that.
  private void test(SecretRef ref, String versionId) {
    var batch = new Batch();
    secrets.versions.put(
        batch, new VersionKey(ref, versionId), Version.pending(secrets.cloud.clock().now()));
    var with = secrets.change(ref, batch, secret -> secret.staged(SecretRecord.PENDING, versionId));
    var _ =
        secrets.cloud.background(
            "secretsmanager",
            "test rotation of " + ref.name(),
            ref.scope(),
            () -> {
              var _ = rotator.step(with, versionId, "testSecret");
              var gone = new Batch();
              secrets.versions.delete(gone, new VersionKey(ref, versionId));
              secrets.change(ref, gone, secret -> secret.without(versionId));
            });
  }

  @Override
  public CancelRotateSecretResponse cancelRotateSecret(CancelRotateSecretRequest request) {
    new SecretConstraints().secret(request.secretId()).check();
    var found = secrets.own(request.secretId());
    var pending = found.record().rotating();
    var after =
        secrets.change(
            found.ref(),
            secret ->
                secret
                    .with(d -> d.rotationEnabled(false).nextRotationDate(null))
                    .withDue(null)
                    .withRotating("", 0));
    return CancelRotateSecretResponse.builder()
        .arn(after.arn())
        .name(found.ref().name())
        .versionId(pending.isEmpty() ? null : pending)
        .build();
  }
}
