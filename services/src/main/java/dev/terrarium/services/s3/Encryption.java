package dev.terrarium.services.s3;

import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;

/// How an object is encrypted, as S3 tells it. Of a customer's own key only its MD5 is kept.
///
/// @param algorithm `AES256`, `aws:kms`, `aws:kms:dsse`; or `AES256` with a customer's key
/// @param customerKeyMd5 base64, if the key is the customer's
record Encryption(
    String algorithm,
    @Nullable String kmsKeyId,
    @Nullable Boolean bucketKey,
    @Nullable String context,
    @Nullable String customerKeyMd5) {
  static final Encryption DEFAULT = new Encryption("AES256", null, null, null, null);

  static void write(BinaryWriter writer, Encryption encryption) {
    writer
        .string(encryption.algorithm)
        .optional(encryption.kmsKeyId, BinaryWriter::string)
        .optional(encryption.bucketKey, BinaryWriter::flag)
        .optional(encryption.context, BinaryWriter::string)
        .optional(encryption.customerKeyMd5, BinaryWriter::string);
  }

  static Encryption read(BinaryReader reader) {
    return new Encryption(
        reader.string(),
        reader.optional(BinaryReader::string),
        reader.optional(BinaryReader::flag),
        reader.optional(BinaryReader::string),
        reader.optional(BinaryReader::string));
  }

  /// The same under a key of KMS.
  Encryption under(String keyArn) {
    return new Encryption(algorithm, keyArn, bucketKey, context, customerKeyMd5);
  }

  /// Tells a caller how the object is encrypted.
  void addTo(SdkPojo builder) {
    if (customerKeyMd5 != null) {
      Members.setIfKnown(builder, "SSECustomerAlgorithm", algorithm);
      Members.setIfKnown(builder, "SSECustomerKeyMD5", customerKeyMd5);
      return;
    }
    Members.setIfKnown(builder, "ServerSideEncryption", algorithm);
    Members.setIfKnown(builder, "SSEKMSKeyId", kmsKeyId);
    Members.setIfKnown(builder, "BucketKeyEnabled", bucketKey);
  }
}
