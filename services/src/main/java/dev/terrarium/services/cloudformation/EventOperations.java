package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.DescribeEventsRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeEventsResponse;
import software.amazon.awssdk.services.cloudformation.model.EventType;
import software.amazon.awssdk.services.cloudformation.model.OperationEvent;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

/// The history of stacks by operations: what went on in one of them, and what went wrong.
final class EventOperations implements StackPart {
  private static final Set<EventType> ERRORS =
      Set.of(
          EventType.VALIDATION_ERROR,
          EventType.PROVISIONING_ERROR,
          EventType.HOOK_INVOCATION_ERROR);

  private final ChangeSetOperations changeSets;
  private final StackStore store;

  EventOperations(ChangeSetOperations changeSets, StackStore store) {
    this.changeSets = changeSets;
    this.store = store;
  }

  @Override
  public DescribeEventsResponse describeEvents(DescribeEventsRequest request) {
    if (request.stackName() == null
        && request.changeSetName() == null
        && request.operationId() == null) {
      throw StackErrors.validation(
          "At least one of StackName, ChangeSetName or OperationId must be specified");
    }
    var operation =
        request.changeSetName() == null
            ? request.operationId()
            : NestedChangeSets.token(
                changeSets.describeChangeSet(
                    d -> d.changeSetName(request.changeSetName()).stackName(request.stackName())));
    var failed = request.filters() != null && Boolean.TRUE.equals(request.filters().failedEvents());
    var all = new ArrayList<OperationEvent>();
    for (var stack : stacks(request.stackName())) {
      for (var event : store.events.list(stack.id())) {
        if (operation == null || operation.equals(event.operationId())) {
          var shown = shown(event);
          if (!failed || ERRORS.contains(shown.eventType())) {
            all.add(shown);
          }
        }
      }
    }
    Collections.reverse(all);
    var page = Page.of(all, request.nextToken());
    return DescribeEventsResponse.builder()
        .operationEvents(page.items())
        .nextToken(page.next())
        .build();
  }

  private List<StackRecord> stacks(@Nullable String name) {
    var scope = Call.current().scope();
    if (name == null) {
      return store.all(scope);
    }
    var found = store.find(scope, name);
    if (found == null) {
      throw StackErrors.validation("Stack [" + name + "] does not exist");
    }
    return List.of(found);
  }

  private static OperationEvent shown(StackEvent event) {
    var whole = event.stackId().equals(event.physicalResourceId()) && event.hookType() == null;
    var status = String.valueOf(event.resourceStatusAsString());
    var shown =
        OperationEvent.builder()
            .eventId(event.eventId())
            .stackId(event.stackId())
            .operationId(event.operationId())
            .eventType(type(event, whole, status))
            .logicalResourceId(event.logicalResourceId())
            .physicalResourceId(event.physicalResourceId())
            .resourceType(event.resourceType())
            .timestamp(event.timestamp())
            .resourceStatus(event.resourceStatus())
            .resourceStatusReason(event.resourceStatusReason())
            .resourceProperties(event.resourceProperties())
            .clientRequestToken(event.clientRequestToken())
            .hookType(event.hookType())
            .hookStatus(event.hookStatus())
            .hookStatusReason(event.hookStatusReason())
            .hookInvocationPoint(event.hookInvocationPoint())
            .hookFailureMode(event.hookFailureMode());
    if (whole) {
      shown.operationType(operation(status));
      shown.operationStatus(
          status.endsWith("_IN_PROGRESS")
              ? "IN_PROGRESS"
              : status.endsWith("_FAILED") || status.contains("ROLLBACK") ? "FAILED" : "SUCCEEDED");
    }
    return shown.build();
  }

  private static EventType type(StackEvent event, boolean whole, String status) {
    if (whole) {
      return EventType.STACK_EVENT;
    }
    if (event.hookType() != null) {
      return String.valueOf(event.hookStatusAsString()).endsWith("FAILED")
          ? EventType.HOOK_INVOCATION_ERROR
          : EventType.PROGRESS_EVENT;
    }
    return status.endsWith("_FAILED") ? EventType.PROVISIONING_ERROR : EventType.PROGRESS_EVENT;
  }

  private static @Nullable String operation(String status) {
    if (status.contains("ROLLBACK")) {
      return "ROLLBACK";
    }
    var word = status.substring(0, Math.max(0, status.indexOf('_')));
    return switch (word) {
      case "CREATE", "UPDATE", "DELETE" -> word + "_STACK";
      case "REVIEW" -> "CREATE_CHANGESET";
      default -> null;
    };
  }
}
