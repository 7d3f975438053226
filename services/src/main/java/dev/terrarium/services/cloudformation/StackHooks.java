package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.Hook.Target;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.cloudformation.model.Change;

/// Asks the hooks of whole stacks and of change sets.
final class StackHooks {
  private final StackStore store;
  private final Hooks hooks;

  StackHooks(Cloud cloud, StackStore store) {
    this.store = store;
    this.hooks = new Hooks(cloud);
  }

  /// Asks before an operation begins.
  ///
  /// @throws TemplateException with AWS's message if one fails it
  void ask(StackRecord stack, Operation operation) {
    var action = operation.kind().name();
    hooks.ask(
        stack,
        new Target("STACK", action, "STACK", stack.id()),
        templates(stack, operation.target()),
        result ->
            store.locked(
                stack.id(),
                batch -> {
                  store.event(
                      batch,
                      stack,
                      0,
                      event ->
                          ResourceLog.hook(event, result)
                              .eventId(store.cloud.ids().uuid())
                              .stackName(stack.name())
                              .logicalResourceId(stack.name())
                              .physicalResourceId(stack.id())
                              .resourceType("AWS::CloudFormation::Stack")
                              .operationId(operation.token())
                              .resourceStatus(action + "_IN_PROGRESS"));
                  return result;
                }));
  }

  /// Asks about a change set; an empty text, or why it fails.
  String ask(StackRecord stack, Version version, String changeSetId, List<Change> changes) {
    var data = templates(stack, version);
    var resources = data.putArray("changedResources");
    for (var change : changes) {
      var resource = change.resourceChange();
      var one = resources.addObject();
      one.put("logicalResourceId", resource.logicalResourceId());
      one.put("resourceType", resource.resourceType());
      one.put(
          "action",
          switch (resource.actionAsString().toUpperCase(Locale.ROOT)) {
            case "ADD" -> "CREATE";
            case "REMOVE" -> "DELETE";
            case "IMPORT" -> "IMPORT";
            default -> "UPDATE";
          });
      one.put("beforeContext", resource.beforeContext());
      one.put("afterContext", resource.afterContext());
    }
    try {
      hooks.ask(
          stack, new Target("CHANGE_SET", "CREATE", "CHANGE_SET", changeSetId), data, result -> {});
      return "";
    } catch (TemplateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static ObjectNode templates(StackRecord stack, Version version) {
    var data = Json.object().put("template", version.body());
    if (!stack.version().body().isEmpty()) {
      data.put("previousTemplate", stack.version().body());
    }
    return data;
  }
}
