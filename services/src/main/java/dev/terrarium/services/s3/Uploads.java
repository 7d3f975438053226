package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All multipart uploads that are under way, and their parts.
final class Uploads {
  /// An upload's id holds when it began, so that the uploads of a key are in that order.
  record UploadKey(String bucket, String key, String id) {
    private long sequence() {
      var sequence = VersionIds.sequence(id);
      return sequence == null ? -1 : sequence;
    }
  }

  private record PartKey(String upload, long number) {}

  private final Cloud cloud;
  private final Bodies bodies;
  private final Locks locks = new Locks();
  private final Keyspace<UploadKey, Upload> uploads;
  private final Keyspace<PartKey, StoredPart> parts;

  Uploads(Cloud cloud, Bodies bodies) {
    this.cloud = cloud;
    this.bodies = bodies;
    this.uploads =
        new Keyspace<>(
            cloud.store(),
            "s3.uploads",
            KeyCodec.of(
                (at, writer) ->
                    writer.string(at.bucket).string(at.key).number(at.sequence()).string(at.id),
                reader -> {
                  var bucket = reader.string();
                  var key = reader.string();
                  reader.number();
                  return new UploadKey(bucket, key, reader.string());
                }),
            Upload.CODEC);
    this.parts =
        new Keyspace<>(
            cloud.store(),
            "s3.parts",
            KeyCodec.of(
                (at, writer) -> writer.string(at.upload).number(at.number),
                reader -> new PartKey(reader.string(), reader.number())),
            StoredPart.CODEC);
  }

  /// An upload that must be under way.
  Upload require(String bucket, String key, @Nullable String id) {
    var upload = id == null ? null : uploads.get(new UploadKey(bucket, key, id));
    if (upload == null) {
      throw S3Errors.noSuchUpload(id == null ? "" : id);
    }
    return upload;
  }

  void begin(String bucket, String key, Upload upload) {
    uploads.put(new UploadKey(bucket, key, upload.id()), upload);
  }

  /// Does something with an upload while nobody else does.
  <R> R locked(Upload upload, Supplier<R> work) {
    return locks.with(upload.id(), work);
  }

  /// Keeps a part, in place of one of the same number.
  void putPart(String bucket, String key, Upload upload, StoredPart part, Bodies.Incoming body) {
    locked(
        upload,
        () -> {
          require(bucket, key, upload.id());
          var at = new PartKey(upload.id(), part.number());
          var batch = new Batch();
          var replaced = parts.get(at);
          if (replaced != null) {
            bodies.drop(batch, replaced.content().body());
          }
          parts.put(batch, at, part);
          bodies.keep(batch, body);
          cloud.store().commit(batch);
          return part;
        });
  }

  /// The parts of an upload in the order of their numbers.
  List<StoredPart> parts(Upload upload) {
    return parts.list(upload.id());
  }

  /// The parts behind a number, at most `limit`.
  List<StoredPart> parts(Upload upload, int behind, int limit) {
    var found = new ArrayList<StoredPart>();
    if (limit > 0) {
      parts.scanFrom(
          new PartKey(upload.id(), behind + 1L),
          (at, part) -> {
            found.add(part);
            return found.size() < limit;
          },
          upload.id());
    }
    return found;
  }

  /// Forgets an upload whose parts in `used` have become an object, and drops its other parts.
  void complete(Batch batch, String bucket, String key, Upload upload, List<StoredPart> used) {
    var kept = new HashSet<Body>();
    used.forEach(part -> kept.add(part.content().body()));
    for (var part : parts(upload)) {
      if (!kept.contains(part.content().body())) {
        bodies.drop(batch, part.content().body());
      }
    }
    parts.deleteAll(batch, upload.id());
    uploads.delete(batch, new UploadKey(bucket, key, upload.id()));
  }

  /// Forgets an upload and its parts.
  void abort(String bucket, String key, Upload upload) {
    locked(
        upload,
        () -> {
          var batch = new Batch();
          abort(batch, bucket, key, upload);
          cloud.store().commit(batch);
          return upload;
        });
  }

  private void abort(Batch batch, String bucket, String key, Upload upload) {
    complete(batch, bucket, key, upload, List.of());
  }

  /// Forgets all uploads of a bucket that is removed. Always true.
  boolean abortAll(String bucket, Batch batch) {
    uploads.scan(
        (at, upload) -> {
          abort(batch, bucket, at.key, upload);
          return true;
        },
        bucket);
    return true;
  }

  /// Visits the uploads of a bucket by key and id, from a position on.
  void scan(UploadKey from, BiPredicate<UploadKey, Upload> visitor) {
    uploads.scanFrom(from, visitor, from.bucket);
  }
}
