package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import java.time.Instant;
import java.util.List;

/// A part of a multipart upload, or of the object that was put together from it.
record StoredPart(int number, Instant modified, Content content) {
  static final Codec<StoredPart> CODEC =
      Codec.of(1, (part, writer) -> write(writer, part), StoredPart::read);

  static final Codec<List<StoredPart>> LIST_CODEC =
      Codec.of(
          1,
          (parts, writer) -> writer.list(parts, StoredPart::write),
          reader -> reader.list(StoredPart::read));

  private static void write(BinaryWriter writer, StoredPart part) {
    writer.number(part.number).instant(part.modified);
    Content.write(writer, part.content);
  }

  private static StoredPart read(BinaryReader reader) {
    return new StoredPart(reader.integer(), reader.instant(), Content.read(reader));
  }
}
