package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import software.amazon.awssdk.core.SdkPojo;

/// The checksum that is kept with an object.
///
/// @param value base64; of a composite one with `-<parts>` behind it
/// @param composite whether it is a checksum of the parts' checksums
record StoredChecksum(ChecksumKind kind, String value, boolean composite) {
  String type() {
    return composite ? "COMPOSITE" : "FULL_OBJECT";
  }

  /// Puts the checksum and its type into a builder that has them.
  void addTo(SdkPojo builder) {
    kind.set(builder, value);
    Members.setIfKnown(builder, "ChecksumType", type());
  }

  static void write(BinaryWriter writer, StoredChecksum checksum) {
    writer.string(checksum.kind.name()).string(checksum.value).flag(checksum.composite);
  }

  static StoredChecksum read(BinaryReader reader) {
    return new StoredChecksum(
        ChecksumKind.valueOf(reader.string()), reader.string(), reader.flag());
  }
}
