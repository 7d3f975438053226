package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.DetectStackSetDriftRequest;
import software.amazon.awssdk.services.cloudformation.model.DetectStackSetDriftResponse;
import software.amazon.awssdk.services.cloudformation.model.ImportStacksToStackSetRequest;
import software.amazon.awssdk.services.cloudformation.model.ImportStacksToStackSetResponse;
import software.amazon.awssdk.services.cloudformation.model.InvalidOperationException;
import software.amazon.awssdk.services.cloudformation.model.ListStackInstanceResourceDriftsRequest;
import software.amazon.awssdk.services.cloudformation.model.ListStackInstanceResourceDriftsResponse;
import software.amazon.awssdk.services.cloudformation.model.StackDriftStatus;
import software.amazon.awssdk.services.cloudformation.model.StackInstance;
import software.amazon.awssdk.services.cloudformation.model.StackInstanceResourceDriftsSummary;
import software.amazon.awssdk.services.cloudformation.model.StackNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackSet;
import software.amazon.awssdk.services.cloudformation.model.StackSetDriftDetectionDetails;
import software.amazon.awssdk.services.cloudformation.model.StackSetDriftDetectionStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSetDriftStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationAction;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationStatus;

/// What became of the stacks of a set behind CloudFormation's back, and stacks that become a set's.
final class StackSetDrifts implements StackPart {
  private static final int IMPORTED_MAX = 10;

  private final Cloud cloud;
  private final StackSetStore store;
  private final StackStore stacks;
  private final StackSetInstances instances;

  StackSetDrifts(Cloud cloud, StackSetStore store, StackStore stacks, StackSetInstances instances) {
    this.cloud = cloud;
    this.store = store;
    this.stacks = stacks;
    this.instances = instances;
  }

  /// What is known of a set: nothing, if it was never checked.
  static StackSetDriftDetectionDetails shown(StackSetStore store, StackSet set) {
    var total = store.instances.list(set.stackSetId()).size();
    var known = set.stackSetDriftDetectionDetails();
    return known != null
        ? known.toBuilder().totalStackInstancesCount(total).build()
        : StackSetDriftDetectionDetails.builder()
            .driftStatus(StackSetDriftStatus.NOT_CHECKED)
            .totalStackInstancesCount(total)
            .driftedStackInstancesCount(0)
            .inSyncStackInstancesCount(0)
            .inProgressStackInstancesCount(0)
            .failedStackInstancesCount(0)
            .build();
  }

  @Override
  public DetectStackSetDriftResponse detectStackSetDrift(DetectStackSetDriftRequest request) {
    var set = store.existing(request.stackSetName());
    var id =
        instances.begin(
            set,
            StackSetOperationAction.DETECT_DRIFT,
            request.operationId(),
            request.operationPreferences(),
            null,
            false,
            () -> {});
    return DetectStackSetDriftResponse.builder().operationId(id).build();
  }

  /// Checks the stack of an instance.
  static StackInstance detect(StackInstance instance, CloudFormationClient client) {
    var id = client.detectStackDrift(d -> d.stackName(instance.stackId())).stackDriftDetectionId();
    var found = client.describeStackDriftDetectionStatus(d -> d.stackDriftDetectionId(id));
    return instance.toBuilder()
        .driftStatus(found.stackDriftStatus())
        .lastDriftCheckTimestamp(found.timestamp())
        .build();
  }

  /// What an operation that has ended has found out.
  static StackSetDriftDetectionDetails details(
      StackSetStore store, StackSet set, StackSetOperationStatus status, int failures) {
    var all = store.instances.list(set.stackSetId());
    var drifted = count(all, StackDriftStatus.DRIFTED);
    return StackSetDriftDetectionDetails.builder()
        .driftStatus(drifted > 0 ? StackSetDriftStatus.DRIFTED : StackSetDriftStatus.IN_SYNC)
        .driftDetectionStatus(
            switch (status) {
              case FAILED -> StackSetDriftDetectionStatus.FAILED;
              case STOPPED -> StackSetDriftDetectionStatus.STOPPED;
              default ->
                  failures > 0
                      ? StackSetDriftDetectionStatus.PARTIAL_SUCCESS
                      : StackSetDriftDetectionStatus.COMPLETED;
            })
        .lastDriftCheckTimestamp(store.cloud.clock().now())
        .totalStackInstancesCount(all.size())
        .driftedStackInstancesCount(drifted)
        .inSyncStackInstancesCount(count(all, StackDriftStatus.IN_SYNC))
        .inProgressStackInstancesCount(0)
        .failedStackInstancesCount(failures)
        .build();
  }

  private static int count(List<StackInstance> all, StackDriftStatus status) {
    return (int) all.stream().filter(one -> one.driftStatus() == status).count();
  }

  @Override
  public ListStackInstanceResourceDriftsResponse listStackInstanceResourceDrifts(
      ListStackInstanceResourceDriftsRequest request) {
    var set = store.existing(request.stackSetName());
    var instance =
        store.instance(set, request.stackInstanceAccount(), request.stackInstanceRegion());
    var _ = store.operation(set, request.operationId());
    var scope = new Scope(instance.account(), instance.region());
    var found =
        cloud
            .client(CloudFormationClient.class, scope)
            .describeStackResourceDrifts(d ->
                d.stackName(instance.stackId())
                    .stackResourceDriftStatusFilters(request.stackInstanceResourceDriftStatuses())
                    .nextToken(request.nextToken()));
    return ListStackInstanceResourceDriftsResponse.builder()
        .summaries(
            found.stackResourceDrifts().stream()
                .map(drift ->
                    StackInstanceResourceDriftsSummary.builder()
                        .stackId(drift.stackId())
                        .logicalResourceId(drift.logicalResourceId())
                        .physicalResourceId(drift.physicalResourceId())
                        .resourceType(drift.resourceType())
                        .propertyDifferences(drift.propertyDifferences())
                        .stackResourceDriftStatus(drift.stackResourceDriftStatus())
                        .timestamp(drift.timestamp())
                        .build())
                .toList())
        .nextToken(found.nextToken())
        .build();
  }

  @Override
  public ImportStacksToStackSetResponse importStacksToStackSet(
      ImportStacksToStackSetRequest request) {
    var set = store.existing(request.stackSetName());
    StackOperations.refuse(request.stackIdsUrl() != null, "StackIdsUrl");
    StackOperations.refuse(!request.organizationalUnitIds().isEmpty(), "OrganizationalUnitIds");
    if (request.stackIds().isEmpty() || request.stackIds().size() > IMPORTED_MAX) {
      throw StackErrors.validation(
          "You must specify between 1 and " + IMPORTED_MAX + " stack IDs to import");
    }
    var taken = new ArrayList<StackRecord>();
    for (var id : request.stackIds()) {
      taken.add(importable(set, id));
    }
    var targets =
        taken.stream()
            .map(stack ->
                new StackSetInstances.Target(stack.scope().account(), stack.scope().region()))
            .toList();
    var id =
        instances.begin(
            set,
            StackSetOperationAction.CREATE,
            request.operationId(),
            request.operationPreferences(),
            targets,
            false,
            () -> taken.forEach(stack -> instances.take(set, stack)));
    return ImportStacksToStackSetResponse.builder().operationId(id).build();
  }

  /// A stack that has the set's template, and no other of whose account and region is the set's.
  private StackRecord importable(StackSet set, String id) {
    var scope = scope(id);
    var stack = scope == null ? null : stacks.find(scope, id);
    if (scope == null || stack == null || stack.isDeleted()) {
      throw Errors.<StackNotFoundException>of(
          StackNotFoundException.builder(),
          404,
          "StackNotFoundException",
          "Stack " + id + " not found");
    }
    var key = new StackSetStore.Part(set.stackSetId(), scope.account(), scope.region());
    if (store.instances.contains(key)) {
      throw invalid("The stack set has an instance in %s already".formatted(scope));
    }
    if (!stack.version().body().strip().equals(set.templateBody().strip())) {
      throw invalid("The template of the stack " + id + " is not the stack set's");
    }
    return stack;
  }

  private static InvalidOperationException invalid(String message) {
    return Errors.of(
        InvalidOperationException.builder(), 400, "InvalidOperationException", message);
  }

  private static @Nullable Scope scope(String id) {
    return Arn.of(id).map(arn -> arn.scope()).orElse(null);
  }
}
