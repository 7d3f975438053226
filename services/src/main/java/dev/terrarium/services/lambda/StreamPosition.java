package dev.terrarium.services.lambda;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;

/// Where to read on in a shard.
///
/// @param sequence for [Kind#AFTER]
/// @param millis for [Kind#TIMESTAMP] and [Kind#LATEST], since 1970
record StreamPosition(Kind kind, String sequence, long millis) {
  /// The kinds; their names are part of the format.
  enum Kind {
    /// At the oldest record.
    HORIZON,
    /// Behind what was there at a moment, which is as exact as the source's clock.
    LATEST,
    /// At the first record of a moment or later.
    TIMESTAMP,
    /// Behind a record.
    AFTER
  }

  static final StreamPosition HORIZON = new StreamPosition(Kind.HORIZON, "", 0);

  static StreamPosition after(String sequence) {
    return new StreamPosition(Kind.AFTER, sequence, 0);
  }

  static void write(BinaryWriter to, StreamPosition position) {
    to.string(position.kind.name()).string(position.sequence).number(position.millis);
  }

  static StreamPosition read(BinaryReader from) {
    return new StreamPosition(Kind.valueOf(from.string()), from.string(), from.number());
  }
}
