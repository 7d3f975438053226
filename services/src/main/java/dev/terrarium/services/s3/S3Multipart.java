package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// Uploading objects in parts.
final class S3Multipart implements S3Part {
  private static final int PARTS_MAX = 10_000;

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;
  private final Uploads uploads;
  private final Writes writes;
  private final VersionIds ids;
  private final Hooks hooks;

  S3Multipart(
      Cloud cloud,
      Buckets buckets,
      ObjectTable objects,
      Bodies bodies,
      Uploads uploads,
      Writes writes,
      VersionIds ids,
      Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
    this.uploads = uploads;
    this.writes = writes;
    this.ids = ids;
    this.hooks = hooks;
  }

  @Override
  public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var kind = ChecksumKind.named(request.checksumAlgorithmAsString());
          var composite = isComposite(kind, request.checksumTypeAsString());
          var account = Call.current().account();
          var owner = Writes.owner(state, account);
          var upload =
              new Upload(
                  ids.of(ids.next()),
                  cloud.clock().now(),
                  kind,
                  composite,
                  account,
                  owner,
                  writes.details(request, state, null, owner));
          buckets.within(
              state.bucket(),
              now -> {
                uploads.begin(now.name(), key, upload);
                return upload;
              });
          var abort = Expirations.abort(state, key, upload);
          var response =
              CreateMultipartUploadResponse.builder()
                  .bucket(state.name())
                  .key(key)
                  .uploadId(upload.id())
                  .checksumAlgorithm(kind == null ? null : kind.name())
                  .checksumType(kind == null ? null : upload.checksumType())
                  .abortDate(abort == null ? null : abort.date())
                  .abortRuleId(abort == null ? null : abort.ruleId());
          upload.details().encryption().addTo(response);
          return response.build();
        });
  }

  private static boolean isComposite(@Nullable ChecksumKind kind, @Nullable String type) {
    if (kind == null) {
      if (type != null) {
        throw S3Errors.invalidRequest(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      return false;
    }
    if (type == null) {
      return kind != ChecksumKind.CRC64NVME;
    }
    var composite =
        switch (type) {
          case "COMPOSITE" -> true;
          case "FULL_OBJECT" -> false;
          default ->
              throw S3Errors.invalidRequest("Value for x-amz-checksum-type header is invalid.");
        };
    if (composite && kind == ChecksumKind.CRC64NVME || !composite && !kind.isLinear()) {
      throw S3Errors.invalidRequest(
          "The "
              + type
              + " checksum type cannot be used with the "
              + kind.name().toLowerCase(Locale.ROOT)
              + " checksum algorithm.");
    }
    return composite;
  }

  @Override
  public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var number = partNumber(request.partNumber());
          var upload = uploads.require(state.name(), key, request.uploadId());
          checkCustomerKey(request, upload);
          var keep = upload.kept();
          var received =
              S3Objects.receive(bodies, request, body, ExpectedDigests.of(request, keep), keep);
          try {
            var sent = received.content().checksum();
            if (upload.kind() != null && sent != null && sent.kind() != keep) {
              throw S3Errors.invalidRequest(
                  "Checksum Type mismatch occurred, expected checksum Type: "
                      + keep.name().toLowerCase(Locale.ROOT)
                      + ", actual checksum Type: "
                      + sent.kind().name().toLowerCase(Locale.ROOT));
            }
            var checksum = new StoredChecksum(keep, received.hashes().base64(keep), false);
            var content =
                new Content(
                    received.content().size(),
                    received.content().etag(),
                    received.content().body(),
                    checksum,
                    0);
            var part = new StoredPart(number, cloud.clock().now(), content);
            uploads.putPart(state.name(), key, upload, part, received.incoming());
            var response = UploadPartResponse.builder().eTag(content.quotedEtag());
            if (sent != null) {
              sent.kind().set(response, sent.value());
            }
            upload.details().encryption().addTo(response);
            return response.build();
          } catch (RuntimeException e) {
            bodies.discard(received.incoming());
            throw e;
          }
        });
  }

  @Override
  public AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var upload = uploads.require(state.name(), key, request.uploadId());
          uploads.abort(state.name(), key, upload);
          return AbortMultipartUploadResponse.builder().build();
        });
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      CompleteMultipartUploadRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.key());
          var conditions = Writes.conditions(request, key);
          var upload = uploads.require(state.name(), key, request.uploadId());
          checkCustomerKey(request, upload);
          var object =
              uploads.locked(
                  upload,
                  () -> {
                    uploads.require(state.name(), key, upload.id());
                    var completion = new Completion(upload, uploads.parts(upload), request);
                    var list = bodies.newId();
                    return objects.put(
                        state.bucket(),
                        new ObjectTable.Put(
                            key,
                            completion.content(new Body(Body.Kind.PARTS, list)),
                            upload.details(),
                            upload.owner(),
                            conditions,
                            (batch, stored) ->
                                completed(batch, state, key, upload, list, completion, stored)));
                  });
          return response(state, key, object);
        });
  }

  private void completed(
      Batch batch,
      BucketState state,
      String key,
      Upload upload,
      String list,
      Completion completion,
      StoredObject stored) {
    bodies.keepList(batch, list, completion.parts());
    uploads.complete(batch, state.name(), key, upload, completion.parts());
    hooks.created(batch, state, key, "ObjectCreated:CompleteMultipartUpload", stored);
  }

  private static CompleteMultipartUploadResponse response(
      BucketState state, String key, StoredObject object) {
    var response =
        CompleteMultipartUploadResponse.builder()
            .bucket(state.name())
            .key(key)
            .location(
                Call.current().endpoint() + "/" + state.name() + "/" + Listing.urlEncoded(key))
            .eTag(object.content().quotedEtag())
            .versionId(state.bucket().versioned() ? object.versionId() : null)
            .expiration(Expirations.header(state, key, object));
    if (object.content().checksum() != null) {
      object.content().checksum().addTo(response);
    }
    object.details().encryption().addTo(response);
    return response.build();
  }

  static int partNumber(@Nullable Integer number) {
    if (number == null || number < 1 || number > PARTS_MAX) {
      throw S3Errors.invalidArgument(
          "Part number must be an integer between 1 and 10000, inclusive",
          "partNumber",
          String.valueOf(number));
    }
    return number;
  }

  /// A part must bring the customer's key with which the upload was begun.
  static void checkCustomerKey(S3Request request, Upload upload) {
    var needed = upload.details().encryption().customerKeyMd5();
    var given = Encryptions.customerKeyMd5(request, "");
    if (needed != null && given == null && !(request instanceof CompleteMultipartUploadRequest)) {
      throw S3Errors.invalidRequest(
          "The multipart upload initiate requested encryption. Subsequent part requests must"
              + " include the appropriate encryption parameters.");
    }
    if (given != null && !given.equals(needed)) {
      throw S3Errors.invalidRequest(
          "The provided encryption parameters did not match the ones used originally.");
    }
  }
}
