package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.services.secretsmanager.Version.Kind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;

/// Seals values and opens them again. Where there is no KMS on the class path and no key was asked
/// for, values are kept as they are.
final class Vault {
  static final String DEFAULT_KEY = "alias/aws/secretsmanager";

  private final Cloud cloud;

  Vault(Cloud cloud) {
    this.cloud = cloud;
  }

  /// A value in the clear.
  record Value(Kind kind, byte[] bytes) {
    /// The value of a request.
    ///
    /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException if it has two
    static @Nullable Value of(@Nullable String text, @Nullable SdkBytes bytes) {
      if (text != null && bytes != null) {
        throw SecretErrors.parameter(
            "You can't specify both a binary secret value and a string secret value in the same secret.");
      }
      if (bytes != null) {
        return new Value(Kind.BYTES, bytes.asByteArray());
      }
      return text == null ? null : new Value(Kind.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    @Nullable String text() {
      return kind == Kind.TEXT ? new String(bytes, StandardCharsets.UTF_8) : null;
    }

    @Nullable SdkBytes binary() {
      return kind == Kind.BYTES ? SdkBytes.fromByteArray(bytes) : null;
    }

    boolean isSame(Value other) {
      return kind == other.kind && java.util.Arrays.equals(bytes, other.bytes);
    }

    @Override
    public String toString() {
      return "Value[" + kind + "]";
    }
  }

  /// Seals a value for a version of a secret, in the region of the secret.
  ///
  /// @param keyId the key that was asked for, or null
  Version seal(SecretRef ref, String arn, String versionId, @Nullable String keyId, Value value) {
    var now = cloud.clock().now();
    if (cloud.service("kms") == null) {
      if (keyId != null) {
        throw SecretErrors.missing("KmsKeyId where the SDK's module of KMS is absent");
      }
      return new Version(now, null, "", value.kind, value.bytes);
    }
    var key = keyId == null || keyId.isEmpty() ? DEFAULT_KEY : keyId;
    var sealed = new KmsSeal(cloud).seal(ref.scope(), arn, versionId, key, value.bytes);
    return new Version(now, null, key, value.kind, sealed);
  }

  /// Opens what was sealed.
  Value open(SecretRef ref, String arn, String versionId, Version version) {
    var bytes =
        version.keyId().isEmpty()
            ? version.sealed()
            : new KmsSeal(cloud).open(ref.scope(), arn, versionId, version.sealed());
    return new Value(version.kind(), bytes);
  }
}
