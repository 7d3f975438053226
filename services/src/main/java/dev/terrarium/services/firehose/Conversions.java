package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.firehose.conversion.Conversion;
import dev.terrarium.services.firehose.conversion.ConversionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.firehose.model.DataFormatConversionConfiguration;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.Table;

/// Converts records into columnar files, where a delivery stream is told to.
///
/// A file is written beside, not in memory; what is held is one row group or stripe, which is never
/// more than what one delivery takes.
final class Conversions {
  /// The error output type of records that cannot be converted.
  static final String FAILED = "format-conversion-failed";

  private static final String NOT_FOUND = "DataFormatConversion.EntityNotFound";
  private static final String LATEST = "LATEST";

  private final Cloud cloud;
  private final Buckets buckets;
  private final DeliveryMetrics metrics;

  Conversions(Cloud cloud, Buckets buckets, DeliveryMetrics metrics) {
    this.cloud = cloud;
    this.buckets = buckets;
    this.metrics = metrics;
  }

  static boolean isOn(@Nullable DataFormatConversionConfiguration configuration) {
    return configuration != null && !Boolean.FALSE.equals(configuration.enabled());
  }

  /// Writes the items of one partition as a columnar file; false if S3 does not take it now.
  ///
  /// @param failures gets those that cannot be converted
  boolean put(
      Delivery delivery,
      DataFormatConversionConfiguration configuration,
      Bucket to,
      Map<String, String> partitionKeys,
      List<Item> items,
      List<Failure> failures) {
    try {
      var conversion = Conversion.of(configuration, table(delivery, configuration));
      var serializer = configuration.outputFormatConfiguration().serializer();
      var extension = Conversion.extension(serializer);
      var file = Files.createTempFile("terrarium-", extension);
      try {
        var outcome = conversion.write(() -> items.stream().map(Item::data).iterator(), file);
        outcome
            .refused()
            .forEach(
                (place, e) -> failures.add(failure(delivery, configuration, items.get(place), e)));
        metrics.converted(delivery, items, outcome);
        var oldest = items.stream().mapToLong(Item::arrivalMillis).min().orElse(0);
        return outcome.rows() == 0
            || buckets.put(
                delivery,
                to.withExtension(extension),
                partitionKeys,
                null,
                RequestBody.fromFile(file),
                oldest);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (ConversionException e) {
      items.forEach(item -> failures.add(failure(delivery, configuration, item, e)));
      metrics.unconverted(delivery, items);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Table table(Delivery delivery, DataFormatConversionConfiguration configuration)
      throws ConversionException {
    var schema = configuration.schemaConfiguration();
    var region = schema.region() == null ? delivery.key.region() : schema.region();
    var version = schema.versionId() == null ? LATEST : schema.versionId();
    try {
      var glue = cloud.client(GlueClient.class, new Scope(delivery.key.account(), region));
      if (version.equals(LATEST)) {
        return glue.getTable(r ->
                r.catalogId(schema.catalogId())
                    .databaseName(schema.databaseName())
                    .name(schema.tableName()))
            .table();
      }
      return glue.getTableVersion(r ->
              r.catalogId(schema.catalogId())
                  .databaseName(schema.databaseName())
                  .tableName(schema.tableName())
                  .versionId(version))
          .tableVersion()
          .table();
    } catch (EntityNotFoundException e) {
      if (Errors.message(e).startsWith("Version")) {
        throw new ConversionException(
            "DataFormatConversion.InvalidVersionId",
            "Could not find a matching schema from AWS Glue. Please make sure the specified version"
                + " of the table exists.");
      }
      throw new ConversionException(
          NOT_FOUND,
          "The specified table/database could not be found. Please ensure that the table/database"
              + " exists and that the values provided in the schema configuration are correct,"
              + " especially with regards to casing.");
    } catch (AwsServiceException e) {
      throw new ConversionException("DataFormatConversion." + Errors.code(e), Errors.message(e));
    } catch (IllegalArgumentException e) {
      throw new ConversionException(NOT_FOUND, "There is no Data Catalog here.");
    }
  }

  private Failure failure(
      Delivery delivery,
      DataFormatConversionConfiguration configuration,
      Item item,
      ConversionException e) {
    var schema = configuration.schemaConfiguration();
    var origin = item.source().origin();
    var more =
        Json.object().put("sequenceNumber", origin == null ? item.id() : origin.sequenceNumber());
    if (origin == null) {
      more.putNull("subSequenceNumber");
    } else {
      more.put("subSequenceNumber", 0);
    }
    more.putObject("dataCatalogTable")
        .put("catalogId", schema.catalogId())
        .put("databaseName", schema.databaseName())
        .put("tableName", schema.tableName())
        .put("region", schema.region() == null ? delivery.key.region() : schema.region())
        .put("versionId", schema.versionId() == null ? LATEST : schema.versionId())
        .putNull("catalogArn");
    return new Failure(FAILED, item, e.code(), e.text(), 1, cloud.clock().millis(), more);
  }
}
