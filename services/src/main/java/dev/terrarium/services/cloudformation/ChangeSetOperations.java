package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.StackStore.StoredChangeSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetSummary;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetResponse;
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

/// Change sets: what an update would do, to be looked at and then done.
final class ChangeSetOperations implements StackPart {
  private static final String NOTHING =
      "The submitted information didn't contain changes. Submit different information to create a change set.";

  private final Cloud cloud;
  private final StackStore store;
  private final StackOperations stacks;
  private final Preparer preparer;
  private final NestedChangeSets nested;
  private final Existing existing;

  ChangeSetOperations(
      Cloud cloud, StackStore store, StackOperations stacks, Preparer preparer, Types types) {
    this.cloud = cloud;
    this.store = store;
    this.stacks = stacks;
    this.preparer = preparer;
    this.existing = new Existing(cloud, types);
    this.nested = new NestedChangeSets(cloud, store, stacks, preparer);
  }

  @Override
  public CreateChangeSetResponse createChangeSet(CreateChangeSetRequest request) {
    var type = request.changeSetType() == null ? "UPDATE" : request.changeSetTypeAsString();
    StackOperations.refuseRollbackTriggers(request.rollbackConfiguration());
    StackOperations.refuse(request.hasResourceTypes(), "ResourceTypes");
    StackOperations.refuse(request.deploymentMode() != null, "DeploymentMode");
    store.notifications.check(request.notificationARNs());
    if (type.equals("IMPORT") || request.hasResourcesToImport()) {
      throw Errors.of(
          501, "NotImplemented", "Terrarium does not implement change sets that import.");
    }
    var scope = Call.current().scope();
    var stackName = String.valueOf(request.stackName());
    var found = store.find(scope, stackName);
    var record = target(request, type, scope, found);
    var name = StackOperations.checkName(request.changeSetName());
    if (find(record, name) != null) {
      throw StackErrors.alreadyExists("ChangeSet " + name + " already exists");
    }
    var body =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? record.version().body()
            : preparer.body(request.templateBody(), request.templateURL());
    var version =
        preparer.prepare(
            body,
            request.parameters(),
            record.version().parameters(),
            request.hasTags() || type.equals("CREATE")
                ? request.tags()
                : StackOperations.tags(record.version().tags()),
            request.capabilitiesAsStrings(),
            false);
    var plan = stacks.plan(record, version);
    if (Boolean.TRUE.equals(request.importExistingResources())) {
      existing.refuse(record, version, plan);
    }
    var empty = type.equals("UPDATE") && plan.isEmpty();
    var uuid = cloud.ids().uuid();
    var id = scope.arn("cloudformation", "changeSet/" + name + "/" + uuid);
    var includes = Boolean.TRUE.equals(request.includeNestedStacks());
    var changeSet =
        DescribeChangeSetResponse.builder()
            .changeSetId(id)
            .changeSetName(name)
            .stackId(record.id())
            .stackName(record.name())
            .description(request.description())
            .creationTime(cloud.clock().now())
            .status(empty ? "FAILED" : "CREATE_COMPLETE")
            .statusReason(empty ? NOTHING : null)
            .executionStatus(empty ? "UNAVAILABLE" : "AVAILABLE")
            .capabilitiesWithStrings(request.capabilitiesAsStrings())
            .notificationARNs(request.notificationARNs())
            .onStackFailure(request.onStackFailureAsString())
            .includeNestedStacks(includes)
            .importExistingResources(request.importExistingResources())
            .changes(plan.changes());
    var fresh = found == null || found.isDeleted();
    store.locked(
        record.id(),
        batch -> {
          if (fresh) {
            var taken = store.find(scope, record.name());
            if (taken != null && !taken.isDeleted()) {
              throw StackErrors.alreadyExists("Stack [" + record.name() + "] already exists");
            }
            store.status(batch, record, "REVIEW_IN_PROGRESS", "User Initiated");
          }
          put(batch, changeSet.build(), version, type, request.clientToken());
          return record;
        });
    if (includes && !plan.nested().isEmpty()) {
      nested.include(record, version, plan, changeSet);
      store.locked(
          record.id(),
          batch -> {
            put(batch, changeSet.build(), version, type, request.clientToken());
            return record;
          });
    }
    return CreateChangeSetResponse.builder().id(id).stackId(record.id()).build();
  }

  private void put(
      Batch batch,
      DescribeChangeSetResponse changeSet,
      Version version,
      String type,
      @Nullable String token) {
    store.changeSets.put(
        batch,
        new Owned(changeSet.stackId(), changeSet.changeSetName()),
        new StoredChangeSet(changeSet, version, type, Objects.requireNonNullElse(token, "")));
  }

  /// The stack that a change set is for; one of type CREATE makes it, with nothing in it.
  private StackRecord target(
      CreateChangeSetRequest request, String type, Scope scope, @Nullable StackRecord found) {
    if (type.equals("CREATE")) {
      if (found == null || found.isDeleted()) {
        var name = StackOperations.checkName(request.stackName());
        return stacks.newStack(
            scope,
            name,
            stack -> stack.enableTerminationProtection(false).roleARN(request.roleARN()));
      }
      if (!found.status().equals("REVIEW_IN_PROGRESS")) {
        throw StackErrors.validation(
            "Stack [%s] already exists and cannot be created again with the changeSet [%s]."
                .formatted(found.name(), request.changeSetName()));
      }
      return found;
    }
    if (found == null || found.isDeleted()) {
      throw StackErrors.validation("Stack [" + request.stackName() + "] does not exist");
    }
    StackOperations.checkUpdatable(found);
    return found;
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
          "ChangeSet [%s] cannot be executed in its current status of [%s]"
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
    var token = Objects.requireNonNullElse(request.clientRequestToken(), "");
    var keeps = Boolean.TRUE.equals(request.disableRollback());
    if (stored.type().equals("CREATE")) {
      var rollback =
          keeps
              ? "DO_NOTHING"
              : set.onStackFailure() == null ? "ROLLBACK" : set.onStackFailureAsString();
      stacks.begin(
          changed,
          new Operation(
              NestedChangeSets.token(set),
              Operation.Kind.CREATE,
              Operation.Phase.FORWARD,
              token,
              stored.version(),
              rollback,
              List.of(),
              0),
          "CREATE_IN_PROGRESS");
    } else {
      StackOperations.checkUpdatable(record);
      StackPolicy.check(record.policy(), set.changes());
      stacks.update(changed, stored.version(), NestedChangeSets.token(set), token, keeps);
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
              new StoredChangeSet(
                  set.toBuilder().executionStatus("EXECUTE_COMPLETE").build(),
                  executed.version(),
                  executed.type(),
                  executed.token()));
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
