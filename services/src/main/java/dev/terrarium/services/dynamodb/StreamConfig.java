package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import java.util.List;

/// A change stream as it is stored.
///
/// @param id the part of the keys of its records
/// @param viewType what records show: `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE`, `NEW_AND_OLD_IMAGES`
/// @param hash the table's partition key
/// @param range its sort key, or nothing
/// @param shardIds in their order
/// @param disabledMillis when it was switched off, or 0
/// @param ends the last sequence number of each shard when it was switched off
record StreamConfig(
    String id,
    String viewType,
    String hash,
    String range,
    List<String> shardIds,
    long createdMillis,
    long disabledMillis,
    List<Long> ends) {
  /// How long records, and streams that were switched off, can be read.
  static final long RETENTION_MILLIS = 24 * 3600 * 1000L;

  static final Codec<StreamConfig> CODEC =
      Codec.of(
          1,
          (config, writer) ->
              writer
                  .string(config.id)
                  .string(config.viewType)
                  .string(config.hash)
                  .string(config.range)
                  .list(config.shardIds, (w, id) -> w.string(id))
                  .number(config.createdMillis)
                  .number(config.disabledMillis)
                  .list(config.ends, (w, end) -> w.number(end)),
          reader ->
              new StreamConfig(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.list(r -> r.string()),
                  reader.number(),
                  reader.number(),
                  reader.list(r -> r.number())));

  /// A stream's place: its table, which may be gone, and its label.
  record Place(TableKey table, String label) {
    static final KeyCodec<Place> CODEC =
        KeyCodec.of(
            (place, writer) -> {
              TableKey.CODEC.write(place.table, writer);
              writer.string(place.label);
            },
            reader -> new Place(TableKey.CODEC.read(reader), reader.string()));

    String arn() {
      return table.arn() + "/stream/" + label;
    }
  }

  boolean isEnabled() {
    return disabledMillis == 0;
  }

  StreamConfig disabled(long nowMillis, List<Long> lastSequences) {
    return new StreamConfig(
        id, viewType, hash, range, shardIds, createdMillis, nowMillis, List.copyOf(lastSequences));
  }
}
