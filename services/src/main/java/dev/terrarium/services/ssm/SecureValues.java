package dev.terrarium.services.ssm;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeySpec;

/// Values that KMS keeps secret, with the caller's own permission to use the key. What KMS encrypts
/// directly is kept as its ciphertext, which a user may have KMS decrypt as on AWS; a longer value
/// is under a data key, which stands in front.
///
/// Apart from the rest so that it is only loaded where there is a KMS.
final class SecureValues {
  private static final int DIRECT_BYTES_MAX = 4096;

  /// With which a ciphertext of KMS never begins.
  private static final byte ENVELOPE = 0;

  private static final int VECTOR = 12;

  private final Cloud cloud;

  SecureValues(Cloud cloud) {
    this.cloud = cloud;
  }

  private KmsClient kms() {
    return cloud.client(KmsClient.class);
  }

  String encrypt(ParameterKey parameter, String keyId, String value) {
    var plaintext = value.getBytes(StandardCharsets.UTF_8);
    var context = Map.of("PARAMETER_ARN", parameter.arn());
    return told(() -> {
      if (plaintext.length <= DIRECT_BYTES_MAX) {
        var blob =
            kms()
                .encrypt(r ->
                    r.keyId(keyId)
                        .plaintext(SdkBytes.fromByteArrayUnsafe(plaintext))
                        .encryptionContext(context))
                .ciphertextBlob();
        return Base64.getEncoder().encodeToString(blob.asByteArrayUnsafe());
      }
      var data =
          kms()
              .generateDataKey(
                  r -> r.keyId(keyId).keySpec(DataKeySpec.AES_256).encryptionContext(context));
      var key = data.ciphertextBlob().asByteArrayUnsafe();
      var vector = cloud.ids().bytes(VECTOR);
      var sealed =
          cipher(Cipher.ENCRYPT_MODE, data.plaintext().asByteArrayUnsafe(), vector, plaintext);
      return Base64.getEncoder()
          .encodeToString(
              ByteBuffer.allocate(3 + key.length + VECTOR + sealed.length)
                  .put(ENVELOPE)
                  .putShort((short) key.length)
                  .put(key)
                  .put(vector)
                  .put(sealed)
                  .array());
    });
  }

  String decrypt(ParameterKey parameter, String stored) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(stored));
    var context = Map.of("PARAMETER_ARN", parameter.arn());
    return told(() -> {
      if (bytes.get(0) != ENVELOPE) {
        return opened(rest(bytes), context).asUtf8String();
      }
      bytes.get();
      var key = new byte[bytes.getShort()];
      bytes.get(key);
      var vector = new byte[VECTOR];
      bytes.get(vector);
      var data = opened(key, context).asByteArrayUnsafe();
      return new String(
          cipher(Cipher.DECRYPT_MODE, data, vector, rest(bytes)), StandardCharsets.UTF_8);
    });
  }

  private SdkBytes opened(byte[] blob, Map<String, String> context) {
    return kms()
        .decrypt(
            r -> r.ciphertextBlob(SdkBytes.fromByteArrayUnsafe(blob)).encryptionContext(context))
        .plaintext();
  }

  private static byte[] rest(ByteBuffer bytes) {
    var rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
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

  /// Tells of KMS's errors as Parameter Store does.
  private static String told(Supplier<String> work) {
    try {
      return work.get();
    } catch (AwsServiceException e) {
      var code = Errors.code(e);
      if (code.equals("AccessDeniedException")) {
        throw SsmErrors.denied(Errors.message(e));
      }
      throw SsmErrors.keyId(
          "%s (Service: AWSKMS; Status Code: 400; Error Code: %s; Request ID: %s; Proxy: null)"
              .formatted(Errors.message(e), code, dev.terrarium.kernel.Call.current().requestId()));
    }
  }
}
