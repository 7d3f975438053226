package dev.terrarium.services.codedeploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.Reading.State;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.model.JsonShapes;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.AutoScalingGroup;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;

/// What CodeDeploy's resource types can tell of what is there.
final class DeployReadings {
  /// The properties of a group that may be changed and left out.
  static final List<String> GROUP =
      List.of(
          "AlarmConfiguration",
          "AutoRollbackConfiguration",
          "AutoScalingGroups",
          "BlueGreenDeploymentConfiguration",
          "DeploymentConfigName",
          "DeploymentStyle",
          "ECSServices",
          "Ec2TagFilters",
          "Ec2TagSet",
          "LoadBalancerInfo",
          "OnPremisesInstanceTagFilters",
          "OnPremisesTagSet",
          "OutdatedInstancesStrategy",
          "TerminationHookEnabled",
          "TriggerConfigurations");

  private static final List<String> TOLD =
      List.of(
          "AlarmConfiguration",
          "ApplicationName",
          "AutoRollbackConfiguration",
          "BlueGreenDeploymentConfiguration",
          "DeploymentConfigName",
          "DeploymentGroupName",
          "DeploymentStyle",
          "Ec2TagFilters",
          "LoadBalancerInfo",
          "OnPremisesInstanceTagFilters",
          "OutdatedInstancesStrategy",
          "ServiceRoleArn",
          "TerminationHookEnabled",
          "TriggerConfigurations");

  private final Cloud cloud;

  DeployReadings(Cloud cloud) {
    this.cloud = cloud;
  }

  private CodeDeployClient deploy() {
    return cloud.client(CodeDeployClient.class);
  }

  private List<String> applications() {
    return deploy().listApplicationsPaginator().applications().stream().toList();
  }

  Reading application() {
    return Reading.of(
        "ApplicationName",
        name -> {
          var now = deploy().getApplication(g -> g.applicationName(name)).application();
          return new State(
              new Resource(name, Map.of()),
              JsonShapes.tree(now, List.of("ApplicationName", "ComputePlatform")));
        },
        this::applications);
  }

  Reading config() {
    return Reading.of(
        "DeploymentConfigName",
        name -> {
          var now =
              deploy()
                  .getDeploymentConfig(g -> g.deploymentConfigName(name))
                  .deploymentConfigInfo();
          return new State(
              new Resource(name, Map.of()),
              JsonShapes.tree(
                  now,
                  List.of(
                      "ComputePlatform",
                      "DeploymentConfigName",
                      "MinimumHealthyHosts",
                      "TrafficRoutingConfig",
                      "ZonalConfig")));
        },
        () ->
            deploy().listDeploymentConfigsPaginator().deploymentConfigsList().stream()
                .filter(name -> !name.startsWith(PredefinedConfigs.PREFIX))
                .toList());
  }

  Reading group() {
    return new Reading(
        List.of("ApplicationName", "DeploymentGroupName"),
        parts -> {
          var now =
              deploy()
                  .getDeploymentGroup(g ->
                      g.applicationName(parts.get("ApplicationName"))
                          .deploymentGroupName(parts.get("DeploymentGroupName")))
                  .deploymentGroupInfo();
          return new State(new Resource(now.deploymentGroupName(), Map.of()), told(now));
        },
        () ->
            applications().stream()
                .flatMap(application ->
                    deploy()
                        .listDeploymentGroupsPaginator(l -> l.applicationName(application))
                        .deploymentGroups()
                        .stream()
                        .map(group -> List.of(application, group)))
                .toList());
  }

  private static ObjectNode told(DeploymentGroupInfo now) {
    var told = JsonShapes.tree(now, TOLD);
    var scaling = Json.array();
    now.autoScalingGroups().stream().map(AutoScalingGroup::name).forEach(scaling::add);
    told.set("AutoScalingGroups", scaling.isEmpty() ? null : scaling);
    told.set(
        "ECSServices",
        now.ecsServices().isEmpty() ? null : JsonShapes.tree(now).get("EcsServices"));
    return told;
  }
}
