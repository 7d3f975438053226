package dev.terrarium.services.kinesis;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.util.Locale;

/// What a shard is, beside its records.
///
/// @param index its number within the stream
/// @param parent the shard that was split or merged into it, or -1
/// @param adjacentParent the other shard that was merged into it, or -1
/// @param from the first place of the range of hash keys that it takes
/// @param to the last one
/// @param shardSeconds when it was made, as its sequence numbers tell: later than its parents',
///   even if the clock has not moved
/// @param closedMillis when it was split or merged, or 0 while it is open
record ShardConfig(
    int index,
    int parent,
    int adjacentParent,
    HashKey from,
    HashKey to,
    long createdMillis,
    long shardSeconds,
    long closedMillis) {
  static final int NONE = -1;
  static final Codec<ShardConfig> CODEC =
      Codec.of(
          1,
          (shard, writer) -> {
            writer.number(shard.index).number(shard.parent).number(shard.adjacentParent);
            write(writer, shard.from);
            write(writer, shard.to);
            writer.number(shard.createdMillis).number(shard.shardSeconds);
            writer.number(shard.closedMillis);
          },
          reader ->
              new ShardConfig(
                  reader.integer(),
                  reader.integer(),
                  reader.integer(),
                  read(reader),
                  read(reader),
                  reader.number(),
                  reader.number(),
                  reader.number()));

  /// A shard's name: `shardId-000000000003`.
  static String id(int index) {
    return "shardId-" + String.format(Locale.ROOT, "%012d", index);
  }

  String id() {
    return id(index);
  }

  boolean isOpen() {
    return closedMillis == 0;
  }

  /// Whether it took records at a moment.
  boolean isOpenAt(long millis) {
    return createdMillis <= millis && (isOpen() || closedMillis > millis);
  }

  boolean isChildOf(ShardConfig other) {
    return parent == other.index || adjacentParent == other.index;
  }

  ShardConfig closed(long millis) {
    return new ShardConfig(
        index, parent, adjacentParent, from, to, createdMillis, shardSeconds, millis);
  }

  private static void write(BinaryWriter writer, HashKey key) {
    writer.number(key.high()).number(key.low());
  }

  private static HashKey read(BinaryReader reader) {
    return new HashKey(reader.number(), reader.number());
  }
}
