package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;

/// Writes replicas into another bucket: same key, same version id, same everything.
final class ReplicaDestination implements Destination {
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;
  private final Hooks hooks;

  ReplicaDestination(Buckets buckets, ObjectTable objects, Bodies bodies, Hooks hooks) {
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
    this.hooks = hooks;
  }

  @Override
  public void validate(Arn arn, String testMessage) {}

  @Override
  public void deliver(Arn arn, String event, String message) {
    var what = Json.parse(message);
    var from = buckets.find(what.path("bucket").asText());
    var to = buckets.find(arn.resource());
    if (from == null) {
      return;
    }
    var key = what.path("key").asText();
    if (what.path("marker").asBoolean()) {
      if (to != null && to.bucket().versioned()) {
        mark(to, key);
      }
      return;
    }
    var versionId = what.path("versionId").asText();
    var source = objects.find(from.name(), key, versionId);
    if (source == null || source.deleteMarker()) {
      return;
    }
    var possible = to != null && to.bucket().versioning() == Bucket.Versioning.ENABLED;
    if (to != null && possible && objects.find(to.name(), key, versionId) == null) {
      try {
        replicate(source, to, key, what.path("storageClass").asText(""));
      } catch (Bodies.BodyGoneException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    objects.change(
        from.bucket(),
        key,
        versionId,
        object ->
            object.withDetails(object.details().withReplication(possible ? "COMPLETED" : "FAILED")),
        (batch, object) -> {
          if (!possible) {
            hooks.changed(
                batch,
                from,
                key,
                new Hooks.Change(
                    "Replication:OperationFailedReplication",
                    object,
                    versionId,
                    objects.nextSequence()));
          }
        });
  }

  private void replicate(StoredObject source, BucketState to, String key, String storageClass)
      throws IOException, Bodies.BodyGoneException {
    var content = source.content();
    var hashes = new Hashes(EnumSet.noneOf(ChecksumKind.class));
    var incoming = bodies.copy(content.body(), 0, content.size(), hashes);
    var details = source.details().withReplication("REPLICA");
    var copy = new Content(content.size(), content.etag(), incoming.body(), content.checksum(), 0);
    try {
      objects.putReplica(
          to.bucket(),
          source.versionId(),
          new ObjectTable.Put(
              key,
              copy,
              storageClass.isEmpty() ? details : details.withStorageClass(storageClass),
              to.bucket().account(),
              current -> {},
              (batch, stored) -> {
                bodies.keep(batch, incoming);
                hooks.created(batch, to, key, "ObjectCreated:Put", stored);
              }));
    } catch (RuntimeException e) {
      bodies.discard(incoming);
      throw e;
    }
  }

  private void mark(BucketState to, String key) {
    objects.delete(
        to.bucket(),
        new ObjectTable.Deletion(
            key,
            null,
            to.bucket().account(),
            found -> {},
            (batch, deleted) ->
                hooks.changed(
                    batch,
                    to,
                    key,
                    new Hooks.Change(
                        "ObjectRemoved:DeleteMarkerCreated",
                        null,
                        deleted.versionId(),
                        objects.nextSequence()))));
  }
}
