package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.template.Evaluator;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// What an operation does to the resources of its stack, one by one. Every step is stored before
/// and after, so that it can be taken up in the middle.
final class Steps {
  /// What [#make] says if a user has cancelled the operation.
  static final String CANCELLED = "User Initiated";

  private final Engine engine;
  private final StackStore store;
  private final Types types;
  private final StackRecord stack;
  private final Operation operation;
  private final ResourceLog log;
  private final DynamicReferences references;

  Steps(Engine engine, StackStore store, Types types, StackRecord stack, Operation operation) {
    this.engine = engine;
    this.store = store;
    this.types = types;
    this.stack = stack;
    this.operation = operation;
    this.log = new ResourceLog(engine, store, stack, operation);
    this.references = new DynamicReferences(engine.cloud());
  }

  /// Creates and changes resources; an empty text if all went well, or what did not.
  String make(StackWorld world, Map<String, Set<String>> waitsFor, @Nullable Instant deadline)
      throws InterruptedException {
    var walk = new AtomicReference<@Nullable Walk>();
    var one =
        new Walk(
            engine,
            stack,
            waitsFor,
            name -> makeOne(world, name, Objects.requireNonNull(walk.get())),
            true);
    walk.set(one);
    engine.began(stack.id(), one);
    Set<String> done;
    try {
      if (isCancelled()) {
        one.cancel();
      }
      done = one.run(deadline);
    } finally {
      engine.ended(stack.id(), one);
    }
    if (isCancelled()) {
      return CANCELLED;
    }
    if (done.size() == waitsFor.size()) {
      return "";
    }
    var created = new TreeSet<String>();
    var updated = new TreeSet<String>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.operation().equals(operation.token())) {
        if (record.status().equals("CREATE_FAILED")) {
          created.add(record.logicalId());
        } else if (record.status().equals("UPDATE_FAILED")) {
          updated.add(record.logicalId());
        }
      }
    }
    var text = new StringBuilder();
    if (!created.isEmpty()) {
      text.append("The following resource(s) failed to create: ").append(created).append(". ");
    }
    if (!updated.isEmpty()) {
      text.append("The following resource(s) failed to update: ").append(updated).append(". ");
    }
    return text.isEmpty()
        ? "Stack creation time exceeded the specified timeout. "
        : text.toString();
  }

  private boolean isCancelled() {
    var current = store.existing(stack.id()).operation();
    return current != null && current.rollback().equals(Operation.CANCELLED);
  }

  private boolean makeOne(StackWorld world, String name, Walk walk) {
    var record = store.resource(stack.id(), name);
    var ours = record != null && record.operation().equals(operation.token());
    if (record != null && ours && record.isComplete()) {
      return true;
    }
    var wanted = new Actual[1];
    try {
      var properties =
          new Evaluator(world.template(), world)
              .evaluateObject(world.template().resource(name).path("Properties"));
      wanted[0] = wanted(world, name, properties);
    } catch (RuntimeException e) {
      if (record == null || !record.isThere()) {
        var never = wanted(world, name, Json.object());
        log.put(name, never, "CREATE_FAILED", log.reason(e), false, null);
      } else {
        var actual = record.actual();
        log.put(name, actual, "UPDATE_FAILED", log.reason(e), true, actual);
      }
      return false;
    }
    if (record == null || !record.isThere() || ours && record.status().startsWith("CREATE_")) {
      return create(name, wanted[0], record != null && ours && record.isThere(), walk);
    }
    return change(record, wanted[0], walk);
  }

  private boolean create(String name, Actual wanted, boolean again, Walk walk) {
    if (!again) {
      log.put(name, wanted, "CREATE_IN_PROGRESS", "", false, null);
    }
    try {
      var type = types.get(wanted.type());
      var request = request(name, wanted, "create");
      var made = wanted.made(again ? type.createAgain(request) : type.create(request));
      if (walk.hasFailed()) {
        log.put(name, made, "CREATE_FAILED", "Resource creation cancelled", false, null);
        return false;
      }
      log.created(name, made);
      return true;
    } catch (RuntimeException e) {
      log.put(name, wanted, "CREATE_FAILED", log.reason(e), false, null);
      return false;
    }
  }

  private boolean change(ResourceRecord record, Actual wanted, Walk walk) {
    var name = record.logicalId();
    var resumed =
        record.operation().equals(operation.token())
            && record.status().equals("UPDATE_IN_PROGRESS");
    var before =
        resumed && record.prior() != null
            ? Objects.requireNonNull(record.prior())
            : record.actual();
    var type = types.get(wanted.type());
    var tagsChanged = !stack.version().tags().equals(operation.target().tags());
    var changed = Planner.changed(type, before.propertyTree(), wanted.propertyTree(), tagsChanged);
    var kept =
        new Actual(
            wanted.type(),
            before.physicalId(),
            wanted.properties(),
            before.attributes(),
            wanted.dependencies(),
            wanted.deletionPolicy(),
            wanted.replacePolicy());
    if (changed.isEmpty()) {
      log.quietly(
          new ResourceRecord(
              name,
              kept,
              record.status(),
              record.reason(),
              record.updated(),
              record.operation(),
              false,
              record.prior()));
      return true;
    }
    var replaces = Planner.replaces(type, changed);
    if (!resumed) {
      var reason =
          replaces
              ? "Requested update requires the creation of a new physical resource; hence creating one."
              : "";
      log.put(name, kept, "UPDATE_IN_PROGRESS", reason, replaces, before);
    }
    try {
      ResourceType.Resource result;
      var request = request(name, wanted, replaces ? "replace" : "update");
      if (replaces) {
        result = resumed ? type.createAgain(request) : type.create(request);
      } else {
        result = type.update(request, before.resource(), before.propertyTree());
      }
      if (walk.hasFailed()) {
        log.put(
            name, kept.made(result), "UPDATE_FAILED", "Resource update cancelled", false, before);
        return false;
      }
      log.put(name, kept.made(result), "UPDATE_COMPLETE", "", false, before);
      return true;
    } catch (RuntimeException e) {
      log.put(name, kept, "UPDATE_FAILED", log.reason(e), replaces, before);
      return false;
    }
  }

  /// Undoes what was done to resources that had been there before; returns those that resist.
  Set<String> rollBack() throws InterruptedException {
    var touched = new TreeMap<String, Set<String>>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.prior() != null && record.operation().equals(operation.token())) {
        touched.put(record.logicalId(), new TreeSet<>(record.prior().dependencies()));
      }
    }
    touched.values().forEach(needs -> needs.retainAll(touched.keySet()));
    var walk = new Walk(engine, stack, touched, this::restore, false);
    var left = new TreeSet<>(touched.keySet());
    left.removeAll(walk.run(null));
    return left;
  }

  private boolean restore(String name) {
    var record = Objects.requireNonNull(store.resource(stack.id(), name));
    var prior = Objects.requireNonNull(record.prior());
    var back = operation.token() + "/rollback";
    try {
      if (!record.actual().physicalId().equals(prior.physicalId())) {
        log.restored(record, prior, record.actual(), back);
      } else {
        if (!record.replacing()) {
          log.put(name, record.actual(), "UPDATE_IN_PROGRESS", "", false, prior);
          types
              .get(prior.type())
              .update(
                  request(name, prior, "restore"),
                  prior.resource(),
                  record.actual().propertyTree());
        }
        log.restored(record, prior, null, back);
      }
      return true;
    } catch (RuntimeException e) {
      log.put(name, record.actual(), "UPDATE_FAILED", log.reason(e), record.replacing(), prior);
      return false;
    }
  }

  /// Removes what has been replaced and what the stack no longer has. What resists is left behind,
  /// as AWS does.
  void cleanUp(Set<String> desired) throws InterruptedException {
    var doomed = new TreeMap<String, Set<String>>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.isThere() && (record.prior() != null || !desired.contains(record.logicalId()))) {
        doomed.put(record.logicalId(), Set.of());
      }
    }
    reverse(doomed);
    new Walk(
            engine,
            stack,
            doomed,
            name -> {
              var record = Objects.requireNonNull(store.resource(stack.id(), name));
              var prior = record.prior();
              if (prior != null) {
                if (!prior.physicalId().equals(record.actual().physicalId())) {
                  deletePrior(record, prior);
                }
                log.quietly(log.without(record));
              }
              if (!desired.contains(name)) {
                delete(log.without(record), Set.of());
              }
              return true;
            },
            false)
        .run(null);
  }

  private void deletePrior(ResourceRecord record, Actual prior) {
    var name = record.logicalId();
    if (prior.physicalId().isEmpty()) {
      return;
    }
    if (!prior.replacePolicy().equals("Delete")) {
      log.event(name, prior, "DELETE_SKIPPED", "");
      return;
    }
    log.event(name, prior, "DELETE_IN_PROGRESS", "");
    try {
      types.get(prior.type()).delete(request(name, prior, "cleanup"), prior.resource());
      log.event(name, prior, "DELETE_COMPLETE", "");
    } catch (RuntimeException e) {
      log.event(name, prior, "DELETE_FAILED", log.reason(e));
    }
  }

  /// Removes everything; returns what resists.
  Set<String> deleteAll(Set<String> retain) throws InterruptedException {
    var doomed = new TreeMap<String, Set<String>>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.isThere()) {
        doomed.put(record.logicalId(), Set.of());
      }
    }
    reverse(doomed);
    var walk =
        new Walk(
            engine,
            stack,
            doomed,
            name -> delete(Objects.requireNonNull(store.resource(stack.id(), name)), retain),
            false);
    walk.run(null);
    var left = new TreeSet<String>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.status().equals("DELETE_FAILED")) {
        left.add(record.logicalId());
      }
    }
    return left;
  }

  /// Each waits for those that depend on it.
  private void reverse(Map<String, Set<String>> doomed) {
    var waits = new TreeMap<String, Set<String>>();
    doomed.keySet().forEach(name -> waits.put(name, new TreeSet<>()));
    for (var name : doomed.keySet()) {
      var record = Objects.requireNonNull(store.resource(stack.id(), name));
      for (var dependency : record.actual().dependencies()) {
        waits.computeIfPresent(
            dependency,
            (n, users) -> {
              users.add(name);
              return users;
            });
      }
    }
    doomed.putAll(waits);
  }

  private boolean delete(ResourceRecord record, Set<String> retain) {
    var name = record.logicalId();
    var actual = record.actual();
    var prior = record.prior();
    if (prior != null && !prior.physicalId().equals(actual.physicalId())) {
      deletePrior(record, prior);
    }
    var creating = operation.kind() == Operation.Kind.CREATE;
    var policy = actual.deletionPolicy();
    if (actual.physicalId().isEmpty()) {
      log.gone(record);
      return true;
    }
    if (retain.contains(name)
        || policy.equals("Retain")
        || policy.equals("RetainExceptOnCreate") && !creating) {
      log.put(name, actual, "DELETE_SKIPPED", "", false, null);
      return true;
    }
    if (!record.status().equals("DELETE_IN_PROGRESS")) {
      log.put(name, actual, "DELETE_IN_PROGRESS", "", false, null);
    }
    try {
      types.get(actual.type()).delete(request(name, actual, "delete"), actual.resource());
      log.put(name, actual, "DELETE_COMPLETE", "", false, null);
      return true;
    } catch (RuntimeException e) {
      log.put(name, actual, "DELETE_FAILED", log.reason(e), false, null);
      return false;
    }
  }

  private Actual wanted(StackWorld world, String name, ObjectNode properties) {
    var definition = world.template().resource(name);
    return new Actual(
        definition.path("Type").asText(),
        "",
        Json.write(properties),
        "{}",
        List.copyOf(world.template().dependencies(name)),
        definition.path("DeletionPolicy").asText("Delete"),
        definition.path("UpdateReplacePolicy").asText("Delete"));
  }

  private ResourceType.Request request(String name, Actual actual, String step) {
    return new ResourceType.Request(
        stack.id(),
        stack.name(),
        name,
        operation.token() + "/" + name + "/" + step,
        references.resolve(actual.propertyTree(), step),
        operation.target().tags());
  }
}
