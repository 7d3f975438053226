package dev.terrarium.services.s3;

import dev.terrarium.kernel.Call;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.InvalidObjectStateException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// S3's errors.
///
/// An error carries what the wire needs to write it as S3 does: `rawResponse` is the whole XML
/// document, with the elements that only some codes have, and `sdkHttpResponse` the headers that
/// belong to it, such as `x-amz-delete-marker`.
final class S3Errors {
  private S3Errors() {}

  static AwsServiceException of(int status, String code, String message) {
    return new Draft(S3Exception.builder(), status, code, message).build();
  }

  static AwsServiceException noSuchBucket(String bucket) {
    return new Draft(
            NoSuchBucketException.builder(),
            404,
            "NoSuchBucket",
            "The specified bucket does not exist")
        .with("BucketName", bucket)
        .build();
  }

  /// The bucket is in another region than the caller signs for.
  static AwsServiceException elsewhere(String bucket, String region) {
    return draft(
            301,
            "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified"
                + " endpoint. Please send all future requests to this endpoint.")
        .with("Endpoint", bucket + ".s3." + region + ".amazonaws.com")
        .with("Bucket", bucket)
        .header("x-amz-bucket-region", region)
        .build();
  }

  static AwsServiceException bucketAlreadyExists(String bucket) {
    return new Draft(
            BucketAlreadyExistsException.builder(),
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all"
                + " users of the system. Please select a different name and try again.")
        .with("BucketName", bucket)
        .build();
  }

  static AwsServiceException bucketAlreadyOwnedByYou(String bucket) {
    return new Draft(
            BucketAlreadyOwnedByYouException.builder(),
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.")
        .with("BucketName", bucket)
        .build();
  }

  static AwsServiceException bucketNotEmpty(String bucket, boolean versioned) {
    return draft(
            409,
            "BucketNotEmpty",
            versioned
                ? "The bucket you tried to delete is not empty. You must delete all versions in the"
                    + " bucket."
                : "The bucket you tried to delete is not empty")
        .with("BucketName", bucket)
        .build();
  }

  static AwsServiceException invalidBucketName(String bucket) {
    return draft(400, "InvalidBucketName", "The specified bucket is not valid.")
        .with("BucketName", bucket)
        .build();
  }

  static Draft noSuchKey(String key) {
    return new Draft(
            NoSuchKeyException.builder(), 404, "NoSuchKey", "The specified key does not exist.")
        .with("Key", key);
  }

  static AwsServiceException noSuchVersion(String key, String versionId) {
    return draft(404, "NoSuchVersion", "The specified version does not exist.")
        .with("Key", key)
        .with("VersionId", versionId)
        .build();
  }

  static AwsServiceException noSuchUpload(String uploadId) {
    return new Draft(
            NoSuchUploadException.builder(),
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may"
                + " have been aborted or completed.")
        .with("UploadId", uploadId)
        .build();
  }

  static AwsServiceException invalidObjectState(String storageClass) {
    return new Draft(
            InvalidObjectStateException.builder().storageClass(storageClass),
            403,
            "InvalidObjectState",
            "The operation is not valid for the object's storage class")
        .with("StorageClass", storageClass)
        .build();
  }

  static AwsServiceException invalidArgument(String message, String name, String value) {
    return draft(400, "InvalidArgument", message)
        .with("ArgumentName", name)
        .with("ArgumentValue", value)
        .build();
  }

  static AwsServiceException invalidRequest(String message) {
    return of(400, "InvalidRequest", message);
  }

  static AwsServiceException malformedXml() {
    return of(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published"
            + " schema");
  }

  static AwsServiceException preconditionFailed(String condition) {
    return draft(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold")
        .with("Condition", condition)
        .build();
  }

  static AwsServiceException accessDenied() {
    return of(403, "AccessDenied", "Access Denied");
  }

  static Draft methodNotAllowed(String method) {
    return draft(
            405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        .with("Method", method)
        .with("ResourceType", "DeleteMarker");
  }

  static Draft draft(int status, String code, String message) {
    return new Draft(S3Exception.builder(), status, code, message);
  }

  /// An error in the making.
  static final class Draft {
    private final AwsServiceException.Builder builder;
    private final int status;
    private final String code;
    private final String message;
    private final Map<String, String> elements = new LinkedHashMap<>();
    private final SdkHttpResponse.Builder http = SdkHttpResponse.builder();

    Draft(AwsServiceException.Builder builder, int status, String code, String message) {
      this.builder = builder;
      this.status = status;
      this.code = code;
      this.message = message;
    }

    /// Adds an element to the document.
    Draft with(String element, String value) {
      elements.put(element, value);
      return this;
    }

    /// Adds a header to the answer.
    Draft header(String name, String value) {
      http.putHeader(name, value);
      return this;
    }

    AwsServiceException build() {
      var call = Call.currentOrNull();
      var requestId = call == null ? "" : call.requestId();
      return builder
          .message(message)
          .statusCode(status)
          .requestId(requestId)
          .awsErrorDetails(
              AwsErrorDetails.builder()
                  .serviceName("S3")
                  .errorCode(code)
                  .errorMessage(message)
                  .sdkHttpResponse(http.statusCode(status).build())
                  .rawResponse(SdkBytes.fromUtf8String(document(requestId)))
                  .build())
          .build();
    }

    private String document(String requestId) {
      var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
      element(xml, "Code", code);
      element(xml, "Message", message);
      elements.forEach((name, value) -> element(xml, name, value));
      element(xml, "RequestId", requestId);
      element(xml, "HostId", hostId(requestId));
      return xml.append("</Error>").toString();
    }

    private static void element(StringBuilder xml, String name, String value) {
      xml.append('<').append(name).append('>');
      xml.append(Xml.escape(value)).append("</").append(name).append('>');
    }
  }

  /// S3's second id of a request, which only looks like one here.
  static String hostId(String requestId) {
    var bytes = (requestId + requestId).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes, 56));
  }
}
