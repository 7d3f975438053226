package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Scope;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;

/// Seals values under a data key of KMS for each, with the caller's own permission to use the key,
/// as Secrets Manager does. The encrypted data key stands in front of the value.
///
/// Apart from the rest so that it is only loaded where there is a KMS.
final class KmsSeal {
  private static final int VECTOR = 12;

  private final Cloud cloud;

  KmsSeal(Cloud cloud) {
    this.cloud = cloud;
  }

  private static Map<String, String> context(String arn, String versionId) {
    return Map.of("SecretARN", arn, "SecretVersionId", versionId);
  }

  byte[] seal(Scope scope, String arn, String versionId, String keyId, byte[] value) {
    try {
      var data =
          cloud
              .client(KmsClient.class, scope)
              .generateDataKey(r ->
                  r.keyId(keyId)
                      .keySpec(DataKeySpec.AES_256)
                      .encryptionContext(context(arn, versionId)));
      var key = data.ciphertextBlob().asByteArrayUnsafe();
      var vector = cloud.ids().bytes(VECTOR);
      var sealed = cipher(Cipher.ENCRYPT_MODE, data.plaintext().asByteArrayUnsafe(), vector, value);
      return ByteBuffer.allocate(2 + key.length + VECTOR + sealed.length)
          .putShort((short) key.length)
          .put(key)
          .put(vector)
          .put(sealed)
          .array();
    } catch (AwsServiceException e) {
      throw told(e, SecretErrors.encryption());
    }
  }

  byte[] open(Scope scope, String arn, String versionId, byte[] sealed) {
    var bytes = ByteBuffer.wrap(sealed);
    var key = new byte[bytes.getShort()];
    bytes.get(key);
    var vector = new byte[VECTOR];
    bytes.get(vector);
    var rest = new byte[bytes.remaining()];
    bytes.get(rest);
    try {
      var data =
          cloud
              .client(KmsClient.class, scope)
              .decrypt(r ->
                  r.ciphertextBlob(SdkBytes.fromByteArrayUnsafe(key))
                      .encryptionContext(context(arn, versionId)))
              .plaintext();
      return cipher(Cipher.DECRYPT_MODE, data.asByteArrayUnsafe(), vector, rest);
    } catch (AwsServiceException e) {
      throw told(e, SecretErrors.decryption());
    }
  }

  private static AwsServiceException told(AwsServiceException cause, AwsServiceException shown) {
    if (Errors.code(cause).equals("AccessDeniedException")) {
      return SecretErrors.denied("Access to KMS is not allowed");
    }
    return shown;
  }

  private static byte[] cipher(int mode, byte[] key, byte[] vector, byte[] input) {
    try {
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, vector));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
