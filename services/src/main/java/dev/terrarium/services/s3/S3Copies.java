package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.S3Request;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

/// Copying objects, and ranges of objects into parts.
final class S3Copies implements S3Part {
  private static final Pattern SOURCE_RANGE = Pattern.compile("bytes=(\\d{1,18})-(\\d{1,18})");

  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;
  private final Uploads uploads;
  private final Writes writes;
  private final Hooks hooks;

  S3Copies(
      Cloud cloud,
      Buckets buckets,
      ObjectTable objects,
      Bodies bodies,
      Uploads uploads,
      Writes writes,
      Hooks hooks) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
    this.uploads = uploads;
    this.writes = writes;
    this.hooks = hooks;
  }

  @Override
  public CopyObjectResponse copyObject(CopyObjectRequest request) {
    return buckets.serve(request, state -> copy(request, state));
  }

  /// A range of a source, copied, and the version that it was copied from.
  private record Copied(
      StoredObject source, boolean versioned, Bodies.Incoming incoming, Hashes hashes) {}

  private CopyObjectResponse copy(CopyObjectRequest request, BucketState state) {
    var key = ObjectKey.checked(request.destinationKey());
    var at = CopySource.of(request);
    var conditions = Writes.conditions(request, key);
    var owner = Writes.owner(state, Call.current().account());
    var kind = ChecksumKind.named(request.checksumAlgorithmAsString());
    var asked = writes.details(request, state, null, owner);
    checkToItself(request, state, at, key);
    var copied = copied(request, at, null, kind);
    var details = details(request, asked, copied.source());
    var keep = checksumKind(kind, copied.source());
    var content =
        new Content(
            copied.incoming().size(),
            copied.hashes().etag(),
            copied.incoming().body(),
            new StoredChecksum(keep, copied.hashes().base64(keep), false),
            0);
    StoredObject object;
    try {
      object =
          objects.put(
              state.bucket(),
              new ObjectTable.Put(
                  key,
                  content,
                  details,
                  owner,
                  conditions,
                  (batch, stored) -> {
                    bodies.keep(batch, copied.incoming());
                    hooks.created(batch, state, key, "ObjectCreated:Copy", stored);
                  }));
    } catch (RuntimeException e) {
      bodies.discard(copied.incoming());
      throw e;
    }
    return response(state, key, object, copied);
  }

  private static CopyObjectResponse response(
      BucketState state, String key, StoredObject object, Copied copied) {
    var result =
        CopyObjectResult.builder()
            .eTag(object.content().quotedEtag())
            .lastModified(object.modified());
    if (object.content().checksum() != null) {
      object.content().checksum().addTo(result);
    }
    var response =
        CopyObjectResponse.builder()
            .copyObjectResult(result.build())
            .copySourceVersionId(copied.versioned() ? copied.source().versionId() : null)
            .versionId(state.bucket().versioned() ? object.versionId() : null)
            .expiration(Expirations.header(state, key, object));
    object.details().encryption().addTo(response);
    return response.build();
  }

  @Override
  public UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
    return buckets.serve(
        request,
        state -> {
          var key = ObjectKey.checked(request.destinationKey());
          var number = S3Multipart.partNumber(request.partNumber());
          var upload = uploads.require(state.name(), key, request.uploadId());
          S3Multipart.checkCustomerKey(request, upload);
          var copied =
              copied(request, CopySource.of(request), request.copySourceRange(), upload.kept());
          var keep = upload.kept();
          var checksum = new StoredChecksum(keep, copied.hashes().base64(keep), false);
          var content =
              new Content(
                  copied.incoming().size(),
                  copied.hashes().etag(),
                  copied.incoming().body(),
                  checksum,
                  0);
          var part = new StoredPart(number, cloud.clock().now(), content);
          try {
            uploads.putPart(state.name(), key, upload, part, copied.incoming());
          } catch (RuntimeException e) {
            bodies.discard(copied.incoming());
            throw e;
          }
          var result =
              CopyPartResult.builder().eTag(content.quotedEtag()).lastModified(part.modified());
          if (upload.kind() != null) {
            checksum.addTo(result);
          }
          var response =
              UploadPartCopyResponse.builder()
                  .copyPartResult(result.build())
                  .copySourceVersionId(copied.versioned() ? copied.source().versionId() : null);
          upload.details().encryption().addTo(response);
          return response.build();
        });
  }

  /// Copies what a request names as its source; anew if the source is replaced meanwhile.
  private Copied copied(
      S3Request request, CopySource at, @Nullable String range, @Nullable ChecksumKind kind) {
    var from = buckets.require(at.bucket());
    Buckets.expectOwner(from, Members.text(request, "ExpectedSourceBucketOwner"));
    while (true) {
      var source = source(request, at);
      var size = source.content().size();
      var bytes = range == null ? new Range(0, size) : sourceRange(range, size);
      if (bytes.length() > S3Objects.PUT_BYTES_MAX) {
        throw S3Errors.invalidRequest(
            "The specified copy source is larger than the maximum allowable size for a copy"
                + " source: "
                + S3Objects.PUT_BYTES_MAX);
      }
      var hashes = new Hashes(Set.of(checksumKind(kind, source)));
      try {
        var incoming = bodies.copy(source.content().body(), bytes.from(), bytes.to(), hashes);
        return new Copied(source, from.bucket().versioned(), incoming, hashes);
      } catch (Bodies.BodyGoneException e) {
        var now = objects.find(at.bucket(), at.key(), at.versionId());
        if (now == null) {
          throw S3Errors.noSuchKey(at.key()).build();
        }
        Bodies.checkReplaced(source, now, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private StoredObject source(S3Request request, CopySource at) {
    var found = objects.find(at.bucket(), at.key(), at.versionId());
    if (found != null && found.deleteMarker() && at.versionId() != null) {
      throw S3Errors.invalidRequest(
          "The source of a copy request may not specifically refer to a delete marker by version"
              + " id.");
    }
    var source = Reads.live(found, at.key(), at.versionId(), "GET");
    Encryptions.checkSource(request, source);
    Reads.checkSource(request, source);
    source.details().checkReadable(cloud.clock().now());
    return source;
  }

  private static ChecksumKind checksumKind(@Nullable ChecksumKind asked, StoredObject source) {
    if (asked != null) {
      return asked;
    }
    var had = source.content().checksum();
    return had == null ? ChecksumKind.CRC64NVME : had.kind();
  }

  private static Range sourceRange(String text, long size) {
    var matcher = SOURCE_RANGE.matcher(text);
    if (!matcher.matches()) {
      throw S3Errors.invalidArgument(
          "The x-amz-copy-source-range value must be of the form bytes=first-last where first and"
              + " last are the zero-based offsets of the first and last bytes to copy",
          "x-amz-copy-source-range",
          text);
    }
    var first = Long.parseLong(matcher.group(1));
    var last = Long.parseLong(matcher.group(2));
    if (first > last || last >= size) {
      throw S3Errors.invalidArgument(
          "Range specified is not valid for source object of size: " + size,
          "x-amz-copy-source-range",
          text);
    }
    return new Range(first, last + 1);
  }

  /// What the copy has from the source and what from the request.
  private static Details details(CopyObjectRequest request, Details asked, StoredObject source) {
    var from = source.details();
    var headers = asked.headers();
    var metadata = asked.metadata();
    if (!replaces(request.metadataDirectiveAsString(), "metadata")) {
      var kept = new LinkedHashMap<>(from.headers());
      kept.remove("WebsiteRedirectLocation");
      if (headers.get("WebsiteRedirectLocation") != null) {
        kept.put("WebsiteRedirectLocation", headers.get("WebsiteRedirectLocation"));
      }
      headers = kept;
      metadata = from.metadata();
    }
    Map<String, String> tags =
        replaces(request.taggingDirectiveAsString(), "tagging") ? asked.tags() : from.tags();
    @Nullable Instant notRestored = null;
    return new Details(
        asked.storageClass(),
        headers,
        metadata,
        tags,
        asked.encryption(),
        asked.retention(),
        asked.legalHold(),
        asked.acl(),
        "",
        notRestored);
  }

  private static boolean replaces(@Nullable String directive, String name) {
    if (directive == null || directive.equals("COPY")) {
      return false;
    }
    if (!directive.equals("REPLACE")) {
      throw S3Errors.invalidArgument(
          "Unknown " + name + " directive.", "x-amz-" + name + "-directive", directive);
    }
    return true;
  }

  private static void checkToItself(
      CopyObjectRequest request, BucketState state, CopySource at, String key) {
    var changes =
        replaces(request.metadataDirectiveAsString(), "metadata")
            || request.storageClassAsString() != null
            || request.websiteRedirectLocation() != null
            || request.serverSideEncryptionAsString() != null
            || request.sseCustomerKey() != null
            || request.checksumAlgorithmAsString() != null;
    if (at.bucket().equals(state.name())
        && at.key().equals(key)
        && at.versionId() == null
        && !changes) {
      throw S3Errors.invalidRequest(
          "This copy request is illegal because it is trying to copy an object to itself without"
              + " changing the object's metadata, storage class, website redirect location or"
              + " encryption attributes.");
    }
  }
}
