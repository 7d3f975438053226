package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.model.Pojos;
import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.AutoScalingGroup;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentGroupsRequest;
import software.amazon.awssdk.services.codedeploy.model.BatchGetDeploymentGroupsResponse;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupAlreadyExistsException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentOption;
import software.amazon.awssdk.services.codedeploy.model.DeploymentType;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentGroupResponse;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentGroupsResponse;
import software.amazon.awssdk.services.codedeploy.model.OutdatedInstancesStrategy;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupRequest;
import software.amazon.awssdk.services.codedeploy.model.UpdateDeploymentGroupResponse;

/// Deployment groups: how an application's deployments go, and what stops them.
final class Groups extends DeployPart {
  /// They are told by their names and shown with more, so they are not copied.
  private static final @Nullable Collection<String> NONE = null;

  Groups(DeployStore store) {
    super(store);
  }

  @Override
  public CreateDeploymentGroupResponse createDeploymentGroup(CreateDeploymentGroupRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var name = DeployErrors.groupName(request.deploymentGroupName());
    GroupChecks.role(request.serviceRoleArn());
    var tags = DeployTags.map(request.tags());
    var id = store.cloud.ids().uuid();
    store.change(batch -> {
      var platform = store.application(application).computePlatform();
      refuseTaken(application, name);
      var made =
          Pojos.copy(request.toBuilder().autoScalingGroups(NONE).build(), info())
              .autoScalingGroups(request.autoScalingGroups().stream().map(Groups::scaling).toList())
              .deploymentGroupId(id)
              .computePlatform(platform);
      if (request.deploymentConfigName() == null) {
        made.deploymentConfigName(PredefinedConfigs.of(platform));
      }
      if (request.deploymentStyle() == null) {
        var server = platform == ComputePlatform.SERVER;
        made.deploymentStyle(s ->
            s.deploymentType(server ? DeploymentType.IN_PLACE : DeploymentType.BLUE_GREEN)
                .deploymentOption(
                    server
                        ? DeploymentOption.WITHOUT_TRAFFIC_CONTROL
                        : DeploymentOption.WITH_TRAFFIC_CONTROL));
      }
      if (platform == ComputePlatform.SERVER && request.outdatedInstancesStrategy() == null) {
        made.outdatedInstancesStrategy(OutdatedInstancesStrategy.UPDATE);
      }
      store.groups.put(batch, DeployStore.key(application, name), checked(made.build()));
      if (!tags.isEmpty()) {
        store.tags.put(batch, DeployKey.group(DeployStore.scope(), application, name), tags);
      }
    });
    return CreateDeploymentGroupResponse.builder().deploymentGroupId(id).build();
  }

  private static DeploymentGroupInfo.Builder info() {
    return DeploymentGroupInfo.builder();
  }

  private static AutoScalingGroup scaling(String name) {
    return AutoScalingGroup.builder().name(name).build();
  }

  private void refuseTaken(String application, String name) {
    if (store.groups.contains(DeployStore.key(application, name))) {
      throw DeployErrors.of(
          DeploymentGroupAlreadyExistsException.builder(),
          "A deployment group with the name " + name + " already exists");
    }
  }

  private DeploymentGroupInfo checked(DeploymentGroupInfo group) {
    var config = store.config(DeployErrors.configName(group.deploymentConfigName()));
    GroupChecks.check(group, config);
    return group;
  }

  @Override
  public UpdateDeploymentGroupResponse updateDeploymentGroup(UpdateDeploymentGroupRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var name = DeployErrors.groupName(request.currentDeploymentGroupName());
    var next =
        request.newDeploymentGroupName() == null
            ? name
            : DeployErrors.groupName(request.newDeploymentGroupName());
    if (request.serviceRoleArn() != null) {
      GroupChecks.role(request.serviceRoleArn());
    }
    store.change(batch -> {
      var before = store.group(application, name);
      var after =
          Pojos.copy(request.toBuilder().autoScalingGroups(NONE).build(), before.toBuilder())
              .deploymentGroupName(next);
      if (request.hasAutoScalingGroups()) {
        after.autoScalingGroups(request.autoScalingGroups().stream().map(Groups::scaling).toList());
      }
      if (!next.equals(name)) {
        refuseTaken(application, next);
        rename(batch, application, name, next);
      }
      store.groups.put(batch, DeployStore.key(application, next), checked(after.build()));
    });
    return UpdateDeploymentGroupResponse.builder().build();
  }

  private void rename(Batch batch, String application, String name, String next) {
    var scope = DeployStore.scope();
    store.groups.delete(batch, DeployStore.key(application, name));
    var tags = store.tags.get(DeployKey.group(scope, application, name));
    if (tags != null) {
      store.tags.delete(batch, DeployKey.group(scope, application, name));
      store.tags.put(batch, DeployKey.group(scope, application, next), tags);
    }
    var active = store.active.get(DeployStore.key(application, name));
    if (active != null) {
      store.active.delete(batch, DeployStore.key(application, name));
      store.active.put(batch, DeployStore.key(application, next), active);
    }
    for (var deployment : store.list(store.deployments, "")) {
      var info = deployment.info();
      if (info.applicationName().equals(application) && info.deploymentGroupName().equals(name)) {
        var renamed = info.toBuilder().deploymentGroupName(next).build();
        store.put(batch, DeployStore.key(deployment.id()), deployment.with(renamed));
      }
    }
  }

  @Override
  public GetDeploymentGroupResponse getDeploymentGroup(GetDeploymentGroupRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var name = DeployErrors.groupName(request.deploymentGroupName());
    return GetDeploymentGroupResponse.builder()
        .deploymentGroupInfo(store.group(application, name))
        .build();
  }

  @Override
  public BatchGetDeploymentGroupsResponse batchGetDeploymentGroups(
      BatchGetDeploymentGroupsRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    store.application(application);
    var found = new ArrayList<DeploymentGroupInfo>();
    var missing = new ArrayList<String>();
    for (var name : DeployErrors.batch(request.deploymentGroupNames())) {
      var group = store.groups.get(DeployStore.key(application, DeployErrors.groupName(name)));
      if (group == null) {
        missing.add(name);
      } else {
        found.add(group);
      }
    }
    return BatchGetDeploymentGroupsResponse.builder()
        .deploymentGroupsInfo(found)
        .errorMessage(message(missing))
        .build();
  }

  private static @Nullable String message(List<String> missing) {
    return missing.isEmpty() ? null : DeployErrors.noGroup(String.join(", ", missing)).getMessage();
  }

  @Override
  public ListDeploymentGroupsResponse listDeploymentGroups(ListDeploymentGroupsRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    store.application(application);
    var names =
        store.list(store.groups, application).stream()
            .map(DeploymentGroupInfo::deploymentGroupName)
            .toList();
    var page = DeployErrors.page(names, name -> name, request.nextToken());
    return ListDeploymentGroupsResponse.builder()
        .applicationName(application)
        .deploymentGroups(page.items())
        .nextToken(page.token())
        .build();
  }

  @Override
  public DeleteDeploymentGroupResponse deleteDeploymentGroup(DeleteDeploymentGroupRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var name = DeployErrors.groupName(request.deploymentGroupName());
    store.change(batch -> {
      store.groups.delete(batch, DeployStore.key(application, name));
      store.tags.delete(batch, DeployKey.group(DeployStore.scope(), application, name));
    });
    return DeleteDeploymentGroupResponse.builder().hooksNotCleanedUp(new ArrayList<>()).build();
  }
}
