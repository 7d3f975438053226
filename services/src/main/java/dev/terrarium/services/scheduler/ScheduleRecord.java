package dev.terrarium.services.scheduler;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.PojoCodec;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;

/// A schedule, and how far it is.
///
/// @param config as it is shown
/// @param token of the request that made it, or empty
/// @param anchor from where rates count that have no start, in milliseconds
/// @param last for which moment it was invoked last, or `NEVER`
/// @param due for which moment it is invoked next, or `NEVER`
/// @param at when that is done: `due`, or a moment of the window that begins there
record ScheduleRecord(
    GetScheduleResponse config, String token, long anchor, long last, long due, long at) {
  static final long NEVER = Long.MIN_VALUE;

  private static final PojoCodec<GetScheduleResponse> CONFIG =
      new PojoCodec<>(GetScheduleResponse::builder);

  static final Codec<ScheduleRecord> CODEC =
      Codec.of(
          1,
          (schedule, writer) -> {
            CONFIG.write(writer, schedule.config);
            writer
                .string(schedule.token)
                .number(schedule.anchor)
                .number(schedule.last)
                .number(schedule.due)
                .number(schedule.at);
          },
          reader ->
              new ScheduleRecord(
                  CONFIG.read(reader),
                  reader.string(),
                  reader.number(),
                  reader.number(),
                  reader.number(),
                  reader.number()));

  /// Whether another invocation is to come.
  boolean isDue() {
    return due != NEVER;
  }
}
