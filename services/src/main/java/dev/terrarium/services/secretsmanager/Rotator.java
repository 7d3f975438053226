package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import dev.terrarium.services.secretsmanager.Secrets.VersionKey;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// Carries out rotations: has the function of a secret take its four steps, one after the other.
///
/// A rotation is in the store from its beginning to its end, so it is taken up again after a
/// restart. If a step fails it is tried again from the first step, later and later, which the
/// functions are made for; after the last try the pending version stays until the next rotation.
final class Rotator {
  private static final System.Logger LOG = System.getLogger(Rotator.class.getName());
  private static final String RETRY = "secretsmanager.retry";
  private static final int TRIES_MAX = 5;
  private static final List<String> STEPS =
      List.of("createSecret", "setSecret", "testSecret", "finishSecret");

  private final Secrets secrets;

  Rotator(Secrets secrets) {
    this.secrets = secrets;
  }

  void start() {
    var timers = secrets.cloud.timers();
    timers.handle(RotationSchedule.HANDLER, timer -> due(SecretRef.ofPath(timer.id())));
    timers.handle(RETRY, timer -> runLater(SecretRef.ofPath(timer.id())));
    var running = new ArrayList<SecretRef>();
    secrets.stored.scan((ref, secret) -> {
      if (!secret.rotating().isEmpty() && secret.tries() == 0) {
        running.add(ref);
      }
      return true;
    });
    running.forEach(this::runLater);
  }

  /// Begins a rotation that makes a version of that id.
  void begin(SecretRef ref, String versionId) {
    var now = secrets.cloud.clock().now();
    var batch = new Batch();
    if (secrets.version(ref, versionId) == null) {
      secrets.versions.put(batch, new VersionKey(ref, versionId), Version.pending(now));
    }
    secrets.change(
        ref,
        batch,
        secret -> secret.staged(SecretRecord.PENDING, versionId).withRotating(versionId, 0));
    runLater(ref);
  }

  /// Tries a rotation that has failed again, now.
  void again(SecretRef ref) {
    secrets.change(ref, secret -> secret.withRotating(secret.rotating(), 0));
    runLater(ref);
  }

  private void due(SecretRef ref) {
    var secret = secrets.stored.get(ref);
    var now = secrets.cloud.clock().now();
    if (secret == null || secret.due() == null || secret.due().isAfter(now) || secret.isDeleted()) {
      return; // Changed since; another timer will come.
    }
    var batch = new Batch();
    secrets.change(
        ref, batch, current -> RotationSchedule.planned(secrets.cloud, batch, ref, current, now));
    if (secret.rotating().isEmpty()) {
      begin(ref, secrets.cloud.ids().uuid());
    } else {
      again(ref);
    }
  }

  private void runLater(SecretRef ref) {
    var _ =
        secrets.cloud.background(
            "secretsmanager", "rotate " + ref.name(), ref.scope(), () -> run(ref));
  }

  private void run(SecretRef ref) {
    var secret = secrets.stored.get(ref);
    if (secret == null || secret.rotating().isEmpty() || secret.isDeleted()) {
      return;
    }
    var version = secret.rotating();
    for (var step : STEPS) {
      var failure = step(secret, version, step);
      if (failure != null) {
        LOG.log(Level.INFO, "The rotation of {0} failed in {1}: {2}", secret.arn(), step, failure);
        failed(ref, version);
        return;
      }
    }
    finished(ref, version);
  }

  /// Has the function take a step; what went wrong, or null.
  @Nullable String step(SecretRecord secret, String version, String step) {
    var event =
        Json.write(
            Json.tree(
                Map.of("Step", step, "SecretId", secret.arn(), "ClientRequestToken", version)));
    try {
      var answer =
          secrets
              .cloud
              .client(LambdaClient.class)
              .invoke(r ->
                  r.functionName(secret.description().rotationLambdaARN())
                      .payload(SdkBytes.fromUtf8String(event)));
      return answer.functionError() == null ? null : answer.functionError();
    } catch (AwsServiceException | IllegalArgumentException e) {
      return e.toString();
    }
  }

  private void failed(SecretRef ref, String version) {
    var batch = new Batch();
    secrets.change(
        ref,
        batch,
        secret -> {
          if (!secret.rotating().equals(version)) {
            return secret;
          }
          var tries = secret.tries() + 1;
          if (tries < TRIES_MAX) {
            var later = secrets.cloud.clock().now().plus(Duration.ofMinutes(1L << tries));
            secrets.cloud.timers().schedule(batch, new Timer(later, RETRY, ref.path()));
          }
          return secret.withRotating(version, tries);
        });
  }

  private void finished(SecretRef ref, String version) {
    var now = secrets.cloud.clock().now();
    secrets.change(
        ref,
        secret -> {
          if (!secret.rotating().equals(version)) {
            return secret;
          }
          if (!secret.version(SecretRecord.CURRENT).orElse("").equals(version)) {
            // The function says that it is done and is not: the rotation counts as going on.
            return secret.withRotating(version, TRIES_MAX);
          }
          return secret.withRotating("", 0).with(d -> d.lastRotatedDate(now).lastChangedDate(now));
        });
    new Replicas(secrets).follow(ref);
  }
}
