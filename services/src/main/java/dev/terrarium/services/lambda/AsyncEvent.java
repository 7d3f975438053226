package dev.terrarium.services.lambda;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;

/// An event that waits to be handled.
///
/// @param qualifier as invoked, or empty
/// @param receivedAt milliseconds since 1970
/// @param attempts how often the function has failed on it
/// @param throttles how often there was no room to run it
record AsyncEvent(
    String requestId,
    String qualifier,
    byte[] payload,
    String clientContext,
    String traceHeader,
    long receivedAt,
    int attempts,
    int throttles) {
  AsyncEvent failed() {
    return new AsyncEvent(
        requestId, qualifier, payload, clientContext, traceHeader, receivedAt, attempts + 1, 0);
  }

  AsyncEvent throttled() {
    return new AsyncEvent(
        requestId,
        qualifier,
        payload,
        clientContext,
        traceHeader,
        receivedAt,
        attempts,
        throttles + 1);
  }

  void write(BinaryWriter to) {
    to.string(requestId)
        .string(qualifier)
        .bytes(payload)
        .string(clientContext)
        .string(traceHeader)
        .number(receivedAt)
        .number(attempts)
        .number(throttles);
  }

  static AsyncEvent read(BinaryReader from) {
    return new AsyncEvent(
        from.string(),
        from.string(),
        from.bytes(),
        from.string(),
        from.string(),
        from.number(),
        from.integer(),
        from.integer());
  }
}
