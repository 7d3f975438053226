package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;

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
