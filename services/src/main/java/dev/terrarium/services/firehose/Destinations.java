package dev.terrarium.services.firehose;

import dev.terrarium.kernel.model.Pojos;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.BufferingHints;
import software.amazon.awssdk.services.firehose.model.DestinationDescription;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointS3BackupMode;
import software.amazon.awssdk.services.firehose.model.NoEncryptionConfig;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;
import software.amazon.awssdk.services.firehose.model.S3DestinationDescription;

/// What destinations are like: defaults, and what they may not be.
final class Destinations {
  static final String ID = "destinationId-000000000001";
  private static final int SIZE_MIB = 5;
  private static final int CONVERTED_SIZE_MIB = 128;
  private static final int INTERVAL_SECONDS = 300;
  private static final int ENDPOINT_RETRY_SECONDS = 300;
  private static final int PARTITIONED_SIZE_MIB_MIN = 64;
  private static final Pattern BUCKET = Pattern.compile("arn:.*:s3:::[\\w\\.\\-]{1,255}");
  private static final Pattern ROLE =
      Pattern.compile("arn:.*:iam::\\d{12}:role/[a-zA-Z_0-9+=,.@\\-_/]+");
  private static final Pattern URL = Pattern.compile("https?://.*");

  private Destinations() {}

  /// A bucket from what is asked for, upon what is there.
  static DestinationDescription bucket(
      @Nullable ExtendedS3DestinationDescription there,
      SdkPojo wanted,
      @Nullable SdkPojo wantedBackup) {
    var builder =
        there == null
            ? ExtendedS3DestinationDescription.builder()
                .bufferingHints(BufferingHints.builder().build())
                .compressionFormat(CompressionFormat.UNCOMPRESSED)
                .encryptionConfiguration(
                    e -> e.noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION))
                .cloudWatchLoggingOptions(o -> o.enabled(false))
                .s3BackupMode(S3BackupMode.DISABLED)
            : there.toBuilder();
    Pojos.copy(wanted, builder);
    if (wantedBackup != null) {
      builder.s3BackupDescription(
          plain(there == null ? null : there.s3BackupDescription(), wantedBackup));
    }
    var bucket = complete(builder.build());
    check(bucket);
    var plain = Pojos.copy(bucket, S3DestinationDescription.builder()).build();
    return DestinationDescription.builder()
        .destinationId(ID)
        .s3DestinationDescription(plain)
        .extendedS3DestinationDescription(bucket)
        .build();
  }

  /// What is converted is buffered longer, where nothing else is said.
  private static ExtendedS3DestinationDescription complete(
      ExtendedS3DestinationDescription bucket) {
    var hints = bucket.bufferingHints();
    var converted = Conversions.isOn(bucket.dataFormatConversionConfiguration());
    var sizeMib = converted ? CONVERTED_SIZE_MIB : SIZE_MIB;
    var size = hints.sizeInMBs() == null ? Integer.valueOf(sizeMib) : hints.sizeInMBs();
    var interval =
        hints.intervalInSeconds() == null
            ? Integer.valueOf(INTERVAL_SECONDS)
            : hints.intervalInSeconds();
    return bucket.toBuilder()
        .bufferingHints(h -> h.sizeInMBs(size).intervalInSeconds(interval))
        .build();
  }

  /// A bucket without processing: that of a backup.
  static S3DestinationDescription plain(@Nullable S3DestinationDescription there, SdkPojo wanted) {
    var builder =
        there == null
            ? S3DestinationDescription.builder()
                .bufferingHints(h -> h.sizeInMBs(SIZE_MIB).intervalInSeconds(INTERVAL_SECONDS))
                .compressionFormat(CompressionFormat.UNCOMPRESSED)
                .encryptionConfiguration(
                    e -> e.noEncryptionConfig(NoEncryptionConfig.NO_ENCRYPTION))
                .cloudWatchLoggingOptions(o -> o.enabled(false))
            : there.toBuilder();
    var bucket = Pojos.copy(wanted, builder).build();
    new FirehoseConstraints()
        .required("s3BackupConfiguration.bucketARN", bucket.bucketARN())
        .pattern("s3BackupConfiguration.bucketARN", bucket.bucketARN(), BUCKET)
        .check();
    PrefixExpression.check(bucket.prefix(), bucket.errorOutputPrefix(), false);
    return bucket;
  }

  private static void check(ExtendedS3DestinationDescription bucket) {
    var at = "extendedS3DestinationConfiguration.";
    var hints = bucket.bufferingHints();
    var constraints = new FirehoseConstraints();
    constraints
        .required(at + "roleARN", bucket.roleARN())
        .pattern(at + "roleARN", bucket.roleARN(), ROLE)
        .required(at + "bucketARN", bucket.bucketARN())
        .pattern(at + "bucketARN", bucket.bucketARN(), BUCKET)
        .length(at + "prefix", bucket.prefix(), 0, 1024)
        .range(at + "bufferingHints.sizeInMBs", hints.sizeInMBs(), 1, 128)
        .range(at + "bufferingHints.intervalInSeconds", hints.intervalInSeconds(), 0, 900)
        .oneOf(
            at + "compressionFormat",
            bucket.compressionFormatAsString(),
            "UNCOMPRESSED",
            "GZIP",
            "ZIP",
            "Snappy",
            "HADOOP_SNAPPY")
        .oneOf(at + "s3BackupMode", bucket.s3BackupModeAsString(), "Disabled", "Enabled");
    ConversionRules.constrain(constraints, bucket.dataFormatConversionConfiguration());
    constraints.check();
    ConversionRules.check(bucket);
    var dynamic = bucket.dynamicPartitioningConfiguration();
    var partitioned = dynamic != null && Boolean.TRUE.equals(dynamic.enabled());
    if (partitioned && hints.sizeInMBs() < PARTITIONED_SIZE_MIB_MIN) {
      throw FirehoseErrors.invalid(
          "BufferingHints.SizeInMBs must be at least 64 when Dynamic Partitioning is enabled.");
    }
    PrefixExpression.check(bucket.prefix(), bucket.errorOutputPrefix(), partitioned);
    check(bucket.processingConfiguration());
    if (bucket.s3BackupMode() == S3BackupMode.ENABLED && bucket.s3BackupDescription() == null) {
      throw FirehoseErrors.invalid(
          "S3BackupConfiguration must be provided when S3BackupMode is Enabled.");
    }
  }

  private static void check(@Nullable ProcessingConfiguration processing) {
    if (processing == null) {
      return;
    }
    for (var processor : processing.processors()) {
      var parameters = Processors.parameters(processor);
      new FirehoseConstraints()
          .required("processingConfiguration.processors.type", processor.typeAsString())
          .oneOf(
              "processingConfiguration.processors.type",
              processor.typeAsString(),
              "RecordDeAggregation",
              "Decompression",
              "CloudWatchLogProcessing",
              "Lambda",
              "MetadataExtraction",
              "AppendDelimiterToRecord")
          .check();
      switch (processor.typeAsString()) {
        case "Lambda" -> require(parameters.get("LambdaArn"), "LambdaArn", "Lambda");
        case "MetadataExtraction" -> {
          var query = parameters.get("MetadataExtractionQuery");
          require(query, "MetadataExtractionQuery", "MetadataExtraction");
          require(parameters.get("JsonParsingEngine"), "JsonParsingEngine", "MetadataExtraction");
          try {
            new MetadataQuery(query == null ? "" : query);
          } catch (IllegalArgumentException e) {
            throw FirehoseErrors.invalid("Invalid MetadataExtractionQuery: " + e.getMessage());
          }
        }
        case "RecordDeAggregation" ->
            require(parameters.get("SubRecordType"), "SubRecordType", "RecordDeAggregation");
        default -> {}
      }
    }
  }

  private static void require(@Nullable String value, String name, String processor) {
    if (value == null || value.isEmpty()) {
      throw FirehoseErrors.invalid(
          "The parameter " + name + " is required for the processor " + processor + ".");
    }
  }

  /// An HTTP endpoint from what is asked for, upon what is there.
  static DestinationDescription endpoint(
      @Nullable HttpEndpointDestinationDescription there,
      SdkPojo wanted,
      @Nullable SdkPojo wantedBucket) {
    var builder =
        there == null
            ? HttpEndpointDestinationDescription.builder()
                .bufferingHints(h -> h.sizeInMBs(SIZE_MIB).intervalInSeconds(INTERVAL_SECONDS))
                .cloudWatchLoggingOptions(o -> o.enabled(false))
                .retryOptions(o -> o.durationInSeconds(ENDPOINT_RETRY_SECONDS))
                .s3BackupMode(HttpEndpointS3BackupMode.FAILED_DATA_ONLY)
            : there.toBuilder();
    Pojos.copy(wanted, builder);
    if (wantedBucket != null) {
      builder.s3DestinationDescription(
          plain(there == null ? null : there.s3DestinationDescription(), wantedBucket));
    }
    var endpoint = builder.build();
    var at = "httpEndpointDestinationConfiguration.";
    var configuration = endpoint.endpointConfiguration();
    var hints = endpoint.bufferingHints();
    new FirehoseConstraints()
        .required(at + "endpointConfiguration", configuration)
        .pattern(
            at + "endpointConfiguration.url",
            configuration == null ? null : configuration.url(),
            URL)
        .required(at + "s3Configuration", endpoint.s3DestinationDescription())
        .range(at + "bufferingHints.sizeInMBs", hints.sizeInMBs(), 1, 64)
        .range(at + "bufferingHints.intervalInSeconds", hints.intervalInSeconds(), 0, 900)
        .oneOf(at + "s3BackupMode", endpoint.s3BackupModeAsString(), "FailedDataOnly", "AllData")
        .check();
    var secrets = endpoint.secretsManagerConfiguration();
    if (secrets != null && Boolean.TRUE.equals(secrets.enabled())) {
      throw FirehoseErrors.missing("SecretsManagerConfiguration");
    }
    check(endpoint.processingConfiguration());
    var size = hints.sizeInMBs() == null ? Integer.valueOf(SIZE_MIB) : hints.sizeInMBs();
    var interval =
        hints.intervalInSeconds() == null
            ? Integer.valueOf(INTERVAL_SECONDS)
            : hints.intervalInSeconds();
    var complete =
        endpoint.toBuilder()
            .bufferingHints(h -> h.sizeInMBs(size).intervalInSeconds(interval))
            .build();
    return DestinationDescription.builder()
        .destinationId(ID)
        .httpEndpointDestinationDescription(complete)
        .build();
  }

  /// Refuses, by name, what Terrarium does not have.
  static void refuse(SdkPojo request, List<String> names) {
    for (var field : request.sdkFields()) {
      if (names.contains(field.memberName()) && field.getValueOrDefault(request) != null) {
        throw FirehoseErrors.missing(field.memberName());
      }
    }
  }
}
