package dev.terrarium.services.codedeploy;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInfo;
import software.amazon.awssdk.services.codedeploy.model.MinimumHealthyHostsType;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingType;

/// The configurations that CodeDeploy brings.
final class PredefinedConfigs {
  static final String PREFIX = "CodeDeployDefault.";

  /// By name.
  static final Map<String, DeploymentConfigInfo> ALL = all();

  private PredefinedConfigs() {}

  private static Map<String, DeploymentConfigInfo> all() {
    var all = new TreeMap<String, DeploymentConfigInfo>();
    hosts(all, "AllAtOnce", MinimumHealthyHostsType.HOST_COUNT, 0);
    hosts(all, "HalfAtATime", MinimumHealthyHostsType.FLEET_PERCENT, 50);
    hosts(all, "OneAtATime", MinimumHealthyHostsType.FLEET_PERCENT, 99);
    for (var platform : new ComputePlatform[] {ComputePlatform.LAMBDA, ComputePlatform.ECS}) {
      put(
          all,
          platform + "AllAtOnce",
          DeploymentConfigInfo.builder()
              .computePlatform(platform)
              .trafficRoutingConfig(t -> t.type(TrafficRoutingType.ALL_AT_ONCE)));
    }
    for (int minutes : new int[] {5, 10, 15, 30}) {
      canary(all, ComputePlatform.LAMBDA, minutes);
    }
    canary(all, ComputePlatform.ECS, 5);
    canary(all, ComputePlatform.ECS, 15);
    linear(all, ComputePlatform.LAMBDA, 1, "Minute");
    for (int minutes : new int[] {2, 3, 10}) {
      linear(all, ComputePlatform.LAMBDA, minutes, "Minutes");
    }
    linear(all, ComputePlatform.ECS, 1, "Minutes");
    linear(all, ComputePlatform.ECS, 3, "Minutes");
    return all;
  }

  private static void hosts(
      Map<String, DeploymentConfigInfo> all, String name, MinimumHealthyHostsType type, int value) {
    put(
        all,
        name,
        DeploymentConfigInfo.builder()
            .computePlatform(ComputePlatform.SERVER)
            .minimumHealthyHosts(m -> m.type(type).value(value)));
  }

  private static void canary(
      Map<String, DeploymentConfigInfo> all, ComputePlatform platform, int minutes) {
    put(
        all,
        platform + "Canary10Percent" + minutes + "Minutes",
        DeploymentConfigInfo.builder()
            .computePlatform(platform)
            .trafficRoutingConfig(t ->
                t.type(TrafficRoutingType.TIME_BASED_CANARY)
                    .timeBasedCanary(c -> c.canaryPercentage(10).canaryInterval(minutes))));
  }

  private static void linear(
      Map<String, DeploymentConfigInfo> all, ComputePlatform platform, int minutes, String unit) {
    put(
        all,
        platform + "Linear10PercentEvery" + minutes + unit,
        DeploymentConfigInfo.builder()
            .computePlatform(platform)
            .trafficRoutingConfig(t ->
                t.type(TrafficRoutingType.TIME_BASED_LINEAR)
                    .timeBasedLinear(l -> l.linearPercentage(10).linearInterval(minutes))));
  }

  private static void put(
      Map<String, DeploymentConfigInfo> all, String name, DeploymentConfigInfo.Builder config) {
    all.put(PREFIX + name, config.deploymentConfigName(PREFIX + name).build());
  }

  /// What a group of a platform uses that names none.
  static String of(ComputePlatform platform) {
    return switch (platform) {
      case LAMBDA -> PREFIX + "LambdaAllAtOnce";
      case ECS -> PREFIX + "ECSAllAtOnce";
      default -> PREFIX + "OneAtATime";
    };
  }
}
