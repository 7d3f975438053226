package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Page;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentsResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentIdRequiredException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentStatusException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTimeRangeException;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentsResponse;
import software.amazon.awssdk.services.codedeploy.model.TimeRange;

/// What deployments there are and how they stand, the newest first.
final class DeploymentLists extends DeployPart {
  DeploymentLists(DeployStore store) {
    super(store);
  }

  @Override
  public GetDeploymentResponse getDeployment(GetDeploymentRequest request) {
    return GetDeploymentResponse.builder()
        .deploymentInfo(store.deployment(request.deploymentId()).info())
        .build();
  }

  @Override
  public BatchGetDeploymentsResponse batchGetDeployments(BatchGetDeploymentsRequest request) {
    if (request.deploymentIds().isEmpty()) {
      throw DeployErrors.of(
          DeploymentIdRequiredException.builder(), "At least one deployment ID must be specified");
    }
    var found = new ArrayList<DeploymentInfo>();
    for (var id : DeployErrors.batch(request.deploymentIds())) {
      var deployment = store.deployments.get(DeployStore.key(DeployErrors.deploymentId(id)));
      if (deployment != null) {
        found.add(deployment.info());
      }
    }
    return BatchGetDeploymentsResponse.builder().deploymentsInfo(found).build();
  }

  @Override
  public ListDeploymentsResponse listDeployments(ListDeploymentsRequest request) {
    var application = request.applicationName();
    var group = request.deploymentGroupName();
    if (application != null || group != null) {
      var _ = store.group(DeployErrors.applicationName(application), DeployErrors.groupName(group));
    }
    if (request.includeOnlyStatuses().contains(DeploymentStatus.UNKNOWN_TO_SDK_VERSION)) {
      throw DeployErrors.of(
          InvalidDeploymentStatusException.builder(),
          "Invalid deployment status: " + request.includeOnlyStatusesAsStrings());
    }
    check(request.createTimeRange());
    var all =
        store.list(store.deployments, "").stream()
            .map(Deployment::info)
            .filter(info -> application == null || info.applicationName().equals(application))
            .filter(info -> group == null || info.deploymentGroupName().equals(group))
            .filter(info -> isWanted(info, request))
            .sorted(Comparator.comparing(DeploymentLists::order))
            .toList();
    Page<DeploymentInfo> page = DeployErrors.page(all, DeploymentLists::order, request.nextToken());
    return ListDeploymentsResponse.builder()
        .deployments(page.items().stream().map(DeploymentInfo::deploymentId).toList())
        .nextToken(page.token())
        .build();
  }

  /// Sorts as the time of creation does, backwards.
  private static String order(DeploymentInfo info) {
    return String.format(
        Locale.ROOT,
        "%019d-%s",
        Long.MAX_VALUE - info.createTime().toEpochMilli(),
        info.deploymentId());
  }

  private static void check(@Nullable TimeRange range) {
    if (range != null
        && range.start() != null
        && range.end() != null
        && range.start().isAfter(range.end())) {
      throw DeployErrors.of(
          InvalidTimeRangeException.builder(),
          "The start of the time range must not be after its end");
    }
  }

  private static boolean isWanted(DeploymentInfo info, ListDeploymentsRequest request) {
    var external = request.externalId();
    return (request.includeOnlyStatuses().isEmpty()
            || request.includeOnlyStatuses().contains(info.status()))
        && (external == null || external.equals(info.externalId()))
        && isWithin(info.createTime(), request.createTimeRange());
  }

  private static boolean isWithin(Instant time, @Nullable TimeRange range) {
    return range == null
        || (range.start() == null || !time.isBefore(range.start()))
            && (range.end() == null || !time.isAfter(range.end()));
  }
}
