package dev.terrarium.services.eventbridge;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;

/// An event that a target is still to get.
///
/// @param event the whole of it, as JSON
/// @param attempts how many have failed
/// @param sinceMillis when EventBridge got the event
/// @param origin the ARN of the bus from which it was sent on, or empty
/// @param trace the header of what caused it
record Delivery(String event, int attempts, long sinceMillis, String origin, String trace) {
  static final Codec<Delivery> CODEC =
      Codec.of(
          1,
          (delivery, writer) ->
              writer
                  .string(delivery.event)
                  .number(delivery.attempts)
                  .number(delivery.sinceMillis)
                  .string(delivery.origin)
                  .string(delivery.trace),
          reader ->
              new Delivery(
                  reader.string(),
                  reader.integer(),
                  reader.number(),
                  reader.string(),
                  reader.string()));

  /// A target's deliveries lie in the order in which they are due, so that what waits for another
  /// try is never in the way.
  record Key(TargetKey target, long dueMillis, long number) {
    static final KeyCodec<Key> CODEC =
        KeyCodec.of(
            (key, writer) -> {
              TargetKey.CODEC.write(key.target, writer);
              writer.number(key.dueMillis).number(key.number);
            },
            reader -> new Key(TargetKey.CODEC.read(reader), reader.number(), reader.number()));
  }

  Delivery failed() {
    return new Delivery(event, attempts + 1, sinceMillis, origin, trace);
  }
}
