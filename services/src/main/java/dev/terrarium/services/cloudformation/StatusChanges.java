package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

/// What EventBridge hears of stacks and their resources.
///
/// See *Managing events with CloudFormation and Amazon EventBridge* in the user guide.
final class StatusChanges {
  private StatusChanges() {}

  static Announcement of(StackRecord stack, StackEvent event) {
    var ofStack = stack.id().equals(event.physicalResourceId());
    var detail = Json.object().put("stack-id", stack.id());
    if (!ofStack) {
      detail
          .put("logical-resource-id", orEmpty(event.logicalResourceId()))
          .put("physical-resource-id", orEmpty(event.physicalResourceId()));
    }
    status(detail, event);
    if (!ofStack) {
      detail.put("resource-type", orEmpty(event.resourceType()));
    }
    detail.put("client-request-token", orEmpty(event.clientRequestToken()));
    return new Announcement(
        stack.scope(),
        "aws.cloudformation",
        ofStack ? "CloudFormation Stack Status Change" : "CloudFormation Resource Status Change",
        List.of(stack.id()),
        detail);
  }

  private static void status(ObjectNode detail, StackEvent event) {
    detail
        .putObject("status-details")
        .put("status", orEmpty(event.resourceStatusAsString()))
        .put("status-reason", orEmpty(event.resourceStatusReason()));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
