package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.Codec;

/// A record as it is stored; its place is its key.
///
/// @param arrivalMillis when it came; never before the record ahead of it in its shard
/// @param encrypted whether the stream was encrypted then
record StreamRecord(long arrivalMillis, String partitionKey, byte[] data, boolean encrypted) {
  static final Codec<StreamRecord> CODEC =
      Codec.of(
          1,
          (record, writer) ->
              writer
                  .number(record.arrivalMillis)
                  .flag(record.encrypted)
                  .string(record.partitionKey)
                  .bytes(record.data),
          reader -> {
            var arrivalMillis = reader.number();
            var encrypted = reader.flag();
            return new StreamRecord(arrivalMillis, reader.string(), reader.bytes(), encrypted);
          });

  /// What counts against limits.
  int size() {
    return data.length + partitionKey.length();
  }
}
