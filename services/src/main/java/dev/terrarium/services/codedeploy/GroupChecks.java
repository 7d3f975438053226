package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Arn;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.AlarmConfiguration;
import software.amazon.awssdk.services.codedeploy.model.AlarmsLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackConfiguration;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.DeploymentConfigInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentOption;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStyle;
import software.amazon.awssdk.services.codedeploy.model.DeploymentType;
import software.amazon.awssdk.services.codedeploy.model.InvalidAlarmConfigException;
import software.amazon.awssdk.services.codedeploy.model.InvalidAutoRollbackConfigException;
import software.amazon.awssdk.services.codedeploy.model.InvalidAutoScalingGroupException;
import software.amazon.awssdk.services.codedeploy.model.InvalidComputePlatformException;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentStyleException;
import software.amazon.awssdk.services.codedeploy.model.InvalidEc2TagException;
import software.amazon.awssdk.services.codedeploy.model.InvalidLoadBalancerInfoException;
import software.amazon.awssdk.services.codedeploy.model.InvalidRoleException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTriggerConfigException;
import software.amazon.awssdk.services.codedeploy.model.RoleRequiredException;
import software.amazon.awssdk.services.codedeploy.model.TriggerConfig;
import software.amazon.awssdk.services.codedeploy.model.TriggerEventType;
import software.amazon.awssdk.services.codedeploy.model.TriggerTargetsLimitExceededException;

/// What a deployment group must be like, on its platform.
final class GroupChecks {
  private static final int ALARMS_MAX = 10;
  private static final int TRIGGERS_MAX = 10;

  private GroupChecks() {}

  static void role(@Nullable String arn) {
    if (arn == null || arn.isEmpty()) {
      throw DeployErrors.of(RoleRequiredException.builder(), "The service role ARN is required");
    }
    var role = Arn.of(arn).orElse(null);
    if (role == null || !role.service().equals("iam") || !role.resource().startsWith("role/")) {
      throw DeployErrors.of(
          InvalidRoleException.builder(), "The role ARN is not in a valid format: " + arn);
    }
  }

  static void check(DeploymentGroupInfo group, DeploymentConfigInfo config) {
    if (config.computePlatform() != group.computePlatform()) {
      throw DeployErrors.of(
          InvalidComputePlatformException.builder(),
          "The deployment configuration %s is of the compute platform %s, the application of %s"
              .formatted(
                  config.deploymentConfigName(),
                  config.computePlatformAsString(),
                  group.computePlatformAsString()));
    }
    style(group.deploymentStyle(), group.computePlatform());
    alarms(group.alarmConfiguration());
    rollback(group.autoRollbackConfiguration());
    triggers(group.triggerConfigurations());
    if (group.computePlatform() == ComputePlatform.LAMBDA) {
      refuseInstances(group);
    }
  }

  private static void refuseInstances(DeploymentGroupInfo group) {
    if (!group.autoScalingGroups().isEmpty()) {
      throw DeployErrors.of(
          InvalidAutoScalingGroupException.builder(),
          "For Lambda deployment group, autoScalingGroups can not be specified");
    }
    if (!group.ec2TagFilters().isEmpty() || group.ec2TagSet() != null) {
      throw DeployErrors.of(
          InvalidEc2TagException.builder(),
          "For Lambda deployment group, ec2TagFilters can not be specified");
    }
    if (group.loadBalancerInfo() != null) {
      throw DeployErrors.of(
          InvalidLoadBalancerInfoException.builder(),
          "For Lambda deployment group, loadBalancerInfo can not be specified");
    }
  }

  private static void style(@Nullable DeploymentStyle style, ComputePlatform platform) {
    if (style == null) {
      return;
    }
    var type = style.deploymentType();
    var option = style.deploymentOption();
    if (type == null || option == null) {
      throw DeployErrors.of(
          InvalidDeploymentStyleException.builder(),
          "Deployment type or deployment option cannot be null or empty");
    }
    if (type == DeploymentType.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidDeploymentStyleException.builder(),
          "Deployment type can only be IN_PLACE or BLUE_GREEN");
    }
    if (option == DeploymentOption.UNKNOWN_TO_SDK_VERSION) {
      throw DeployErrors.of(
          InvalidDeploymentStyleException.builder(),
          "Deployment option can only be WITH_TRAFFIC_CONTROL or WITHOUT_TRAFFIC_CONTROL");
    }
    if (platform != ComputePlatform.SERVER
        && (type != DeploymentType.BLUE_GREEN || option != DeploymentOption.WITH_TRAFFIC_CONTROL)) {
      throw DeployErrors.of(
          InvalidDeploymentStyleException.builder(),
          "For %s deployment group, deploymentType can only be BLUE_GREEN and deploymentOption can only be WITH_TRAFFIC_CONTROL"
              .formatted(platform));
    }
  }

  static void alarms(@Nullable AlarmConfiguration alarms) {
    if (alarms == null) {
      return;
    }
    if (Boolean.TRUE.equals(alarms.enabled()) && alarms.alarms().isEmpty()) {
      throw DeployErrors.of(
          InvalidAlarmConfigException.builder(),
          "Alarms cannot be null or empty when the alarm configuration is enabled");
    }
    if (alarms.alarms().size() > ALARMS_MAX) {
      throw DeployErrors.of(
          AlarmsLimitExceededException.builder(),
          "The maximum number of alarms for a deployment group (10) was exceeded.");
    }
    var names = alarms.alarms().stream().map(alarm -> alarm.name()).toList();
    if (names.stream().anyMatch(name -> name == null || name.isEmpty())
        || names.stream().distinct().count() < names.size()) {
      throw DeployErrors.of(
          InvalidAlarmConfigException.builder(), "Alarm names must be given and must not repeat");
    }
  }

  static void rollback(@Nullable AutoRollbackConfiguration rollback) {
    if (rollback == null) {
      return;
    }
    if (rollback.events().contains(AutoRollbackEvent.UNKNOWN_TO_SDK_VERSION)) {
      throw DeployErrors.of(
          InvalidAutoRollbackConfigException.builder(),
          "Invalid auto rollback event: " + rollback.eventsAsStrings());
    }
    if (Boolean.TRUE.equals(rollback.enabled()) && rollback.events().isEmpty()) {
      throw DeployErrors.of(
          InvalidAutoRollbackConfigException.builder(),
          "Auto rollback is enabled, but no event types are specified");
    }
  }

  private static void triggers(List<TriggerConfig> triggers) {
    if (triggers.size() > TRIGGERS_MAX) {
      throw DeployErrors.of(
          TriggerTargetsLimitExceededException.builder(),
          "The maximum allowed number of triggers was exceeded.");
    }
    for (var trigger : triggers) {
      var target = trigger.triggerTargetArn() == null ? "" : trigger.triggerTargetArn();
      var arn = Arn.of(target).orElse(null);
      if (trigger.triggerName() == null
          || arn == null
          || !arn.service().equals("sns")
          || trigger.triggerEvents().isEmpty()
          || trigger.triggerEvents().contains(TriggerEventType.UNKNOWN_TO_SDK_VERSION)) {
        throw DeployErrors.of(
            InvalidTriggerConfigException.builder(),
            "The trigger configuration is invalid: " + trigger.triggerName());
      }
    }
  }
}
