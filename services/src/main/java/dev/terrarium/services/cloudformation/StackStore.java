package dev.terrarium.services.cloudformation;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeStackDriftDetectionStatusResponse;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.cloudformation.model.StackResourceDrift;

/// Everything that CloudFormation keeps.
final class StackStore {
  /// A name within an account and region.
  record Named(String account, String region, String name) {
    static Named of(Scope scope, String name) {
      return new Named(scope.account(), scope.region(), name);
    }
  }

  /// Something of a stack.
  record Owned(String stackId, String name) {}

  /// A place in the history of a stack.
  record EventKey(String stackId, long number) {}

  /// A change set.
  ///
  /// @param changeSet what is shown of it, except for parameters
  /// @param token the caller's own
  /// @param imports the resources to import, with their identifiers as JSON
  record StoredChangeSet(
      DescribeChangeSetResponse changeSet,
      Version version,
      String type,
      String token,
      Map<String, String> imports) {
    StoredChangeSet with(DescribeChangeSetResponse shown) {
      return new StoredChangeSet(shown, version, type, token, imports);
    }
  }

  static final KeyCodec<Named> NAMED =
      KeyCodec.of(
          (key, writer) -> writer.string(key.account).string(key.region).string(key.name),
          reader -> new Named(reader.string(), reader.string(), reader.string()));
  private static final KeyCodec<Owned> OWNED =
      KeyCodec.of(
          (key, writer) -> writer.string(key.stackId).string(key.name),
          reader -> new Owned(reader.string(), reader.string()));

  /// Since this format change sets say what they import.
  private static final int CHANGE_SET_FORMAT = 3;

  private static final PojoCodec<DescribeChangeSetResponse> CHANGE_SET =
      new PojoCodec<>(DescribeChangeSetResponse::builder);

  final Cloud cloud;
  final Locks locks = new Locks();
  final Notifications notifications;

  /// By id.
  final Keyspace<Named, StackRecord> stacks;

  /// The ids of stacks that are not deleted, by name.
  final Keyspace<Named, String> names;

  final Keyspace<Owned, ResourceRecord> resources;
  final Keyspace<EventKey, StackEvent> events;
  final Keyspace<Owned, StoredChangeSet> changeSets;

  /// What was last found of resources, until something is done to their stack.
  final Keyspace<Owned, StackResourceDrift> drifts;

  /// By id.
  final Keyspace<Named, DescribeStackDriftDetectionStatusResponse> detections;

  StackStore(Cloud cloud) {
    this.cloud = cloud;
    this.notifications = new Notifications(cloud);
    var store = cloud.store();
    stacks = new Keyspace<>(store, "cloudformation.stacks", NAMED, StackRecord.CODEC);
    names = new Keyspace<>(store, "cloudformation.names", NAMED, Codec.STRING);
    resources = new Keyspace<>(store, "cloudformation.resources", OWNED, ResourceRecord.CODEC);
    events =
        new Keyspace<>(
            store,
            "cloudformation.events",
            KeyCodec.of(
                (key, writer) -> writer.string(key.stackId).number(key.number),
                reader -> new EventKey(reader.string(), reader.number())),
            new PojoCodec<>(StackEvent::builder));
    drifts =
        new Keyspace<>(
            store, "cloudformation.drifts", OWNED, new PojoCodec<>(StackResourceDrift::builder));
    detections =
        new Keyspace<>(
            store,
            "cloudformation.detections",
            NAMED,
            new PojoCodec<>(DescribeStackDriftDetectionStatusResponse::builder));
    changeSets =
        new Keyspace<>(
            store,
            "cloudformation.changesets",
            OWNED,
            Codec.of(
                CHANGE_SET_FORMAT,
                (value, writer) -> {
                  CHANGE_SET.write(writer, value.changeSet);
                  Version.write(value.version, writer);
                  writer.string(value.type).string(value.token).strings(value.imports);
                },
                reader ->
                    new StoredChangeSet(
                        CHANGE_SET.read(reader),
                        Version.read(reader),
                        reader.string(),
                        reader.string(),
                        reader.version() >= CHANGE_SET_FORMAT ? reader.strings() : Map.of())));
  }

  /// What is signalled when a stack's status changes.
  static String signalOf(String stackId) {
    return "cloudformation:" + stackId;
  }

  /// A stack by name, or by id even if it is deleted; null if there is none.
  @Nullable StackRecord find(Scope scope, String nameOrId) {
    if (nameOrId.startsWith("arn:")) {
      return stacks.get(Named.of(scope, nameOrId));
    }
    var id = names.get(Named.of(scope, nameOrId));
    return id == null ? null : stacks.get(Named.of(scope, id));
  }

  StackRecord existing(String stackId) {
    var scope = Arn.of(stackId).orElseThrow().scope();
    var record = stacks.get(Named.of(scope, stackId));
    if (record == null) {
      throw StackErrors.noStack(stackId);
    }
    return record;
  }

  List<StackRecord> all(Scope scope) {
    return stacks.list(scope.account(), scope.region());
  }

  List<ResourceRecord> resourcesOf(String stackId) {
    return resources.list(stackId);
  }

  @Nullable ResourceRecord resource(String stackId, String logicalId) {
    return resources.get(new Owned(stackId, logicalId));
  }

  /// Stores a stack; names it again or frees its name, as its status says.
  void put(Batch batch, StackRecord record) {
    var scope = record.scope();
    stacks.put(batch, Named.of(scope, record.id()), record);
    if (record.isDeleted()) {
      names.delete(batch, Named.of(scope, record.name()));
    } else {
      names.put(batch, Named.of(scope, record.name()), record.id());
    }
    batch.afterCommit(() -> cloud.signals().signal(signalOf(record.id())));
  }

  /// Gives a stack a status and tells so in its history.
  StackRecord status(Batch batch, StackRecord record, String status, @Nullable String reason) {
    var changed = record.with(stack -> stack.stackStatus(status).stackStatusReason(reason));
    if (changed.isBusy()) {
      drifts.deleteAll(batch, record.id());
      changed = changed.with(s -> s.driftInformation(d -> d.stackDriftStatus("NOT_CHECKED")));
    }
    put(batch, changed);
    var operation = record.operation();
    event(
        batch,
        record,
        0,
        event ->
            event
                .eventId(cloud.ids().uuid())
                .stackName(record.name())
                .logicalResourceId(record.name())
                .physicalResourceId(record.id())
                .resourceType("AWS::CloudFormation::Stack")
                .resourceStatus(status)
                .resourceStatusReason(reason)
                .operationId(operation == null ? null : operation.token())
                .clientRequestToken(
                    operation == null || operation.clientToken().isEmpty()
                        ? null
                        : operation.clientToken()));
    return changed;
  }

  /// Adds to the history of a stack. The caller holds the stack's lock ([#locked]).
  ///
  /// @param ahead how many events the batch holds already
  void event(Batch batch, StackRecord stack, int ahead, UnaryOperator<StackEvent.Builder> content) {
    var stackId = stack.id();
    var last = new long[1];
    events.scanReverse(
        (key, value) -> {
          last[0] = key.number;
          return false;
        },
        stackId);
    var event =
        content.apply(StackEvent.builder().stackId(stackId).timestamp(cloud.clock().now())).build();
    events.put(batch, new EventKey(stackId, last[0] + 1 + ahead), event);
    batch.afterCommit(() -> notifications.tell(stack, event));
    if (event.resourceStatus() != null) {
      cloud.announce(batch, () -> StatusChanges.of(stack, event));
    }
  }

  /// Changes one stack while nobody else does, nor makes another one of its name.
  <T> T locked(String stackId, Function<Batch, T> work) {
    return locks.with(
        stackId.substring(0, stackId.lastIndexOf('/')),
        () -> {
          var batch = new Batch();
          var result = work.apply(batch);
          cloud.store().commit(batch);
          return result;
        });
  }
}
