package dev.terrarium.services.s3;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// What reading an object is refused for.
final class Reads {
  /// Dates in headers.
  static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private Reads() {}

  /// The version, if there is one and it is no delete marker.
  ///
  /// @param method of the request, for the error
  static StoredObject live(
      @Nullable StoredObject found, String key, @Nullable String versionId, String method) {
    if (found == null) {
      throw versionId == null
          ? S3Errors.noSuchKey(key).build()
          : S3Errors.noSuchVersion(key, versionId);
    }
    if (!found.deleteMarker()) {
      return found;
    }
    var error = versionId == null ? S3Errors.noSuchKey(key) : S3Errors.methodNotAllowed(method);
    if (versionId != null) {
      error.header("Allow", "DELETE").header("Last-Modified", HTTP_DATE.format(found.modified()));
    }
    throw error
        .header("x-amz-delete-marker", "true")
        .header("x-amz-version-id", found.versionId())
        .build();
  }

  /// Checks the conditions of a GET or HEAD, in the order of RFC 9110.
  static void check(SdkPojo request, StoredObject object) {
    check(request, object, "", true);
  }

  /// Checks the conditions of a copy on its source.
  static void checkSource(SdkPojo request, StoredObject object) {
    check(request, object, "CopySource", false);
  }

  private static void check(
      SdkPojo request, StoredObject object, String prefix, boolean notModified) {
    var etag = object.content().etag();
    var modified = object.modified().truncatedTo(ChronoUnit.SECONDS);
    var ifMatch = Members.text(request, prefix, "IfMatch");
    var ifUnmodified = (Instant) Members.value(request, prefix + "IfUnmodifiedSince");
    if (ifMatch != null) {
      if (!matches(ifMatch, etag)) {
        throw S3Errors.preconditionFailed(header(prefix, "If-Match"));
      }
    } else if (ifUnmodified != null && modified.isAfter(ifUnmodified)) {
      throw S3Errors.preconditionFailed(header(prefix, "If-Unmodified-Since"));
    }
    var ifNoneMatch = Members.text(request, prefix, "IfNoneMatch");
    var ifModified = (Instant) Members.value(request, prefix + "IfModifiedSince");
    var name = ifNoneMatch != null ? "If-None-Match" : "If-Modified-Since";
    var unwanted =
        ifNoneMatch != null
            ? matches(ifNoneMatch, etag)
            : ifModified != null && !modified.isAfter(ifModified);
    if (unwanted) {
      throw notModified ? notModified(object) : S3Errors.preconditionFailed(header(prefix, name));
    }
  }

  private static String header(String prefix, String name) {
    return prefix.isEmpty() ? name : "x-amz-copy-source-" + name;
  }

  /// Whether one of the entity tags of a condition is that of the object.
  static boolean matches(String condition, String etag) {
    for (var tag : condition.split(",")) {
      var bare = tag.strip();
      if (bare.startsWith("W/")) {
        bare = bare.substring(2);
      }
      if (bare.length() >= 2 && bare.startsWith("\"") && bare.endsWith("\"")) {
        bare = bare.substring(1, bare.length() - 1);
      }
      if (bare.equals("*") || bare.equals(etag)) {
        return true;
      }
    }
    return false;
  }

  private static RuntimeException notModified(StoredObject object) {
    var error =
        S3Errors.draft(304, "NotModified", "Not Modified")
            .header("ETag", object.content().quotedEtag())
            .header("Last-Modified", HTTP_DATE.format(object.modified()));
    if (!object.isNullVersion()) {
      error.header("x-amz-version-id", object.versionId());
    }
    return error.build();
  }
}
