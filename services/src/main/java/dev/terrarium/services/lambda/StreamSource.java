package dev.terrarium.services.lambda;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A stream as an event source mapping reads it: DynamoDB's or Kinesis's.
///
/// Whatever a method throws is the source's own error.
sealed interface StreamSource permits DynamoSource, KinesisSource {
  /// A shard.
  ///
  /// @param parents the shards that it came from, as far as they are known
  /// @param closed whether nothing more will be written to it
  record Shard(String id, List<String> parents, boolean closed) {}

  /// A record.
  ///
  /// @param key records of the same key are handled in their order
  /// @param json the record as the function sees it, UTF-8
  /// @param passes whether the mapping's filter lets it pass
  record Item(String sequence, String key, Instant arrival, byte[] json, boolean passes) {}

  /// What one read found.
  ///
  /// @param next where to go on, or null if the shard is at its end
  /// @param more whether there is more already
  record Page(List<Item> items, @Nullable String next, boolean more) {}

  /// What is signalled when there may be records.
  String signal();

  /// All shards that can be read, parents before children.
  List<Shard> shards();

  /// An iterator that begins at a position. It may begin earlier: at what is older than the moment
  /// of [StreamPosition.Kind#LATEST].
  String iterator(String shard, StreamPosition position);

  /// An iterator behind everything that is there now.
  String latest(String shard);

  /// Reads on, up to `limit` records.
  Page read(String shard, String iterator, int limit);

  /// How long records can be read.
  Duration retention();

  /// What the part of a failed batch's document that tells of the stream is called.
  String batchInfo();

  /// Compares two sequence numbers, which are numbers without leading zeros of any length.
  static int compare(String one, String other) {
    return one.length() == other.length()
        ? one.compareTo(other)
        : Integer.compare(one.length(), other.length());
  }
}
