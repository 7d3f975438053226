package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One value that a secret has or had.
///
/// @param accessed the day on which it was last read
/// @param keyId the key that it is encrypted under; empty if it is not
/// @param kind whether it is text, bytes, or not set yet
/// @param sealed the value, encrypted if there is a key
record Version(
    Instant created, @Nullable Instant accessed, String keyId, Kind kind, byte[] sealed) {
  /// What a value is.
  enum Kind {
    /// A rotation has begun to make it.
    NOTHING,
    /// `SecretString`.
    TEXT,
    /// `SecretBinary`.
    BYTES
  }

  static final Codec<Version> CODEC =
      Codec.of(
          1,
          (version, to) ->
              to.instant(version.created)
                  .optional(version.accessed, BinaryWriter::instant)
                  .string(version.keyId)
                  .string(version.kind.name())
                  .bytes(version.sealed),
          from ->
              new Version(
                  from.instant(),
                  from.optional(BinaryReader::instant),
                  from.string(),
                  Kind.valueOf(from.string()),
                  from.bytes()));

  static Version pending(Instant now) {
    return new Version(now, null, "", Kind.NOTHING, new byte[0]);
  }

  boolean isThere() {
    return kind != Kind.NOTHING;
  }

  Version accessed(Instant day) {
    return new Version(created, day, keyId, kind, sealed);
  }

  /// Says nothing of the value.
  @Override
  public String toString() {
    return "Version[" + kind + " of " + created + "]";
  }
}
