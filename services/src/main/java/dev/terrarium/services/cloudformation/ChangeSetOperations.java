package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.StackStore.StoredChangeSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetStatus;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetSummary;
import software.amazon.awssdk.services.cloudformation.model.DeleteChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecuteChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.ExecuteChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.ExecutionStatus;
import software.amazon.awssdk.services.cloudformation.model.InvalidChangeSetStatusException;
import software.amazon.awssdk.services.cloudformation.model.ListChangeSetsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListChangeSetsResponse;

/// Change sets that are made: looking at them, executing them, deleting them.
final class ChangeSetOperations implements StackPart {
  private final StackStore store;
  private final StackOperations stacks;
  private final NestedChangeSets nested;

  ChangeSetOperations(StackStore store, StackOperations stacks, NestedChangeSets nested) {
    this.store = store;
    this.stacks = stacks;
    this.nested = nested;
  }

  @Override
  public DescribeChangeSetResponse describeChangeSet(DescribeChangeSetRequest request) {
    var stored = existing(request.stackName(), request.changeSetName());
    return stored.changeSet().toBuilder()
        .parameters(Shown.parameters(stored.version()))
        .tags(StackOperations.tags(stored.version().tags()))
        .build();
  }

  @Override
  public ListChangeSetsResponse listChangeSets(ListChangeSetsRequest request) {
    var record = store.find(Call.current().scope(), String.valueOf(request.stackName()));
    if (record == null) {
      throw StackErrors.validation("Stack [" + request.stackName() + "] does not exist");
    }
    var summaries =
        store.changeSets.list(record.id()).stream()
            .map(StoredChangeSet::changeSet)
            .map(set ->
                ChangeSetSummary.builder()
                    .stackId(set.stackId())
                    .stackName(set.stackName())
                    .changeSetId(set.changeSetId())
                    .changeSetName(set.changeSetName())
                    .executionStatus(set.executionStatus())
                    .status(set.status())
                    .statusReason(set.statusReason())
                    .creationTime(set.creationTime())
                    .description(set.description())
                    .includeNestedStacks(set.includeNestedStacks())
                    .parentChangeSetId(set.parentChangeSetId())
                    .rootChangeSetId(set.rootChangeSetId())
                    .build())
            .toList();
    var page = Page.of(summaries, request.nextToken());
    return ListChangeSetsResponse.builder().summaries(page.items()).nextToken(page.next()).build();
  }

  @Override
  public ExecuteChangeSetResponse executeChangeSet(ExecuteChangeSetRequest request) {
    var stored = existing(request.stackName(), request.changeSetName());
    var set = stored.changeSet();
    if (set.executionStatus() != ExecutionStatus.AVAILABLE) {
      throw Errors.of(
          InvalidChangeSetStatusException.builder(),
          400,
          "InvalidChangeSetStatus",
          set.status() == ChangeSetStatus.CREATE_COMPLETE
              ? "ChangeSet [%s] cannot be executed in its current execution status of [%s]"
                  .formatted(set.changeSetId(), set.executionStatusAsString())
              : "ChangeSet [%s] cannot be executed in its current status of [%s]"
                  .formatted(set.changeSetId(), set.statusAsString()));
    }
    NestedChangeSets.refuse(set, "executed");
    var record = store.existing(set.stackId());
    var changed =
        record.with(stack ->
            stack
                .changeSetId(set.changeSetId())
                .capabilitiesWithStrings(set.capabilitiesAsStrings())
                .notificationARNs(set.notificationARNs())
                .disableRollback(Boolean.TRUE.equals(request.disableRollback())));
    var keeps = Boolean.TRUE.equals(request.disableRollback());
    var operation =
        new Operation(
                NestedChangeSets.token(set),
                Operation.Kind.valueOf(stored.type()),
                Objects.requireNonNullElse(request.clientRequestToken(), ""),
                stored.version())
            .importing(stored.imports())
            .onFailure(
                keeps
                    ? "DO_NOTHING"
                    : set.onStackFailure() == null ? "ROLLBACK" : set.onStackFailureAsString());
    switch (operation.kind()) {
      case CREATE -> stacks.begin(changed, operation, "CREATE_IN_PROGRESS");
      case IMPORT -> {
        if (!record.status().equals("REVIEW_IN_PROGRESS")) {
          StackOperations.checkUpdatable(record);
        }
        stacks.begin(changed, operation, "IMPORT_IN_PROGRESS");
      }
      default -> {
        StackOperations.checkUpdatable(record);
        StackPolicy.check(record.policy(), set.changes());
        stacks.update(changed, operation);
      }
    }
    forgetOthers(stored);
    return ExecuteChangeSetResponse.builder().build();
  }

  /// Once one is executed the others no longer say what would happen.
  private void forgetOthers(StoredChangeSet executed) {
    var set = executed.changeSet();
    for (var other : store.changeSets.list(set.stackId())) {
      if (!other.changeSet().changeSetId().equals(set.changeSetId())) {
        nested.forget(other.changeSet());
      }
    }
    store.locked(
        set.stackId(),
        batch -> {
          store.changeSets.deleteAll(batch, set.stackId());
          store.changeSets.put(
              batch,
              new Owned(set.stackId(), set.changeSetName()),
              executed.with(set.toBuilder().executionStatus("EXECUTE_COMPLETE").build()));
          return set;
        });
  }

  @Override
  public DeleteChangeSetResponse deleteChangeSet(DeleteChangeSetRequest request) {
    var record =
        request.stackName() == null
            ? null
            : store.find(Call.current().scope(), request.stackName());
    if (request.stackName() != null && record == null) {
      throw StackErrors.validation("Stack [" + request.stackName() + "] does not exist");
    }
    var stored = find(record, String.valueOf(request.changeSetName()));
    if (stored != null) {
      var set = stored.changeSet();
      NestedChangeSets.refuse(set, "deleted");
      nested.forget(set);
      store.changeSets.delete(new Owned(set.stackId(), set.changeSetName()));
    }
    return DeleteChangeSetResponse.builder().build();
  }

  private StoredChangeSet existing(@Nullable String stackName, @Nullable String changeSet) {
    var record = stackName == null ? null : store.find(Call.current().scope(), stackName);
    if (stackName != null && record == null) {
      throw StackErrors.validation("Stack [" + stackName + "] does not exist");
    }
    if (record == null && !String.valueOf(changeSet).startsWith("arn:")) {
      throw StackErrors.validation(
          "StackName must be specified if ChangeSetName is not specified as an ARN.");
    }
    var stored = find(record, String.valueOf(changeSet));
    if (stored == null) {
      throw StackErrors.noChangeSet(String.valueOf(changeSet));
    }
    return stored;
  }

  /// By name within a stack, or by ARN.
  private @Nullable StoredChangeSet find(@Nullable StackRecord record, String name) {
    if (record != null && !name.startsWith("arn:")) {
      return store.changeSets.get(new Owned(record.id(), name));
    }
    for (var stack : record == null ? store.all(Call.current().scope()) : List.of(record)) {
      for (var stored : store.changeSets.list(stack.id())) {
        if (stored.changeSet().changeSetId().equals(name)) {
          return stored;
        }
      }
    }
    return null;
  }
}
