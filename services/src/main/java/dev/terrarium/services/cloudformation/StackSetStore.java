package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.OperationNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackInstance;
import software.amazon.awssdk.services.cloudformation.model.StackInstanceNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackSet;
import software.amazon.awssdk.services.cloudformation.model.StackSetNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperation;
import software.amazon.awssdk.services.cloudformation.model.StackSetOperationResultSummary;

/// What is kept of stack sets: the sets, their instances, what was done to them.
final class StackSetStore {
  /// Something of a stack set, by two names of its own.
  record Part(String setId, String first, String second) {}

  private static final KeyCodec<Part> PART =
      KeyCodec.of(
          (key, writer) -> writer.string(key.setId).string(key.first).string(key.second),
          reader -> new Part(reader.string(), reader.string(), reader.string()));

  final Cloud cloud;
  final Locks locks = new Locks();

  /// By account, region and name. One that was deleted is there no more.
  final Keyspace<StackStore.Named, StackSet> sets;

  /// By account and region.
  final Keyspace<Part, StackInstance> instances;

  /// By operation id, the second name empty.
  final Keyspace<Part, StackSetOperation> operations;

  /// By operation id and target, `account/region`.
  final Keyspace<Part, StackSetOperationResultSummary> results;

  StackSetStore(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    sets =
        new Keyspace<>(
            store,
            "cloudformation.stacksets",
            StackStore.NAMED,
            new PojoCodec<>(StackSet::builder));
    instances =
        new Keyspace<>(
            store, "cloudformation.setinstances", PART, new PojoCodec<>(StackInstance::builder));
    operations =
        new Keyspace<>(
            store,
            "cloudformation.setoperations",
            PART,
            new PojoCodec<>(StackSetOperation::builder));
    results =
        new Keyspace<>(
            store,
            "cloudformation.setresults",
            PART,
            new PojoCodec<>(StackSetOperationResultSummary::builder));
  }

  /// The set of that name or id in the caller's account and region.
  StackSet existing(@Nullable String nameOrId) {
    var given = Objects.requireNonNullElse(nameOrId, "");
    var colon = given.indexOf(':');
    var name = colon < 0 ? given : given.substring(0, colon);
    var set = sets.get(StackStore.Named.of(scope(), name));
    if (set == null || colon >= 0 && !set.stackSetId().equals(given)) {
      throw Errors.<StackSetNotFoundException>of(
          StackSetNotFoundException.builder(),
          404,
          "StackSetNotFoundException",
          "StackSet " + given + " not found");
    }
    return set;
  }

  List<StackSet> all() {
    return sets.list(scope().account(), scope().region());
  }

  StackInstance instance(StackSet set, @Nullable String account, @Nullable String region) {
    var found =
        instances.get(
            new Part(
                set.stackSetId(),
                Objects.requireNonNullElse(account, ""),
                Objects.requireNonNullElse(region, "")));
    if (found == null) {
      throw Errors.<StackInstanceNotFoundException>of(
          StackInstanceNotFoundException.builder(),
          404,
          "StackInstanceNotFoundException",
          "Stack instance for stackset "
              + set.stackSetId()
              + ", account "
              + account
              + " and region "
              + region
              + " was not found");
    }
    return found;
  }

  StackSetOperation operation(StackSet set, @Nullable String id) {
    var found = operations.get(new Part(set.stackSetId(), Objects.requireNonNullElse(id, ""), ""));
    if (found == null) {
      throw Errors.<OperationNotFoundException>of(
          OperationNotFoundException.builder(),
          404,
          "OperationNotFoundException",
          "Operation " + id + " not found");
    }
    return found;
  }

  void put(StackSet set) {
    sets.put(StackStore.Named.of(scope(), set.stackSetName()), set);
  }

  private static Scope scope() {
    return Call.current().scope();
  }
}
