package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/// Events on the default bus of the bucket's account and region.
final class EventBridgeDestination implements Destination {
  private final Cloud cloud;

  EventBridgeDestination(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public void validate(Arn arn, String testMessage) {}

  /// @param arn of the bus; the message's resource is the bucket that its detail names
  @Override
  public void deliver(Arn arn, String event, String message) {
    var principal = Principal.service(arn.account(), "s3.amazonaws.com");
    var bucket = dev.terrarium.kernel.Json.parse(message).path("bucket").path("name").asText();
    var entry =
        PutEventsRequestEntry.builder()
            .source("aws.s3")
            .detailType(event)
            .detail(message)
            .resources("arn:" + arn.partition() + ":s3:::" + bucket)
            .time(cloud.clock().now())
            .build();
    var result =
        cloud
            .client(EventBridgeClient.class, arn.scope(), principal)
            .putEvents(e -> e.entries(entry));
    if (result.failedEntryCount() != null && result.failedEntryCount() > 0) {
      var failed = result.entries().getFirst();
      throw S3Errors.of(500, failed.errorCode(), failed.errorMessage());
    }
  }
}
