package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.PojoCodec;
import software.amazon.awssdk.services.scheduler.model.Target;

/// A call that a schedule is to make, until its target has taken it.
///
/// @param target as it was when the schedule was due
/// @param scheduled the moment for which it is
/// @param began when it was to be made first
/// @param failures how many attempts have failed
/// @param last whether the schedule has no other to make
record Invocation(
    ScheduleKey schedule, Target target, long scheduled, long began, int failures, boolean last) {
  /// What tells invocations apart, in the order in which they are to be made.
  ///
  /// @param at when the next attempt is, in milliseconds
  /// @param id AWS's execution id
  record InvocationKey(long at, String account, String region, String id) {
    static final KeyCodec<InvocationKey> CODEC =
        KeyCodec.of(
            (key, writer) ->
                writer.number(key.at).string(key.account).string(key.region).string(key.id),
            reader ->
                new InvocationKey(
                    reader.number(), reader.string(), reader.string(), reader.string()));

    Scope scope() {
      return new Scope(account, region);
    }
  }

  private static final PojoCodec<Target> TARGET = new PojoCodec<>(Target::builder);

  static final Codec<Invocation> CODEC =
      Codec.of(
          1,
          (invocation, writer) -> {
            var key = invocation.schedule;
            writer
                .string(key.group().account())
                .string(key.group().region())
                .string(key.group().name())
                .string(key.name());
            TARGET.write(writer, invocation.target);
            writer
                .number(invocation.scheduled)
                .number(invocation.began)
                .number(invocation.failures)
                .flag(invocation.last);
          },
          reader ->
              new Invocation(
                  new ScheduleKey(
                      new GroupKey(reader.string(), reader.string(), reader.string()),
                      reader.string()),
                  TARGET.read(reader),
                  reader.number(),
                  reader.number(),
                  reader.integer(),
                  reader.flag()));

  Invocation failedAgain() {
    return new Invocation(schedule, target, scheduled, began, failures + 1, last);
  }
}
