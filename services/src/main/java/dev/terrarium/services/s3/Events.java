package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/// S3's event messages, byte for byte as AWS documents them.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>
/// and <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>.
final class Events {
  /// What may stand in a notification configuration.
  static final Set<String> SUPPORTED =
      Set.of(
          "s3:ReducedRedundancyLostObject",
          "s3:ObjectCreated:*",
          "s3:ObjectCreated:Put",
          "s3:ObjectCreated:Post",
          "s3:ObjectCreated:Copy",
          "s3:ObjectCreated:CompleteMultipartUpload",
          "s3:ObjectRemoved:*",
          "s3:ObjectRemoved:Delete",
          "s3:ObjectRemoved:DeleteMarkerCreated",
          "s3:ObjectRestore:*",
          "s3:ObjectRestore:Post",
          "s3:ObjectRestore:Completed",
          "s3:ObjectRestore:Delete",
          "s3:Replication:*",
          "s3:Replication:OperationFailedReplication",
          "s3:Replication:OperationNotTracked",
          "s3:Replication:OperationMissedThreshold",
          "s3:Replication:OperationReplicatedAfterThreshold",
          "s3:LifecycleTransition",
          "s3:IntelligentTiering",
          "s3:ObjectAcl:Put",
          "s3:LifecycleExpiration:*",
          "s3:LifecycleExpiration:Delete",
          "s3:LifecycleExpiration:DeleteMarkerCreated",
          "s3:ObjectTagging:*",
          "s3:ObjectTagging:Put",
          "s3:ObjectTagging:Delete");

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Events() {}

  /// Whether what happened is one of those that `pattern` names.
  static boolean matches(String pattern, String event) {
    var bare = pattern.substring("s3:".length());
    return bare.endsWith("*")
        ? event.startsWith(bare.substring(0, bare.length() - 1))
        : event.equals(bare);
  }

  static String time(Instant instant) {
    return MILLIS.format(instant);
  }

  /// The message for SNS, SQS and Lambda.
  static String message(
      BucketState state, String key, Hooks.Change change, String configurationId, Instant now) {
    var call = Call.current();
    var record = Json.object();
    record
        .put("eventVersion", version(change.event()))
        .put("eventSource", "aws:s3")
        .put("awsRegion", state.bucket().region())
        .put("eventTime", time(now))
        .put("eventName", change.event());
    record.putObject("userIdentity").put("principalId", principal(call));
    record.putObject("requestParameters").put("sourceIPAddress", call.sourceIp());
    record
        .putObject("responseElements")
        .put("x-amz-request-id", call.requestId())
        .put("x-amz-id-2", S3Errors.hostId(call.requestId()));
    var s3 = record.putObject("s3");
    s3.put("s3SchemaVersion", "1.0").put("configurationId", configurationId);
    var bucket = s3.putObject("bucket");
    bucket.put("name", state.name());
    bucket.putObject("ownerIdentity").put("principalId", owner(state.bucket().account()));
    bucket.put("arn", state.bucket().arn());
    object(s3.putObject("object"), state, key, change);
    restoration(record, change);
    var message = Json.object();
    message.putArray("Records").add(record);
    return Json.write(message);
  }

  private static void object(ObjectNode node, BucketState state, String key, Hooks.Change change) {
    node.put("key", Listing.urlEncoded(key));
    var object = change.object();
    if (object != null) {
      node.put("size", object.content().size()).put("eTag", object.content().etag());
    }
    if (state.bucket().versioned() && change.versionId() != null) {
      node.put("versionId", change.versionId());
    }
    node.put("sequencer", VersionIds.sequencer(change.sequence()));
  }

  private static void restoration(ObjectNode record, Hooks.Change change) {
    var object = change.object();
    if (change.event().equals("ObjectRestore:Completed") && object != null) {
      var until = object.details().restoredUntil();
      record
          .putObject("glacierEventData")
          .putObject("restoreEventData")
          .put("lifecycleRestorationExpiryTime", until == null ? "" : time(until))
          .put("lifecycleRestoreStorageClass", object.details().storageClass());
    }
  }

  /// The message that tests a destination.
  static String test(String bucket, Instant now) {
    var call = Call.current();
    return Json.write(
        Json.object()
            .put("Service", "Amazon S3")
            .put("Event", "s3:TestEvent")
            .put("Time", time(now))
            .put("Bucket", bucket)
            .put("RequestId", call.requestId())
            .put("HostId", S3Errors.hostId(call.requestId())));
  }

  /// EventBridge's name of what happened, or null if it is not told there.
  static @org.jspecify.annotations.Nullable String detailType(String event) {
    return switch (event.substring(0, event.contains(":") ? event.indexOf(':') : event.length())) {
      case "ObjectCreated" -> "Object Created";
      case "ObjectRemoved", "LifecycleExpiration" -> "Object Deleted";
      case "LifecycleTransition" -> "Object Storage Class Changed";
      case "ObjectAcl" -> "Object ACL Updated";
      case "ObjectTagging" -> event.endsWith("Put") ? "Object Tags Added" : "Object Tags Deleted";
      case "ObjectRestore" ->
          event.endsWith("Post") ? "Object Restore Initiated" : "Object Restore Completed";
      default -> null;
    };
  }

  /// The detail of an event for EventBridge.
  static ObjectNode detail(BucketState state, String key, Hooks.Change change) {
    var call = Call.current();
    var detail = Json.object().put("version", "0");
    detail.putObject("bucket").put("name", state.name());
    var node = detail.putObject("object").put("key", key);
    var object = change.object();
    if (object != null) {
      node.put("size", object.content().size()).put("etag", object.content().etag());
    }
    if (state.bucket().versioned() && change.versionId() != null) {
      node.put("version-id", change.versionId());
    }
    node.put("sequencer", VersionIds.sequencer(change.sequence()));
    detail
        .put("request-id", call.requestId())
        .put("requester", isLifecycle(change) ? "s3.amazonaws.com" : call.account());
    if (!isLifecycle(change)) {
      detail.put("source-ip-address", call.sourceIp());
    }
    if (change.event().startsWith("ObjectCreated")) {
      detail.put("reason", reason(change.event()));
    } else if (change.event().contains("Delete") && !change.event().startsWith("ObjectTagging")) {
      detail
          .put("reason", isLifecycle(change) ? "Lifecycle Expiration" : "DeleteObject")
          .put(
              "deletion-type",
              change.event().endsWith("DeleteMarkerCreated")
                  ? "Delete Marker Created"
                  : "Permanently Deleted");
    } else if (change.event().equals("LifecycleTransition") && object != null) {
      detail.put("destination-storage-class", object.details().storageClass());
    } else if (change.event().startsWith("ObjectRestore") && object != null) {
      detail.put("source-storage-class", object.details().storageClass());
    }
    return detail;
  }

  private static String reason(String event) {
    return switch (event) {
      case "ObjectCreated:Copy" -> "CopyObject";
      case "ObjectCreated:Post" -> "POST Object";
      case "ObjectCreated:CompleteMultipartUpload" -> "CompleteMultipartUpload";
      default -> "PutObject";
    };
  }

  private static boolean isLifecycle(Hooks.Change change) {
    return change.event().startsWith("Lifecycle");
  }

  private static String version(String event) {
    if (event.startsWith("Replication")) {
      return "2.2";
    }
    return event.startsWith("Lifecycle")
            || event.startsWith("ObjectAcl")
            || event.startsWith("ObjectTagging")
            || event.equals("IntelligentTiering")
            || event.equals("ObjectRestore:Delete")
        ? "2.3"
        : "2.1";
  }

  private static String principal(Call call) {
    var principal = call.principal();
    return principal.arn().endsWith(".amazonaws.com")
        ? principal.arn()
        : "AWS:" + principal.userId();
  }

  /// The owner as events name it: `A` and 13 letters and digits.
  private static String owner(String account) {
    return "A" + Owners.id(account).substring(0, 13).toUpperCase(Locale.ROOT);
  }
}
