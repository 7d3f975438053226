package dev.terrarium.services.kms;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a key is made of: one of several, if the key was rotated.
///
/// @param id 64 hexadecimal digits
/// @param secret the bytes of a symmetric key or an HMAC key, the private key as PKCS #8, or
///   nothing while imported material is not there
/// @param publicKey as SubjectPublicKeyInfo, or nothing
/// @param since when it became the current one; null for the first and for one that waits
/// @param rotation `AUTOMATIC`, `ON_DEMAND`, or empty for the first and for one that waits
/// @param description of imported material
/// @param validTo when imported material expires
record Material(
    String id,
    byte[] secret,
    byte[] publicKey,
    @Nullable Instant since,
    String rotation,
    String description,
    @Nullable Instant validTo) {
  private static final byte[] NOTHING = {};

  static Material of(String id, byte[] secret, byte[] publicKey) {
    return new Material(id, secret, publicKey, null, "", "", null);
  }

  boolean isThere() {
    return secret.length > 0;
  }

  Material rotated(Instant moment, String type) {
    return new Material(id, secret, publicKey, moment, type, description, validTo);
  }

  Material imported(byte[] bytes, byte[] open, String text, @Nullable Instant expiry) {
    return new Material(id, bytes, open, since, rotation, text, expiry);
  }

  /// The same with its secret forgotten.
  Material emptied() {
    return new Material(id, NOTHING, publicKey, since, rotation, description, null);
  }

  void write(BinaryWriter writer) {
    writer
        .string(id)
        .bytes(secret)
        .bytes(publicKey)
        .optional(since, BinaryWriter::instant)
        .string(rotation)
        .string(description)
        .optional(validTo, BinaryWriter::instant);
  }

  static Material read(BinaryReader reader) {
    return new Material(
        reader.string(),
        reader.bytes(),
        reader.bytes(),
        reader.optional(BinaryReader::instant),
        reader.string(),
        reader.string(),
        reader.optional(BinaryReader::instant));
  }

  /// Says nothing of the secret.
  @Override
  public String toString() {
    return "Material[" + id + "]";
  }
}
