package dev.terrarium.services.sqs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/// The digests by which clients check what SQS has understood.
///
/// The form for attributes is AWS's: *Calculating the MD5 message digest for message attributes* in
/// the SQS developer guide.
final class Digests {
  private Digests() {}

  static String md5(String text) {
    return HexFormat.of().formatHex(digest("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static String sha256(String text) {
    return HexFormat.of()
        .formatHex(digest("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  static String md5(Map<String, MessageAttributeValue> attributes) {
    var digest = digest("MD5");
    new TreeMap<>(attributes)
        .forEach((name, value) -> {
          update(digest, name.getBytes(StandardCharsets.UTF_8));
          update(digest, value.dataType().getBytes(StandardCharsets.UTF_8));
          if (value.binaryValue() != null) {
            digest.update((byte) 2);
            update(digest, value.binaryValue().asByteArrayUnsafe());
          } else {
            digest.update((byte) 1);
            update(digest, value.stringValue().getBytes(StandardCharsets.UTF_8));
          }
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, byte[] part) {
    digest.update(
        new byte[] {
          (byte) (part.length >>> 24),
          (byte) (part.length >>> 16),
          (byte) (part.length >>> 8),
          (byte) part.length
        });
    digest.update(part);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
