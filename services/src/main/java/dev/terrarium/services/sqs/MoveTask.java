package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Codec;

/// Dead letters on their way back, or to another queue.
///
/// @param handle AWS's task handle
/// @param source the dead-letter queue's ARN
/// @param destination an ARN, or empty: each message goes back to where it came from
/// @param perSecond how many messages a second at most, or 0 for as fast as it goes
/// @param status RUNNING, COMPLETED, CANCELLING, CANCELLED or FAILED
/// @param toMove how many there were at the start
/// @param failure why it failed, or empty
record MoveTask(
    String handle,
    String source,
    String destination,
    int perSecond,
    String status,
    long moved,
    long toMove,
    long startedMillis,
    String failure) {
  static final Codec<MoveTask> CODEC =
      Codec.of(
          1,
          (task, writer) ->
              writer
                  .string(task.handle)
                  .string(task.source)
                  .string(task.destination)
                  .number(task.perSecond)
                  .string(task.status)
                  .number(task.moved)
                  .number(task.toMove)
                  .number(task.startedMillis)
                  .string(task.failure),
          reader ->
              new MoveTask(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.integer(),
                  reader.string(),
                  reader.number(),
                  reader.number(),
                  reader.number(),
                  reader.string()));

  MoveTask with(String newStatus, long newMoved, String newFailure) {
    return new MoveTask(
        handle,
        source,
        destination,
        perSecond,
        newStatus,
        newMoved,
        toMove,
        startedMillis,
        newFailure);
  }

  boolean isRunning() {
    return status.equals("RUNNING");
  }
}
