package dev.terrarium.services.cloudformation;

import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// How an operation takes away resources of its stack: what was replaced, what the template no
/// longer has, or everything.
final class Removals {
  private final Work work;
  private final StackStore store;
  private final Types types;
  private final StackRecord stack;
  private final Operation operation;
  private final ResourceLog log;

  Removals(Work work) {
    this.work = work;
    this.store = work.store();
    this.types = work.types();
    this.stack = work.stack();
    this.operation = work.operation();
    this.log = work.log();
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
            work.engine(),
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
      types.get(prior.type()).delete(work.request(name, prior, "cleanup"), prior.resource());
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
            work.engine(),
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
    if (operation.imports().containsKey(name)
        && operation.phase() != Operation.Phase.CLEANUP
        && operation.phase() != Operation.Phase.FORWARD) {
      new ResourceImports(work).release(record);
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
      if (operation.phase() != Operation.Phase.ROLLBACK
          && operation.phase() != Operation.Phase.ROLLBACK_CLEANUP) {
        work.askHooks("DELETE", name, actual, null, "DELETE_IN_PROGRESS");
      }
      types.get(actual.type()).delete(work.request(name, actual, "delete"), actual.resource());
      log.put(name, actual, "DELETE_COMPLETE", "", false, null);
      return true;
    } catch (RuntimeException e) {
      log.put(name, actual, "DELETE_FAILED", log.reason(e), false, null);
      return false;
    }
  }
}
