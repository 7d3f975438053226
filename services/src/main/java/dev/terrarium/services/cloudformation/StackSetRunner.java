package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackInstance;
import software.amazon.awssdk.services.cloudformation.model.StackInstanceDetailedStatus;
import software.amazon.awssdk.services.cloudformation.model.StackInstanceStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSet;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperation;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationAction;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationResultStatus;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationResultSummary;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationStatus;

/// Carries out operations on stack sets: one stack after the other, in each target account and
/// region.
final class StackSetRunner {
  private final Cloud cloud;
  private final StackSetStore store;

  StackSetRunner(Cloud cloud, StackSetStore store) {
    this.cloud = cloud;
    this.store = store;
  }

  /// Takes up what was going on when the process ended.
  void resume() {
    store.sets.scan((key, set) -> {
      var scope = new Scope(key.account(), key.region());
      for (var operation : store.operations.list(set.stackSetId())) {
        if (operation.status() == StackSetOperationStatus.RUNNING
            || operation.status() == StackSetOperationStatus.STOPPING) {
          start(scope, set.stackSetName(), operation);
        }
      }
      return true;
    });
  }

  void start(Scope scope, String setName, StackSetOperation operation) {
    cloud.background(
        "cloudformation", setName, scope, () -> run(scope, setName, operation.operationId()));
  }

  private void run(Scope scope, String setName, String operationId) {
    var set = store.sets.get(StackStore.Named.of(scope, setName));
    if (set == null) {
      return;
    }
    var key = new StackSetStore.Part(set.stackSetId(), operationId, "");
    var operation = Objects.requireNonNull(store.operations.get(key));
    var preferences = operation.operationPreferences();
    var tolerated =
        preferences == null || preferences.failureToleranceCount() == null
            ? 0
            : preferences.failureToleranceCount();
    int failures = 0;
    for (var result : store.results.list(set.stackSetId(), operationId)) {
      var current = Objects.requireNonNull(store.operations.get(key));
      if (result.status() == StackSetOperationResultStatus.SUCCEEDED) {
        continue;
      }
      var stopped = current.status() != StackSetOperationStatus.RUNNING;
      if (stopped || failures > tolerated) {
        finish(
            set,
            operationId,
            result,
            StackSetOperationResultStatus.CANCELLED,
            "Cancelled since failure tolerance has exceeded");
        continue;
      }
      try {
        apply(set, operation, result);
        finish(set, operationId, result, StackSetOperationResultStatus.SUCCEEDED, null);
      } catch (AwsServiceException e) {
        failures++;
        var reason = dev.terrarium.kernel.Errors.message(e);
        failed(set, operation, result, reason);
        finish(set, operationId, result, StackSetOperationResultStatus.FAILED, reason);
      }
    }
    var ended = Objects.requireNonNull(store.operations.get(key));
    var status =
        ended.status() != StackSetOperationStatus.RUNNING
            ? StackSetOperationStatus.STOPPED
            : failures > tolerated
                ? StackSetOperationStatus.FAILED
                : StackSetOperationStatus.SUCCEEDED;
    var done = ended.toBuilder().status(status).endTimestamp(cloud.clock().now());
    if (operation.action() == StackSetOperationAction.DETECT_DRIFT) {
      var details = StackSetDrifts.details(store, set, status, failures);
      done.stackSetDriftDetectionDetails(details);
      store.put(set.toBuilder().stackSetDriftDetectionDetails(details).build());
    }
    store.operations.put(key, done.build());
  }

  private void finish(
      StackSet set,
      String operationId,
      StackSetOperationResultSummary result,
      StackSetOperationResultStatus status,
      @Nullable String reason) {
    store.results.put(
        new StackSetStore.Part(
            set.stackSetId(), operationId, result.account() + "/" + result.region()),
        result.toBuilder().status(status).statusReason(reason).build());
  }

  private void failed(
      StackSet set,
      StackSetOperation operation,
      StackSetOperationResultSummary target,
      String why) {
    var key = new StackSetStore.Part(set.stackSetId(), target.account(), target.region());
    var instance = store.instances.get(key);
    if (instance != null && operation.action() != StackSetOperationAction.DETECT_DRIFT) {
      store.instances.put(
          key,
          instance.toBuilder()
              .status(
                  operation.action() == StackSetOperationAction.DELETE
                      ? StackInstanceStatus.INOPERABLE
                      : StackInstanceStatus.OUTDATED)
              .statusReason(why)
              .stackInstanceStatus(s -> s.detailedStatus(StackInstanceDetailedStatus.FAILED))
              .build());
    }
  }

  private void apply(
      StackSet set, StackSetOperation operation, StackSetOperationResultSummary target) {
    var key = new StackSetStore.Part(set.stackSetId(), target.account(), target.region());
    var instance = store.instances.get(key);
    if (instance == null) {
      return;
    }
    var client =
        cloud.client(CloudFormationClient.class, new Scope(target.account(), target.region()));
    if (operation.action() == StackSetOperationAction.DELETE) {
      if (instance.stackId() != null && !Boolean.TRUE.equals(operation.retainStacks())) {
        client.deleteStack(d -> d.stackName(instance.stackId()));
        rest(client, instance.stackId(), "DELETE_COMPLETE");
      }
      store.instances.delete(key);
      return;
    }
    if (operation.action() == StackSetOperationAction.DETECT_DRIFT) {
      store.instances.put(
          key,
          StackSetDrifts.detect(instance, client).toBuilder()
              .lastOperationId(operation.operationId())
              .build());
      return;
    }
    var stackId = deploy(set, instance, client);
    store.instances.put(
        key,
        instance.toBuilder()
            .stackId(stackId)
            .status(StackInstanceStatus.CURRENT)
            .statusReason(null)
            .lastOperationId(operation.operationId())
            .stackInstanceStatus(s -> s.detailedStatus(StackInstanceDetailedStatus.SUCCEEDED))
            .build());
  }

  private String deploy(StackSet set, StackInstance instance, CloudFormationClient client) {
    var parameters = parameters(set, instance);
    // The name is the set's own, so that what a crash left half made is found again.
    var name = "StackSet-" + set.stackSetName() + "-" + set.stackSetId().split(":", 2)[1];
    var there = find(client, instance.stackId() == null ? name : instance.stackId());
    if (there != null && there.stackStatusAsString().equals("CREATE_IN_PROGRESS")) {
      rest(client, there.stackId(), "CREATE_COMPLETE");
      return there.stackId();
    }
    if (there == null) {
      var made =
          client.createStack(c ->
              c.stackName(name)
                  .templateBody(set.templateBody())
                  .parameters(parameters)
                  .capabilities(set.capabilities())
                  .tags(set.tags()));
      rest(client, made.stackId(), "CREATE_COMPLETE");
      return made.stackId();
    }
    try {
      client.updateStack(u ->
          u.stackName(there.stackId())
              .templateBody(set.templateBody())
              .parameters(parameters)
              .capabilities(set.capabilities())
              .tags(set.tags()));
    } catch (AwsServiceException e) {
      if (dev.terrarium.kernel.Errors.message(e).equals("No updates are to be performed.")) {
        return there.stackId();
      }
      throw e;
    }
    rest(client, there.stackId(), "UPDATE_COMPLETE");
    return there.stackId();
  }

  /// The set's parameters, and over them the instance's own.
  private static List<Parameter> parameters(StackSet set, StackInstance instance) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    set.parameters().forEach(p -> all.put(p.parameterKey(), p));
    instance.parameterOverrides().forEach(p -> all.put(p.parameterKey(), p));
    return List.copyOf(all.values());
  }

  private static @Nullable Stack find(CloudFormationClient client, String stackId) {
    try {
      var stack = client.describeStacks(d -> d.stackName(stackId)).stacks().getFirst();
      return stack.stackStatusAsString().equals("DELETE_COMPLETE") ? null : stack;
    } catch (AwsServiceException e) {
      if (dev.terrarium.kernel.Errors.message(e).contains("does not exist")) {
        return null;
      }
      throw e;
    }
  }

  /// Waits until nothing is being done to a stack any more.
  private void rest(CloudFormationClient client, String stackId, String wanted) {
    try (var watch = cloud.signals().watch(StackStore.signalOf(stackId))) {
      while (true) {
        var stack = client.describeStacks(d -> d.stackName(stackId)).stacks().getFirst();
        var status = stack.stackStatusAsString();
        if (status.equals(wanted)) {
          return;
        }
        if (!status.endsWith("_IN_PROGRESS")) {
          var why = Objects.requireNonNullElse(stack.stackStatusReason(), "");
          throw StackErrors.validation(
              "ResourceLogicalId:%s, ResourceType:AWS::CloudFormation::Stack, ResourceStatusReason:%s %s"
                  .formatted(stack.stackName(), status, why));
        }
        watch.await(cloud.clock().now().plus(Duration.ofDays(1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }
}
