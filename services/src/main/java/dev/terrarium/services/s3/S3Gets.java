package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Request;

/// Reading objects.
final class S3Gets implements S3Part {
  private final Cloud cloud;
  private final Buckets buckets;
  private final ObjectTable objects;
  private final Bodies bodies;

  S3Gets(Cloud cloud, Buckets buckets, ObjectTable objects, Bodies bodies) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.objects = objects;
    this.bodies = bodies;
  }

  @Override
  public HeadObjectResponse headObject(HeadObjectRequest request) {
    return buckets.serve(
        request,
        state -> {
          var response = HeadObjectResponse.builder();
          describe(request, state, find(request, state, "HEAD"), response);
          return response.build();
        });
  }

  /// An object whose body is open.
  private record Opened(StoredObject object, InputStream stream) {}

  @Override
  public <T> T getObject(
      GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
    var response = GetObjectResponse.builder();
    var opened =
        buckets.serve(
            request,
            state -> {
              var found = open(request, state, response);
              return new Opened(found.object, found.stream);
            });
    try {
      var body = AbortableInputStream.create(opened.stream);
      var result = transformer.transform(response.build(), body);
      if (!transformer.needsConnectionLeftOpen()) {
        opened.stream.close();
      }
      return result;
    } catch (Exception e) {
      closeQuietly(opened.stream, e);
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw SdkClientException.create("Reading the object was given up: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(InputStream stream, Exception reason) {
    try {
      stream.close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /// Between finding an object and opening its body another request may replace it; then the newer
  /// one is found.
  private Opened open(
      GetObjectRequest request, BucketState state, GetObjectResponse.Builder response) {
    while (true) {
      var object = find(request, state, "GET");
      object.details().checkReadable(cloud.clock().now());
      var range = describe(request, state, object, response);
      override(request, response);
      try {
        return new Opened(object, bodies.open(object.content().body(), range.from(), range.to()));
      } catch (Bodies.BodyGoneException e) {
        var now = objects.find(state.name(), request.key(), request.versionId());
        Bodies.checkReplaced(object, now, e);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private StoredObject find(S3Request request, BucketState state, String method) {
    var key = ObjectKey.checked(Members.text(request, "Key"));
    var versionId = Members.text(request, "VersionId");
    var object = Reads.live(objects.find(state.name(), key, versionId), key, versionId, method);
    Encryptions.checkRead(request, object);
    Reads.check(request, object);
    return object;
  }

  /// Fills in what a GET and a HEAD tell alike, and returns which bytes are asked for.
  private Range describe(
      S3Request request, BucketState state, StoredObject object, AwsResponse.Builder builder) {
    var response = (SdkPojo) builder;
    var content = object.content();
    var range = range(request, object, response);
    var part = range != null;
    if (range == null) {
      range = Range.of(Members.text(request, "Range"), content.size());
    }
    Members.set(response, "AcceptRanges", "bytes");
    Members.set(
        response,
        "LastModified",
        object.modified().truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    Members.set(response, "ETag", content.quotedEtag());
    if (state.bucket().versioned()) {
      Members.set(response, "VersionId", object.versionId());
    }
    Members.set(
        response, "Expiration", Expirations.header(state, Members.text(request, "Key"), object));
    if (range != null) {
      Members.set(response, "ContentRange", range.contentRange(content.size()));
      builder.sdkHttpResponse(SdkHttpResponse.builder().statusCode(206).build());
    } else {
      range = new Range(0, content.size());
      if (wantsChecksum(request) && content.checksum() != null) {
        content.checksum().addTo(response);
      }
    }
    if (part && wantsChecksum(request)) {
      addPartChecksum(request, object, response);
    }
    Members.set(response, "ContentLength", range.length());
    describe(object.details(), response);
    return range;
  }

  private static void describe(Details details, SdkPojo response) {
    details
        .headers()
        .forEach((member, value) -> {
          if (member.equals("Expires")) {
            Members.set(response, "Expires", date(value));
            Members.setIfKnown(response, "ExpiresString", value);
          } else {
            Members.set(response, member, value);
          }
        });
    Members.set(response, "Metadata", details.metadata());
    if (!details.storageClass().equals("STANDARD")) {
      Members.set(response, "StorageClass", details.storageClass());
    }
    if (!details.tags().isEmpty()) {
      Members.setIfKnown(response, "TagCount", details.tags().size());
    }
    details.encryption().addTo(response);
    var retention = details.retention();
    if (retention != null) {
      Members.set(response, "ObjectLockMode", retention.mode());
      Members.set(response, "ObjectLockRetainUntilDate", retention.until());
    }
    if (details.legalHold() != Details.LegalHold.NONE) {
      Members.set(response, "ObjectLockLegalHoldStatus", details.legalHold().name());
    }
    if (!details.replication().isEmpty()) {
      Members.set(response, "ReplicationStatus", details.replication());
    }
    var restored = details.restoredUntil();
    if (restored != null) {
      Members.set(
          response,
          "Restore",
          restored.equals(Details.ONGOING)
              ? "ongoing-request=\"true\""
              : "ongoing-request=\"false\", expiry-date=\""
                  + Reads.HTTP_DATE.format(restored)
                  + "\"");
    }
  }

  /// The bytes of the part that the request names, or null if it names none.
  private @Nullable Range range(S3Request request, StoredObject object, SdkPojo response) {
    var number = (Integer) Members.value(request, "PartNumber");
    if (number == null) {
      return null;
    }
    if (Members.text(request, "Range") != null) {
      throw S3Errors.invalidRequest(
          "Cannot specify both Range header and partNumber query parameter");
    }
    var content = object.content();
    if (number < 1 || number > Math.max(1, content.parts())) {
      throw S3Errors.draft(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
          .with("PartNumberRequested", number.toString())
          .with("ActualPartCount", Integer.toString(Math.max(1, content.parts())))
          .build();
    }
    if (content.parts() == 0) {
      return content.size() == 0 ? null : new Range(0, content.size());
    }
    Members.set(response, "PartsCount", content.parts());
    long from = 0;
    var parts = bodies.parts(content.body());
    for (var part : parts.subList(0, number - 1)) {
      from += part.content().size();
    }
    return new Range(from, from + parts.get(number - 1).content().size());
  }

  private void addPartChecksum(S3Request request, StoredObject object, SdkPojo response) {
    var number = (Integer) Members.value(request, "PartNumber");
    var parts = bodies.parts(object.content().body());
    if (number == null || parts.isEmpty()) {
      var whole = object.content().checksum();
      if (whole != null) {
        whole.addTo(response);
      }
      return;
    }
    var checksum = parts.get(number - 1).content().checksum();
    var whole = object.content().checksum();
    if (checksum != null && whole != null && whole.composite()) {
      checksum.kind().set(response, checksum.value());
      Members.set(response, "ChecksumType", "COMPOSITE");
    }
  }

  private static void override(GetObjectRequest request, GetObjectResponse.Builder response) {
    if (request.responseCacheControl() != null) {
      response.cacheControl(request.responseCacheControl());
    }
    if (request.responseContentDisposition() != null) {
      response.contentDisposition(request.responseContentDisposition());
    }
    if (request.responseContentEncoding() != null) {
      response.contentEncoding(request.responseContentEncoding());
    }
    if (request.responseContentLanguage() != null) {
      response.contentLanguage(request.responseContentLanguage());
    }
    if (request.responseContentType() != null) {
      response.contentType(request.responseContentType());
    }
    if (request.responseExpires() != null) {
      Members.set(response, "Expires", request.responseExpires());
    }
  }

  private static boolean wantsChecksum(S3Request request) {
    return "ENABLED".equals(Members.text(request, "ChecksumMode"));
  }

  private static @Nullable Instant date(String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
