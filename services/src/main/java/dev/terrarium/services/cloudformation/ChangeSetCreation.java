package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Scope;
import dev.terrarium.services.cloudformation.Planner.Plan;
import dev.terrarium.services.cloudformation.StackStore.Owned;
import dev.terrarium.services.cloudformation.StackStore.StoredChangeSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;

/// Making change sets: of new stacks, of those that are there, and of what is to be imported.
final class ChangeSetCreation implements StackPart {
  private static final String NOTHING =
      "The submitted information didn't contain changes. Submit different information to create a change set.";

  private final StackStore store;
  private final StackOperations stacks;
  private final Preparer preparer;
  private final NestedChangeSets nested;
  private final Imports imports;

  ChangeSetCreation(
      StackStore store,
      StackOperations stacks,
      Preparer preparer,
      NestedChangeSets nested,
      Imports imports) {
    this.store = store;
    this.stacks = stacks;
    this.preparer = preparer;
    this.nested = nested;
    this.imports = imports;
  }

  @Override
  public CreateChangeSetResponse createChangeSet(CreateChangeSetRequest request) {
    new RequestChecks()
        .name("changeSetName", request.changeSetName())
        .stack(
            request.capabilitiesAsStrings(),
            request.roleARN(),
            request.clientToken(),
            request.tags())
        .check();
    var type = check(request);
    var scope = Call.current().scope();
    var there = store.find(scope, String.valueOf(request.stackName()));
    var record = target(request, type, scope, there);
    var name = request.changeSetName();
    if (store.changeSets.contains(new Owned(record.id(), name))) {
      throw StackErrors.alreadyExists("ChangeSet " + name + " already exists");
    }
    var version = version(request, record);
    var found = found(request, type, record, version);
    var id = scope.arn("cloudformation", "changeSet/" + name + "/" + store.cloud.ids().uuid());
    var failure =
        found.failure().isEmpty()
            ? new StackHooks(store.cloud, store).ask(record, version, id, found.plan().changes())
            : found.failure();
    var includes = Boolean.TRUE.equals(request.includeNestedStacks());
    var changeSet =
        DescribeChangeSetResponse.builder()
            .changeSetId(id)
            .changeSetName(name)
            .stackId(record.id())
            .stackName(record.name())
            .description(request.description())
            .creationTime(store.cloud.clock().now())
            .status(failure.isEmpty() ? "CREATE_COMPLETE" : "FAILED")
            .statusReason(failure.isEmpty() ? null : failure)
            .executionStatus(failure.isEmpty() ? "AVAILABLE" : "UNAVAILABLE")
            .capabilitiesWithStrings(request.capabilitiesAsStrings())
            .notificationARNs(request.notificationARNs())
            .onStackFailure(request.onStackFailureAsString())
            .includeNestedStacks(includes)
            .importExistingResources(request.importExistingResources())
            .changes(found.plan().changes());
    var stored =
        new StoredChangeSet(
            changeSet.build(),
            version,
            type,
            Objects.requireNonNullElse(request.clientToken(), ""),
            found.resources());
    put(record, there == null || there.isDeleted(), stored);
    if (includes && !found.plan().nested().isEmpty()) {
      nested.include(record, version, found.plan(), changeSet);
      put(record, false, stored.with(changeSet.build()));
    }
    return CreateChangeSetResponse.builder().id(id).stackId(record.id()).build();
  }

  private String check(CreateChangeSetRequest request) {
    var type = request.changeSetType() == null ? "UPDATE" : request.changeSetTypeAsString();
    StackOperations.refuseRollbackTriggers(request.rollbackConfiguration());
    StackOperations.refuse(request.hasResourceTypes(), "ResourceTypes");
    StackOperations.refuse(request.deploymentMode() != null, "DeploymentMode");
    store.notifications.check(request.notificationARNs());
    if (!List.of("CREATE", "UPDATE", "IMPORT").contains(type)) {
      throw StackErrors.validation(
          "1 validation error detected: Value '%s' at 'changeSetType' failed to satisfy constraint: Member must satisfy enum value set: [IMPORT, UPDATE, CREATE]"
              .formatted(type));
    }
    if (!type.equals("IMPORT") && !request.resourcesToImport().isEmpty()) {
      throw StackErrors.validation(
          "ResourcesToImport can only be specified for IMPORT change sets");
    }
    return type;
  }

  private Version version(CreateChangeSetRequest request, StackRecord record) {
    var body =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? record.version().body()
            : preparer.body(request.templateBody(), request.templateURL());
    return preparer.prepare(
        body,
        request.parameters(),
        record.version().parameters(),
        request.hasTags() ? request.tags() : StackOperations.tags(record.version().tags()),
        request.capabilitiesAsStrings(),
        false);
  }

  /// What the change set would do, and why it cannot.
  private Imports.Found found(
      CreateChangeSetRequest request, String type, StackRecord record, Version version) {
    if (!version.failure().isEmpty()) {
      var nothing = new Plan(List.of(), false, Map.of(), Map.of());
      return new Imports.Found(Map.of(), nothing, version.failure());
    }
    var plan = stacks.plan(record, version);
    if (type.equals("IMPORT")) {
      return imports.named(request.resourcesToImport(), record, version, plan);
    }
    if (type.equals("UPDATE") && plan.isEmpty()) {
      return new Imports.Found(Map.of(), plan, NOTHING);
    }
    return Boolean.TRUE.equals(request.importExistingResources())
        ? imports.existing(record, version, plan)
        : new Imports.Found(Map.of(), plan, "");
  }

  private void put(StackRecord record, boolean fresh, StoredChangeSet stored) {
    store.locked(
        record.id(),
        batch -> {
          if (fresh) {
            var taken = store.find(record.scope(), record.name());
            if (taken != null && !taken.isDeleted()) {
              throw StackErrors.alreadyExists("Stack [" + record.name() + "] already exists");
            }
            store.status(batch, record, "REVIEW_IN_PROGRESS", "User Initiated");
          }
          var set = stored.changeSet();
          store.changeSets.put(batch, new Owned(set.stackId(), set.changeSetName()), stored);
          return record;
        });
  }

  /// The stack that a change set is for; one of type CREATE makes it, with nothing in it, and so
  /// does one that imports into none.
  private StackRecord target(
      CreateChangeSetRequest request, String type, Scope scope, @Nullable StackRecord found) {
    var missing = found == null || found.isDeleted();
    if (missing && !type.equals("UPDATE")) {
      return stacks.newStack(
          scope,
          StackOperations.checkName(request.stackName()),
          stack -> stack.enableTerminationProtection(false).roleARN(request.roleARN()));
    }
    if (found == null || missing) {
      throw StackErrors.validation("Stack [" + request.stackName() + "] does not exist");
    }
    var reviewed = found.status().equals("REVIEW_IN_PROGRESS");
    if (type.equals("CREATE") && !reviewed) {
      throw StackErrors.validation(
          "Stack [%s] already exists and cannot be created again with the changeSet [%s]."
              .formatted(found.name(), request.changeSetName()));
    }
    if (!reviewed || type.equals("UPDATE")) {
      StackOperations.checkUpdatable(found);
    }
    return found;
  }
}
