package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.sns.SnsClient;

/// Tells the topics of a stack what happens to it, in the form that CloudFormation has.
final class Notifications {
  private final Cloud cloud;

  Notifications(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Refuses topics where there is no SNS.
  void check(List<String> topics) {
    if (!topics.isEmpty() && cloud.service("sns") == null) {
      throw Errors.of(501, "NotImplemented", "NotificationARNs need SNS, which is not there");
    }
  }

  void tell(StackRecord stack, StackEvent event) {
    for (var topic : stack.stack().notificationARNs()) {
      cloud.background(
          "cloudformation",
          "notify " + topic,
          stack.scope(),
          () ->
              cloud
                  .client(SnsClient.class)
                  .publish(publish ->
                      publish
                          .topicArn(topic)
                          .subject("AWS CloudFormation Notification")
                          .message(message(stack, event))));
    }
  }

  private static String message(StackRecord stack, StackEvent event) {
    var lines = new LinkedHashMap<String, @Nullable Object>();
    lines.put("StackId", event.stackId());
    lines.put("Timestamp", event.timestamp());
    lines.put("EventId", event.eventId());
    lines.put("LogicalResourceId", event.logicalResourceId());
    lines.put("Namespace", stack.scope().account());
    lines.put("PhysicalResourceId", event.physicalResourceId());
    lines.put("ResourceProperties", event.resourceProperties());
    lines.put("ResourceStatus", event.resourceStatusAsString());
    lines.put("ResourceStatusReason", event.resourceStatusReason());
    lines.put("ResourceType", event.resourceType());
    lines.put("StackName", event.stackName());
    lines.put("ClientRequestToken", event.clientRequestToken());
    var text = new StringBuilder();
    lines.forEach((name, value) ->
        text.append(name).append("='").append(value == null ? "" : value).append("'\n"));
    return text.toString();
  }
}
