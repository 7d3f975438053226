package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/// An upload by a browser's form.
///
/// See <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>.
final class PostForm {
  /// Bound while a form's object is put, whose event has a name of its own.
  static final ScopedValue<Boolean> POSTED = ScopedValue.newInstance();

  private static final String FILE_NAME = "${filename}";
  private static final Map<String, String> MEMBERS =
      Map.ofEntries(
          Map.entry("acl", "ACL"),
          Map.entry("cache-control", "CacheControl"),
          Map.entry("content-type", "ContentType"),
          Map.entry("content-disposition", "ContentDisposition"),
          Map.entry("content-encoding", "ContentEncoding"),
          Map.entry("x-amz-storage-class", "StorageClass"),
          Map.entry("x-amz-website-redirect-location", "WebsiteRedirectLocation"),
          Map.entry("x-amz-server-side-encryption", "ServerSideEncryption"),
          Map.entry("x-amz-server-side-encryption-aws-kms-key-id", "SSEKMSKeyId"),
          Map.entry("x-amz-server-side-encryption-customer-algorithm", "SSECustomerAlgorithm"),
          Map.entry("x-amz-server-side-encryption-customer-key", "SSECustomerKey"),
          Map.entry("x-amz-server-side-encryption-customer-key-md5", "SSECustomerKeyMD5"),
          Map.entry("x-amz-checksum-algorithm", "ChecksumAlgorithm"),
          Map.entry("x-amz-checksum-crc32", "ChecksumCRC32"),
          Map.entry("x-amz-checksum-crc32c", "ChecksumCRC32C"),
          Map.entry("x-amz-checksum-crc64nvme", "ChecksumCRC64NVME"),
          Map.entry("x-amz-checksum-sha1", "ChecksumSHA1"),
          Map.entry("x-amz-checksum-sha256", "ChecksumSHA256"));

  private final Cloud cloud;
  private final S3Client s3;
  private final String bucket;
  private final Map<String, String> fields;

  PostForm(Cloud cloud, S3Client s3, String bucket, Map<String, String> given, String fileName) {
    this.cloud = cloud;
    this.s3 = s3;
    this.bucket = bucket;
    this.fields = new LinkedHashMap<>(given);
    fields.computeIfPresent("key", (name, key) -> key.replace(FILE_NAME, fileName));
    fields.put("bucket", bucket);
  }

  WebsiteResponse accept(InputStream file) {
    var key = fields.get("key");
    if (key == null) {
      throw S3Errors.invalidArgument(
          "Bucket POST must contain a field named 'key'.  If it is specified, please check the"
              + " order of the fields.",
          "key",
          "");
    }
    var policy = fields.get("policy");
    var content =
        policy == null ? file : new PostPolicy(policy, fields).check(file, cloud.clock().now());
    var put =
        ScopedValue.where(POSTED, true)
            .call(() ->
                s3.putObject(
                    request(key),
                    RequestBody.fromContentProvider(() -> content, "application/octet-stream")));
    return answer(key, put);
  }

  private PutObjectRequest request(String key) {
    var request = PutObjectRequest.builder().bucket(bucket).key(key);
    var metadata = new LinkedHashMap<String, String>();
    fields.forEach((name, value) -> {
      var member = MEMBERS.get(name);
      if (member != null) {
        Members.set(request, member, value);
      } else if (name.startsWith("x-amz-meta-")) {
        metadata.put(name.substring("x-amz-meta-".length()), value);
      }
    });
    return request.metadata(metadata).tagging(tagging(fields.get("tagging"))).build();
  }

  /// A form has its tags as a document; the operation wants them as a query.
  private static @Nullable String tagging(@Nullable String document) {
    if (document == null) {
      return null;
    }
    var query = new StringBuilder();
    var tags =
        java.util.regex.Pattern.compile(
                "<Tag>\\s*<Key>(.*?)</Key>\\s*<Value>(.*?)</Value>\\s*</Tag>",
                java.util.regex.Pattern.DOTALL)
            .matcher(document);
    while (tags.find()) {
      query.append(query.isEmpty() ? "" : "&");
      query.append(java.net.URLEncoder.encode(tags.group(1), StandardCharsets.UTF_8));
      query.append('=');
      query.append(java.net.URLEncoder.encode(tags.group(2), StandardCharsets.UTF_8));
    }
    if (query.isEmpty()) {
      throw S3Errors.malformedXml();
    }
    return query.toString();
  }

  private WebsiteResponse answer(String key, PutObjectResponse put) {
    var call = Call.currentOrNull();
    var endpoint = call == null ? cloud.endpoint() : call.endpoint();
    var location = endpoint + "/" + bucket + "/" + Listing.urlEncoded(key).replace("+", "%20");
    var headers = new LinkedHashMap<String, String>();
    headers.put("ETag", put.eTag());
    headers.put("Location", location);
    if (put.versionId() != null) {
      headers.put("x-amz-version-id", put.versionId());
    }
    var target = fields.getOrDefault("success_action_redirect", fields.get("redirect"));
    if (target != null && target.matches("https?://.+")) {
      var query =
          "bucket="
              + bucket
              + "&key="
              + Listing.urlEncoded(key)
              + "&etag=%22"
              + put.eTag().replace("\"", "")
              + "%22";
      headers.put("Location", target + (target.contains("?") ? "&" : "?") + query);
      return new WebsiteResponse(303, headers, InputStream.nullInputStream());
    }
    return switch (fields.getOrDefault("success_action_status", "204")) {
      case "200" -> new WebsiteResponse(200, headers, InputStream.nullInputStream());
      case "201" -> {
        var xml =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>"
                + Xml.escape(location)
                + "</Location><Bucket>"
                + Xml.escape(bucket)
                + "</Bucket><Key>"
                + Xml.escape(key)
                + "</Key><ETag>"
                + Xml.escape(put.eTag())
                + "</ETag></PostResponse>";
        headers.put("Content-Type", "application/xml");
        var bytes = xml.getBytes(StandardCharsets.UTF_8);
        yield new WebsiteResponse(201, headers, new ByteArrayInputStream(bytes));
      }
      default -> new WebsiteResponse(204, headers, InputStream.nullInputStream());
    };
  }
}
