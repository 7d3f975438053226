package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Errors;
import dev.terrarium.services.codedeploy.Runner.Failure;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.codedeploy.model.Alarm;
import software.amazon.awssdk.services.codedeploy.model.AlarmConfiguration;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;

/// The alarms that stop deployments.
final class AlarmWatch {
  private final DeployStore store;

  AlarmWatch(DeployStore store) {
    this.store = store;
  }

  private AlarmConfiguration configuration(Deployment deployment) {
    var own = deployment.info().overrideAlarmConfiguration();
    if (own != null) {
      return own;
    }
    var group =
        store.groups.get(
            DeployStore.key(
                deployment.info().applicationName(), deployment.info().deploymentGroupName()));
    return group == null || group.alarmConfiguration() == null
        ? AlarmConfiguration.builder().enabled(false).build()
        : group.alarmConfiguration();
  }

  /// The alarms of a deployment; none for one that takes another back.
  List<String> of(Deployment deployment) {
    var configuration = configuration(deployment);
    return deployment.isRollback() || !Boolean.TRUE.equals(configuration.enabled())
        ? List.of()
        : configuration.alarms().stream().map(Alarm::name).toList();
  }

  /// Those that are in alarm.
  List<String> alarmed(Deployment deployment, List<String> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    try {
      var alarmed =
          store
              .cloud
              .client(CloudWatchClient.class)
              .describeAlarms(d ->
                  d.alarmNames(names)
                      .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM)
                      .stateValue(StateValue.ALARM));
      var found = new ArrayList<String>();
      alarmed.metricAlarms().forEach(alarm -> found.add(alarm.alarmName()));
      alarmed.compositeAlarms().forEach(alarm -> found.add(alarm.alarmName()));
      return found;
    } catch (AwsServiceException e) {
      if (Boolean.TRUE.equals(configuration(deployment).ignorePollAlarmFailure())) {
        return List.of();
      }
      throw new Failure(
          ErrorCode.IAM_ROLE_PERMISSIONS,
          "The state of the alarms could not be told: " + Errors.message(e));
    }
  }
}
