package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointDestinationDescription;
import software.amazon.awssdk.services.firehose.model.HttpEndpointS3BackupMode;
import software.amazon.awssdk.services.firehose.model.ProcessingConfiguration;
import software.amazon.awssdk.services.firehose.model.S3BackupMode;

/// Takes records through their processors to where they belong.
final class Courier {
  private final Cloud cloud;
  private final Buckets buckets;
  private final Endpoints endpoints;
  private final DeliveryLog log;
  private final DeliveryMetrics metrics;
  private final Conversions conversions;

  Courier(Cloud cloud) {
    this.cloud = cloud;
    this.log = new DeliveryLog(cloud);
    this.buckets = new Buckets(cloud, log);
    this.endpoints = new Endpoints(cloud);
    this.metrics = new DeliveryMetrics(cloud);
    this.conversions = new Conversions(cloud, buckets, metrics);
  }

  /// Delivers records; false if they must be kept and tried again.
  boolean deliver(Delivery delivery, List<BufferedRecord> records) {
    var config = delivery.config();
    var bucket = config.bucket();
    var endpoint = config.endpoint();
    var arrived =
        bucket != null
            ? toBucket(delivery, bucket, records)
            : endpoint == null || toEndpoint(delivery, endpoint, records);
    metrics.delivered(delivery, records, arrived);
    return arrived;
  }

  private boolean toBucket(
      Delivery delivery, ExtendedS3DestinationDescription bucket, List<BufferedRecord> records) {
    var backup = bucket.s3BackupDescription();
    if (bucket.s3BackupMode() == S3BackupMode.ENABLED && backup != null) {
      if (!buckets.put(
          delivery,
          Bucket.of(backup),
          Map.of(),
          null,
          joined(Item.of(records)),
          records.getFirst().arrivalMillis())) {
        return false;
      }
    }
    var to = Bucket.of(bucket);
    var processed = process(delivery, bucket.processingConfiguration(), records, to.prefix());
    var byPartition = new LinkedHashMap<Map<String, String>, List<Item>>();
    var dynamic = bucket.dynamicPartitioningConfiguration();
    var partitioned = dynamic != null && Boolean.TRUE.equals(dynamic.enabled());
    for (var item : processed.items()) {
      byPartition
          .computeIfAbsent(partitioned ? item.partitionKeys() : Map.of(), k -> new ArrayList<>())
          .add(item);
    }
    var failures = new ArrayList<>(processed.failures());
    var conversion = bucket.dataFormatConversionConfiguration();
    for (var partition : byPartition.entrySet()) {
      var keys = partition.getKey();
      var items = partition.getValue();
      var oldest = items.stream().mapToLong(Item::arrivalMillis).min().orElse(0);
      var arrived =
          Conversions.isOn(conversion)
              ? conversions.put(delivery, conversion, to, keys, items, failures)
              : buckets.put(delivery, to, keys, null, joined(items), oldest);
      if (!arrived) {
        return false;
      }
    }
    return putFailures(delivery, to, failures);
  }

  private Processed process(
      Delivery delivery,
      @Nullable ProcessingConfiguration processing,
      List<BufferedRecord> records,
      String prefix) {
    var items = Item.of(records);
    if (processing == null || !Boolean.TRUE.equals(processing.enabled())) {
      return new Processed(items, List.of());
    }
    return new Processors(cloud, delivery, prefix).run(processing.processors(), items);
  }

  private boolean putFailures(Delivery delivery, Bucket to, List<Failure> failures) {
    var byKind = new LinkedHashMap<String, List<Failure>>();
    for (var failure : failures) {
      byKind.computeIfAbsent(failure.kind(), k -> new ArrayList<>()).add(failure);
    }
    for (var kind : byKind.entrySet()) {
      var lines = new ByteArrayOutputStream();
      for (var failure : kind.getValue()) {
        lines.writeBytes(failure.line());
      }
      var first = kind.getValue().getFirst();
      log.failed(delivery, to.logging(), first.code(), first.message());
      if (!buckets.put(
          delivery,
          to,
          Map.of(),
          kind.getKey(),
          lines.toByteArray(),
          first.item().arrivalMillis())) {
        return false;
      }
    }
    return true;
  }

  private boolean toEndpoint(
      Delivery delivery,
      HttpEndpointDestinationDescription endpoint,
      List<BufferedRecord> records) {
    var backup = Bucket.of(endpoint.s3DestinationDescription());
    if (endpoint.s3BackupMode() == HttpEndpointS3BackupMode.ALL_DATA) {
      if (!buckets.put(
          delivery,
          backup,
          Map.of(),
          null,
          joined(Item.of(records)),
          records.getFirst().arrivalMillis())) {
        return false;
      }
    }
    var processed = process(delivery, endpoint.processingConfiguration(), records, "");
    var failures = new ArrayList<>(processed.failures());
    if (!processed.items().isEmpty()) {
      var problem = endpoints.deliver(delivery, endpoint, processed.items());
      if (problem != null) {
        for (var item : processed.items()) {
          failures.add(
              new Failure(
                  "http-endpoint-failed",
                  item,
                  problem.code(),
                  problem.message(),
                  problem.attempts(),
                  cloud.clock().millis(),
                  Json.object()));
        }
      }
    }
    return putFailures(delivery, backup, failures);
  }

  private static byte[] joined(List<Item> items) {
    var all = new ByteArrayOutputStream();
    items.forEach(item -> all.writeBytes(item.data()));
    return all.toByteArray();
  }
}
