package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Locks;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.services.scheduler.Invocation.InvocationKey;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.scheduler.model.GetScheduleGroupResponse;
import software.amazon.awssdk.services.scheduler.model.ScheduleGroupState;

/// Everything that the Scheduler keeps. A group with its schedules is one aggregate.
final class SchedulerStore {
  /// A schedule in the order in which schedules are due.
  record DueKey(long at, ScheduleKey schedule) {
    static final KeyCodec<DueKey> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              writer.number(key.at);
              key.schedule.write(writer);
            },
            reader -> new DueKey(reader.number(), ScheduleKey.read(reader)));
  }

  final Cloud cloud;
  final Keyspace<GroupKey, GroupRecord> groups;
  final Keyspace<ScheduleKey, ScheduleRecord> schedules;
  final Keyspace<DueKey, byte[]> due;
  final Keyspace<InvocationKey, Invocation> invocations;
  private final Locks locks = new Locks();

  SchedulerStore(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.groups = new Keyspace<>(store, "scheduler.groups", GroupKey.CODEC, GroupRecord.CODEC);
    this.schedules =
        new Keyspace<>(store, "scheduler.schedules", ScheduleKey.CODEC, ScheduleRecord.CODEC);
    this.due = new Keyspace<>(store, "scheduler.due", DueKey.CODEC, Codec.BYTES);
    this.invocations =
        new Keyspace<>(store, "scheduler.invocations", InvocationKey.CODEC, Invocation.CODEC);
  }

  /// Changes a group or its schedules while nobody else does, all at once.
  <T> T change(GroupKey group, Function<Batch, T> work) {
    return locks.with(
        group,
        () -> {
          var batch = new Batch();
          var result = work.apply(batch);
          if (!batch.isEmpty()) {
            cloud.store().commit(batch);
          }
          return result;
        });
  }

  /// A group, which must be there. The default one is made when it is first asked for.
  GroupRecord group(GroupKey key) {
    var found = groups.get(key);
    if (found != null) {
      return found;
    }
    if (!key.isDefault()) {
      throw SchedulerErrors.noGroup(key.name());
    }
    var made = newGroup(key, "", Map.of());
    groups.put(key, made);
    return made;
  }

  GroupRecord newGroup(GroupKey key, String token, Map<String, String> tags) {
    var now = cloud.clock().now();
    var config =
        GetScheduleGroupResponse.builder()
            .name(key.name())
            .arn(key.arn())
            .creationDate(now)
            .lastModificationDate(now)
            .state(ScheduleGroupState.ACTIVE)
            .build();
    return new GroupRecord(config, token, tags);
  }

  /// Stores a schedule in the place of what was there, when the batch commits.
  void put(Batch batch, ScheduleKey key, @Nullable ScheduleRecord before, ScheduleRecord after) {
    if (before != null && before.isDue()) {
      due.delete(batch, new DueKey(before.at(), key));
    }
    schedules.put(batch, key, after);
    if (after.isDue()) {
      due.put(batch, new DueKey(after.at(), key), new byte[0]);
    }
  }

  void delete(Batch batch, ScheduleKey key, ScheduleRecord schedule) {
    if (schedule.isDue()) {
      due.delete(batch, new DueKey(schedule.at(), key));
    }
    schedules.delete(batch, key);
  }
}
