package dev.terrarium.services.codedeploy;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.model.JsonShapes;
import dev.terrarium.kernel.store.Batch;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.TriggerConfig;
import software.amazon.awssdk.services.codedeploy.model.TriggerEventType;
import software.amazon.awssdk.services.sns.SnsClient;

/// Tells a group's topics what happens to its deployments.
final class Triggers {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final DeployStore store;

  Triggers(DeployStore store) {
    this.store = store;
  }

  /// Has those told who want to know, once the batch has committed.
  void tell(Batch batch, Deployment deployment, TriggerEventType event) {
    var info = deployment.info();
    var group =
        store.groups.get(DeployStore.key(info.applicationName(), info.deploymentGroupName()));
    if (group == null) {
      return;
    }
    for (var trigger : group.triggerConfigurations()) {
      if (trigger.triggerEvents().contains(event)) {
        batch.afterCommit(() -> publish(trigger, deployment));
      }
    }
  }

  private void publish(TriggerConfig trigger, Deployment deployment) {
    var scope = DeployStore.scope();
    var info = deployment.info();
    var status = info.statusAsString().toUpperCase(Locale.ROOT);
    var message = Json.object().put("region", scope.region()).put("accountId", scope.account());
    message.put("eventTriggerName", trigger.triggerName());
    message.put("applicationName", info.applicationName());
    message.put("deploymentId", info.deploymentId());
    message.put("deploymentGroupName", info.deploymentGroupName());
    message.put("createTime", time(info.createTime()));
    message.put("completeTime", time(info.completeTime()));
    message.put("deploymentOverview", Json.write(JsonShapes.tree(Runner.overview(info.status()))));
    message.put("status", status);
    if (info.errorInformation() != null) {
      var error = Json.object().put("ErrorCode", info.errorInformation().codeAsString());
      message.put(
          "errorInformation",
          Json.write(error.put("ErrorMessage", info.errorInformation().message())));
    }
    var subject =
        "%s: AWS CodeDeploy %s in %s to %s"
            .formatted(status, info.deploymentId(), scope.region(), info.applicationName());
    store.cloud.background(
        "codedeploy",
        "trigger",
        scope,
        () -> {
          var _ =
              store
                  .cloud
                  .client(SnsClient.class)
                  .publish(p ->
                      p.topicArn(trigger.triggerTargetArn())
                          .subject(subject.substring(0, Math.min(100, subject.length())))
                          .message(Json.write(message)));
        });
  }

  private static @Nullable String time(@Nullable Instant time) {
    return time == null ? null : TIME.format(time);
  }
}
