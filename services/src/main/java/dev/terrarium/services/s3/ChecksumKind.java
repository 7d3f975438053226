package dev.terrarium.services.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// A checksum algorithm of S3, by AWS's name of it.
enum ChecksumKind {
  CRC32(4, 0xEDB88320L),
  CRC32C(4, 0x82F63B78L),
  CRC64NVME(8, Crc64Nvme.POLYNOMIAL),
  SHA1(20, 0),
  SHA256(32, 0);

  private final int length;
  private final long polynomial;
  private final String member = "Checksum" + name();
  private final String header = "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);

  ChecksumKind(int length, long polynomial) {
    this.length = length;
    this.polynomial = polynomial;
  }

  /// The algorithm of that name, or null if none is named.
  static @Nullable ChecksumKind named(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return null;
    }
    for (var kind : values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw S3Errors.invalidRequest(
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
            + " [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]");
  }

  /// The member of the SDK's types that holds a checksum of this kind.
  String member() {
    return member;
  }

  /// The name of the header that holds it.
  String header() {
    return header;
  }

  /// Whether the checksum of a whole follows from the checksums of its parts.
  boolean isLinear() {
    return polynomial != 0;
  }

  /// Whether the text can be a checksum of this kind.
  boolean fits(String base64) {
    try {
      return Base64.getDecoder().decode(base64).length == length;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Begins to compute.
  Hash start() {
    return switch (this) {
      case CRC32 -> crc(new CRC32());
      case CRC32C -> crc(new CRC32C());
      case CRC64NVME -> crc(new Crc64Nvme());
      case SHA1 -> digest("SHA-1");
      case SHA256 -> digest("SHA-256");
    };
  }

  /// The checksum of two bodies, one behind the other; for linear kinds.
  ///
  /// As in zlib: the first is multiplied by x to the power of the second's length in bits, modulo
  /// the polynomial, which costs the logarithm of the length.
  byte[] combine(byte[] first, byte[] second, long secondLength) {
    var shifted = multiply(power(secondLength), number(first));
    return bytes(shifted ^ number(second));
  }

  /// Puts the checksum of this kind into a builder.
  void set(SdkPojo builder, @Nullable String base64) {
    Members.set(builder, member(), base64);
  }

  static Hash digest(String algorithm) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return new Hash() {
      @Override
      public void update(byte[] bytes, int from, int count) {
        digest.update(bytes, from, count);
      }

      @Override
      public byte[] value() {
        return digest.digest();
      }
    };
  }

  private Hash crc(Checksum checksum) {
    return new Hash() {
      @Override
      public void update(byte[] bytes, int from, int count) {
        checksum.update(bytes, from, count);
      }

      @Override
      public byte[] value() {
        return bytes(checksum.getValue());
      }
    };
  }

  private byte[] bytes(long value) {
    return length == 4
        ? ByteBuffer.allocate(4).putInt((int) value).array()
        : ByteBuffer.allocate(8).putLong(value).array();
  }

  private long number(byte[] value) {
    var buffer = ByteBuffer.wrap(value);
    return length == 4 ? buffer.getInt() & 0xFFFFFFFFL : buffer.getLong();
  }

  private long power(long byteCount) {
    var top = length * 8 - 1;
    var result = 1L << top;
    var square = 1L << (top - 8);
    for (long n = byteCount; n > 0; n >>>= 1) {
      if ((n & 1) != 0) {
        result = multiply(square, result);
      }
      square = multiply(square, square);
    }
    return result;
  }

  /// @param a not zero
  private long multiply(long a, long b) {
    var product = 0L;
    var shifted = b;
    for (var bit = 1L << (length * 8 - 1); bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= shifted;
      }
      shifted = (shifted & 1) != 0 ? shifted >>> 1 ^ polynomial : shifted >>> 1;
    }
    return product;
  }

  /// A checksum that is being computed.
  interface Hash {
    void update(byte[] bytes, int from, int count);

    byte[] value();
  }
}
