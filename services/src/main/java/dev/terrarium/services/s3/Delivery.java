package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Codec;
import java.time.Instant;

/// An event that has not been delivered yet.
///
/// @param service of the destination: `sqs`, `sns`, `lambda`
/// @param event AWS's name of it
/// @param cause the trace header of the call that caused it
record Delivery(String service, String event, String message, String cause, Instant since) {
  static final Codec<Delivery> CODEC =
      Codec.of(
          1,
          (delivery, writer) ->
              writer
                  .string(delivery.service)
                  .string(delivery.event)
                  .string(delivery.message)
                  .string(delivery.cause)
                  .instant(delivery.since),
          reader ->
              new Delivery(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.instant()));
}
