package dev.terrarium.services.s3;

import java.util.Locale;
import java.util.Map;

/// An operation as access logs name it.
///
/// @param logged `REST.<method>.<resource type>`
/// @param query of the request's URL, without a question mark
/// @param status if it goes well
record AccessOperation(String method, String logged, String query, int status) {
  private static final Map<String, AccessOperation> SPECIAL =
      Map.ofEntries(
          entry("ListObjects", "GET", "BUCKET", "", 200),
          entry("ListObjectsV2", "GET", "BUCKET", "list-type=2", 200),
          entry("ListObjectVersions", "GET", "BUCKETVERSIONS", "versions", 200),
          entry("ListMultipartUploads", "GET", "UPLOADS", "uploads", 200),
          entry("ListParts", "GET", "UPLOAD", "uploadId", 200),
          entry("HeadBucket", "HEAD", "BUCKET", "", 200),
          entry("DeleteBucket", "DELETE", "BUCKET", "", 204),
          entry("GetObject", "GET", "OBJECT", "", 200),
          entry("HeadObject", "HEAD", "OBJECT", "", 200),
          entry("PutObject", "PUT", "OBJECT", "", 200),
          entry("CopyObject", "COPY", "OBJECT", "", 200),
          entry("DeleteObject", "DELETE", "OBJECT", "", 204),
          entry("DeleteObjects", "POST", "MULTI_OBJECT_DELETE", "delete", 200),
          entry("CreateMultipartUpload", "POST", "UPLOADS", "uploads", 200),
          entry("UploadPart", "PUT", "PART", "uploadId", 200),
          entry("UploadPartCopy", "COPY", "PART", "uploadId", 200),
          entry("CompleteMultipartUpload", "POST", "UPLOAD", "uploadId", 200),
          entry("AbortMultipartUpload", "DELETE", "UPLOAD", "uploadId", 204));

  static AccessOperation of(String operation) {
    var special = SPECIAL.get(operation);
    if (special != null) {
      return special;
    }
    var method =
        operation.startsWith("Get") ? "GET" : operation.startsWith("Delete") ? "DELETE" : "PUT";
    var topic = operation.replaceFirst("^(Get|Put|Delete)(Bucket|Object)?", "");
    return entry(
            operation,
            method,
            topic.toUpperCase(Locale.ROOT),
            topic.toLowerCase(Locale.ROOT),
            method.equals("DELETE") ? 204 : 200)
        .getValue();
  }

  private static Map.Entry<String, AccessOperation> entry(
      String name, String method, String type, String query, int status) {
    var sent = method.equals("COPY") ? "PUT" : method;
    return Map.entry(name, new AccessOperation(sent, "REST." + method + "." + type, query, status));
  }
}
