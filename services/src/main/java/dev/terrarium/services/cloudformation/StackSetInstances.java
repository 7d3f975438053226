package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.*;

/// The instances of stack sets, and the operations that make, change and remove them.
final class StackSetInstances implements StackPart {
  /// Where an instance is or is to be.
  record Target(String account, String region) {}

  private final Cloud cloud;
  private final StackSetStore store;
  private final StackSetRunner runner;

  StackSetInstances(Cloud cloud, StackSetStore store, StackSetRunner runner) {
    this.cloud = cloud;
    this.store = store;
    this.runner = runner;
  }

  @Override
  public CreateStackInstancesResponse createStackInstances(CreateStackInstancesRequest request) {
    var set = store.existing(request.stackSetName());
    var targets =
        targets(accounts(request.accounts(), request.deploymentTargets()), request.regions());
    var id =
        begin(
            set,
            StackSetOperationAction.CREATE,
            request.operationId(),
            request.operationPreferences(),
            targets,
            false,
            () -> targets.forEach(t -> expect(set, t, request.parameterOverrides())));
    return CreateStackInstancesResponse.builder().operationId(id).build();
  }

  private void expect(StackSet set, Target target, List<Parameter> overrides) {
    var key = new StackSetStore.Part(set.stackSetId(), target.account, target.region);
    var there = store.instances.get(key);
    var instance =
        there == null
            ? StackInstance.builder()
                .stackSetId(set.stackSetId())
                .account(target.account)
                .region(target.region)
                .driftStatus(StackDriftStatus.NOT_CHECKED)
                .build()
            : there;
    store.instances.put(
        key,
        instance.toBuilder()
            .parameterOverrides(overrides)
            .status(StackInstanceStatus.OUTDATED)
            .stackInstanceStatus(s -> s.detailedStatus(StackInstanceDetailedStatus.PENDING))
            .build());
  }

  /// A stack that was there before becomes one of the set's.
  void take(StackSet set, StackRecord stack) {
    var target = new Target(stack.scope().account(), stack.scope().region());
    var overrides = new ArrayList<Parameter>();
    stack
        .stack()
        .parameters()
        .forEach(parameter -> {
          if (!set.parameters().contains(parameter)) {
            overrides.add(parameter);
          }
        });
    expect(set, target, overrides);
    var key = new StackSetStore.Part(set.stackSetId(), target.account, target.region);
    var instance = store.instance(set, target.account, target.region);
    store.instances.put(key, instance.toBuilder().stackId(stack.id()).build());
  }

  @Override
  public UpdateStackInstancesResponse updateStackInstances(UpdateStackInstancesRequest request) {
    var set = store.existing(request.stackSetName());
    var targets =
        targets(accounts(request.accounts(), request.deploymentTargets()), request.regions());
    targets.forEach(t -> store.instance(set, t.account, t.region));
    var id =
        begin(
            set,
            StackSetOperationAction.UPDATE,
            request.operationId(),
            request.operationPreferences(),
            targets,
            false,
            () -> targets.forEach(t -> expect(set, t, request.parameterOverrides())));
    return UpdateStackInstancesResponse.builder().operationId(id).build();
  }

  @Override
  public DeleteStackInstancesResponse deleteStackInstances(DeleteStackInstancesRequest request) {
    var set = store.existing(request.stackSetName());
    if (request.retainStacks() == null) {
      throw StackErrors.validation(
          "1 validation error detected: Value null at 'retainStacks' failed to satisfy constraint: Member must not be null");
    }
    var targets =
        targets(accounts(request.accounts(), request.deploymentTargets()), request.regions());
    var id =
        begin(
            set,
            StackSetOperationAction.DELETE,
            request.operationId(),
            request.operationPreferences(),
            targets,
            request.retainStacks(),
            () -> {});
    return DeleteStackInstancesResponse.builder().operationId(id).build();
  }

  private static List<String> accounts(List<String> accounts, @Nullable DeploymentTargets targets) {
    StackOperations.refuse(
        targets != null && !targets.organizationalUnitIds().isEmpty(), "OrganizationalUnitIds");
    return targets != null && !targets.accounts().isEmpty() ? targets.accounts() : accounts;
  }

  /// Every account with every region, region by region.
  List<Target> targets(List<String> accounts, List<String> regions) {
    if (accounts.isEmpty() || regions.isEmpty()) {
      throw StackErrors.validation("You must specify at least one account and one region");
    }
    for (var account : accounts) {
      if (!account.matches("[0-9]{12}")) {
        throw StackErrors.validation(
            "1 validation error detected: Value '%s' at 'accounts' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy regular expression pattern: ^[0-9]{12}$]"
                .formatted(accounts));
      }
    }
    var all = new ArrayList<Target>();
    for (var region : regions) {
      accounts.forEach(account -> all.add(new Target(account, region)));
    }
    return all;
  }

  /// Begins an operation.
  ///
  /// @param targets null for all instances that are there
  /// @param before what is stored when nothing else is going on with the set
  String begin(
      StackSet set,
      StackSetOperationAction action,
      @Nullable String wantedId,
      @Nullable StackSetOperationPreferences preferences,
      @Nullable List<Target> targets,
      boolean retain,
      Runnable before) {
    var id = wantedId == null ? cloud.ids().uuid() : wantedId;
    var operation =
        StackSetOperation.builder()
            .operationId(id)
            .stackSetId(set.stackSetId())
            .action(action)
            .status(StackSetOperationStatus.RUNNING)
            .operationPreferences(
                preferences == null ? StackSetOperationPreferences.builder().build() : preferences)
            .retainStacks(retain)
            .administrationRoleARN(set.administrationRoleARN())
            .executionRoleName(set.executionRoleName())
            .creationTimestamp(cloud.clock().now())
            .build();
    store.locks.with(
        set.stackSetName(),
        () -> {
          var key = new StackSetStore.Part(set.stackSetId(), id, "");
          if (store.operations.contains(key)) {
            throw Errors.<OperationIdAlreadyExistsException>of(
                OperationIdAlreadyExistsException.builder(),
                409,
                "OperationIdAlreadyExistsException",
                "Operation with id " + id + " already exists");
          }
          refuseBusy(set);
          before.run();
          var batch = new Batch();
          store.operations.put(batch, key, operation);
          for (var target : targets == null ? all(set) : targets) {
            store.results.put(
                batch,
                new StackSetStore.Part(set.stackSetId(), id, target.account + "/" + target.region),
                StackSetOperationResultSummary.builder()
                    .account(target.account)
                    .region(target.region)
                    .status(StackSetOperationResultStatus.PENDING)
                    .accountGateResult(g ->
                        g.status(AccountGateStatus.SKIPPED)
                            .statusReason(
                                "Function not found: arn:aws:lambda:%s:%s:function:AWSCloudFormationStackSetAccountGate"
                                    .formatted(target.region, target.account)))
                    .build());
          }
          cloud.store().commit(batch);
          return id;
        });
    runner.start(Call.current().scope(), set.stackSetName(), operation);
    return id;
  }

  private List<Target> all(StackSet set) {
    return store.instances.list(set.stackSetId()).stream()
        .map(i -> new Target(i.account(), i.region()))
        .toList();
  }

  void refuseBusy(StackSet set) {
    for (var other : store.operations.list(set.stackSetId())) {
      if (other.status() == StackSetOperationStatus.RUNNING
          || other.status() == StackSetOperationStatus.STOPPING) {
        throw Errors.<OperationInProgressException>of(
            OperationInProgressException.builder(),
            409,
            "OperationInProgressException",
            "Another Operation on StackSet "
                + set.stackSetId()
                + " is in progress: "
                + other.operationId());
      }
    }
  }

  @Override
  public DescribeStackInstanceResponse describeStackInstance(DescribeStackInstanceRequest request) {
    var set = store.existing(request.stackSetName());
    return DescribeStackInstanceResponse.builder()
        .stackInstance(
            store.instance(set, request.stackInstanceAccount(), request.stackInstanceRegion()))
        .build();
  }

  @Override
  public ListStackInstancesResponse listStackInstances(ListStackInstancesRequest request) {
    var set = store.existing(request.stackSetName());
    var all =
        store.instances.list(set.stackSetId()).stream()
            .filter(i ->
                request.stackInstanceAccount() == null
                    || request.stackInstanceAccount().equals(i.account()))
            .filter(i ->
                request.stackInstanceRegion() == null
                    || request.stackInstanceRegion().equals(i.region()))
            .map(i ->
                StackInstanceSummary.builder()
                    .stackSetId(i.stackSetId())
                    .account(i.account())
                    .region(i.region())
                    .stackId(i.stackId())
                    .status(i.status())
                    .statusReason(i.statusReason())
                    .stackInstanceStatus(i.stackInstanceStatus())
                    .driftStatus(i.driftStatus())
                    .lastOperationId(i.lastOperationId())
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStackInstancesResponse.builder()
        .summaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public DescribeStackSetOperationResponse describeStackSetOperation(
      DescribeStackSetOperationRequest request) {
    var set = store.existing(request.stackSetName());
    return DescribeStackSetOperationResponse.builder()
        .stackSetOperation(store.operation(set, request.operationId()))
        .build();
  }

  @Override
  public ListStackSetOperationsResponse listStackSetOperations(
      ListStackSetOperationsRequest request) {
    var set = store.existing(request.stackSetName());
    var all =
        store.operations.list(set.stackSetId()).stream()
            .sorted(Comparator.comparing(StackSetOperation::creationTimestamp).reversed())
            .map(o ->
                StackSetOperationSummary.builder()
                    .operationId(o.operationId())
                    .action(o.action())
                    .status(o.status())
                    .creationTimestamp(o.creationTimestamp())
                    .endTimestamp(o.endTimestamp())
                    .operationPreferences(o.operationPreferences())
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListStackSetOperationsResponse.builder()
        .summaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public ListStackSetOperationResultsResponse listStackSetOperationResults(
      ListStackSetOperationResultsRequest request) {
    var set = store.existing(request.stackSetName());
    var operation = store.operation(set, request.operationId());
    var page =
        Page.of(store.results.list(set.stackSetId(), operation.operationId()), request.nextToken());
    return ListStackSetOperationResultsResponse.builder()
        .summaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public StopStackSetOperationResponse stopStackSetOperation(StopStackSetOperationRequest request) {
    var set = store.existing(request.stackSetName());
    store.locks.with(
        set.stackSetName(),
        () -> {
          var operation = store.operation(set, request.operationId());
          if (operation.status() != StackSetOperationStatus.RUNNING) {
            throw Errors.<InvalidOperationException>of(
                InvalidOperationException.builder(),
                400,
                "InvalidOperationException",
                "Operation " + operation.operationId() + " is not running");
          }
          store.operations.put(
              new StackSetStore.Part(set.stackSetId(), operation.operationId(), ""),
              operation.toBuilder().status(StackSetOperationStatus.STOPPING).build());
          return Objects.requireNonNull(operation);
        });
    return StopStackSetOperationResponse.builder().build();
  }
}
