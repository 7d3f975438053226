package dev.terrarium.services.codedeploy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentNotStartedException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTarget;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTargetDoesNotExistException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTargetIdRequiredException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTargetListSizeExceededException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTargetType;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentTargetResponse;
import software.amazon.awssdk.services.codedeploy.model.InvalidLifecycleEventHookExecutionIdException;
import software.amazon.awssdk.services.codedeploy.model.InvalidLifecycleEventHookExecutionStatusException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTargetFilterNameException;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventAlreadyCompletedException;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusRequest;
import software.amazon.awssdk.services.codedeploy.model.PutLifecycleEventHookExecutionStatusResponse;
import software.amazon.awssdk.services.codedeploy.model.TargetFilterName;

/// What a deployment does to its function, and what the functions say that validate it.
final class Targets extends DeployPart {
  private static final int TARGETS_MAX = 25;
  private static final Set<LifecycleEventStatus> ANSWERS =
      Set.of(LifecycleEventStatus.SUCCEEDED, LifecycleEventStatus.FAILED);

  Targets(DeployStore store) {
    super(store);
  }

  private Deployment started(@Nullable String id) {
    var deployment = store.deployment(id);
    if (deployment.spec().equals(AppSpec.NONE)) {
      throw DeployErrors.of(
          DeploymentNotStartedException.builder(),
          "The deployment " + deployment.id() + " has not started");
    }
    return deployment;
  }

  private static DeploymentTarget target(Deployment deployment, @Nullable String id) {
    if (id == null || id.isEmpty()) {
      throw DeployErrors.of(
          DeploymentTargetIdRequiredException.builder(), "The deployment target ID is required");
    }
    if (!deployment.spec().targetIds().contains(id)) {
      throw DeployErrors.of(
          DeploymentTargetDoesNotExistException.builder(),
          "The target " + id + " does not belong to the deployment " + deployment.id());
    }
    return DeploymentTarget.builder()
        .deploymentTargetType(DeploymentTargetType.LAMBDA_TARGET)
        .lambdaTarget(deployment.target())
        .build();
  }

  @Override
  public GetDeploymentTargetResponse getDeploymentTarget(GetDeploymentTargetRequest request) {
    var deployment = started(request.deploymentId());
    return GetDeploymentTargetResponse.builder()
        .deploymentTarget(target(deployment, request.targetId()))
        .build();
  }

  @Override
  public BatchGetDeploymentTargetsResponse batchGetDeploymentTargets(
      BatchGetDeploymentTargetsRequest request) {
    var deployment = started(request.deploymentId());
    if (request.targetIds().isEmpty()) {
      throw DeployErrors.of(
          DeploymentTargetIdRequiredException.builder(), "The deployment target ID is required");
    }
    if (request.targetIds().size() > TARGETS_MAX) {
      throw DeployErrors.of(
          DeploymentTargetListSizeExceededException.builder(),
          "The maximum number of targets (25) was exceeded.");
    }
    return BatchGetDeploymentTargetsResponse.builder()
        .deploymentTargets(request.targetIds().stream().map(id -> target(deployment, id)).toList())
        .build();
  }

  @Override
  public ListDeploymentTargetsResponse listDeploymentTargets(ListDeploymentTargetsRequest request) {
    var deployment = started(request.deploymentId());
    if (request.targetFilters().containsKey(TargetFilterName.UNKNOWN_TO_SDK_VERSION)) {
      throw DeployErrors.of(
          InvalidTargetFilterNameException.builder(),
          "Invalid target filter: " + request.targetFiltersAsStrings().keySet());
    }
    var statuses = request.targetFilters().get(TargetFilterName.TARGET_STATUS);
    var wanted = statuses == null || statuses.contains(deployment.target().statusAsString());
    return ListDeploymentTargetsResponse.builder()
        .targetIds(wanted ? List.of(deployment.spec().targetId()) : List.of())
        .build();
  }

  @Override
  public PutLifecycleEventHookExecutionStatusResponse putLifecycleEventHookExecutionStatus(
      PutLifecycleEventHookExecutionStatusRequest request) {
    var key = DeployStore.key(store.deployment(request.deploymentId()).id());
    var status = request.status();
    if (status == null || !ANSWERS.contains(status)) {
      throw DeployErrors.of(
          InvalidLifecycleEventHookExecutionStatusException.builder(),
          "The status of a lifecycle event hook must be Succeeded or Failed, not "
              + request.statusAsString());
    }
    var execution = request.lifecycleEventHookExecutionId();
    var now = store.cloud.clock().now();
    store.change(batch -> {
      var deployment = store.deployment(request.deploymentId());
      if (execution == null || !deployment.hook().equals(execution)) {
        throw DeployErrors.of(
            InvalidLifecycleEventHookExecutionIdException.builder(),
            "The lifecycle event hook execution ID is invalid: " + execution);
      }
      var event =
          deployment.target().lifecycleEvents().stream()
              .filter(one -> one.status() == LifecycleEventStatus.IN_PROGRESS)
              .filter(one -> !one.lifecycleEventName().equals(Deployment.ALLOW))
              .findFirst();
      if (deployment.isEnded() || event.isEmpty()) {
        throw DeployErrors.of(
            LifecycleEventAlreadyCompletedException.builder(),
            "The lifecycle event of the hook execution " + execution + " has already completed");
      }
      store.put(batch, key, deployment.done(event.get().lifecycleEventName(), now, status));
    });
    return PutLifecycleEventHookExecutionStatusResponse.builder()
        .lifecycleEventHookExecutionId(execution)
        .build();
  }
}
