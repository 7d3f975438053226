package dev.terrarium.wire;

import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.checksums.SdkChecksum;
import software.amazon.awssdk.checksums.spi.ChecksumAlgorithm;

/// A checksum that a trailer names: `x-amz-checksum-crc32` and its like.
final class TrailerChecksum {
  private final SdkChecksum checksum;

  private TrailerChecksum(SdkChecksum checksum) {
    this.checksum = checksum;
  }

  /// The checksum of a trailer's name, or null if it is none.
  static @Nullable TrailerChecksum of(String trailer) {
    var algorithm = algorithm(trailer.toLowerCase(Locale.ROOT));
    return algorithm == null ? null : new TrailerChecksum(SdkChecksum.forAlgorithm(algorithm));
  }

  private static @Nullable ChecksumAlgorithm algorithm(String trailer) {
    return switch (trailer) {
      case "x-amz-checksum-crc32" -> DefaultChecksumAlgorithm.CRC32;
      case "x-amz-checksum-crc32c" -> DefaultChecksumAlgorithm.CRC32C;
      case "x-amz-checksum-crc64nvme" -> DefaultChecksumAlgorithm.CRC64NVME;
      case "x-amz-checksum-sha1" -> DefaultChecksumAlgorithm.SHA1;
      case "x-amz-checksum-sha256" -> DefaultChecksumAlgorithm.SHA256;
      default -> null;
    };
  }

  void update(byte[] bytes, int from, int length) {
    checksum.update(bytes, from, length);
  }

  String base64() {
    return Base64.getEncoder().encodeToString(checksum.getChecksumBytes());
  }
}
