package dev.terrarium.services.kinesis;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream's shards at one moment: the open ones, which divide all hash keys among them, and those
/// that were split or merged and still hold records.
final class ShardTable {
  /// All shards in the order of their numbers.
  final List<Shard> all;

  /// The open ones in the order of their ranges.
  final List<Shard> open;

  private final HashKey[] starts;

  ShardTable(List<Shard> all) {
    this.all = all.stream().sorted(Comparator.comparingInt(s -> s.config().index())).toList();
    this.open =
        all.stream()
            .filter(shard -> shard.config().isOpen())
            .sorted(Comparator.comparing(shard -> shard.config().from()))
            .toList();
    this.starts = open.stream().map(shard -> shard.config().from()).toArray(HashKey[]::new);
  }

  /// The open shard that takes a hash key.
  Shard of(HashKey key) {
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      var middle = (low + high + 1) >>> 1;
      if (starts[middle].compareTo(key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return open.get(low);
  }

  /// The shard of a number, or null.
  @Nullable Shard find(int index) {
    int low = 0;
    int high = all.size() - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var there = all.get(middle).config().index();
      if (there == index) {
        return all.get(middle);
      } else if (there < index) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /// The shards that a shard was split or merged into.
  List<ShardConfig> childrenOf(ShardConfig shard) {
    return all.stream().map(Shard::config).filter(child -> child.isChildOf(shard)).toList();
  }
}
