package dev.terrarium.services.firehose;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CloudWatchLoggingOptions;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.EncryptionConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.S3DestinationDescription;

/// Where in S3 objects are written, and how.
///
/// @param timeZone by which prefixes tell the time
/// @param extension of objects' names instead of that of the compression, or empty
record Bucket(
    String name,
    String prefix,
    String errorPrefix,
    CompressionFormat compression,
    String timeZone,
    String extension,
    @Nullable EncryptionConfiguration encryption,
    @Nullable CloudWatchLoggingOptions logging) {
  private static final String ARN = "arn:[^:]*:s3:::";

  static Bucket of(ExtendedS3DestinationDescription s3) {
    return new Bucket(
        s3.bucketARN().replaceFirst(ARN, ""),
        text(s3.prefix()),
        text(s3.errorOutputPrefix()),
        s3.compressionFormat(),
        s3.customTimeZone() == null || s3.customTimeZone().isEmpty() ? "UTC" : s3.customTimeZone(),
        text(s3.fileExtension()),
        s3.encryptionConfiguration(),
        s3.cloudWatchLoggingOptions());
  }

  static Bucket of(S3DestinationDescription s3) {
    return new Bucket(
        s3.bucketARN().replaceFirst(ARN, ""),
        text(s3.prefix()),
        text(s3.errorOutputPrefix()),
        s3.compressionFormat(),
        "UTC",
        "",
        s3.encryptionConfiguration(),
        s3.cloudWatchLoggingOptions());
  }

  /// The same, with an extension unless it has one.
  Bucket withExtension(String otherwise) {
    return extension.isEmpty()
        ? new Bucket(
            name, prefix, errorPrefix, compression, timeZone, otherwise, encryption, logging)
        : this;
  }

  private static String text(@Nullable String given) {
    return given == null ? "" : given;
  }
}
