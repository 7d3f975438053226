package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Codec;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A multipart upload that is under way.
///
/// @param kind the checksum that the sender chose, or null: then CRC64NVME is kept of the whole
/// @param composite whether the checksum of the whole will be one of the parts' checksums
/// @param initiator the account that began it
/// @param owner the account whose the object will be
record Upload(
    String id,
    Instant begun,
    @Nullable ChecksumKind kind,
    boolean composite,
    String initiator,
    String owner,
    Details details) {
  static final Codec<Upload> CODEC =
      Codec.of(
          1,
          (upload, writer) -> {
            writer
                .string(upload.id)
                .instant(upload.begun)
                .optional(upload.kind, (w, kind) -> w.string(kind.name()))
                .flag(upload.composite)
                .string(upload.initiator)
                .string(upload.owner);
            Details.write(writer, upload.details);
          },
          reader ->
              new Upload(
                  reader.string(),
                  reader.instant(),
                  reader.optional(r -> ChecksumKind.valueOf(r.string())),
                  reader.flag(),
                  reader.string(),
                  reader.string(),
                  Details.read(reader)));

  /// The checksum that is kept of every part, from which that of the whole will follow.
  ChecksumKind kept() {
    return kind == null ? ChecksumKind.CRC64NVME : kind;
  }

  String checksumType() {
    return composite ? "COMPOSITE" : "FULL_OBJECT";
  }
}
