package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.store.Batch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.AutoRollbackEvent;
import software.amazon.awssdk.services.codedeploy.model.DeploymentCreator;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;
import software.amazon.awssdk.services.codedeploy.model.ErrorInformation;
import software.amazon.awssdk.services.codedeploy.model.LastDeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;
import software.amazon.awssdk.services.codedeploy.model.RollbackInfo;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;
import software.amazon.awssdk.services.codedeploy.model.TriggerEventType;

/// How deployments end, and how those that do not end well are taken back: by another deployment,
/// which goes the other way at once.
final class Endings {
  private final DeployStore store;
  private final Runner runner;
  private final Triggers triggers;

  Endings(DeployStore store, Runner runner) {
    this.store = store;
    this.runner = runner;
    this.triggers = new Triggers(store);
  }

  void succeeded(DeployKey key) {
    end(key, DeploymentStatus.SUCCEEDED, null, null);
  }

  void alarmed(DeployKey key, List<String> alarms) {
    end(
        key,
        DeploymentStatus.STOPPED,
        error(
            ErrorCode.ALARM_ACTIVE,
            "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: "
                + String.join(", ", alarms)),
        AutoRollbackEvent.DEPLOYMENT_STOP_ON_ALARM);
  }

  void stopped(DeployKey key, Deployment deployment) {
    var error = error(ErrorCode.MANUAL_STOP, "The deployment was stopped by a user");
    end(
        key,
        DeploymentStatus.STOPPED,
        error,
        deployment.stop().equals(Deployment.STOP_AND_ROLL_BACK)
            ? AutoRollbackEvent.DEPLOYMENT_STOP_ON_REQUEST
            : null);
  }

  void failed(DeployKey key, ErrorCode code, String message) {
    end(key, DeploymentStatus.FAILED, error(code, message), AutoRollbackEvent.DEPLOYMENT_FAILURE);
  }

  private static ErrorInformation error(ErrorCode code, String message) {
    return ErrorInformation.builder().code(code).message(message).build();
  }

  private void end(
      DeployKey key,
      DeploymentStatus status,
      @Nullable ErrorInformation error,
      @Nullable AutoRollbackEvent event) {
    var now = store.cloud.clock().now();
    store.change(batch -> {
      var before = store.deployments.get(key);
      if (before == null || before.isEnded()) {
        return;
      }
      var info =
          before.info().toBuilder()
              .status(status)
              .errorInformation(error)
              .completeTime(now)
              .deploymentOverview(Runner.overview(status))
              .build();
      var after = ended(before.with(info), status);
      var rollback = event == null ? null : rollback(after, event);
      if (rollback != null) {
        after =
            after.with(
                info.toBuilder()
                    .rollbackInfo(r ->
                        r.rollbackDeploymentId(rollback.id())
                            .rollbackMessage(
                                "Deployment %s is rolled back by %s"
                                    .formatted(key.name(), rollback.id())))
                    .build());
      }
      store.put(batch, key, after);
      group(batch, after, rollback);
      triggers.tell(batch, after, event(status));
      if (rollback != null) {
        var next = DeployKey.of(key.scope(), rollback.id());
        store.put(batch, next, rollback);
        batch.afterCommit(() -> runner.start(next));
        triggers.tell(batch, rollback, TriggerEventType.DEPLOYMENT_ROLLBACK);
      }
    });
  }

  private static TriggerEventType event(DeploymentStatus status) {
    return switch (status) {
      case SUCCEEDED -> TriggerEventType.DEPLOYMENT_SUCCESS;
      case STOPPED -> TriggerEventType.DEPLOYMENT_STOP;
      default -> TriggerEventType.DEPLOYMENT_FAILURE;
    };
  }

  private Deployment ended(Deployment deployment, DeploymentStatus status) {
    var now = store.cloud.clock().now();
    var events = new ArrayList<LifecycleEvent>();
    for (var event : deployment.target().lifecycleEvents()) {
      events.add(
          switch (event.status()) {
            case PENDING -> event.toBuilder().status(LifecycleEventStatus.SKIPPED).build();
            case IN_PROGRESS ->
                event.toBuilder().status(LifecycleEventStatus.FAILED).endTime(now).build();
            default -> event;
          });
    }
    return deployment.with(
        deployment.target().toBuilder()
            .lifecycleEvents(events)
            .lastUpdatedAt(now)
            .status(
                status == DeploymentStatus.SUCCEEDED ? TargetStatus.SUCCEEDED : TargetStatus.FAILED)
            .build());
  }

  /// The deployment that takes one back, if that is wanted and there is something to take back.
  private @Nullable Deployment rollback(Deployment ended, AutoRollbackEvent event) {
    var info = ended.info();
    var wanted = info.autoRollbackConfiguration();
    var asked = ended.stop().equals(Deployment.STOP_AND_ROLL_BACK);
    var automatic =
        wanted != null && Boolean.TRUE.equals(wanted.enabled()) && wanted.events().contains(event);
    if (ended.isRollback() || ended.spec().equals(AppSpec.NONE) || !asked && !automatic) {
      return null;
    }
    var id = Deployments.newId(store);
    var byStack = info.creator() == DeploymentCreator.CLOUD_FORMATION;
    var back = ended.spec().reversed();
    var made =
        DeploymentInfo.builder()
            .applicationName(info.applicationName())
            .deploymentGroupName(info.deploymentGroupName())
            .deploymentConfigName(PredefinedConfigs.of(info.computePlatform()))
            .deploymentId(id)
            .previousRevision(info.revision())
            .revision(r ->
                r.revisionType(RevisionLocationType.APP_SPEC_CONTENT)
                    .appSpecContent(a -> a.content(back.write())))
            .status(DeploymentStatus.CREATED)
            .createTime(store.cloud.clock().now())
            .deploymentOverview(Runner.overview(DeploymentStatus.CREATED))
            .description("Rollback of the deployment " + info.deploymentId())
            .creator(
                byStack
                    ? DeploymentCreator.CLOUD_FORMATION_ROLLBACK
                    : DeploymentCreator.CODE_DEPLOY_ROLLBACK)
            .ignoreApplicationStopFailures(false)
            .updateOutdatedInstancesOnly(false)
            .instanceTerminationWaitTimeStarted(false)
            .deploymentStyle(info.deploymentStyle())
            .rollbackInfo(
                RollbackInfo.builder().rollbackTriggeringDeploymentId(info.deploymentId()).build())
            .computePlatform(info.computePlatform())
            .build();
    return Deployment.created(made);
  }

  /// Notes in the group how its last deployment went.
  private void group(Batch batch, Deployment ended, @Nullable Deployment rollback) {
    var info = ended.info();
    var key = DeployStore.key(info.applicationName(), info.deploymentGroupName());
    if (rollback == null) {
      store.active.delete(batch, key);
    } else {
      store.active.put(batch, key, rollback.id());
    }
    var group = store.groups.get(key);
    if (group == null) {
      return;
    }
    var last =
        LastDeploymentInfo.builder()
            .deploymentId(info.deploymentId())
            .status(info.status())
            .createTime(info.createTime())
            .endTime(info.completeTime())
            .build();
    var noted = group.toBuilder().lastAttemptedDeployment(last);
    if (info.status() == DeploymentStatus.SUCCEEDED) {
      noted.lastSuccessfulDeployment(last).targetRevision(info.revision());
    }
    store.groups.put(batch, key, noted.build());
  }
}
