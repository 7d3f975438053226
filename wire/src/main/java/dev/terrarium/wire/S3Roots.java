package dev.terrarium.wire;

import java.util.Map;

/// The names of S3's root elements, which the SDK's metadata does not have.
final class S3Roots {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

  private static final Map<String, String> ROOTS =
      Map.ofEntries(
          Map.entry("ListBuckets", "ListAllMyBucketsResult"),
          Map.entry("ListDirectoryBuckets", "ListAllMyDirectoryBucketsResult"),
          Map.entry("ListObjects", "ListBucketResult"),
          Map.entry("ListObjectsV2", "ListBucketResult"),
          Map.entry("ListObjectVersions", "ListVersionsResult"),
          Map.entry("ListMultipartUploads", "ListMultipartUploadsResult"),
          Map.entry("ListParts", "ListPartsResult"),
          Map.entry("CreateMultipartUpload", "InitiateMultipartUploadResult"),
          Map.entry("CompleteMultipartUpload", "CompleteMultipartUploadResult"),
          Map.entry("DeleteObjects", "DeleteResult"),
          Map.entry("GetBucketAcl", "AccessControlPolicy"),
          Map.entry("GetObjectAcl", "AccessControlPolicy"),
          Map.entry("GetBucketCors", "CORSConfiguration"),
          Map.entry("GetBucketLifecycleConfiguration", "LifecycleConfiguration"),
          Map.entry("GetBucketLogging", "BucketLoggingStatus"),
          Map.entry("GetBucketNotificationConfiguration", "NotificationConfiguration"),
          Map.entry("GetBucketRequestPayment", "RequestPaymentConfiguration"),
          Map.entry("GetBucketTagging", "Tagging"),
          Map.entry("GetObjectTagging", "Tagging"),
          Map.entry("GetBucketVersioning", "VersioningConfiguration"),
          Map.entry("GetBucketWebsite", "WebsiteConfiguration"),
          Map.entry("GetBucketAccelerateConfiguration", "AccelerateConfiguration"),
          Map.entry("GetObjectAttributes", "GetObjectAttributesResponse"),
          Map.entry("ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"),
          Map.entry("ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"),
          Map.entry("ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"));

  private S3Roots() {}

  static String of(String operation) {
    return ROOTS.getOrDefault(operation, operation + "Result");
  }
}
