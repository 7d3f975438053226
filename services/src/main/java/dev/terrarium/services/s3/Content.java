package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import org.jspecify.annotations.Nullable;

/// The bytes of an object and what follows from them.
///
/// @param etag without quotation marks
/// @param parts of how many parts it was put together; 0 if it was put as a whole
record Content(long size, String etag, Body body, @Nullable StoredChecksum checksum, int parts) {
  static void write(BinaryWriter writer, Content content) {
    writer.number(content.size).string(content.etag);
    Body.write(writer, content.body);
    writer.optional(content.checksum, StoredChecksum::write).number(content.parts);
  }

  static Content read(BinaryReader reader) {
    return new Content(
        reader.number(),
        reader.string(),
        Body.read(reader),
        reader.optional(StoredChecksum::read),
        reader.integer());
  }

  /// The ETag as it is told.
  String quotedEtag() {
    return "\"" + etag + "\"";
  }
}
