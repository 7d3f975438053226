package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.*;

/// Puts, changes and removes the configurations of a bucket that a template names, in an order in
/// which each finds what it needs.
final class BucketSteps {
  static final List<String> ORDER =
      List.of(
          "OwnershipControls",
          "PublicAccessBlockConfiguration",
          "AccessControl",
          "VersioningConfiguration",
          "ObjectLockConfiguration",
          "BucketEncryption",
          "CorsConfiguration",
          "LifecycleConfiguration",
          "LoggingConfiguration",
          "AccelerateConfiguration",
          "WebsiteConfiguration",
          "ReplicationConfiguration",
          "NotificationConfiguration");

  private final Cloud cloud;

  BucketSteps(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Brings a bucket from `previous` to `wanted`.
  void apply(String bucket, ObjectNode wanted, ObjectNode previous) {
    for (var name : ORDER.reversed()) {
      if (previous.has(name) && !wanted.has(name)) {
        remove(bucket, name);
      }
    }
    for (var name : ORDER) {
      var value = wanted.get(name);
      if (value != null && !value.equals(previous.get(name))) {
        put(bucket, name, value);
      }
    }
  }

  private void put(String bucket, String name, JsonNode value) {
    var s3 = cloud.client(S3Client.class);
    switch (name) {
      case "OwnershipControls" -> {
        OwnershipControls controls = Filling.build(OwnershipControls.builder(), value, Map.of());
        s3.putBucketOwnershipControls(b -> b.bucket(bucket).ownershipControls(controls));
      }
      case "PublicAccessBlockConfiguration" -> {
        PublicAccessBlockConfiguration block =
            Filling.build(PublicAccessBlockConfiguration.builder(), value, Map.of());
        s3.putPublicAccessBlock(b -> b.bucket(bucket).publicAccessBlockConfiguration(block));
      }
      case "AccessControl" ->
          s3.putBucketAcl(b -> b.bucket(bucket).acl(BucketTemplate.cannedAcl(value.asText())));
      case "VersioningConfiguration" -> versioning(s3, bucket, value.path("Status").asText());
      case "ObjectLockConfiguration" -> {
        ObjectLockConfiguration lock =
            Filling.build(ObjectLockConfiguration.builder(), value, Map.of());
        s3.putObjectLockConfiguration(b -> b.bucket(bucket).objectLockConfiguration(lock));
      }
      case "BucketEncryption" ->
          s3.putBucketEncryption(b ->
              b.bucket(bucket).serverSideEncryptionConfiguration(BucketTemplate.encryption(value)));
      case "CorsConfiguration" ->
          s3.putBucketCors(b -> b.bucket(bucket).corsConfiguration(BucketTemplate.cors(value)));
      case "LifecycleConfiguration" -> lifecycle(s3, bucket, value);
      case "LoggingConfiguration" ->
          s3.putBucketLogging(b ->
              b.bucket(bucket)
                  .bucketLoggingStatus(
                      l -> l.loggingEnabled(BucketTemplate.logging(value, bucket))));
      case "AccelerateConfiguration" ->
          s3.putBucketAccelerateConfiguration(b ->
              b.bucket(bucket)
                  .accelerateConfiguration(
                      a -> a.status(value.path("AccelerationStatus").asText())));
      case "WebsiteConfiguration" ->
          s3.putBucketWebsite(
              b -> b.bucket(bucket).websiteConfiguration(BucketTemplate.website(value)));
      case "ReplicationConfiguration" ->
          s3.putBucketReplication(
              b -> b.bucket(bucket).replicationConfiguration(BucketTemplate.replication(value)));
      case "NotificationConfiguration" ->
          s3.putBucketNotificationConfiguration(
              b -> b.bucket(bucket).notificationConfiguration(BucketTemplate.notification(value)));
      default -> throw new IllegalArgumentException(name);
    }
  }

  private static void lifecycle(S3Client s3, String bucket, JsonNode value) {
    var minimum = value.path("TransitionDefaultMinimumObjectSize");
    s3.putBucketLifecycleConfiguration(b ->
        b.bucket(bucket)
            .transitionDefaultMinimumObjectSize(minimum.isMissingNode() ? null : minimum.asText())
            .lifecycleConfiguration(BucketTemplate.lifecycle(value)));
  }

  private static void versioning(S3Client s3, String bucket, String status) {
    s3.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
  }

  private void remove(String bucket, String name) {
    var s3 = cloud.client(S3Client.class);
    switch (name) {
      case "OwnershipControls" -> s3.deleteBucketOwnershipControls(b -> b.bucket(bucket));
      case "PublicAccessBlockConfiguration" -> s3.deletePublicAccessBlock(b -> b.bucket(bucket));
      case "AccessControl" -> s3.putBucketAcl(b -> b.bucket(bucket).acl("private"));
      case "VersioningConfiguration" -> versioning(s3, bucket, "Suspended");
      case "ObjectLockConfiguration" ->
          s3.putObjectLockConfiguration(b ->
              b.bucket(bucket)
                  .objectLockConfiguration(l -> l.objectLockEnabled(ObjectLockEnabled.ENABLED)));
      case "BucketEncryption" -> s3.deleteBucketEncryption(b -> b.bucket(bucket));
      case "CorsConfiguration" -> s3.deleteBucketCors(b -> b.bucket(bucket));
      case "LifecycleConfiguration" -> s3.deleteBucketLifecycle(b -> b.bucket(bucket));
      case "LoggingConfiguration" ->
          s3.putBucketLogging(b -> b.bucket(bucket).bucketLoggingStatus(l -> {}));
      case "AccelerateConfiguration" ->
          s3.putBucketAccelerateConfiguration(b ->
              b.bucket(bucket)
                  .accelerateConfiguration(a -> a.status(BucketAccelerateStatus.SUSPENDED)));
      case "WebsiteConfiguration" -> s3.deleteBucketWebsite(b -> b.bucket(bucket));
      case "ReplicationConfiguration" -> s3.deleteBucketReplication(b -> b.bucket(bucket));
      case "NotificationConfiguration" ->
          s3.putBucketNotificationConfiguration(
              b -> b.bucket(bucket).notificationConfiguration(n -> {}));
      default -> throw new IllegalArgumentException(name);
    }
  }
}
