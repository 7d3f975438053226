package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/// Deleting objects, one or a thousand.
final class S3Deletes implements S3Part {
  private static final int KEYS_MAX = 1000;

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Hooks hooks;

  S3Deletes(Cloud cloud, Buckets buckets, ObjectTable objects, Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.hooks = hooks;
  }

  @Override
  public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
    return buckets.serve(
        request,
        state -> {
          var conditions =
              new Conditions(
                  request.ifMatch(), request.ifMatchLastModifiedTime(), request.ifMatchSize());
          var deleted =
              delete(
                  state,
                  ObjectKey.checked(request.key()),
                  request.versionId(),
                  conditions,
                  Boolean.TRUE.equals(request.bypassGovernanceRetention()));
          return DeleteObjectResponse.builder()
              .deleteMarker(deleted.deleteMarker() ? true : null)
              .versionId(deleted.versionId())
              .build();
        });
  }

  @Override
  public DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request) {
    return buckets.serve(
        request,
        state -> {
          var delete = request.delete();
          if (delete == null
              || !delete.hasObjects()
              || delete.objects().isEmpty()
              || delete.objects().size() > KEYS_MAX) {
            throw S3Errors.malformedXml();
          }
          var bypass = Boolean.TRUE.equals(request.bypassGovernanceRetention());
          var deleted = new ArrayList<DeletedObject>();
          var errors = new ArrayList<S3Error>();
          for (var object : delete.objects()) {
            try {
              authorise(request, object);
              deleted.add(delete(state, object, bypass));
            } catch (AwsServiceException e) {
              errors.add(error(object, e));
            }
          }
          return DeleteObjectsResponse.builder()
              .deleted(Boolean.TRUE.equals(delete.quiet()) ? null : deleted)
              .errors(errors)
              .build();
        });
  }

  /// Each object needs its own permission, and the others go all the same.
  private void authorise(DeleteObjectsRequest request, ObjectIdentifier object) {
    if (!cloud.enforcing()) {
      return;
    }
    var one =
        DeleteObjectRequest.builder()
            .bucket(request.bucket())
            .key(object.key())
            .versionId(object.versionId())
            .bypassGovernanceRetention(request.bypassGovernanceRetention())
            .build();
    var operation = cloud.service(S3Client.class).model().operation("DeleteObject");
    cloud.authoriser().authorise(Call.current(), Objects.requireNonNull(operation), one);
  }

  /// What must hold of the object for it to be deleted.
  private record Conditions(
      @Nullable String etag, @Nullable Instant modified, @Nullable Long size) {
    void check(String key, @Nullable StoredObject object) {
      if (etag == null && modified == null && size == null) {
        return;
      }
      if (object == null) {
        throw S3Errors.noSuchKey(key).build();
      }
      if (etag != null && !Reads.matches(etag, object.content().etag())) {
        throw S3Errors.preconditionFailed("If-Match");
      }
      if (modified != null && !modified.equals(object.modified().truncatedTo(ChronoUnit.SECONDS))) {
        throw S3Errors.preconditionFailed("x-amz-if-match-last-modified-time");
      }
      if (size != null && size != object.content().size()) {
        throw S3Errors.preconditionFailed("x-amz-if-match-size");
      }
    }
  }

  private DeletedObject delete(BucketState state, ObjectIdentifier object, boolean bypass) {
    var conditions = new Conditions(object.eTag(), object.lastModifiedTime(), object.size());
    var key = ObjectKey.checked(object.key());
    var versionId =
        object.versionId() == null || object.versionId().isEmpty() ? null : object.versionId();
    var deleted = delete(state, key, versionId, conditions, bypass);
    return DeletedObject.builder()
        .key(key)
        .versionId(versionId)
        .deleteMarker(deleted.deleteMarker() ? true : null)
        .deleteMarkerVersionId(deleted.deleteMarker() ? deleted.versionId() : null)
        .build();
  }

  private ObjectTable.Deleted delete(
      BucketState state,
      String key,
      @Nullable String versionId,
      Conditions conditions,
      boolean bypass) {
    var call = Call.current();
    var deletion =
        new ObjectTable.Deletion(
            key,
            versionId,
            call.account(),
            found -> {
              conditions.check(key, found);
              if (versionId != null) {
                Retentions.checkRemovable(found, cloud.clock().now(), bypass);
              }
            },
            (batch, deleted) -> changed(batch, state, key, versionId, deleted));
    return objects.delete(state.bucket(), deletion);
  }

  private void changed(
      Batch batch,
      BucketState state,
      String key,
      @Nullable String versionId,
      ObjectTable.Deleted deleted) {
    var marked = versionId == null && deleted.deleteMarker();
    if (marked || deleted.removed()) {
      hooks.changed(
          batch,
          state,
          key,
          new Hooks.Change(
              marked ? "ObjectRemoved:DeleteMarkerCreated" : "ObjectRemoved:Delete",
              null,
              deleted.versionId(),
              objects.nextSequence()));
    }
  }

  private static S3Error error(ObjectIdentifier object, AwsServiceException error) {
    // A version that cannot be is one that is not there, when many are to be deleted.
    if (Errors.message(error).equals("Invalid version id specified")) {
      return S3Error.builder()
          .key(object.key())
          .versionId(object.versionId())
          .code("NoSuchVersion")
          .message("The specified version does not exist.")
          .build();
    }
    return S3Error.builder()
        .key(object.key())
        .versionId(object.versionId())
        .code(Errors.code(error))
        .message(Errors.message(error))
        .build();
  }
}
