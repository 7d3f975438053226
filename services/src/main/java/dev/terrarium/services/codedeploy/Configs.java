package dev.terrarium.services.codedeploy;

import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.DeleteDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigAlreadyExistsException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInUseException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInfo;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigRequest;
import software.amazon.awssdk.services.codedeploy.model.GetDeploymentConfigResponse;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentConfigNameException;
import software.amazon.awssdk.services.codedeploy.model.InvalidMinimumHealthyHostValueException;
import software.amazon.awssdk.services.codedeploy.model.InvalidOperationException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTrafficRoutingConfigurationException;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsRequest;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentConfigsResponse;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingConfig;
import software.amazon.awssdk.services.codedeploy.model.TrafficRoutingType;

/// Deployment configurations: how fast a deployment goes.
final class Configs extends DeployPart {
  private static final int MINUTES_MAX = 2 * 24 * 60;

  Configs(DeployStore store) {
    super(store);
  }

  @Override
  public CreateDeploymentConfigResponse createDeploymentConfig(
      CreateDeploymentConfigRequest request) {
    var name = DeployErrors.configName(request.deploymentConfigName());
    if (name.startsWith(PredefinedConfigs.PREFIX)) {
      throw DeployErrors.of(
          InvalidDeploymentConfigNameException.builder(),
          "The deployment configuration name must not begin with CodeDeployDefault.");
    }
    var platform =
        Applications.platform(request.computePlatform(), request.computePlatformAsString());
    check(request, platform);
    var made =
        DeploymentConfigInfo.builder()
            .deploymentConfigId(store.cloud.ids().uuid())
            .deploymentConfigName(name)
            .createTime(store.cloud.clock().now())
            .computePlatform(platform)
            .minimumHealthyHosts(request.minimumHealthyHosts())
            .trafficRoutingConfig(request.trafficRoutingConfig())
            .zonalConfig(request.zonalConfig())
            .build();
    store.change(batch -> {
      if (store.configs.contains(DeployStore.key(name))) {
        throw DeployErrors.of(
            DeploymentConfigAlreadyExistsException.builder(),
            "A deployment configuration with the name " + name + " already exists");
      }
      store.configs.put(batch, DeployStore.key(name), made);
    });
    return CreateDeploymentConfigResponse.builder()
        .deploymentConfigId(made.deploymentConfigId())
        .build();
  }

  private static void check(CreateDeploymentConfigRequest request, ComputePlatform platform) {
    if (platform == ComputePlatform.SERVER) {
      if (request.minimumHealthyHosts() == null
          || request.minimumHealthyHosts().type() == null
          || request.minimumHealthyHosts().value() == null) {
        throw DeployErrors.of(
            InvalidMinimumHealthyHostValueException.builder(),
            "Minimum healthy hosts must be specified for the Server compute platform");
      }
      if (request.trafficRoutingConfig() != null) {
        throw routing("Traffic routing can not be specified for the Server compute platform");
      }
      return;
    }
    if (request.minimumHealthyHosts() != null) {
      throw DeployErrors.of(
          InvalidMinimumHealthyHostValueException.builder(),
          "Minimum healthy hosts can not be specified for the " + platform + " compute platform");
    }
    routing(request.trafficRoutingConfig());
  }

  private static void routing(@Nullable TrafficRoutingConfig routing) {
    var type = routing == null ? null : routing.type();
    if (routing == null || type == null || type == TrafficRoutingType.UNKNOWN_TO_SDK_VERSION) {
      throw routing(
          "The traffic routing type must be TimeBasedCanary, TimeBasedLinear or AllAtOnce");
    }
    var canary = routing.timeBasedCanary();
    var linear = routing.timeBasedLinear();
    switch (type) {
      case TIME_BASED_CANARY -> {
        if (canary == null || linear != null) {
          throw routing("TimeBasedCanary, and nothing else, must be specified for its type");
        }
        part(canary.canaryPercentage(), canary.canaryInterval());
      }
      case TIME_BASED_LINEAR -> {
        if (linear == null || canary != null) {
          throw routing("TimeBasedLinear, and nothing else, must be specified for its type");
        }
        part(linear.linearPercentage(), linear.linearInterval());
      }
      default -> {
        if (canary != null || linear != null) {
          throw routing("AllAtOnce takes neither TimeBasedCanary nor TimeBasedLinear");
        }
      }
    }
  }

  private static void part(@Nullable Integer percentage, @Nullable Integer interval) {
    if (percentage == null || percentage < 1 || percentage > 99) {
      throw routing("The percentage must be from 1 to 99");
    }
    if (interval == null || interval < 1 || interval > MINUTES_MAX) {
      throw routing("The interval must be from 1 to " + MINUTES_MAX + " minutes");
    }
  }

  private static AwsServiceException routing(String message) {
    return DeployErrors.of(InvalidTrafficRoutingConfigurationException.builder(), message);
  }

  @Override
  public GetDeploymentConfigResponse getDeploymentConfig(GetDeploymentConfigRequest request) {
    var name = DeployErrors.configName(request.deploymentConfigName());
    return GetDeploymentConfigResponse.builder().deploymentConfigInfo(store.config(name)).build();
  }

  @Override
  public ListDeploymentConfigsResponse listDeploymentConfigs(ListDeploymentConfigsRequest request) {
    var names =
        Stream.concat(
                PredefinedConfigs.ALL.keySet().stream(),
                store.list(store.configs, "").stream()
                    .map(DeploymentConfigInfo::deploymentConfigName))
            .sorted(Comparator.naturalOrder())
            .toList();
    var page = DeployErrors.page(names, name -> name, request.nextToken());
    return ListDeploymentConfigsResponse.builder()
        .deploymentConfigsList(page.items())
        .nextToken(page.token())
        .build();
  }

  @Override
  public DeleteDeploymentConfigResponse deleteDeploymentConfig(
      DeleteDeploymentConfigRequest request) {
    var name = DeployErrors.configName(request.deploymentConfigName());
    if (PredefinedConfigs.ALL.containsKey(name)) {
      throw DeployErrors.of(
          InvalidOperationException.builder(),
          "Predefined deployment configurations cannot be deleted: " + name);
    }
    store.change(batch -> {
      for (var group :
          store.groups.list(DeployStore.scope().account(), DeployStore.scope().region())) {
        if (group.deploymentConfigName().equals(name)) {
          throw DeployErrors.of(
              DeploymentConfigInUseException.builder(),
              "The deployment configuration " + name + " is in use");
        }
      }
      store.configs.delete(batch, DeployStore.key(name));
    });
    return DeleteDeploymentConfigResponse.builder().build();
  }
}
