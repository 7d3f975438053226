package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.template.Evaluator;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// How an operation makes and changes the resources of its stack, one by one, and undoes it. Every
/// step is stored before and after, so that it can be taken up in the middle.
final class Steps {
  /// What [#make] says if a user has cancelled the operation.
  static final String CANCELLED = "User Initiated";

  private final Engine engine;
  private final StackStore store;
  private final Types types;
  private final StackRecord stack;
  private final Operation operation;
  private final ResourceLog log;
  private final Work work;

  Steps(Work work) {
    this.work = work;
    this.engine = work.engine();
    this.store = work.store();
    this.types = work.types();
    this.stack = work.stack();
    this.operation = work.operation();
    this.log = work.log();
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
    var text = new StringBuilder();
    for (var what : List.of("create", "update", "import")) {
      var failed = failed(what.toUpperCase(Locale.ROOT) + "_FAILED");
      if (!failed.isEmpty()) {
        text.append("The following resource(s) failed to %s: %s. ".formatted(what, failed));
      }
    }
    return text.isEmpty()
        ? "Stack creation time exceeded the specified timeout. "
        : text.toString();
  }

  private Set<String> failed(String status) {
    var names = new TreeSet<String>();
    for (var record : store.resourcesOf(stack.id())) {
      if (record.operation().equals(operation.token()) && record.status().equals(status)) {
        names.add(record.logicalId());
      }
    }
    return names;
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
    Actual wanted;
    ObjectNode policy;
    try {
      var evaluator = new Evaluator(world.template(), world);
      var definition = world.template().resource(name);
      wanted = wanted(world, name, evaluator.evaluateObject(definition.path("Properties")));
      var making = record == null || !record.isThere() || ours && isMaking(record);
      policy =
          evaluator.evaluateObject(definition.path(making ? "CreationPolicy" : "UpdatePolicy"));
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
    if (operation.imports().containsKey(name) && (record == null || !record.isThere() || ours)) {
      return new ResourceImports(work).take(name, wanted, walk);
    }
    if (record == null || !record.isThere() || ours && isMaking(record)) {
      var again = record != null && ours && record.isThere();
      return create(name, wanted, again, policy, walk);
    }
    return change(record, wanted, policy, walk);
  }

  private static boolean isMaking(ResourceRecord record) {
    return record.status().startsWith("CREATE_");
  }

  private boolean create(String name, Actual wanted, boolean again, ObjectNode policy, Walk walk) {
    if (!again) {
      log.put(name, wanted, "CREATE_IN_PROGRESS", "", false, null);
    }
    var made = wanted;
    try {
      var type = types.get(wanted.type());
      work.askHooks("CREATE", name, wanted, null, "CREATE_IN_PROGRESS");
      var request = work.request(name, wanted, "create");
      made = wanted.made(again ? type.createAgain(request) : type.create(request));
      if (!policy.isEmpty()) {
        log.put(name, made, "CREATE_IN_PROGRESS", ResourceLog.BEGUN, false, null);
        new CreationSignals(work).await(name, policy);
      }
      if (walk.hasFailed()) {
        log.put(name, made, "CREATE_FAILED", "Resource creation cancelled", false, null);
        return false;
      }
      if (policy.isEmpty()) {
        log.created(name, made);
      } else {
        log.put(name, made, "CREATE_COMPLETE", "", false, null);
      }
      return true;
    } catch (RuntimeException e) {
      log.put(name, made, "CREATE_FAILED", log.reason(e), false, null);
      return false;
    }
  }

  private boolean change(ResourceRecord record, Actual wanted, ObjectNode policy, Walk walk) {
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
      work.askHooks("UPDATE", name, kept, before, "UPDATE_IN_PROGRESS");
      var request = work.request(name, wanted, replaces ? "replace" : "update");
      if (replaces) {
        result = resumed ? type.createAgain(request) : type.create(request);
      } else if (AliasShift.isAsked(policy, changed)) {
        result = new AliasShift(engine.cloud()).update(type, request, before, policy);
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
                  work.request(name, prior, "restore"),
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
}
