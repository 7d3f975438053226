package dev.terrarium.services.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// From where a copy is made.
record CopySource(String bucket, String key, @Nullable String versionId) {
  private static final String HEADER = "x-amz-copy-source";

  /// The source that a request names: in one header, as HTTP has it, or in three members, as the
  /// SDK has it.
  static CopySource of(SdkPojo request) {
    var header = Members.text(request, "CopySource");
    if (header != null) {
      return ofHeader(header);
    }
    var bucket = Members.text(request, "SourceBucket");
    var key = Members.text(request, "SourceKey");
    if (bucket == null || key == null) {
      throw S3Errors.invalidArgument(
          "Copy Source must mention the source bucket and key", HEADER, "");
    }
    return new CopySource(bucket, key, Members.text(request, "SourceVersionId"));
  }

  private static CopySource ofHeader(String header) {
    var path = header;
    String versionId = null;
    var query = path.indexOf("?versionId=");
    if (query >= 0) {
      versionId = path.substring(query + "?versionId=".length());
      path = path.substring(0, query);
    }
    try {
      path = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw S3Errors.invalidArgument("Invalid copy source encoding", HEADER, header);
    }
    if (path.startsWith("/")) {
      path = path.substring(1);
    }
    var slash = path.indexOf('/');
    if (slash <= 0 || slash == path.length() - 1) {
      throw S3Errors.invalidArgument(
          "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
          HEADER,
          header);
    }
    return new CopySource(path.substring(0, slash), path.substring(slash + 1), versionId);
  }
}
