package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.s3.Details.LegalHold;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectLegalHoldRequest;
import software.amazon.awssdk.services.s3.model.GetObjectLegalHoldResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRetentionRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRetentionResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHold;
import software.amazon.awssdk.services.s3.model.ObjectLockRetention;
import software.amazon.awssdk.services.s3.model.PutObjectAclRequest;
import software.amazon.awssdk.services.s3.model.PutObjectAclResponse;
import software.amazon.awssdk.services.s3.model.PutObjectLegalHoldRequest;
import software.amazon.awssdk.services.s3.model.PutObjectLegalHoldResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRetentionResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.S3Request;

/// What may be changed about an object without writing it anew: tags, access control list,
/// retention and legal hold.
final class S3ObjectSettings implements S3Part {
  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Hooks hooks;

  S3ObjectSettings(Cloud cloud, Buckets buckets, ObjectTable objects, Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.hooks = hooks;
  }

  @Override
  public GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          var object = find(request, state);
          return GetObjectTaggingResponse.builder()
              .tagSet(Tags.toList(object.details().tags()))
              .versionId(told(state, object))
              .build();
        });
  }

  @Override
  public PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          if (request.tagging() == null) {
            throw S3Errors.malformedXml();
          }
          var tags = Tags.ofObject(request.tagging().tagSet());
          var changed =
              change(
                  request,
                  state,
                  object -> object.withDetails(object.details().withTags(tags)),
                  event(state, request.key(), "ObjectTagging:Put"));
          return PutObjectTaggingResponse.builder().versionId(told(state, changed)).build();
        });
  }

  @Override
  public DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
    return buckets.serve(
        request,
        state -> {
          var changed =
              change(
                  request,
                  state,
                  object -> object.withDetails(object.details().withTags(java.util.Map.of())),
                  event(state, request.key(), "ObjectTagging:Delete"));
          return DeleteObjectTaggingResponse.builder().versionId(told(state, changed)).build();
        });
  }

  @Override
  public GetObjectAclResponse getObjectAcl(GetObjectAclRequest request) {
    return buckets.serve(
        request,
        state -> {
          var object = find(request, state);
          var acl = object.details().acl();
          var effective = acl == null ? Acls.privateTo(object.owner()) : acl;
          return GetObjectAclResponse.builder()
              .owner(effective.owner())
              .grants(effective.grants())
              .build();
        });
  }

  @Override
  public PutObjectAclResponse putObjectAcl(PutObjectAclRequest request) {
    return buckets.serve(
        request,
        state -> {
          var before = find(request, state);
          var document = request.accessControlPolicy();
          if (document != null) {
            Acls.checked(document, before.owner());
            if (Writes.aclsDisabled(state) && !Acls.isPrivate(document)) {
              throw Writes.aclsNotSupported();
            }
          } else if (Acls.requested(request, before.owner(), state.bucket().account()) == null) {
            throw S3Errors.of(
                400, "MissingSecurityHeader", "Your request was missing a required header");
          }
          var acl = document != null ? document : Writes.acl(request, state, before.owner());
          change(
              request,
              state,
              object -> object.withDetails(object.details().withAcl(acl)),
              event(state, request.key(), "ObjectAcl:Put"));
          return PutObjectAclResponse.builder().build();
        });
  }

  @Override
  public GetObjectRetentionResponse getObjectRetention(GetObjectRetentionRequest request) {
    return buckets.serve(
        request,
        state -> {
          Retentions.requireLock(state);
          var retention = find(request, state).details().retention();
          if (retention == null) {
            throw noLock();
          }
          return GetObjectRetentionResponse.builder()
              .retention(
                  ObjectLockRetention.builder()
                      .mode(retention.mode())
                      .retainUntilDate(retention.until())
                      .build())
              .build();
        });
  }

  @Override
  public PutObjectRetentionResponse putObjectRetention(PutObjectRetentionRequest request) {
    return buckets.serve(
        request,
        state -> {
          Retentions.requireLock(state);
          var asked = request.retention();
          var now = cloud.clock().now();
          var bypass = Boolean.TRUE.equals(request.bypassGovernanceRetention());
          Details.Retention after;
          if (asked == null || asked.mode() == null && asked.retainUntilDate() == null) {
            after = null;
          } else if (asked.mode() == null || asked.retainUntilDate() == null) {
            throw S3Errors.malformedXml();
          } else {
            after = Retentions.checked(asked.modeAsString(), asked.retainUntilDate(), now);
          }
          change(
              request,
              state,
              object -> {
                Retentions.checkChange(object.details().retention(), after, now, bypass);
                return object.withDetails(object.details().withRetention(after));
              },
              (batch, object) -> {});
          return PutObjectRetentionResponse.builder().build();
        });
  }

  @Override
  public GetObjectLegalHoldResponse getObjectLegalHold(GetObjectLegalHoldRequest request) {
    return buckets.serve(
        request,
        state -> {
          Retentions.requireLock(state);
          var held = find(request, state).details().legalHold();
          if (held == LegalHold.NONE) {
            throw noLock();
          }
          return GetObjectLegalHoldResponse.builder()
              .legalHold(ObjectLockLegalHold.builder().status(held.name()).build())
              .build();
        });
  }

  @Override
  public PutObjectLegalHoldResponse putObjectLegalHold(PutObjectLegalHoldRequest request) {
    return buckets.serve(
        request,
        state -> {
          Retentions.requireLock(state);
          if (request.legalHold() == null || request.legalHold().status() == null) {
            throw S3Errors.malformedXml();
          }
          var held = Retentions.legalHold(request.legalHold().statusAsString());
          change(
              request,
              state,
              object -> object.withDetails(object.details().withLegalHold(held)),
              (batch, object) -> {});
          return PutObjectLegalHoldResponse.builder().build();
        });
  }

  private static RuntimeException noLock() {
    return S3Errors.of(
        404,
        "NoSuchObjectLockConfiguration",
        "The specified object does not have a ObjectLock configuration");
  }

  private StoredObject find(S3Request request, BucketState state) {
    var key = ObjectKey.checked(Members.text(request, "Key"));
    var versionId = Members.text(request, "VersionId");
    return Reads.live(objects.find(state.name(), key, versionId), key, versionId, "GET");
  }

  private StoredObject change(
      S3Request request,
      BucketState state,
      UnaryOperator<StoredObject> change,
      BiConsumer<Batch, StoredObject> also) {
    var key = ObjectKey.checked(Members.text(request, "Key"));
    return objects.change(state.bucket(), key, Members.text(request, "VersionId"), change, also);
  }

  private BiConsumer<Batch, StoredObject> event(BucketState state, String key, String event) {
    return (batch, object) ->
        hooks.changed(
            batch,
            state,
            key,
            new Hooks.Change(event, object, object.versionId(), objects.nextSequence()));
  }

  private static @Nullable String told(BucketState state, StoredObject object) {
    return state.bucket().versioned() ? object.versionId() : null;
  }
}
