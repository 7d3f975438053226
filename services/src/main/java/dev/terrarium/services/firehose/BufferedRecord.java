package dev.terrarium.services.firehose;

import dev.terrarium.kernel.store.Codec;
import org.jspecify.annotations.Nullable;

/// A record that waits for its delivery.
///
/// @param origin where in a Kinesis stream it was, or null if it was put here
record BufferedRecord(long arrivalMillis, byte[] data, @Nullable Origin origin) {
  /// A record's place in a Kinesis stream.
  record Origin(String shardId, String partitionKey, String sequenceNumber, long arrivalMillis) {}

  static final Codec<BufferedRecord> CODEC =
      Codec.of(
          1,
          (record, writer) ->
              writer
                  .number(record.arrivalMillis)
                  .bytes(record.data)
                  .optional(
                      record.origin,
                      (w, origin) ->
                          w.string(origin.shardId)
                              .string(origin.partitionKey)
                              .string(origin.sequenceNumber)
                              .number(origin.arrivalMillis)),
          reader -> {
            var arrivalMillis = reader.number();
            var data = reader.bytes();
            return new BufferedRecord(
                arrivalMillis,
                data,
                reader.optional(r -> new Origin(r.string(), r.string(), r.string(), r.number())));
          });
}
