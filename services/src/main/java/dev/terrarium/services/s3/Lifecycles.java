package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.time.Timer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;

/// Carries out lifecycle rules, once a day at midnight UTC as S3 does.
///
/// One durable timer for all buckets, set while any bucket has rules. A run walks over the buckets
/// with rules one after the other; what it removes or changes is decided anew under the object's
/// lock, so nothing that was written meanwhile is lost.
final class Lifecycles {
  static final String MINIMUM_128K = "all_storage_classes_128K";
  private static final String VARIES = "varies_by_storage_class";
  private static final long MINIMUM_BYTES = 128 * 1024;
  private static final String HANDLER = "s3.lifecycle";

  private static final System.Logger LOG = System.getLogger(Lifecycles.class.getName());

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Uploads uploads;
  private final Hooks hooks;

  Lifecycles(Cloud cloud, Buckets buckets, ObjectTable objects, Uploads uploads, Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.uploads = uploads;
    this.hooks = hooks;
    cloud.timers().handle(HANDLER, this::fired);
  }

  /// Has the rules carried out from the next midnight on. The same timer twice is one timer.
  void schedule() {
    var midnight =
        cloud.clock().now().atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1);
    var batch = new Batch();
    cloud.timers().schedule(batch, new Timer(midnight.toInstant(), HANDLER, "daily"));
    cloud.store().commit(batch);
  }

  private void fired(Timer timer) {
    cloud.background("s3", "lifecycle", cloud.defaultScope(), this::run);
  }

  private void run() {
    var ruled = buckets.all().stream().filter(s -> s.get(Setting.LIFECYCLE) != null).toList();
    if (!ruled.isEmpty()) {
      schedule();
    }
    for (var state : ruled) {
      cloud.as("s3", "lifecycle", state.bucket().scope(), () -> run(state));
    }
  }

  private void run(BucketState state) {
    var lifecycle = state.get(Setting.LIFECYCLE);
    if (lifecycle == null) {
      return;
    }
    var rules =
        lifecycle.rules().stream().filter(r -> r.status() == ExpirationStatus.ENABLED).toList();
    abortUploads(state);
    var versions = new ArrayList<StoredObject>();
    String key = null;
    try (var walk =
        new KeyWalk(cloud.store(), objects, state.name(), "", KeyWalk.Start.FIRST, true)) {
      while (walk.next()) {
        if (walk.latest()) {
          apply(state, rules, key, versions);
          versions.clear();
          key = walk.key();
        }
        versions.add(walk.object());
      }
    }
    apply(state, rules, key, versions);
  }

  private void abortUploads(BucketState state) {
    var now = cloud.clock().now();
    uploads.scan(
        new Uploads.UploadKey(state.name(), "", ""),
        (at, upload) -> {
          var abort = Expirations.abort(state, at.key(), upload);
          if (abort != null && !abort.date().isAfter(now)) {
            uploads.abort(state.name(), at.key(), upload);
          }
          return true;
        });
  }

  /// Applies the rules to all versions of one key, the newest first.
  private void apply(
      BucketState state,
      List<LifecycleRule> rules,
      @Nullable String key,
      List<StoredObject> versions) {
    if (key == null) {
      return;
    }
    var newest = versions.getFirst();
    for (var rule : rules) {
      if (newest.deleteMarker()) {
        if (versions.size() == 1 && expiresMarker(rule, key, newest)) {
          remove(state, key, newest, "LifecycleExpiration:Delete");
        }
      } else if (Expirations.applies(rule, key, newest)) {
        if (isDue(Expirations.expiry(rule, newest.modified()))) {
          expire(state, key, newest);
          break;
        }
        var storageClass = transition(state, rule, newest);
        if (storageClass != null) {
          move(state, key, newest, storageClass);
        }
      }
    }
    for (int i = 1; i < versions.size(); i++) {
      applyToOld(state, rules, key, versions, i);
    }
  }

  /// Applies the rules to an old version, which has been old since the next newer one was made.
  private void applyToOld(
      BucketState state,
      List<LifecycleRule> rules,
      String key,
      List<StoredObject> versions,
      int index) {
    var version = versions.get(index);
    var since = versions.get(index - 1).modified();
    for (var rule : rules) {
      if (!(version.deleteMarker()
          ? key.startsWith(Expirations.prefix(rule))
          : Expirations.applies(rule, key, version))) {
        continue;
      }
      var expiration = rule.noncurrentVersionExpiration();
      if (expiration != null
          && isDue(Expirations.after(since, expiration.noncurrentDays()))
          && (expiration.newerNoncurrentVersions() == null
              || index > expiration.newerNoncurrentVersions())) {
        remove(state, key, version, "LifecycleExpiration:Delete");
        return;
      }
      for (var transition : rule.noncurrentVersionTransitions()) {
        if (!version.deleteMarker()
            && isDue(Expirations.after(since, transition.noncurrentDays()))
            && (transition.newerNoncurrentVersions() == null
                || index > transition.newerNoncurrentVersions())
            && moves(state, rule, transition.storageClassAsString(), version)) {
          move(state, key, version, transition.storageClassAsString());
        }
      }
    }
  }

  private boolean isDue(@Nullable Instant moment) {
    return moment != null && !moment.isAfter(cloud.clock().now());
  }

  private boolean expiresMarker(LifecycleRule rule, String key, StoredObject marker) {
    var expiration = rule.expiration();
    return expiration != null
        && key.startsWith(Expirations.prefix(rule))
        && (Boolean.TRUE.equals(expiration.expiredObjectDeleteMarker())
            || isDue(Expirations.expiry(rule, marker.modified())));
  }

  private static @Nullable String colder(@Nullable String a, String b) {
    return a == null || rank(b) > rank(a) ? b : a;
  }

  /// The storage class into which a rule moves an object now, or null.
  private @Nullable String transition(BucketState state, LifecycleRule rule, StoredObject object) {
    String found = null;
    for (var transition : rule.transitions()) {
      var due =
          transition.date() != null
              ? transition.date()
              : Expirations.after(object.modified(), transition.days());
      if (isDue(due) && moves(state, rule, transition.storageClassAsString(), object)) {
        found = colder(found, transition.storageClassAsString());
      }
    }
    return found;
  }

  /// Objects only move to colder classes, and small ones not at all unless the bucket or the rule
  /// says otherwise.
  private static boolean moves(
      BucketState state, LifecycleRule rule, String storageClass, StoredObject object) {
    if (rank(storageClass) <= rank(object.details().storageClass())) {
      return false;
    }
    var filter = rule.filter();
    var bySize =
        filter != null
            && (filter.objectSizeGreaterThan() != null
                || filter.objectSizeLessThan() != null
                || filter.and() != null
                    && (filter.and().objectSizeGreaterThan() != null
                        || filter.and().objectSizeLessThan() != null));
    var archive = storageClass.equals("GLACIER") || storageClass.equals("DEEP_ARCHIVE");
    var varies = VARIES.equals(state.get(Setting.TRANSITION_MINIMUM));
    return bySize || archive && varies || object.content().size() >= MINIMUM_BYTES;
  }

  private static int rank(String storageClass) {
    return switch (storageClass) {
      case "STANDARD_IA" -> 1;
      case "INTELLIGENT_TIERING" -> 2;
      case "ONEZONE_IA" -> 3;
      case "GLACIER_IR" -> 4;
      case "GLACIER" -> 5;
      case "DEEP_ARCHIVE" -> 6;
      default -> 0;
    };
  }

  /// Deletes as a DELETE without a version would: in a versioned bucket the object stays behind a
  /// delete marker.
  private void expire(BucketState state, String key, StoredObject object) {
    var event =
        state.bucket().versioned()
            ? "LifecycleExpiration:DeleteMarkerCreated"
            : "LifecycleExpiration:Delete";
    delete(state, key, null, object, event);
  }

  private void remove(BucketState state, String key, StoredObject version, String event) {
    delete(state, key, version.versionId(), version, event);
  }

  private void delete(
      BucketState state,
      String key,
      @Nullable String versionId,
      StoredObject decidedOn,
      String event) {
    if (versionId != null && Retentions.isLocked(decidedOn, cloud.clock().now(), false)) {
      return;
    }
    var deletion =
        new ObjectTable.Deletion(
            key,
            versionId,
            state.bucket().account(),
            found -> {
              if (found == null || found.sequence() != decidedOn.sequence()) {
                throw new OvertakenException();
              }
            },
            (batch, deleted) ->
                hooks.changed(
                    batch,
                    state,
                    key,
                    new Hooks.Change(event, null, deleted.versionId(), objects.nextSequence())));
    try {
      objects.delete(state.bucket(), deletion);
    } catch (OvertakenException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} was written meanwhile", key);
    }
  }

  private void move(BucketState state, String key, StoredObject object, String storageClass) {
    if (objects.find(state.name(), key, object.versionId()) == null) {
      return;
    }
    objects.change(
        state.bucket(),
        key,
        object.versionId(),
        found -> found.withDetails(found.details().withStorageClass(storageClass)),
        (batch, changed) ->
            hooks.changed(
                batch,
                state,
                key,
                new Hooks.Change(
                    "LifecycleTransition", changed, changed.versionId(), objects.nextSequence())));
  }

  /// Somebody wrote the object after the run had looked at it.
  private static final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
