package dev.terrarium.services.s3;

import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.Permission;

/// The actions of policies that S3's operations need. Most are called as their operation.
final class Actions {
  /// Operations that may set tags and access control lists on the way.
  static final Set<String> WRITES = Set.of("PutObject", "CopyObject", "CreateMultipartUpload");

  /// Which permission in a bucket's list consents.
  static final Map<String, Permission> BUCKET_GRANTS =
      Map.of(
          "s3:ListBucket", Permission.READ,
          "s3:ListBucketVersions", Permission.READ,
          "s3:ListBucketMultipartUploads", Permission.READ,
          "s3:PutObject", Permission.WRITE,
          "s3:GetBucketAcl", Permission.READ_ACP,
          "s3:PutBucketAcl", Permission.WRITE_ACP);

  /// Which permission in an object's list consents.
  static final Map<String, Permission> OBJECT_GRANTS =
      Map.of(
          "s3:GetObject", Permission.READ,
          "s3:GetObjectVersion", Permission.READ,
          "s3:GetObjectAcl", Permission.READ_ACP,
          "s3:GetObjectVersionAcl", Permission.READ_ACP,
          "s3:PutObjectAcl", Permission.WRITE_ACP,
          "s3:PutObjectVersionAcl", Permission.WRITE_ACP);

  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("ListBuckets", "ListAllMyBuckets"),
          Map.entry("ListObjects", "ListBucket"),
          Map.entry("ListObjectsV2", "ListBucket"),
          Map.entry("HeadBucket", "ListBucket"),
          Map.entry("ListObjectVersions", "ListBucketVersions"),
          Map.entry("ListMultipartUploads", "ListBucketMultipartUploads"),
          Map.entry("ListParts", "ListMultipartUploadParts"),
          Map.entry("HeadObject", "GetObject"),
          Map.entry("CopyObject", "PutObject"),
          Map.entry("CreateMultipartUpload", "PutObject"),
          Map.entry("UploadPart", "PutObject"),
          Map.entry("UploadPartCopy", "PutObject"),
          Map.entry("CompleteMultipartUpload", "PutObject"),
          Map.entry("GetBucketCors", "GetBucketCORS"),
          Map.entry("PutBucketCors", "PutBucketCORS"),
          Map.entry("DeleteBucketCors", "PutBucketCORS"),
          Map.entry("DeleteBucketTagging", "PutBucketTagging"),
          Map.entry("GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"),
          Map.entry("PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"),
          Map.entry("DeleteBucketLifecycle", "PutLifecycleConfiguration"),
          Map.entry("GetBucketEncryption", "GetEncryptionConfiguration"),
          Map.entry("PutBucketEncryption", "PutEncryptionConfiguration"),
          Map.entry("DeleteBucketEncryption", "PutEncryptionConfiguration"),
          Map.entry("GetBucketNotificationConfiguration", "GetBucketNotification"),
          Map.entry("PutBucketNotificationConfiguration", "PutBucketNotification"),
          Map.entry("GetBucketReplication", "GetReplicationConfiguration"),
          Map.entry("PutBucketReplication", "PutReplicationConfiguration"),
          Map.entry("DeleteBucketReplication", "PutReplicationConfiguration"),
          Map.entry("GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"),
          Map.entry("PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"),
          Map.entry("GetPublicAccessBlock", "GetBucketPublicAccessBlock"),
          Map.entry("PutPublicAccessBlock", "PutBucketPublicAccessBlock"),
          Map.entry("DeletePublicAccessBlock", "PutBucketPublicAccessBlock"),
          Map.entry("DeleteBucketOwnershipControls", "PutBucketOwnershipControls"),
          Map.entry("GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"),
          Map.entry("PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"),
          Map.entry("DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"),
          Map.entry("DeleteBucketInventoryConfiguration", "PutInventoryConfiguration"),
          Map.entry("DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"),
          Map.entry(
              "DeleteBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration"),
          Map.entry("ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration"),
          Map.entry("ListBucketInventoryConfigurations", "GetInventoryConfiguration"),
          Map.entry("ListBucketMetricsConfigurations", "GetMetricsConfiguration"),
          Map.entry(
              "ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration"));

  private Actions() {}

  /// @param ofVersion whether the request names a version
  static String of(String operation, boolean ofVersion) {
    var name = OTHERS.getOrDefault(operation, operation);
    name =
        name.replaceFirst(
            "^(Get|Put)Bucket(Analytics|Inventory|Metrics|IntelligentTiering)Config", "$1$2Config");
    if (ofVersion && name.matches("(Get|Delete)Object|(Get|Put|Delete)Object(Tagging|Acl)")) {
      name = name.replaceFirst("Object", "ObjectVersion");
    }
    return "s3:" + name;
  }
}
