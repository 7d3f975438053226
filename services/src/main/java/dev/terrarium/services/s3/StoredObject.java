package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.Codec;
import java.time.Instant;

/// One version of an object, or a delete marker.
///
/// @param sequence grows with every version of a key
/// @param versionId `null` if it was made while versioning was not enabled
/// @param owner the account whose it is
record StoredObject(
    long sequence,
    String versionId,
    boolean deleteMarker,
    Instant modified,
    String owner,
    Content content,
    Details details) {
  /// The version id of what was made while versioning was not enabled.
  static final String NULL = "null";

  private static final Content NO_CONTENT = new Content(0, "", Body.EMPTY, null, 0);

  static final Codec<StoredObject> CODEC =
      Codec.of(
          1,
          (object, writer) -> {
            writer
                .number(object.sequence)
                .string(object.versionId)
                .flag(object.deleteMarker)
                .instant(object.modified)
                .string(object.owner);
            if (!object.deleteMarker) {
              Content.write(writer, object.content);
              Details.write(writer, object.details);
            }
          },
          reader -> {
            var sequence = reader.number();
            var versionId = reader.string();
            var deleteMarker = reader.flag();
            var modified = reader.instant();
            var owner = reader.string();
            return deleteMarker
                ? marker(sequence, versionId, modified, owner)
                : new StoredObject(
                    sequence,
                    versionId,
                    false,
                    modified,
                    owner,
                    Content.read(reader),
                    Details.read(reader));
          });

  static StoredObject marker(long sequence, String versionId, Instant modified, String owner) {
    return new StoredObject(sequence, versionId, true, modified, owner, NO_CONTENT, Details.NONE);
  }

  StoredObject withDetails(Details changed) {
    return new StoredObject(sequence, versionId, deleteMarker, modified, owner, content, changed);
  }

  boolean isNullVersion() {
    return versionId.equals(NULL);
  }
}
