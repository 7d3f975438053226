package dev.terrarium.services.s3;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The actions that policies of buckets can speak of, and whether each is about the bucket or about
/// its objects. S3 refuses a statement whose actions have nothing to do with its resources.
final class PolicyActions {
  private static final Set<String> OF_OBJECTS =
      lower(
          """
          AbortMultipartUpload BypassGovernanceRetention DeleteObject DeleteObjectTagging
          DeleteObjectVersion DeleteObjectVersionTagging GetObject GetObjectAcl GetObjectAttributes
          GetObjectLegalHold GetObjectRetention GetObjectTagging GetObjectTorrent GetObjectVersion
          GetObjectVersionAcl GetObjectVersionAttributes GetObjectVersionForReplication
          GetObjectVersionTagging GetObjectVersionTorrent InitiateReplication
          ListMultipartUploadParts ObjectOwnerOverrideToBucketOwner PutObject PutObjectAcl
          PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionAcl
          PutObjectVersionTagging ReplicateDelete ReplicateObject ReplicateTags RestoreObject
          UpdateObjectEncryption
          """);
  private static final Set<String> OF_BUCKETS =
      lower(
          """
          CreateBucket CreateBucketMetadataTableConfiguration DeleteBucket
          DeleteBucketMetadataTableConfiguration DeleteBucketOwnershipControls DeleteBucketPolicy
          DeleteBucketPublicAccessBlock DeleteBucketWebsite GetAccelerateConfiguration
          GetAnalyticsConfiguration GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation
          GetBucketLogging GetBucketMetadataTableConfiguration GetBucketNotification
          GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy
          GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging
          GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration
          GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration
          GetMetricsConfiguration GetReplicationConfiguration ListBucket ListBucketMultipartUploads
          ListBucketVersions ListTagsForResource PutAccelerateConfiguration
          PutAnalyticsConfiguration PutBucketAbac PutBucketAcl PutBucketCORS PutBucketLogging
          PutBucketNotification PutBucketObjectLockConfiguration PutBucketOwnershipControls
          PutBucketPolicy PutBucketPublicAccessBlock PutBucketRequestPayment PutBucketTagging
          PutBucketVersioning PutBucketWebsite PutEncryptionConfiguration
          PutIntelligentTieringConfiguration PutInventoryConfiguration PutLifecycleConfiguration
          PutMetricsConfiguration PutReplicationConfiguration TagResource UntagResource
          UpdateBucketMetadataInventoryTableConfiguration
          UpdateBucketMetadataJournalTableConfiguration
          """);

  private PolicyActions() {}

  private static Set<String> lower(String names) {
    return new TreeSet<>(Set.of(names.toLowerCase(Locale.ROOT).strip().split("\\s+")));
  }

  /// Whether there is such an action. Names may have wildcards.
  static boolean isKnown(String action) {
    return isOf(OF_BUCKETS, action) || isOf(OF_OBJECTS, action);
  }

  /// Whether an action can be done to what an ARN names: the bucket, or objects in it.
  static boolean applies(String action, String arn) {
    var objects = arn.indexOf('/') >= 0;
    return !objects && isOf(OF_BUCKETS, action)
        || (objects || arn.endsWith("*")) && isOf(OF_OBJECTS, action);
  }

  private static boolean isOf(Set<String> names, String action) {
    var lower = action.toLowerCase(Locale.ROOT);
    if (lower.equals("*")) {
      return true;
    } else if (!lower.startsWith("s3:")) {
      return false;
    }
    var name = lower.substring("s3:".length());
    if (name.indexOf('*') < 0 && name.indexOf('?') < 0) {
      return names.contains(name);
    }
    var pattern =
        Pattern.compile(
            name.chars()
                .mapToObj(
                    c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    return names.stream().anyMatch(known -> pattern.matcher(known).matches());
  }
}
