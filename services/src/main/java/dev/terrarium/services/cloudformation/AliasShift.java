package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Waiter;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.AlarmType;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.lambda.LambdaClient;

/// `CodeDeployLambdaAliasUpdate`: an alias goes to a new version in steps of its traffic, between
/// two functions that say whether it may, and unless an alarm of the group goes off. What
/// CodeDeploy would ask a hook to report to it, here the hook says by not failing.
final class AliasShift {
  private static final String POLICY = "CodeDeployLambdaAliasUpdate";

  private final Work work;
  private final Cloud cloud;

  /// When a deployment's traffic began to be shifted, by token: it goes on after a crash.
  private final Keyspace<Named, String> begun;

  AliasShift(Work work) {
    this.work = work;
    this.cloud = work.engine().cloud();
    this.begun =
        new Keyspace<>(cloud.store(), "cloudformation.shifts", StackStore.NAMED, Codec.STRING);
  }

  /// Whether an update is to be done in steps: only another version is worth it.
  static boolean isAsked(JsonNode policy, Set<String> changed) {
    return policy.has(POLICY) && changed.contains("FunctionVersion");
  }

  /// Changes the alias as its type would, but in steps.
  Resource update(ResourceType type, Request request, Actual before, ObjectNode policy) {
    var update = policy.path(POLICY);
    var application = update.path("ApplicationName").asText();
    var group = update.path("DeploymentGroupName").asText();
    var types = new DeploymentTypes(cloud);
    var steps = types.steps(application, group);
    var alarms = types.alarms(application, group);
    var key = Named.of(work.stack().scope(), request.token());
    var digest = CustomResourceType.token(request.token());
    var id = "d-" + digest.substring(0, 9).toUpperCase(Locale.ROOT);
    var old = before.propertyTree();
    try {
      var start = begun.get(key);
      if (start == null) {
        hook("BeforeAllowTraffic", update.path("BeforeAllowTrafficHook"), id);
        start = cloud.clock().now().toString();
        begun.put(key, start);
      }
      var began = Instant.parse(start);
      for (var step : steps) {
        await(began.plus(Duration.ofMinutes(step.minute())), alarms, id);
        if (step.percent() < 100) {
          weigh(request.properties(), old, step.percent());
        }
      }
      var result = type.update(request, before.resource(), old);
      hook("AfterAllowTraffic", update.path("AfterAllowTrafficHook"), id);
      begun.delete(key);
      return result;
    } catch (TemplateException e) {
      begun.delete(key);
      var back =
          new Request(
              request.stackId(),
              request.stackName(),
              request.logicalId(),
              request.token() + "/back",
              old,
              request.tags());
      type.update(back, before.resource(), request.properties());
      throw e;
    }
  }

  private void weigh(ObjectNode wanted, ObjectNode old, int percent) {
    var weights = Map.of(wanted.path("FunctionVersion").asText(), percent / 100.0);
    cloud
        .client(LambdaClient.class)
        .updateAlias(a ->
            a.functionName(wanted.path("FunctionName").asText())
                .name(wanted.path("Name").asText())
                .functionVersion(old.path("FunctionVersion").asText())
                .routingConfig(r -> r.additionalVersionWeights(weights)));
  }

  private void hook(String event, JsonNode function, String deployment) {
    if (!function.isTextual()) {
      return;
    }
    var question = Json.object().put("DeploymentId", deployment);
    question.put("LifecycleEventHookExecutionId", cloud.ids().uuid());
    var answer =
        cloud
            .client(LambdaClient.class)
            .invoke(i ->
                i.functionName(function.asText())
                    .payload(SdkBytes.fromUtf8String(Json.write(question))));
    if (answer.functionError() != null) {
      throw new TemplateException(
          "Deployment %s failed: The deployment failed because the %s validation function %s failed."
              .formatted(deployment, event, function.asText()));
    }
  }

  /// Waits, and looks once a minute whether an alarm wants the deployment to stop.
  private void await(Instant time, List<String> alarms, String deployment) {
    try {
      for (var now = cloud.clock().now(); ; now = cloud.clock().now()) {
        failIfAlarmed(alarms, deployment);
        if (!now.isBefore(time)) {
          return;
        }
        var look = now.plus(Duration.ofMinutes(1));
        new Waiter().await(cloud.timers(), alarms.isEmpty() || look.isAfter(time) ? time : look);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }

  private void failIfAlarmed(List<String> alarms, String deployment) {
    if (alarms.isEmpty()) {
      return;
    }
    var alarmed =
        cloud
            .client(CloudWatchClient.class)
            .describeAlarms(d ->
                d.alarmNames(alarms)
                    .alarmTypes(AlarmType.METRIC_ALARM, AlarmType.COMPOSITE_ALARM)
                    .stateValue(StateValue.ALARM));
    if (!alarmed.metricAlarms().isEmpty() || !alarmed.compositeAlarms().isEmpty()) {
      throw new TemplateException(
          "Deployment %s failed: The deployment was stopped because one or more alarms were activated."
              .formatted(deployment));
    }
  }
}
