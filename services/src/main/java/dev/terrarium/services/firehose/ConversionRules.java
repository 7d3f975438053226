package dev.terrarium.services.firehose;

import dev.terrarium.services.firehose.conversion.Conversion;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.CompressionFormat;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.OrcSerDe;
import software.amazon.awssdk.services.firehose.model.ParquetSerDe;

/// What the configuration of a conversion may be.
final class ConversionRules {
  private static final String AT =
      "extendedS3DestinationConfiguration.dataFormatConversionConfiguration.";
  private static final int MIB = 1024 * 1024;
  private static final int SIZE_MIB_MIN = 64;

  private ConversionRules() {}

  /// What the model says of single parameters; also of a conversion that is switched off.
  static void constrain(
      FirehoseConstraints constraints, @Nullable DataFormatConversionConfiguration conversion) {
    if (conversion == null) {
      return;
    }
    var output = conversion.outputFormatConfiguration();
    var serializer = output == null ? null : output.serializer();
    if (serializer != null && serializer.parquetSerDe() != null) {
      parquet(constraints, serializer.parquetSerDe());
    }
    if (serializer != null && serializer.orcSerDe() != null) {
      orc(constraints, serializer.orcSerDe());
    }
    var schema = conversion.schemaConfiguration();
    if (schema != null) {
      var at = AT + "schemaConfiguration.";
      constraints
          .length(at + "roleARN", schema.roleARN(), 1, 512)
          .length(at + "databaseName", schema.databaseName(), 1, 1024)
          .length(at + "tableName", schema.tableName(), 1, 1024)
          .length(at + "versionId", schema.versionId(), 1, 1024);
    }
  }

  private static void parquet(FirehoseConstraints constraints, ParquetSerDe parquet) {
    var at = AT + "outputFormatConfiguration.serializer.parquetSerDe.";
    constraints
        .atLeast(at + "blockSizeBytes", parquet.blockSizeBytes(), 64L * MIB)
        .atLeast(at + "pageSizeBytes", parquet.pageSizeBytes(), 64 * 1024)
        .oneOf(at + "compression", parquet.compressionAsString(), "UNCOMPRESSED", "GZIP", "SNAPPY")
        .atLeast(at + "maxPaddingBytes", parquet.maxPaddingBytes(), 0)
        .oneOf(at + "writerVersion", parquet.writerVersionAsString(), "V1", "V2");
  }

  private static void orc(FirehoseConstraints constraints, OrcSerDe orc) {
    var at = AT + "outputFormatConfiguration.serializer.orcSerDe.";
    constraints
        .atLeast(at + "stripeSizeBytes", orc.stripeSizeBytes(), 8L * MIB)
        .atLeast(at + "blockSizeBytes", orc.blockSizeBytes(), 64L * MIB)
        .atLeast(at + "rowIndexStride", orc.rowIndexStride(), 1000)
        .oneOf(at + "compression", orc.compressionAsString(), "NONE", "ZLIB", "SNAPPY")
        .oneOf(at + "formatVersion", orc.formatVersionAsString(), "V0_11", "V0_12");
    part(constraints, at + "paddingTolerance", orc.paddingTolerance());
    part(
        constraints,
        at + "bloomFilterFalsePositiveProbability",
        orc.bloomFilterFalsePositiveProbability());
    part(constraints, at + "dictionaryKeyThreshold", orc.dictionaryKeyThreshold());
  }

  /// A number from 0 to 1.
  private static void part(FirehoseConstraints constraints, String name, @Nullable Double value) {
    if (value != null && value < 0) {
      constraints.refuse(value, name, "Member must have value greater than or equal to 0");
    } else if (value != null && value > 1) {
      constraints.refuse(value, name, "Member must have value less than or equal to 1");
    }
  }

  /// What a conversion that is switched on needs.
  static void check(ExtendedS3DestinationDescription bucket) {
    var conversion = bucket.dataFormatConversionConfiguration();
    if (!Conversions.isOn(conversion)) {
      return;
    }
    if (bucket.compressionFormat() != CompressionFormat.UNCOMPRESSED) {
      throw FirehoseErrors.invalid(
          "CompressionFormat must be UNCOMPRESSED when data format conversion is enabled. To enable"
              + " compression within the converted output format, set the appropriate"
              + " serialization option in the output format configuration.");
    }
    if (bucket.bufferingHints().sizeInMBs() < SIZE_MIB_MIN) {
      throw FirehoseErrors.invalid(
          "BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled.");
    }
    var input = conversion.inputFormatConfiguration();
    var output = conversion.outputFormatConfiguration();
    var schema = conversion.schemaConfiguration();
    require("InputFormatConfiguration", input);
    require("OutputFormatConfiguration", output);
    require("SchemaConfiguration", schema);
    require("Deserializer", input.deserializer());
    require("Serializer", output.serializer());
    one(
        "Deserializer",
        input.deserializer().openXJsonSerDe(),
        input.deserializer().hiveJsonSerDe());
    one("Serializer", output.serializer().parquetSerDe(), output.serializer().orcSerDe());
    require("SchemaConfiguration.RoleARN", schema.roleARN());
    require("SchemaConfiguration.DatabaseName", schema.databaseName());
    require("SchemaConfiguration.TableName", schema.tableName());
    try {
      Conversion.check(input.deserializer());
    } catch (IllegalArgumentException e) {
      throw FirehoseErrors.invalid("Invalid timestamp format: " + e.getMessage());
    }
    var missing = Conversion.missing(output.serializer());
    if (missing != null) {
      throw FirehoseErrors.missing(missing);
    }
  }

  private static void require(String name, @Nullable Object value) {
    if (value == null) {
      throw FirehoseErrors.invalid(
          name + " must be provided when data format conversion is enabled.");
    }
  }

  private static void one(String name, @Nullable Object first, @Nullable Object second) {
    if (first == null == (second == null)) {
      throw FirehoseErrors.invalid("Exactly one type of " + name + " must be provided.");
    }
  }
}
