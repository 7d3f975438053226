package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// Writes objects into S3.
final class Buckets {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss", Locale.ROOT);

  private final Cloud cloud;
  private final DeliveryLog log;

  Buckets(Cloud cloud, DeliveryLog log) {
    this.cloud = cloud;
    this.log = log;
  }

  /// Writes an object; false if S3 does not take it now.
  ///
  /// @param errorType the error output type, or null for what was processed well
  /// @param millis when the oldest of its records came
  boolean put(
      Delivery delivery,
      Bucket bucket,
      Map<String, String> partitionKeys,
      @Nullable String errorType,
      byte[] data,
      long millis) {
    var body = errorType == null ? Compression.compress(bucket.compression(), data) : data;
    return put(delivery, bucket, partitionKeys, errorType, RequestBody.fromBytes(body), millis);
  }

  /// Writes an object as it is; false if S3 does not take it now.
  boolean put(
      Delivery delivery,
      Bucket bucket,
      Map<String, String> partitionKeys,
      @Nullable String errorType,
      RequestBody body,
      long millis) {
    var zone = bucket.timeZone().equals("UTC") ? ZoneOffset.UTC : ZoneId.of(bucket.timeZone());
    var moment = Instant.ofEpochMilli(millis).atZone(zone);
    var prefix =
        new PrefixExpression(cloud.ids())
            .evaluate(bucket.prefix(), bucket.errorPrefix(), errorType, moment, partitionKeys);
    var key =
        prefix
            + delivery.key.name()
            + "-"
            + delivery.config().description().versionId()
            + "-"
            + STAMP.format(moment)
            + "-"
            + cloud.ids().uuid()
            + extension(bucket, errorType);
    try {
      cloud
          .client(S3Client.class)
          .putObject(
              r -> {
                r.bucket(bucket.name()).key(key).contentType("application/octet-stream");
                var encryption = bucket.encryption();
                if (encryption != null && encryption.kmsEncryptionConfig() != null) {
                  r.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                      .ssekmsKeyId(encryption.kmsEncryptionConfig().awskmsKeyARN());
                }
              },
              body);
      return true;
    } catch (AwsServiceException e) {
      log.failed(delivery, bucket.logging(), "S3." + Errors.code(e), Errors.message(e));
      return false;
    } catch (IllegalArgumentException e) {
      log.failed(delivery, bucket.logging(), "S3.InternalError", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private static String extension(Bucket bucket, @Nullable String errorType) {
    if (errorType != null) {
      return "";
    }
    return bucket.extension().isEmpty()
        ? Compression.extension(bucket.compression())
        : bucket.extension();
  }
}
