package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.store.Batch;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.ContinueDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.CreateDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.DeploymentAlreadyCompletedException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentCreator;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentLimitExceededException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.DescriptionTooLongException;
import software.amazon.awssdk.services.codedeploy.model.InvalidDeploymentConfigNameException;
import software.amazon.awssdk.services.codedeploy.model.InvalidFileExistsBehaviorException;
import software.amazon.awssdk.services.codedeploy.model.InvalidIgnoreApplicationStopFailuresValueException;
import software.amazon.awssdk.services.codedeploy.model.InvalidTargetInstancesException;
import software.amazon.awssdk.services.codedeploy.model.InvalidUpdateOutdatedInstancesOnlyValueException;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;
import software.amazon.awssdk.services.codedeploy.model.RollbackInfo;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentRequest;
import software.amazon.awssdk.services.codedeploy.model.StopDeploymentResponse;
import software.amazon.awssdk.services.codedeploy.model.StopStatus;
import software.amazon.awssdk.services.codedeploy.model.TriggerEventType;
import software.amazon.awssdk.services.codedeploy.model.UnsupportedActionForDeploymentTypeException;

/// Begins deployments and stops them.
final class Deployments extends DeployPart {
  private static final int DESCRIPTION_LENGTH_MAX = 256;

  private final Runner runner;
  private final Triggers triggers;

  Deployments(DeployStore store, Runner runner) {
    super(store);
    this.runner = runner;
    this.triggers = new Triggers(store);
  }

  /// An id that no deployment has.
  static String newId(DeployStore store) {
    return "d-" + store.cloud.ids().base32(9);
  }

  @Override
  public CreateDeploymentResponse createDeployment(CreateDeploymentRequest request) {
    var application = DeployErrors.applicationName(request.applicationName());
    var platform = store.application(application).computePlatform();
    var group = store.group(application, DeployErrors.groupName(request.deploymentGroupName()));
    check(request);
    if (platform != ComputePlatform.LAMBDA) {
      throw Errors.notImplemented("codedeploy", "CreateDeployment to the platform " + platform);
    }
    refuseInstances(request);
    var config = config(request, group);
    var revision =
        request.revision() == null && group.targetRevision() != null
            ? group.targetRevision()
            : request.revision();
    RevisionReader.check(RevisionReader.named(revision));
    var id = newId(store);
    var made = Deployment.created(info(request, group, config, revision).deploymentId(id).build());
    store.change(batch -> begin(batch, made));
    return CreateDeploymentResponse.builder().deploymentId(id).build();
  }

  private String config(CreateDeploymentRequest request, DeploymentGroupInfo group) {
    var name = request.deploymentConfigName();
    if (name == null) {
      return group.deploymentConfigName();
    }
    var config = store.config(DeployErrors.configName(name));
    if (config.computePlatform() != group.computePlatform()) {
      throw DeployErrors.of(
          InvalidDeploymentConfigNameException.builder(),
          "The deployment configuration %s is not of the compute platform %s"
              .formatted(name, group.computePlatformAsString()));
    }
    return name;
  }

  private DeploymentInfo.Builder info(
      CreateDeploymentRequest request,
      DeploymentGroupInfo group,
      String config,
      RevisionLocation revision) {
    var byStack = Call.current().principal().arn().equals("cloudformation.amazonaws.com");
    return DeploymentInfo.builder()
        .applicationName(group.applicationName())
        .deploymentGroupName(group.deploymentGroupName())
        .deploymentConfigName(config)
        .previousRevision(group.targetRevision())
        .revision(revision)
        .status(DeploymentStatus.CREATED)
        .createTime(store.cloud.clock().now())
        .deploymentOverview(Runner.overview(DeploymentStatus.CREATED))
        .description(request.description())
        .creator(byStack ? DeploymentCreator.CLOUD_FORMATION : DeploymentCreator.USER)
        .ignoreApplicationStopFailures(false)
        .updateOutdatedInstancesOnly(false)
        .instanceTerminationWaitTimeStarted(false)
        .autoRollbackConfiguration(
            request.autoRollbackConfiguration() == null
                ? group.autoRollbackConfiguration()
                : request.autoRollbackConfiguration())
        .overrideAlarmConfiguration(request.overrideAlarmConfiguration())
        .deploymentStyle(group.deploymentStyle())
        .rollbackInfo(RollbackInfo.builder().build())
        .computePlatform(group.computePlatform());
  }

  private static void check(CreateDeploymentRequest request) {
    if (request.description() != null && request.description().length() > DESCRIPTION_LENGTH_MAX) {
      throw DeployErrors.of(
          DescriptionTooLongException.builder(),
          "The description is longer than " + DESCRIPTION_LENGTH_MAX + " characters");
    }
    GroupChecks.rollback(request.autoRollbackConfiguration());
    GroupChecks.alarms(request.overrideAlarmConfiguration());
  }

  private static void refuseInstances(CreateDeploymentRequest request) {
    if (request.fileExistsBehavior() != null) {
      throw DeployErrors.of(
          InvalidFileExistsBehaviorException.builder(),
          "For Lambda and ECS deployment, fileExistsBehavior can not be specified");
    }
    if (Boolean.TRUE.equals(request.ignoreApplicationStopFailures())) {
      throw DeployErrors.of(
          InvalidIgnoreApplicationStopFailuresValueException.builder(),
          "For Lambda and ECS deployment, ignoreApplicationStopFailures can not be specified");
    }
    if (Boolean.TRUE.equals(request.updateOutdatedInstancesOnly())) {
      throw DeployErrors.of(
          InvalidUpdateOutdatedInstancesOnlyValueException.builder(),
          "For Lambda and ECS deployment, updateOutdatedInstancesOnly can not be specified");
    }
    if (request.targetInstances() != null) {
      throw DeployErrors.of(
          InvalidTargetInstancesException.builder(),
          "For Lambda and ECS deployment, targetInstances can not be specified");
    }
  }

  private void begin(Batch batch, Deployment made) {
    var info = made.info();
    var place = DeployStore.key(info.applicationName(), info.deploymentGroupName());
    var before = store.active.get(place);
    if (before != null) {
      throw DeployErrors.of(
          DeploymentLimitExceededException.builder(),
          "The Deployment Group '%s' already has an active Deployment '%s'"
              .formatted(info.deploymentGroupName(), before));
    }
    var key = DeployStore.key(made.id());
    store.put(batch, key, made);
    store.active.put(batch, place, made.id());
    Revisions.used(store, batch, info);
    triggers.tell(batch, made, TriggerEventType.DEPLOYMENT_START);
    batch.afterCommit(() -> runner.start(key));
  }

  @Override
  public StopDeploymentResponse stopDeployment(StopDeploymentRequest request) {
    var deployment = going(request.deploymentId());
    var how = how(request.autoRollbackEnabled(), deployment);
    store.update(DeployStore.key(deployment.id()), d -> d.stopping(how));
    return StopDeploymentResponse.builder()
        .status(StopStatus.PENDING)
        .statusMessage("Stopping deployment " + deployment.id())
        .build();
  }

  private static String how(@Nullable Boolean rollBack, Deployment deployment) {
    var own = deployment.info().autoRollbackConfiguration();
    var automatic =
        own != null
            && Boolean.TRUE.equals(own.enabled())
            && own.eventsAsStrings().contains("DEPLOYMENT_STOP_ON_REQUEST");
    return (rollBack == null ? automatic : rollBack)
        ? Deployment.STOP_AND_ROLL_BACK
        : Deployment.STOP;
  }

  /// A deployment that has not ended.
  private Deployment going(@Nullable String id) {
    var deployment = store.deployment(id);
    if (deployment.isEnded()) {
      throw DeployErrors.of(
          DeploymentAlreadyCompletedException.builder(),
          "The deployment " + deployment.id() + " has already completed");
    }
    return deployment;
  }

  @Override
  public ContinueDeploymentResponse continueDeployment(ContinueDeploymentRequest request) {
    var deployment = going(request.deploymentId());
    throw DeployErrors.of(
        UnsupportedActionForDeploymentTypeException.builder(),
        "ContinueDeployment is not supported for the compute platform "
            + deployment.info().computePlatformAsString());
  }
}
