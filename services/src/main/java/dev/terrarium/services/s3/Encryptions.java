package dev.terrarium.services.s3;

import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/// What requests say about encryption.
final class Encryptions {
  private Encryptions() {}

  /// How a new object is to be encrypted: as the request says, or else as the bucket does.
  static Encryption ofWrite(SdkPojo request, BucketState state) {
    var algorithm = Members.text(request, "ServerSideEncryption");
    var customerMd5 = customerKeyMd5(request, "");
    if (customerMd5 != null) {
      if (algorithm != null) {
        throw S3Errors.invalidArgument(
            "Server Side Encryption with Customer provided key is incompatible with the encryption"
                + " method specified",
            "x-amz-server-side-encryption",
            algorithm);
      }
      return new Encryption("AES256", null, null, null, customerMd5);
    }
    var keyId = Members.text(request, "SSEKMSKeyId");
    var bucketKey = (Boolean) Members.value(request, "BucketKeyEnabled");
    if (algorithm == null) {
      if (keyId != null) {
        throw S3Errors.invalidArgument(
            "Server Side Encryption with AWS KMS managed key requires HTTP header"
                + " x-amz-server-side-encryption : aws:kms",
            "x-amz-server-side-encryption",
            "null");
      }
      return ofBucket(state, bucketKey);
    }
    return switch (algorithm) {
      case "AES256" -> {
        if (keyId != null) {
          throw S3Errors.invalidArgument(
              "Server Side Encryption with AWS KMS managed key requires HTTP header"
                  + " x-amz-server-side-encryption : aws:kms",
              "x-amz-server-side-encryption",
              algorithm);
        }
        yield Encryption.DEFAULT;
      }
      case "aws:kms", "aws:kms:dsse" ->
          new Encryption(
              algorithm,
              kmsKey(state, keyId),
              Boolean.TRUE.equals(bucketKey) ? true : null,
              Members.text(request, "SSEKMSEncryptionContext"),
              null);
      default ->
          throw S3Errors.invalidArgument(
              "The encryption method specified is not supported",
              "x-amz-server-side-encryption",
              algorithm);
    };
  }

  /// Checks that a reader brings the key with which the object was encrypted.
  static void checkRead(SdkPojo request, StoredObject object) {
    check(customerKeyMd5(request, ""), object);
  }

  /// As [#checkRead], for the source of a copy.
  static void checkSource(SdkPojo request, StoredObject object) {
    check(customerKeyMd5(request, "CopySource"), object);
  }

  private static void check(@Nullable String given, StoredObject object) {
    var needed = object.details().encryption().customerKeyMd5();
    if (needed == null) {
      if (given != null) {
        throw S3Errors.invalidRequest(
            "The encryption parameters are not applicable to this object.");
      }
      return;
    }
    if (given == null) {
      throw S3Errors.invalidRequest(
          "The object was stored using a form of Server Side Encryption. The correct parameters"
              + " must be provided to retrieve the object.");
    }
    if (!given.equals(needed)) {
      throw S3Errors.accessDenied();
    }
  }

  /// The MD5 of the customer's key that a request brings, or null if it brings none.
  static @Nullable String customerKeyMd5(SdkPojo request, String prefix) {
    var algorithm = Members.text(request, prefix, "SSECustomerAlgorithm");
    var key = Members.text(request, prefix, "SSECustomerKey");
    var md5 = Members.text(request, prefix, "SSECustomerKeyMD5");
    if (algorithm == null && key == null && md5 == null) {
      return null;
    }
    var header = "x-amz-server-side-encryption-customer-";
    if (algorithm == null) {
      throw S3Errors.invalidArgument(
          "Requests specifying Server Side Encryption with Customer provided keys must provide a"
              + " valid encryption algorithm.",
          header + "algorithm",
          "null");
    }
    if (!algorithm.equals("AES256")) {
      throw S3Errors.draft(
              400,
              "InvalidEncryptionAlgorithmError",
              "The Encryption request you specified is not valid. Supported value: AES256.")
          .with("ArgumentName", header + "algorithm")
          .with("ArgumentValue", algorithm)
          .build();
    }
    if (key == null) {
      throw S3Errors.invalidArgument(
          "Requests specifying Server Side Encryption with Customer provided keys must provide an"
              + " appropriate secret key.",
          header + "key",
          "null");
    }
    return checkedMd5(key, md5, header);
  }

  private static String checkedMd5(String key, @Nullable String md5, String header) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key);
    } catch (IllegalArgumentException e) {
      bytes = new byte[0];
    }
    if (bytes.length != 32) {
      throw S3Errors.invalidArgument(
          "The secret key was invalid for the specified algorithm.", header + "key", "null");
    }
    var hash = ChecksumKind.digest("MD5");
    hash.update(bytes, 0, bytes.length);
    var computed = Base64.getEncoder().encodeToString(hash.value());
    if (md5 != null && !md5.equals(computed)) {
      throw S3Errors.invalidArgument(
          "The calculated MD5 hash of the key did not match the hash that was provided.",
          header + "key-MD5",
          md5);
    }
    return computed;
  }

  private static Encryption ofBucket(BucketState state, @Nullable Boolean bucketKey) {
    var configuration = state.get(Setting.ENCRYPTION);
    if (configuration == null) {
      return Encryption.DEFAULT;
    }
    for (var rule : configuration.rules()) {
      var byDefault = rule.applyServerSideEncryptionByDefault();
      if (byDefault != null && byDefault.sseAlgorithm() != ServerSideEncryption.AES256) {
        var withBucketKey = bucketKey != null ? bucketKey : rule.bucketKeyEnabled();
        return new Encryption(
            byDefault.sseAlgorithmAsString(),
            kmsKey(state, byDefault.kmsMasterKeyID()),
            Boolean.TRUE.equals(withBucketKey) ? true : null,
            null,
            null);
      }
    }
    return Encryption.DEFAULT;
  }

  /// A key's ARN. If none is named it is the one that AWS keeps for S3, whose id follows from the
  /// account here.
  private static String kmsKey(BucketState state, @Nullable String keyId) {
    var scope = state.bucket().scope();
    if (keyId == null || keyId.isEmpty() || keyId.equals("alias/aws/s3")) {
      return ownKey(state);
    }
    if (keyId.startsWith("arn:")) {
      return keyId;
    }
    return scope.arn("kms", keyId.startsWith("alias/") ? keyId : "key/" + keyId);
  }

  /// The key that AWS keeps for S3, where there is no KMS to ask for it.
  static String ownKey(BucketState state) {
    var scope = state.bucket().scope();
    var digits = Owners.id(scope.account() + scope.region()).toLowerCase(Locale.ROOT);
    var uuid =
        String.join(
            "-",
            digits.substring(0, 8),
            digits.substring(8, 12),
            "4" + digits.substring(13, 16),
            "8" + digits.substring(17, 20),
            digits.substring(20, 32));
    return scope.arn("kms", "key/" + uuid);
  }
}
