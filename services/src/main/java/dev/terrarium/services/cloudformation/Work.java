package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import org.jspecify.annotations.Nullable;

/// What the steps of one operation of one stack share.
///
/// @param log where they say what they do
record Work(
    Engine engine,
    StackStore store,
    Types types,
    StackRecord stack,
    Operation operation,
    ResourceLog log) {
  Work(Engine engine, StackStore store, Types types, StackRecord stack, Operation operation) {
    this(engine, store, types, stack, operation, new ResourceLog(engine, store, stack, operation));
  }

  /// Asks the hooks of a resource, before its type is asked to do something.
  ///
  /// @param action `CREATE`, `UPDATE` or `DELETE`
  /// @param status of the resource, with which their events are told
  void askHooks(String action, String name, Actual actual, @Nullable Actual before, String status) {
    if (actual.type().equals(LambdaHookType.NAME)) {
      return; // No hook can keep a hook from being taken away.
    }
    var model = Json.object();
    model.set("resourceProperties", actual.propertyTree());
    if (before != null) {
      model.set("previousResourceProperties", before.propertyTree());
    }
    new Hooks(engine.cloud())
        .ask(
            stack,
            new Hook.Target("RESOURCE", action, actual.type(), name),
            model,
            result -> log.hook(name, actual, status, result));
  }

  /// What a resource's type is asked in one step.
  ResourceType.Request request(String name, Actual actual, String step) {
    return new ResourceType.Request(
        stack.id(),
        stack.name(),
        name,
        operation.token() + "/" + name + "/" + step,
        new DynamicReferences(engine.cloud()).resolve(actual.propertyTree(), step),
        operation.target().tags());
  }
}
