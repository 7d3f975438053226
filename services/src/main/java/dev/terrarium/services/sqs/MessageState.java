package dev.terrarium.services.sqs;

import dev.terrarium.kernel.store.Codec;

/// What changes about a message: kept from its first receive on, or while it is delayed.
///
/// @param visibleMillis when it may be received (again)
/// @param receives how often it was received
/// @param firstReceivedMillis 0 if it never was
/// @param token what the latest receipt handle must hold
/// @param groupId of its message, so that order can be rebuilt without reading bodies
record MessageState(
    long visibleMillis, int receives, long firstReceivedMillis, long token, String groupId) {
  static final Codec<MessageState> CODEC =
      Codec.of(
          1,
          (state, writer) ->
              writer
                  .number(state.visibleMillis)
                  .number(state.receives)
                  .number(state.firstReceivedMillis)
                  .number(state.token)
                  .string(state.groupId),
          reader ->
              new MessageState(
                  reader.number(),
                  reader.integer(),
                  reader.number(),
                  reader.number(),
                  reader.string()));

  MessageState visibleAt(long millis) {
    return new MessageState(millis, receives, firstReceivedMillis, token, groupId);
  }

  MessageState received(long now, long visibleAgain, long newToken) {
    return new MessageState(
        visibleAgain,
        receives + 1,
        firstReceivedMillis == 0 ? now : firstReceivedMillis,
        newToken,
        groupId);
  }
}
