package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.firehose.conversion.Conversion;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StandardUnit;

/// What CloudWatch sees of deliveries, told with each of them. Where CloudWatch is not on the class
/// path nothing is sent.
final class DeliveryMetrics {
  private final Cloud cloud;

  DeliveryMetrics(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Records were delivered, or not.
  void delivered(Delivery delivery, List<BufferedRecord> records, boolean arrived) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    long bytes = 0;
    for (var record : records) {
      bytes += record.data().length;
    }
    var to = delivery.config().bucket() == null ? "DeliveryToHttpEndpoint." : "DeliveryToS3.";
    var age = (cloud.clock().millis() - records.getFirst().arrivalMillis()) / 1000;
    var data =
        arrived
            ? List.of(
                datum(delivery, "IncomingRecords", StandardUnit.COUNT, records.size()),
                datum(delivery, "IncomingBytes", StandardUnit.BYTES, (double) bytes),
                datum(delivery, to + "Records", StandardUnit.COUNT, records.size()),
                datum(delivery, to + "Bytes", StandardUnit.BYTES, (double) bytes),
                datum(delivery, to + "DataFreshness", StandardUnit.SECONDS, (double) age),
                datum(delivery, to + "Success", StandardUnit.COUNT, 1))
            : List.of(datum(delivery, to + "Success", StandardUnit.COUNT, 0));
    put(data);
  }

  /// Records were converted, all but those that are refused.
  void converted(Delivery delivery, List<Item> items, Conversion.Outcome outcome) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    var refused = outcome.refused().keySet();
    long bytes = 0;
    for (var place : refused) {
      bytes += items.get(place).data().length;
    }
    put(
        List.of(
            datum(
                delivery,
                "SucceedConversion.Records",
                StandardUnit.COUNT,
                items.size() - refused.size()),
            datum(
                delivery, "SucceedConversion.Bytes", StandardUnit.BYTES, (double) outcome.bytes()),
            datum(delivery, "FailedConversion.Records", StandardUnit.COUNT, refused.size()),
            datum(delivery, "FailedConversion.Bytes", StandardUnit.BYTES, (double) bytes)));
  }

  /// No records could be converted.
  void unconverted(Delivery delivery, List<Item> items) {
    if (cloud.service("cloudwatch") == null) {
      return;
    }
    long bytes = 0;
    for (var item : items) {
      bytes += item.data().length;
    }
    put(
        List.of(
            datum(delivery, "FailedConversion.Records", StandardUnit.COUNT, items.size()),
            datum(delivery, "FailedConversion.Bytes", StandardUnit.BYTES, (double) bytes)));
  }

  private void put(List<MetricDatum> data) {
    try {
      cloud
          .client(CloudWatchClient.class)
          .putMetricData(r -> r.namespace("AWS/Firehose").metricData(data));
    } catch (SdkException e) {
      System.getLogger(DeliveryMetrics.class.getName())
          .log(System.Logger.Level.WARNING, "Cannot put metrics", e);
    }
  }

  private MetricDatum datum(Delivery delivery, String name, StandardUnit unit, double value) {
    return MetricDatum.builder()
        .metricName(name)
        .timestamp(cloud.clock().now())
        .unit(unit)
        .value(value)
        .dimensions(
            Dimension.builder().name("DeliveryStreamName").value(delivery.key.name()).build())
        .build();
  }
}
