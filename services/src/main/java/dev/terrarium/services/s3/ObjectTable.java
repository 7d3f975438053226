package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All objects and their versions.
///
/// Two ordered tables: `s3.objects` holds what a plain GET finds, one entry per key; `s3.versions`
/// holds everything else, per key from the newest to the oldest: old versions and delete markers.
/// So finding an object is one lookup, and listing touches nothing that is old or deleted. If a key
/// is in the second table but not in the first, the newest entry is a delete marker. At most one
/// version of a key is the null version; if it is in the second table, `s3.null-versions` says
/// where.
final class ObjectTable {
  record VersionKey(String bucket, String key, long sequence) {}

  /// A new object.
  ///
  /// @param check refuses the write, given what is there
  /// @param also adds to the batch, given what will be there
  record Put(
      String key,
      Content content,
      Details details,
      String owner,
      Consumer<@Nullable StoredObject> check,
      BiConsumer<Batch, StoredObject> also) {}

  /// What a deletion did.
  ///
  /// @param versionId of the version that was removed or of the marker that was made
  /// @param deleteMarker whether that is a delete marker
  /// @param removed whether something was there
  record Deleted(@Nullable String versionId, boolean deleteMarker, boolean removed) {}

  /// A deletion.
  ///
  /// @param check refuses it, given what would be removed or hidden
  /// @param also adds to the batch, given what was done
  record Deletion(
      String key,
      @Nullable String versionId,
      String owner,
      Consumer<@Nullable StoredObject> check,
      BiConsumer<Batch, Deleted> also) {}

  static final KeyCodec<VersionKey> VERSION_KEY =
      KeyCodec.of(
          (at, writer) -> writer.string(at.bucket).string(at.key).number(-at.sequence),
          reader -> new VersionKey(reader.string(), reader.string(), -reader.number()));

  private final Cloud cloud;
  private final Buckets buckets;
  private final Bodies bodies;
  private final VersionIds ids;
  private final Locks locks = new Locks();
  private final Keyspace<ObjectKey, StoredObject> objects;
  private final Keyspace<VersionKey, StoredObject> versions;
  private final Keyspace<ObjectKey, Long> nulls;

  ObjectTable(Cloud cloud, Buckets buckets, Bodies bodies, VersionIds ids) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.bodies = bodies;
    this.ids = ids;
    this.objects = new Keyspace<>(cloud.store(), "s3.objects", ObjectKey.CODEC, StoredObject.CODEC);
    this.versions = new Keyspace<>(cloud.store(), "s3.versions", VERSION_KEY, StoredObject.CODEC);
    this.nulls =
        new Keyspace<>(
            cloud.store(),
            "s3.null-versions",
            ObjectKey.CODEC,
            Codec.of(1, (n, writer) -> writer.number(n), reader -> reader.number()));
  }

  Keyspace<ObjectKey, StoredObject> objects() {
    return objects;
  }

  Keyspace<VersionKey, StoredObject> versions() {
    return versions;
  }

  /// The version of that id, or the newest one if none is given; it may be a delete marker. Null if
  /// there is none.
  @Nullable StoredObject find(String bucket, String key, @Nullable String versionId) {
    var at = new ObjectKey(bucket, key);
    var current = objects.get(at);
    if (versionId == null) {
      return current != null ? current : newestOf(at);
    }
    if (current != null && current.versionId().equals(versionId)) {
      return current;
    }
    Long sequence;
    if (versionId.equals(StoredObject.NULL)) {
      sequence = nulls.get(at);
      return sequence == null ? null : versions.get(new VersionKey(bucket, key, sequence));
    }
    sequence = VersionIds.sequence(versionId);
    if (sequence == null) {
      throw S3Errors.invalidArgument("Invalid version id specified", "versionId", versionId);
    }
    var version = versions.get(new VersionKey(bucket, key, sequence));
    return version != null && version.versionId().equals(versionId) ? version : null;
  }

  /// A number behind all that versions have so far.
  long nextSequence() {
    return ids.next();
  }

  /// Whether a bucket holds nothing at all.
  boolean isEmpty(String bucket) {
    var empty = new boolean[] {true};
    objects.scan((key, object) -> empty[0] = false, bucket);
    if (empty[0]) {
      versions.scan((key, object) -> empty[0] = false, bucket);
    }
    return empty[0];
  }

  /// Puts an object, as the bucket's versioning has it.
  StoredObject put(Bucket bucket, Put put) {
    return buckets.within(
        bucket,
        state -> {
          var at = new ObjectKey(bucket.name(), put.key);
          return locks.with(at, () -> putLocked(state.bucket(), at, put));
        });
  }

  /// Puts a replica, which has the version id of its source. If something newer is there already,
  /// it becomes an old version.
  void putReplica(Bucket bucket, String versionId, Put put) {
    buckets.within(
        bucket,
        state -> {
          var at = new ObjectKey(bucket.name(), put.key);
          return locks.with(at, () -> putReplicaLocked(at, versionId, put));
        });
  }

  private StoredObject putReplicaLocked(ObjectKey at, String versionId, Put put) {
    var sequence = VersionIds.sequence(versionId);
    var there = find(at.bucket(), at.key(), versionId);
    if (sequence == null || there != null) {
      throw S3Errors.invalidArgument("Invalid version id specified", "versionId", versionId);
    }
    var now = cloud.clock().now();
    var replica =
        new StoredObject(sequence, versionId, false, now, put.owner, put.content, put.details);
    var current = objects.get(at);
    var newest = current != null ? current : newestOf(at);
    var batch = new Batch();
    if (newest != null && newest.sequence() > sequence) {
      putVersion(batch, at, replica);
    } else {
      if (current != null) {
        putVersion(batch, at, current);
      }
      objects.put(batch, at, replica);
    }
    put.also.accept(batch, replica);
    cloud.store().commit(batch);
    return replica;
  }

  /// Lets the batch change once more what it puts as the current version.
  void replaceCurrent(Batch batch, String bucket, String key, StoredObject object) {
    objects.put(batch, new ObjectKey(bucket, key), object);
  }

  private StoredObject putLocked(Bucket bucket, ObjectKey at, Put put) {
    var current = objects.get(at);
    put.check.accept(current);
    var batch = new Batch();
    var sequence = nextSequence(bucket, at, current);
    var keep = bucket.versioning() == Bucket.Versioning.ENABLED;
    makeRoom(batch, bucket, at, current);
    var object =
        new StoredObject(
            sequence,
            keep ? ids.of(sequence) : StoredObject.NULL,
            false,
            cloud.clock().now(),
            put.owner,
            put.content,
            put.details);
    objects.put(batch, at, object);
    put.also.accept(batch, object);
    cloud.store().commit(batch);
    return object;
  }

  /// Deletes an object or a version of it, as the bucket's versioning has it.
  Deleted delete(Bucket bucket, Deletion deletion) {
    return buckets.within(
        bucket,
        state -> {
          var at = new ObjectKey(bucket.name(), deletion.key);
          return locks.with(at, () -> deleteLocked(state.bucket(), at, deletion));
        });
  }

  private Deleted deleteLocked(Bucket bucket, ObjectKey at, Deletion deletion) {
    var batch = new Batch();
    Deleted deleted;
    if (deletion.versionId != null) {
      deleted = deleteVersion(batch, at, deletion, deletion.versionId);
    } else if (bucket.versioned()) {
      deleted = mark(batch, bucket, at, deletion);
    } else {
      var current = objects.get(at);
      deletion.check.accept(current);
      if (current != null) {
        bodies.drop(batch, current.content().body());
        objects.delete(batch, at);
      }
      deleted = new Deleted(null, false, current != null);
    }
    deletion.also.accept(batch, deleted);
    cloud.store().commit(batch);
    return deleted;
  }

  private Deleted mark(Batch batch, Bucket bucket, ObjectKey at, Deletion deletion) {
    var current = objects.get(at);
    deletion.check.accept(current);
    var sequence = nextSequence(bucket, at, current);
    makeRoom(batch, bucket, at, current);
    if (current != null) {
      objects.delete(batch, at);
    }
    var isNull = bucket.versioning() == Bucket.Versioning.SUSPENDED;
    var id = isNull ? StoredObject.NULL : ids.of(sequence);
    var marker = StoredObject.marker(sequence, id, cloud.clock().now(), deletion.owner);
    putVersion(batch, at, marker);
    return new Deleted(id, true, true);
  }

  private Deleted deleteVersion(Batch batch, ObjectKey at, Deletion deletion, String versionId) {
    var version = find(at.bucket(), at.key(), versionId);
    deletion.check.accept(version);
    if (version == null) {
      return new Deleted(versionId, false, false);
    }
    bodies.drop(batch, version.content().body());
    var current = objects.get(at);
    if (current != null && current.sequence() == version.sequence()) {
      objects.delete(batch, at);
      promote(batch, at, newestOf(at));
    } else {
      var newest = current == null ? newestOf(at) : null;
      deleteVersion(batch, at, version);
      if (newest != null && newest.sequence() == version.sequence()) {
        promote(batch, at, newestBefore(at, newest.sequence()));
      }
    }
    return new Deleted(versionId, version.deleteMarker(), true);
  }

  /// Changes what is told about a version, found and checked anew under the lock.
  StoredObject change(
      Bucket bucket,
      String key,
      @Nullable String versionId,
      UnaryOperator<StoredObject> change,
      BiConsumer<Batch, StoredObject> also) {
    return buckets.within(
        bucket,
        state -> {
          var at = new ObjectKey(bucket.name(), key);
          return locks.with(
              at,
              () -> {
                var found = find(bucket.name(), key, versionId);
                var changed = change.apply(Reads.live(found, key, versionId, "PUT"));
                var batch = new Batch();
                replace(batch, at, changed);
                also.accept(batch, changed);
                cloud.store().commit(batch);
                return changed;
              });
        });
  }

  /// Writes a version back to where it is.
  private void replace(Batch batch, ObjectKey at, StoredObject changed) {
    var current = objects.get(at);
    if (current != null && current.sequence() == changed.sequence()) {
      objects.put(batch, at, changed);
    } else {
      versions.put(batch, new VersionKey(at.bucket(), at.key(), changed.sequence()), changed);
    }
  }

  /// Does away with what a new version replaces: keeps it as an old version, or drops it.
  private void makeRoom(Batch batch, Bucket bucket, ObjectKey at, @Nullable StoredObject current) {
    switch (bucket.versioning()) {
      case OFF -> {
        if (current != null) {
          bodies.drop(batch, current.content().body());
        }
      }
      case ENABLED -> {
        if (current != null) {
          putVersion(batch, at, current);
        }
      }
      case SUSPENDED -> {
        if (current != null && current.isNullVersion()) {
          bodies.drop(batch, current.content().body());
          return;
        }
        var sequence = nulls.get(at);
        if (sequence != null) {
          var old = versions.get(new VersionKey(at.bucket(), at.key(), sequence));
          if (old != null) {
            bodies.drop(batch, old.content().body());
            deleteVersion(batch, at, old);
          }
        }
        if (current != null) {
          putVersion(batch, at, current);
        }
      }
    }
  }

  private void putVersion(Batch batch, ObjectKey at, StoredObject version) {
    versions.put(batch, new VersionKey(at.bucket(), at.key(), version.sequence()), version);
    if (version.isNullVersion()) {
      nulls.put(batch, at, version.sequence());
    }
  }

  private void deleteVersion(Batch batch, ObjectKey at, StoredObject version) {
    versions.delete(batch, new VersionKey(at.bucket(), at.key(), version.sequence()));
    if (version.isNullVersion()) {
      nulls.delete(batch, at);
    }
  }

  /// Makes the newest of the old versions the current one, unless it is a delete marker.
  private void promote(Batch batch, ObjectKey at, @Nullable StoredObject newest) {
    if (newest != null && !newest.deleteMarker()) {
      deleteVersion(batch, at, newest);
      objects.put(batch, at, newest);
    }
  }

  private long nextSequence(Bucket bucket, ObjectKey at, @Nullable StoredObject current) {
    var newest = current != null || !bucket.versioned() ? current : newestOf(at);
    return Math.max(ids.next(), newest == null ? 0 : newest.sequence() + 1);
  }

  private @Nullable StoredObject newestOf(ObjectKey at) {
    return newestBefore(at, Long.MAX_VALUE);
  }

  private @Nullable StoredObject newestBefore(ObjectKey at, long sequence) {
    var found = new StoredObject[1];
    versions.scanFrom(
        new VersionKey(at.bucket(), at.key(), sequence == Long.MAX_VALUE ? sequence : sequence - 1),
        (key, version) -> {
          found[0] = version;
          return false;
        },
        at.bucket(),
        at.key());
    return found[0];
  }
}
