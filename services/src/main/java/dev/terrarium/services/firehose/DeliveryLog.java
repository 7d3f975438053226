package dev.terrarium.services.firehose;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.firehose.model.CloudWatchLoggingOptions;

/// Tells CloudWatch Logs of deliveries that fail, where that is asked for.
final class DeliveryLog {
  private final Cloud cloud;

  DeliveryLog(Cloud cloud) {
    this.cloud = cloud;
  }

  void failed(
      Delivery delivery, @Nullable CloudWatchLoggingOptions options, String code, String message) {
    System.getLogger(DeliveryLog.class.getName())
        .log(
            System.Logger.Level.DEBUG,
            "Delivery of {0} failed: {1} {2}",
            delivery.key.name(),
            code,
            message);
    if (options == null
        || !Boolean.TRUE.equals(options.enabled())
        || cloud.service("logs") == null) {
      return;
    }
    var text =
        Json.object()
            .put("deliveryStreamARN", delivery.key.arn())
            .put("deliveryStreamVersionId", delivery.config().description().versionId())
            .put("message", message)
            .put("errorCode", code);
    try {
      var event =
          InputLogEvent.builder()
              .timestamp(cloud.clock().millis())
              .message(Json.write(text))
              .build();
      cloud
          .client(CloudWatchLogsClient.class)
          .putLogEvents(r ->
              r.logGroupName(options.logGroupName())
                  .logStreamName(options.logStreamName())
                  .logEvents(event));
    } catch (SdkException e) {
      System.getLogger(DeliveryLog.class.getName())
          .log(System.Logger.Level.DEBUG, "The log group does not take it", e);
    }
  }
}
