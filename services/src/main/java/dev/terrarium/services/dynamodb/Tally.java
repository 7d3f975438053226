package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.Codec;
import java.util.HashMap;
import java.util.Map;

/// How many items and bytes a table and its indexes hold in one stripe. Written in the batch of
/// each change, under the stripe's lock, so it is exact and describing a table counts nothing.
///
/// @param counts by index id, the table itself under the empty name
record Tally(Map<String, Count> counts) {
  static final String TABLE = "";
  static final Tally EMPTY = new Tally(Map.of());

  static final Codec<Tally> CODEC =
      Codec.of(
          1,
          (tally, writer) -> {
            writer.number(tally.counts.size());
            tally.counts.forEach(
                (id, count) -> writer.string(id).number(count.items).number(count.bytes));
          },
          reader -> {
            var counts = new HashMap<String, Count>();
            var size = reader.integer();
            for (int i = 0; i < size; i++) {
              var id = reader.string();
              counts.put(id, new Count(reader.number(), reader.number()));
            }
            return new Tally(counts);
          });

  /// Items and their bytes.
  record Count(long items, long bytes) {
    static final Count NONE = new Count(0, 0);

    Count plus(Count other) {
      return new Count(items + other.items, bytes + other.bytes);
    }

    boolean isNone() {
      return items == 0 && bytes == 0;
    }
  }

  Count of(String id) {
    return counts.getOrDefault(id, Count.NONE);
  }

  Tally plus(Map<String, Count> changes) {
    var sum = new HashMap<>(counts);
    changes.forEach((id, change) -> sum.merge(id, change, Count::plus));
    return new Tally(sum);
  }
}
