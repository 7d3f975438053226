package dev.terrarium.deploy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetStatus;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackStatus;

/// Creates a stack, or updates it, by a change set, as `aws cloudformation deploy` does.
public final class StackDeployment {
  private static final Duration TIME_MAX = Duration.ofMinutes(15);
  private static final long PAUSE_MILLIS_MAX = 100;

  private final CloudFormationClient client;
  private final String name;
  private final Consumer<String> progress;
  private final Set<String> told = new HashSet<>();
  private long pauseMillis = 1;

  /// @param progress told of each event of the stack
  public StackDeployment(CloudFormationClient client, String name, Consumer<String> progress) {
    this.client = client;
    this.name = name;
    this.progress = progress;
  }

  /// Deploys; returns the stack's outputs.
  ///
  /// @throws IllegalStateException with the reasons if it fails
  public Map<String, String> deploy(String template, Map<String, String> parameters) {
    var type = exists() ? ChangeSetType.UPDATE : ChangeSetType.CREATE;
    var changes = "deploy-" + Long.toString(System.currentTimeMillis(), 36);
    var values = new ArrayList<Parameter>();
    parameters.forEach((key, value) ->
        values.add(Parameter.builder().parameterKey(key).parameterValue(value).build()));
    if (type == ChangeSetType.UPDATE) {
      events().forEach(event -> told.add(event.eventId()));
    }
    client.createChangeSet(create ->
        create
            .stackName(name)
            .changeSetName(changes)
            .changeSetType(type)
            .templateBody(template)
            .parameters(values)
            .capabilities(
                Capability.CAPABILITY_IAM,
                Capability.CAPABILITY_NAMED_IAM,
                Capability.CAPABILITY_AUTO_EXPAND));
    var set = prepared(changes);
    if (set.status() == ChangeSetStatus.FAILED) {
      client.deleteChangeSet(delete -> delete.stackName(name).changeSetName(changes));
      if (set.statusReason().contains("didn't contain changes")
          || set.statusReason().contains("No updates are to be performed")) {
        progress.accept("nothing to change");
        return outputs(stack());
      }
      throw new IllegalStateException(set.statusReason());
    }
    client.executeChangeSet(execute -> execute.stackName(name).changeSetName(changes));
    return outputs(settled());
  }

  private boolean exists() {
    try {
      return stack().stackStatus() != StackStatus.REVIEW_IN_PROGRESS;
    } catch (CloudFormationException e) {
      if (e.statusCode() == 400) {
        return false;
      }
      throw e;
    }
  }

  private Stack stack() {
    return client.describeStacks(describe -> describe.stackName(name)).stacks().getFirst();
  }

  private DescribeChangeSetResponse prepared(String changes) {
    var end = System.nanoTime() + TIME_MAX.toNanos();
    while (System.nanoTime() < end) {
      var set = client.describeChangeSet(d -> d.stackName(name).changeSetName(changes));
      if (set.status() == ChangeSetStatus.CREATE_COMPLETE
          || set.status() == ChangeSetStatus.FAILED) {
        return set;
      }
      pause();
    }
    throw new IllegalStateException("The change set of " + name + " is not ready in time");
  }

  private Stack settled() {
    var end = System.nanoTime() + TIME_MAX.toNanos();
    var reasons = new ArrayList<String>();
    while (System.nanoTime() < end) {
      var stack = stack();
      for (var event : events().reversed()) {
        if (told.add(event.eventId())) {
          tell(event, reasons);
        }
      }
      var status = stack.stackStatusAsString();
      if (status.equals("CREATE_COMPLETE") || status.equals("UPDATE_COMPLETE")) {
        return stack;
      } else if (!status.endsWith("_IN_PROGRESS")) {
        throw new IllegalStateException(
            "Stack " + name + " is " + status + "\n  " + String.join("\n  ", reasons));
      }
      pause();
    }
    throw new IllegalStateException("Stack " + name + " does not settle");
  }

  private void tell(StackEvent event, List<String> reasons) {
    var status = event.resourceStatusAsString();
    var reason = event.resourceStatusReason();
    if (status.endsWith("_FAILED")) {
      reasons.add(event.logicalResourceId() + ": " + reason);
    }
    if (!status.endsWith("_IN_PROGRESS") || status.contains("ROLLBACK")) {
      progress.accept(
          "%-16s %-28s %s%s"
              .formatted(
                  status,
                  event.logicalResourceId(),
                  event.resourceType(),
                  reason == null || !status.endsWith("_FAILED") ? "" : " - " + reason));
    }
  }

  private java.util.List<StackEvent> events() {
    return client
        .describeStackEventsPaginator(describe -> describe.stackName(name))
        .stackEvents()
        .stream()
        .toList();
  }

  private static Map<String, String> outputs(Stack stack) {
    var outputs = new LinkedHashMap<String, String>();
    stack.outputs().forEach(output -> outputs.put(output.outputKey(), output.outputValue()));
    return outputs;
  }

  /// A stack of a few resources is there within milliseconds, a large one need not be asked for as
  /// often.
  private void pause() {
    try {
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(pauseMillis * 2, PAUSE_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
