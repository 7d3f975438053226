package dev.terrarium.services.cloudformation;

import dev.terrarium.services.cloudformation.Operation.Phase;
import dev.terrarium.services.cloudformation.template.Evaluator;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One operation of one stack, from wherever the store says that it is.
///
/// ```
/// FORWARD ──> CLEANUP ──> complete
///    └─────> ROLLBACK ──> ROLLBACK_CLEANUP ──> rolled back
/// ```
final class Deployment {
  private static final System.Logger LOG = System.getLogger(Deployment.class.getName());

  private final Engine engine;
  private final StackStore store;
  private final Types types;
  private StackRecord stack;
  private Operation operation;

  Deployment(Engine engine, StackStore store, Types types, String stackId) {
    this.engine = engine;
    this.store = store;
    this.types = types;
    this.stack = store.existing(stackId);
    this.operation = Objects.requireNonNull(stack.operation());
  }

  void run() {
    try {
      switch (operation.kind()) {
        case CREATE -> create();
        case UPDATE -> update();
        case DELETE -> delete();
        case IMPORT -> importing();
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} goes on after the restart", stack.name());
    } catch (RuntimeException e) {
      if (!engine.isClosed()) {
        throw e;
      }
    }
  }

  private void create() throws InterruptedException {
    if (operation.phase() == Phase.FORWARD) {
      var failure = forward();
      if (failure.isEmpty()) {
        finish("CREATE_COMPLETE", null);
        return;
      }
      if (operation.rollback().equals("DO_NOTHING")) {
        finish("CREATE_FAILED", failure);
        return;
      }
      if (operation.rollback().equals("DELETE")) {
        enter(Phase.ROLLBACK, "DELETE_IN_PROGRESS", failure + "Delete requested by user.");
      } else {
        enter(Phase.ROLLBACK, "ROLLBACK_IN_PROGRESS", failure + "Rollback requested by user.");
      }
    }
    var left = new Removals(work()).deleteAll(Set.of());
    var deletes = operation.rollback().equals("DELETE");
    if (left.isEmpty()) {
      finish(deletes ? "DELETE_COMPLETE" : "ROLLBACK_COMPLETE", null);
    } else {
      finish(
          deletes ? "DELETE_FAILED" : "ROLLBACK_FAILED",
          "The following resource(s) failed to delete: " + left + ". ");
    }
  }

  private void update() throws InterruptedException {
    if (operation.phase() == Phase.FORWARD) {
      var failure = forward();
      if (failure.isEmpty()) {
        enter(Phase.CLEANUP, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", null);
      } else if (operation.rollback().equals("DO_NOTHING")) {
        finish("UPDATE_FAILED", failure);
        return;
      } else {
        enter(Phase.ROLLBACK, "UPDATE_ROLLBACK_IN_PROGRESS", failure);
      }
    }
    if (operation.phase() == Phase.ROLLBACK) {
      var failed = new Steps(work()).rollBack();
      if (!failed.isEmpty()) {
        finish(
            "UPDATE_ROLLBACK_FAILED",
            "The following resource(s) failed to update: " + failed + ". ");
        return;
      }
      enter(Phase.ROLLBACK_CLEANUP, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", null);
    }
    new Removals(work()).cleanUp(desired(world(stack.version())));
    finish(
        operation.phase() == Phase.CLEANUP ? "UPDATE_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE", null);
  }

  private void importing() throws InterruptedException {
    if (operation.phase() == Phase.FORWARD) {
      var failure = forward();
      if (failure.isEmpty()) {
        finish("IMPORT_COMPLETE", null);
        return;
      }
      enter(Phase.ROLLBACK, "IMPORT_ROLLBACK_IN_PROGRESS", failure);
    }
    new ResourceImports(work()).releaseAll();
    finish("IMPORT_ROLLBACK_COMPLETE", null);
  }

  private void delete() throws InterruptedException {
    for (var export : stack.exports().keySet()) {
      var users = Exports.users(store, stack.scope(), export);
      if (!users.isEmpty()) {
        finish(
            "DELETE_FAILED",
            "Export %s cannot be deleted as it is in use by %s"
                .formatted(export, String.join(", ", users)));
        return;
      }
    }
    try {
      new StackHooks(engine.cloud(), store).ask(stack, operation);
    } catch (TemplateException e) {
      finish("DELETE_FAILED", e.getMessage());
      return;
    }
    var left = new Removals(work()).deleteAll(new HashSet<>(operation.retain()));
    if (left.isEmpty()) {
      finish("DELETE_COMPLETE", null);
    } else {
      finish("DELETE_FAILED", "The following resource(s) failed to delete: " + left + ". ");
    }
  }

  /// Brings the stack to the target; an empty text if that succeeded, or what went wrong.
  private String forward() throws InterruptedException {
    var unusable = operation.target().failure();
    if (!unusable.isEmpty()) {
      return unusable + (unusable.endsWith(".") ? " " : ". ");
    }
    var world = world(operation.target());
    try {
      if (operation.kind() != Operation.Kind.IMPORT) {
        new StackHooks(engine.cloud(), store).ask(stack, operation);
      }
      var desired = desired(world);
      var waitsFor = new TreeMap<String, Set<String>>();
      for (var name : desired) {
        var needs = new TreeSet<>(world.template().dependencies(name));
        needs.retainAll(desired);
        waitsFor.put(name, needs);
      }
      var deadline =
          operation.deadlineMillis() == 0 ? null : Instant.ofEpochMilli(operation.deadlineMillis());
      var failed = new Steps(work()).make(world, waitsFor, deadline);
      if (!failed.isEmpty()) {
        return failed;
      }
      succeed(world);
      return "";
    } catch (TemplateException e) {
      var message = String.valueOf(e.getMessage());
      return message + (message.endsWith(".") ? " " : ". ");
    }
  }

  /// Takes over the target: outputs and exports are the new ones from here on.
  private void succeed(StackWorld world) {
    var made = StackOutputs.of(world);
    Exports.check(store, stack, made.exports());
    var shown =
        stack.stack().toBuilder()
            .outputs(made.outputs())
            .description(
                world.template().root().has("Description")
                    ? world.template().root().get("Description").asText()
                    : null)
            .build();
    stack =
        new StackRecord(
            shown,
            operation.target(),
            stack.policy(),
            List.copyOf(world.imports()),
            made.exports(),
            operation);
  }

  private StackWorld world(Version version) {
    return new StackWorld(store, stack, version);
  }

  private Work work() {
    return new Work(engine, store, types, stack, operation);
  }

  /// The resources whose conditions hold.
  static Set<String> desired(StackWorld world) {
    var evaluator = new Evaluator(world.template(), world);
    var desired = new LinkedHashSet<String>();
    for (var name : world.template().resourceNames()) {
      var condition = world.template().resource(name).path("Condition");
      if (!condition.isTextual() || evaluator.condition(condition.asText())) {
        desired.add(name);
      }
    }
    return desired;
  }

  private void enter(Phase phase, String status, @Nullable String reason)
      throws InterruptedException {
    checkOpen();
    operation = operation.at(phase);
    stack =
        store.locked(
            stack.id(), batch -> store.status(batch, stack.with(operation), status, reason));
  }

  /// What a closing cloud interrupted has not failed.
  private void checkOpen() throws InterruptedException {
    if (engine.isClosed()) {
      throw new InterruptedException();
    }
  }

  /// The end. What failed half way keeps its operation, for it can be continued or rolled back.
  private void finish(String status, @Nullable String reason) throws InterruptedException {
    checkOpen();
    var now = engine.cloud().clock().now();
    var deleted = status.equals("DELETE_COMPLETE");
    var keeps = status.equals("UPDATE_ROLLBACK_FAILED") || status.equals("UPDATE_FAILED");
    store.locked(
        stack.id(),
        batch -> {
          var ended = stack.with(keeps ? operation : null);
          if (deleted) {
            ended =
                new StackRecord(
                    stack.stack().toBuilder().deletionTime(now).build(),
                    stack.version(),
                    stack.policy(),
                    List.of(),
                    Map.of(),
                    null);
          } else if (status.equals("CREATE_FAILED") || status.equals("ROLLBACK_COMPLETE")) {
            ended =
                new StackRecord(
                    stack.stack(),
                    operation.target(),
                    stack.policy(),
                    stack.imports(),
                    stack.exports(),
                    null);
          }
          var token = ended.with(operation);
          var shown = store.status(batch, token, status, reason);
          store.put(batch, shown.with(ended.operation()));
          return shown;
        });
    if (stack.stack().changeSetId() != null) {
      NestedChangeSets.discardUnmade(store, stack);
    }
  }
}
