package dev.terrarium.services.cloudformation.sam;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;

/// Where code lies.
final class Code {
  private Code() {}

  /// `s3://bucket/key?versionId=v`, or an object that says the same, as Lambda wants it.
  static ObjectNode location(String name, String property, JsonNode uri) {
    var code = Json.object();
    if (uri.isTextual() && uri.asText().startsWith("s3://")) {
      var text = uri.asText().substring("s3://".length());
      var slash = text.indexOf('/');
      if (slash > 0 && slash < text.length() - 1) {
        var version = text.indexOf("?versionId=");
        code.put("S3Bucket", text.substring(0, slash));
        code.put("S3Key", text.substring(slash + 1, version < 0 ? text.length() : version));
        if (version >= 0) {
          code.put("S3ObjectVersion", text.substring(version + "?versionId=".length()));
        }
        return code;
      }
    }
    if (uri.isObject() && uri.has("Bucket") && uri.has("Key")) {
      code.set("S3Bucket", uri.get("Bucket"));
      code.set("S3Key", uri.get("Key"));
      if (uri.has("Version")) {
        code.set("S3ObjectVersion", uri.get("Version"));
      }
      return code;
    }
    throw SamErrors.resource(
        name,
        "'"
            + property
            + "' is not a valid S3 Uri of the form 's3://bucket/key' with optional versionId query parameter.");
  }
}
