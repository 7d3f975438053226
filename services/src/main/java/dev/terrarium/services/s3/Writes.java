package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AccessControlPolicy;
import software.amazon.awssdk.services.s3.model.ObjectOwnership;

/// What PutObject, CopyObject and CreateMultipartUpload have in common: everything that a request
/// says about an object beside its bytes, checked.
final class Writes {
  static final String DEFAULT_CONTENT_TYPE = "binary/octet-stream";
  static final List<String> HEADERS =
      List.of(
          "CacheControl",
          "ContentDisposition",
          "ContentEncoding",
          "ContentLanguage",
          "ContentType",
          "Expires",
          "WebsiteRedirectLocation");
  private static final int METADATA_BYTES_MAX = 2048;
  private static final Set<String> STORAGE_CLASSES =
      Set.of(
          "STANDARD",
          "REDUCED_REDUNDANCY",
          "STANDARD_IA",
          "ONEZONE_IA",
          "INTELLIGENT_TIERING",
          "GLACIER",
          "DEEP_ARCHIVE",
          "GLACIER_IR");

  private final Cloud cloud;

  Writes(Cloud cloud) {
    this.cloud = cloud;
  }

  /// What the request says about the object.
  ///
  /// @param contentType of the body, if the request names none
  /// @param owner whose the object will be
  Details details(SdkPojo request, BucketState state, @Nullable String contentType, String owner) {
    var headers = headers(request);
    headers.putIfAbsent("ContentType", contentType == null ? DEFAULT_CONTENT_TYPE : contentType);
    return new Details(
        storageClass(request),
        headers,
        metadata(request),
        Tags.ofHeader(Members.text(request, "Tagging")),
        encryption(request, state),
        retention(request, state),
        legalHold(request, state),
        acl(request, state, owner),
        "",
        null);
  }

  /// Under a key that KMS lets the caller use, if it is to be one of KMS's.
  private Encryption encryption(SdkPojo request, BucketState state) {
    var encryption = Encryptions.ofWrite(request, state);
    var keyId = encryption.kmsKeyId();
    if (keyId == null || cloud.service("kms") == null) {
      return encryption;
    }
    var scope = state.bucket().scope();
    var asked = keyId.equals(Encryptions.ownKey(state)) ? "alias/aws/s3" : keyId;
    return encryption.under(KmsDataKeys.arn(cloud, scope, asked));
  }

  /// The headers that are kept with an object.
  static Map<String, String> headers(SdkPojo request) {
    var headers = new LinkedHashMap<String, String>();
    for (var member : HEADERS) {
      var value = Members.value(request, member);
      if (value instanceof Instant instant) {
        headers.put(member, Reads.HTTP_DATE.format(instant));
      } else if (value != null) {
        headers.put(member, value.toString());
      }
    }
    var encoding = headers.get("ContentEncoding");
    if (encoding != null && encoding.contains("aws-chunked")) {
      var rest = encoding.replaceAll("aws-chunked\\s*,?\\s*", "").replaceAll(",\\s*$", "");
      headers.remove("ContentEncoding");
      if (!rest.isBlank()) {
        headers.put("ContentEncoding", rest);
      }
    }
    var redirect = headers.get("WebsiteRedirectLocation");
    if (redirect != null
        && !redirect.startsWith("/")
        && !redirect.startsWith("http://")
        && !redirect.startsWith("https://")) {
      throw S3Errors.of(
          400,
          "InvalidRedirectLocation",
          "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.");
    }
    return headers;
  }

  static Map<String, String> metadata(SdkPojo request) {
    var metadata = new LinkedHashMap<String, String>();
    long size = 0;
    if (Members.value(request, "Metadata") instanceof Map<?, ?> given) {
      for (var entry : given.entrySet()) {
        var name = entry.getKey().toString().toLowerCase(Locale.ROOT);
        var value = entry.getValue() == null ? "" : entry.getValue().toString().strip();
        size += name.length() + value.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        metadata.put(name, value);
      }
    }
    if (size > METADATA_BYTES_MAX) {
      throw S3Errors.draft(
              400,
              "MetadataTooLarge",
              "Your metadata headers exceed the maximum allowed metadata size")
          .with("Size", Long.toString(size))
          .with("MaxSizeAllowed", Integer.toString(METADATA_BYTES_MAX))
          .build();
    }
    return metadata;
  }

  static String storageClass(SdkPojo request) {
    var storageClass = Members.text(request, "StorageClass");
    if (storageClass == null || storageClass.isEmpty()) {
      return "STANDARD";
    }
    if (!STORAGE_CLASSES.contains(storageClass)) {
      throw S3Errors.draft(
              400, "InvalidStorageClass", "The storage class you specified is not valid")
          .with("StorageClassRequested", storageClass)
          .build();
    }
    return storageClass;
  }

  /// Checks `If-Match` and `If-None-Match` of a write against what is there.
  static Consumer<@Nullable StoredObject> conditions(SdkPojo request, String key) {
    var ifMatch = Members.text(request, "IfMatch");
    var ifNoneMatch = Members.text(request, "IfNoneMatch");
    if (ifNoneMatch != null && !ifNoneMatch.equals("*")) {
      throw S3Errors.draft(
              501,
              "NotImplemented",
              "A header you provided implies functionality that is not implemented")
          .with("Header", "If-None-Match")
          .with("additionalMessage", "We don't accept the provided value of If-None-Match header")
          .build();
    }
    if (ifMatch != null && ifNoneMatch != null) {
      throw S3Errors.draft(
              501,
              "NotImplemented",
              "A header you provided implies functionality that is not implemented")
          .with("Header", "If-Match,If-None-Match")
          .with("additionalMessage", "Multiple conditional request headers present in the request")
          .build();
    }
    return current -> {
      if (ifNoneMatch != null && current != null) {
        throw S3Errors.preconditionFailed("If-None-Match");
      }
      if (ifMatch != null) {
        if (current == null) {
          throw S3Errors.noSuchKey(key).build();
        }
        if (!Reads.matches(ifMatch, current.content().etag())) {
          throw S3Errors.preconditionFailed("If-Match");
        }
      }
    };
  }

  /// The access control list that the request asks for, or null for the owner's alone.
  static @Nullable AccessControlPolicy acl(SdkPojo request, BucketState state, String owner) {
    var acl = Acls.requested(request, owner, state.bucket().account());
    if (acl == null) {
      return null;
    }
    if (aclsDisabled(state)) {
      if (!"bucket-owner-full-control".equals(Members.text(request, "ACL"))
          && !Acls.isPrivate(acl)) {
        throw aclsNotSupported();
      }
      return null;
    }
    var block = state.get(Setting.PUBLIC_ACCESS_BLOCK);
    if (block != null && Boolean.TRUE.equals(block.blockPublicAcls()) && Acls.isPublic(acl)) {
      throw S3Errors.accessDenied();
    }
    return Acls.isPrivate(acl) ? null : acl;
  }

  static boolean aclsDisabled(BucketState state) {
    var ownership = state.get(Setting.OWNERSHIP);
    return ownership != null
        && ownership.rules().stream()
            .anyMatch(r -> r.objectOwnership() == ObjectOwnership.BUCKET_OWNER_ENFORCED);
  }

  static RuntimeException aclsNotSupported() {
    return S3Errors.of(400, "AccessControlListNotSupported", "The bucket does not allow ACLs");
  }

  /// Whose a new object is: the bucket owner's, unless the bucket leaves it to the writer.
  static String owner(BucketState state, String writer) {
    var ownership = state.get(Setting.OWNERSHIP);
    return ownership == null
            || ownership.rules().stream()
                .anyMatch(r -> r.objectOwnership() == ObjectOwnership.OBJECT_WRITER)
        ? writer
        : state.bucket().account();
  }

  private Details.@Nullable Retention retention(SdkPojo request, BucketState state) {
    var mode = Members.text(request, "ObjectLockMode");
    var until = (Instant) Members.value(request, "ObjectLockRetainUntilDate");
    if (mode == null && until == null) {
      return defaultRetention(state);
    }
    if (mode == null || until == null) {
      throw S3Errors.invalidArgument(
          "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
          mode == null ? "x-amz-object-lock-mode" : "x-amz-object-lock-retain-until-date",
          "");
    }
    Retentions.requireLock(state);
    return Retentions.checked(mode, until, cloud.clock().now());
  }

  private Details.@Nullable Retention defaultRetention(BucketState state) {
    var configuration = state.get(Setting.OBJECT_LOCK);
    var rule = configuration == null ? null : configuration.rule();
    var byDefault = rule == null ? null : rule.defaultRetention();
    if (byDefault == null) {
      return null;
    }
    var now = cloud.clock().now();
    var until =
        byDefault.days() != null
            ? now.plus(Duration.ofDays(byDefault.days()))
            : now.atZone(ZoneOffset.UTC).plusYears(byDefault.years()).toInstant();
    return new Details.Retention(byDefault.modeAsString(), until);
  }

  private static Details.LegalHold legalHold(SdkPojo request, BucketState state) {
    var status = Members.text(request, "ObjectLockLegalHoldStatus");
    if (status == null) {
      return Details.LegalHold.NONE;
    }
    Retentions.requireLock(state);
    return Retentions.legalHold(status);
  }
}
