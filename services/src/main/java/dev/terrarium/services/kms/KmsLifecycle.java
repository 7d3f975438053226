package dev.terrarium.services.kms;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import java.time.Duration;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.CancelKeyDeletionResponse;
import software.amazon.awssdk.services.kms.model.DisableKeyRequest;
import software.amazon.awssdk.services.kms.model.DisableKeyResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyResponse;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;

/// Enables, disables and deletes keys. A key that is to be deleted waits for days first.
final class KmsLifecycle extends KmsPart {
  private static final String HANDLER = "kms.delete";
  private static final int WINDOW_MAX = 30;
  private static final int WINDOW_MIN = 7;

  KmsLifecycle(Keys keys) {
    super(keys);
  }

  void start() {
    keys.cloud.timers().handle(HANDLER, timer -> delete(KeyRef.ofPath(timer.id())));
  }

  /// Refuses what only AWS does with the keys that it manages.
  static void checkOwn(KeyRecord key, String operation) {
    if (key.isManaged()) {
      throw KmsErrors.denied(
          "User: %s is not authorized to perform: kms:%s on resource: %s because no resource-based policy allows the kms:%s action"
              .formatted(Call.current().principal().arn(), operation, key.arn(), operation));
    }
  }

  @Override
  public EnableKeyResponse enableKey(EnableKeyRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    var key = keys.named(request.keyId());
    checkOwn(key, "EnableKey");
    var batch = new Batch();
    keys.change(
        key.ref(),
        batch,
        now -> {
          Keys.checkAlive(now);
          var next = now.rotation().next();
          if (now.rotation().enabled() && next != null) {
            KmsRotations.schedule(keys.cloud, batch, now.ref(), next);
          }
          return now.with(metadata -> metadata.enabled(true).keyState(KeyState.ENABLED));
        });
    return EnableKeyResponse.builder().build();
  }

  @Override
  public DisableKeyResponse disableKey(DisableKeyRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    var key = keys.named(request.keyId());
    checkOwn(key, "DisableKey");
    keys.change(
        key.ref(),
        now -> {
          Keys.checkAlive(now);
          return now.with(metadata -> metadata.enabled(false).keyState(KeyState.DISABLED));
        });
    return DisableKeyResponse.builder().build();
  }

  @Override
  public ScheduleKeyDeletionResponse scheduleKeyDeletion(ScheduleKeyDeletionRequest request) {
    var window = request.pendingWindowInDays();
    new KmsConstraints().key(request.keyId()).range("pendingWindowInDays", window, 1, 365).check();
    if (window != null && (window < WINDOW_MIN || window > WINDOW_MAX)) {
      throw KmsErrors.validation("PendingWindowInDays must be between 7 and 30");
    }
    var key = keys.named(request.keyId());
    checkOwn(key, "ScheduleKeyDeletion");
    var days = window == null ? WINDOW_MAX : window;
    var batch = new Batch();
    var pending =
        keys.change(
            key.ref(),
            batch,
            now -> {
              Keys.checkNotPending(now);
              return KmsReplicas.hasReplicas(now)
                  ? now.with(metadata ->
                      metadata
                          .enabled(false)
                          .keyState(KeyState.PENDING_REPLICA_DELETION)
                          .pendingDeletionWindowInDays(days))
                  : pending(now, days, batch);
            });
    return ScheduleKeyDeletionResponse.builder()
        .keyId(pending.arn())
        .deletionDate(pending.metadata().deletionDate())
        .keyState(pending.state())
        .pendingWindowInDays(days)
        .build();
  }

  private KeyRecord pending(KeyRecord key, int days, Batch batch) {
    var due = keys.cloud.clock().now().plus(Duration.ofDays(days));
    keys.cloud.timers().schedule(batch, new Timer(due, HANDLER, key.ref().path()));
    return key.with(metadata ->
        metadata
            .enabled(false)
            .keyState(KeyState.PENDING_DELETION)
            .pendingDeletionWindowInDays(null)
            .deletionDate(due));
  }

  @Override
  public CancelKeyDeletionResponse cancelKeyDeletion(CancelKeyDeletionRequest request) {
    new KmsConstraints().key(request.keyId()).check();
    var key = keys.named(request.keyId());
    keys.change(
        key.ref(),
        now -> {
          if (now.state() != KeyState.PENDING_DELETION
              && now.state() != KeyState.PENDING_REPLICA_DELETION) {
            throw KmsErrors.state(now.arn() + " is not pending deletion.");
          }
          var there = !now.current().isEmpty() && now.material().isThere();
          return now.with(metadata ->
              metadata
                  .keyState(there ? KeyState.DISABLED : KeyState.PENDING_IMPORT)
                  .pendingDeletionWindowInDays(null)
                  .deletionDate(null));
        });
    return CancelKeyDeletionResponse.builder().keyId(key.arn()).build();
  }

  private void delete(KeyRef ref) {
    var key = keys.find(ref);
    if (key == null || key.state() != KeyState.PENDING_DELETION) {
      return;
    }
    if (key.metadata().deletionDate().isAfter(keys.cloud.clock().now())) {
      return; // Taken back and asked for again, with a timer of its own.
    }
    keys.forget(key);
    if (key.isMultiRegion()) {
      KmsReplicas.forget(keys, key);
      var primary = KmsReplicas.primary(key);
      var waiting = keys.find(primary);
      if (waiting != null
          && waiting.state() == KeyState.PENDING_REPLICA_DELETION
          && !KmsReplicas.hasReplicas(waiting)) {
        var batch = new Batch();
        keys.change(
            primary,
            batch,
            now -> pending(now, now.metadata().pendingDeletionWindowInDays(), batch));
      }
    }
  }
}
