package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Announcement;
import dev.terrarium.kernel.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;

/// What EventBridge hears of deployments.
///
/// See *Monitoring deployments with Amazon CloudWatch Events* in the user guide.
final class StateChanges {
  private StateChanges() {}

  /// The state as events name it, or null if none tells of it.
  static @Nullable String state(@Nullable Deployment deployment) {
    @Nullable DeploymentStatus status = deployment == null ? null : deployment.info().status();
    return switch (status) {
      case CREATED, QUEUED, IN_PROGRESS, BAKING -> "START";
      case READY -> "READY";
      case SUCCEEDED -> "SUCCESS";
      case FAILED -> "FAILURE";
      case STOPPED -> "STOP";
      case UNKNOWN_TO_SDK_VERSION -> null;
      case null -> null;
    };
  }

  static Announcement of(DeployKey key, Deployment deployment, String state) {
    var info = deployment.info();
    var detail =
        Json.object()
            .put("region", key.region())
            .put("deploymentId", info.deploymentId())
            .put("instanceGroupId", deployment.target().targetArn())
            .put("deploymentGroup", info.deploymentGroupName())
            .put("state", state)
            .put("application", info.applicationName());
    return new Announcement(
        key.scope(),
        "aws.codedeploy",
        "CodeDeploy Deployment State-change Notification",
        List.of(
            DeployKey.group(key.scope(), info.applicationName(), info.deploymentGroupName()),
            DeployKey.application(key.scope(), info.applicationName())),
        detail);
  }
}
