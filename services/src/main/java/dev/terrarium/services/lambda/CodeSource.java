package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Brings in the code that a request gives: in itself, or in a bucket.
final class CodeSource {
  private static final long ZIP_BYTES_MAX = 70_167_211;

  private final Cloud cloud;
  private final CodeStore store;

  CodeSource(Cloud cloud, CodeStore store) {
    this.cloud = cloud;
    this.store = store;
  }

  /// Stores the package.
  CodeStore.Stored store(
      @Nullable SdkBytes zip,
      @Nullable String bucket,
      @Nullable String key,
      @Nullable String objectVersion,
      @Nullable String imageUri) {
    if (imageUri != null) {
      throw LambdaErrors.invalid(
          "Terrarium does not run container images; provide a .zip file archive as the"
              + " function's code.");
    }
    if (zip != null && bucket != null) {
      throw LambdaErrors.invalid(
          "Please do not provide other FunctionCode parameters when providing a ZipFile.");
    }
    if (zip != null) {
      var size = zip.asByteArrayUnsafe().length;
      if (size == 0) {
        throw LambdaErrors.emptyZip();
      } else if (size > ZIP_BYTES_MAX) {
        throw LambdaErrors.tooLarge(size, "RequestResponse", ZIP_BYTES_MAX);
      }
      return store.store(zip.asByteArrayUnsafe());
    }
    if (bucket == null || key == null) {
      throw LambdaErrors.invalid("Please provide a source for function code.");
    }
    return fromBucket(bucket, key, objectVersion);
  }

  private CodeStore.Stored fromBucket(String bucket, String key, @Nullable String objectVersion) {
    if (cloud.service("s3") == null) {
      throw LambdaErrors.invalid("There is no S3 in this Terrarium to take the code from.");
    }
    try {
      var s3 = cloud.client(S3Client.class);
      return s3.getObject(
          b -> b.bucket(bucket).key(key).versionId(objectVersion),
          (response, body) -> store.store(body));
    } catch (S3Exception e) {
      throw LambdaErrors.invalid(
          "Error occurred while GetObject. S3 Error Code: "
              + Errors.code(e)
              + ". S3 Error Message: "
              + Errors.message(e));
    }
  }
}
