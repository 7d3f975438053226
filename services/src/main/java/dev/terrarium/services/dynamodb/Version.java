package dev.terrarium.services.dynamodb;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.util.Comparator;

/// When and where an item of a replicated table was last written. Of two writes the later one wins
/// everywhere; of two at the same moment the one of the region that comes later in the alphabet.
///
/// @param micros since the epoch; later than that of the write that it replaces, whatever the clock
///   says
record Version(long micros, String region) implements Comparable<Version> {
  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::micros).thenComparing(Version::region);

  static final Codec<Version> CODEC = Codec.of(1, Version::write, Version::read);

  static void write(Version version, BinaryWriter writer) {
    writer.number(version.micros).string(version.region);
  }

  static Version read(BinaryReader reader) {
    return new Version(reader.number(), reader.string());
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }
}
