package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.Planner.Plan;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.StackStore.StoredChangeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.Change;
import software.amazon.awssdk.services.cloudformation.model.ChangeAction;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecutionStatus;

/// Change sets of nested stacks, which go with that of the stack that they are in: made, executed
/// and deleted with it.
///
/// A nested stack that is not there yet is made at once, under the name that it will have and with
/// nothing in it. For that the operation's token is known beforehand: it is the last part of the
/// change set's id.
final class NestedChangeSets {
  private static final String NOTHING = "No updates are to be performed.";
  private static final int NAME_MAX = 128;
  private static final int SUFFIX = 12;
  private static final List<String> CAPABILITIES =
      List.of("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND");

  private final Cloud cloud;
  private final StackStore store;
  private final StackOperations stacks;
  private final Preparer preparer;

  NestedChangeSets(Cloud cloud, StackStore store, StackOperations stacks, Preparer preparer) {
    this.cloud = cloud;
    this.store = store;
    this.stacks = stacks;
    this.preparer = preparer;
  }

  /// The token of the operation that a change set becomes.
  static String token(DescribeChangeSetResponse set) {
    var id = set.changeSetId();
    return id.substring(id.lastIndexOf('/') + 1);
  }

  /// Whether a stack waits for the stack that it is nested in, which acts now, to make it.
  static boolean awaits(StackRecord stack) {
    return StackOperations.PARENT.isBound()
        && stack.status().equals("REVIEW_IN_PROGRESS")
        && StackOperations.PARENT.get().equals(stack.stack().parentId());
  }

  /// Notes that the nested change set of a stack is executed, if there is one and the stack that it
  /// is nested in acts now.
  ///
  /// @param otherwise the token if there is none
  /// @return the token of the operation
  static String execute(StackStore store, String stackId, String otherwise) {
    if (!StackOperations.PARENT.isBound()) {
      return otherwise;
    }
    for (var stored : store.changeSets.list(stackId)) {
      var set = stored.changeSet();
      if (set.parentChangeSetId() != null && set.executionStatus() == ExecutionStatus.AVAILABLE) {
        store.changeSets.put(
            new Owned(stackId, set.changeSetName()),
            stored.with(set.toBuilder().executionStatus(ExecutionStatus.EXECUTE_COMPLETE).build()));
        return token(set);
      }
    }
    return otherwise;
  }

  /// Refuses to do alone to a nested change set what is done to all of them.
  static void refuse(DescribeChangeSetResponse set, String what) {
    if (set.parentChangeSetId() != null) {
      throw StackErrors.validation(
          "ChangeSet [%s] belongs to ChangeSet [%s] and cannot be %s by itself"
              .formatted(set.changeSetId(), set.rootChangeSetId(), what));
    }
  }

  /// Makes the change sets of the nested stacks of a plan.
  ///
  /// @param into the change set that they belong to, which is told of them, and fails if one does
  void include(
      StackRecord stack, Version version, Plan plan, DescribeChangeSetResponse.Builder into) {
    var parent = into.build();
    var changes = new ArrayList<Change>();
    for (var change : plan.changes()) {
      var properties = plan.nested().get(change.resourceChange().logicalResourceId());
      if (properties == null || properties.path("TemplateURL").equals(Planner.UNKNOWN)) {
        changes.add(change);
        continue;
      }
      var child = child(stack, version, parent, change, properties);
      if (child == null) {
        changes.add(change);
        continue;
      }
      if (child.statusAsString().equals("FAILED")
          && child.executionStatus() == ExecutionStatus.UNAVAILABLE
          && !Objects.equals(child.statusReason(), NOTHING)) {
        into.status("FAILED")
            .executionStatus("UNAVAILABLE")
            .statusReason(
                "Nested change set %s was not successfully created: Currently in FAILED."
                    .formatted(child.changeSetId()));
      }
      changes.add(
          change.toBuilder()
              .resourceChange(
                  change.resourceChange().toBuilder()
                      .changeSetId(child.changeSetId())
                      .physicalResourceId(child.stackId())
                      .build())
              .build());
    }
    into.changes(changes);
  }

  private @Nullable DescribeChangeSetResponse child(
      StackRecord stack,
      Version version,
      DescribeChangeSetResponse parent,
      Change change,
      ObjectNode properties) {
    var resource = change.resourceChange();
    var adds = resource.action() == ChangeAction.ADD;
    var uuid = cloud.ids().uuid();
    var name = name(parent.changeSetName(), resource.logicalResourceId());
    var set =
        DescribeChangeSetResponse.builder()
            .changeSetId(stack.scope().arn("cloudformation", "changeSet/" + name + "/" + uuid))
            .changeSetName(name)
            .creationTime(cloud.clock().now())
            .parentChangeSetId(parent.changeSetId())
            .rootChangeSetId(
                parent.rootChangeSetId() == null ? parent.changeSetId() : parent.rootChangeSetId())
            .capabilitiesWithStrings(CAPABILITIES)
            .includeNestedStacks(true)
            .status("CREATE_COMPLETE")
            .executionStatus("AVAILABLE");
    var type = adds ? "CREATE" : "UPDATE";
    var target = Version.NONE;
    var record =
        adds
            ? fresh(stack, version, token(parent), resource.logicalResourceId(), properties)
            : store.existing(resource.physicalResourceId());
    set.stackId(record.id()).stackName(record.name());
    try {
      target =
          preparer.prepare(
              preparer.body(null, properties.path("TemplateURL").asText()),
              NestedStackType.parameters(properties),
              record.version().parameters(),
              NestedStackType.tags(version.tags(), properties),
              CAPABILITIES,
              true);
      if (!target.failure().isEmpty()) {
        throw StackErrors.validation(target.failure());
      }
      var plan = stacks.plan(record, target);
      set.changes(plan.changes());
      if (!adds && plan.isEmpty()) {
        set.status("FAILED").executionStatus("UNAVAILABLE").statusReason(NOTHING);
      }
      if (!plan.nested().isEmpty()) {
        include(record, target, plan, set);
      }
    } catch (CloudFormationException e) {
      if (Errors.message(e).startsWith("Parameter ")
          && properties.path("Parameters").toString().contains(Planner.UNKNOWN.asText())) {
        discard(record);
        return null; // A parameter that is not known yet is no fault.
      }
      set.status("FAILED").executionStatus("UNAVAILABLE").statusReason(Errors.message(e));
    }
    var made = set.build();
    store.changeSets.put(
        new Owned(record.id(), name), new StoredChangeSet(made, target, type, "", Map.of()));
    return made;
  }

  /// A nested stack as it is before it is made.
  private StackRecord fresh(
      StackRecord parent, Version version, String token, String logicalId, ObjectNode properties) {
    var request =
        new ResourceType.Request(
            parent.id(),
            parent.name(),
            logicalId,
            token + "/" + logicalId + "/create",
            properties,
            version.tags());
    var record =
        ScopedValue.where(StackOperations.PARENT, parent.id())
            .call(() ->
                stacks.newStack(parent.scope(), request.generatedName(NAME_MAX), stack -> stack));
    return store.locked(
        record.id(), batch -> store.status(batch, record, "REVIEW_IN_PROGRESS", "User Initiated"));
  }

  private String name(String parent, String logicalId) {
    var suffix = cloud.ids().alphanumeric(SUFFIX);
    var name = parent + "-" + logicalId;
    var room = NAME_MAX - SUFFIX - 1;
    return name.substring(0, Math.min(name.length(), room)) + "-" + suffix;
  }

  /// Deletes the change sets that belong to one, and the stacks that were made for them only.
  void forget(DescribeChangeSetResponse set) {
    for (var change : set.changes()) {
      var resource = change.resourceChange();
      if (resource == null || resource.changeSetId() == null) {
        continue;
      }
      var stackId = resource.physicalResourceId();
      for (var stored : store.changeSets.list(stackId)) {
        if (stored.changeSet().changeSetId().equals(resource.changeSetId())) {
          forget(stored.changeSet());
          store.changeSets.delete(new Owned(stackId, stored.changeSet().changeSetName()));
        }
      }
      discard(store.existing(stackId));
    }
  }

  /// Removes the nested stacks that an operation, which has ended, would have made.
  static void discardUnmade(StackStore store, StackRecord stack) {
    for (var other : store.all(stack.scope())) {
      if (stack.id().equals(other.stack().parentId())) {
        discard(store, other);
      }
    }
  }

  private void discard(StackRecord stack) {
    discard(store, stack);
  }

  private static void discard(StackStore store, StackRecord stack) {
    if (stack.status().equals("REVIEW_IN_PROGRESS")) {
      store.locked(
          stack.id(), batch -> store.status(batch, stack, "DELETE_COMPLETE", "User Initiated"));
    }
  }
}
