package dev.terrarium.services.kms;

import static dev.terrarium.services.kms.Cryptor.algorithm;

import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.ReEncryptRequest;
import software.amazon.awssdk.services.kms.model.ReEncryptResponse;

/// Encrypts and decrypts.
final class KmsEncryption extends KmsPart {
  private static final String[] ALGORITHMS = {
    "SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"
  };

  private final Cryptor cryptor;

  KmsEncryption(Keys keys) {
    super(keys);
    this.cryptor = new Cryptor(keys);
  }

  static void endDryRun(Boolean dryRun) {
    if (Boolean.TRUE.equals(dryRun)) {
      throw KmsErrors.dryRun();
    }
  }

  /// Only symmetric keys bind a context.
  private static void checkContext(String algorithm, Map<String, String> context) {
    if (!context.isEmpty() && !algorithm.equals(Cryptor.SYMMETRIC)) {
      throw KmsErrors.validation(
          "EncryptionContext is not supported with the encryption algorithm " + algorithm);
    }
  }

  @Override
  public EncryptResponse encrypt(EncryptRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .needed("plaintext", request.plaintext(), 4096)
        .tokens(request.grantTokens())
        .oneOf("encryptionAlgorithm", request.encryptionAlgorithmAsString(), ALGORITHMS)
        .check();
    var algorithm = algorithm(request.encryptionAlgorithmAsString());
    checkContext(algorithm, request.encryptionContext());
    var key = keys.known(request.keyId());
    Cryptor.check(key, algorithm, "Encrypt");
    Keys.checkUsable(key);
    endDryRun(request.dryRun());
    var sealed =
        cryptor.encrypt(
            key, algorithm, request.plaintext().asByteArrayUnsafe(), request.encryptionContext());
    return EncryptResponse.builder()
        .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(sealed))
        .keyId(key.arn())
        .encryptionAlgorithm(algorithm)
        .build();
  }

  @Override
  public DecryptResponse decrypt(DecryptRequest request) {
    new KmsConstraints()
        .needed("ciphertextBlob", request.ciphertextBlob(), 6144)
        .tokens(request.grantTokens())
        .length("keyId", request.keyId(), 1, 2048)
        .oneOf("encryptionAlgorithm", request.encryptionAlgorithmAsString(), ALGORITHMS)
        .check();
    if (request.recipient() != null) {
      throw KmsErrors.missing("attested recipients");
    }
    var algorithm = algorithm(request.encryptionAlgorithmAsString());
    checkContext(algorithm, request.encryptionContext());
    var opened =
        cryptor.decrypt(
            request.keyId(),
            algorithm,
            request.ciphertextBlob().asByteArrayUnsafe(),
            request.encryptionContext(),
            "Decrypt");
    endDryRun(request.dryRun());
    return DecryptResponse.builder()
        .keyId(opened.key().arn())
        .plaintext(SdkBytes.fromByteArrayUnsafe(opened.plaintext()))
        .encryptionAlgorithm(algorithm)
        .keyMaterialId(opened.key().isSymmetric() ? opened.material().id() : null)
        .build();
  }

  @Override
  public ReEncryptResponse reEncrypt(ReEncryptRequest request) {
    new KmsConstraints()
        .needed("ciphertextBlob", request.ciphertextBlob(), 6144)
        .length("sourceKeyId", request.sourceKeyId(), 1, 2048)
        .key("destinationKeyId", request.destinationKeyId())
        .oneOf("sourceEncryptionAlgorithm", request.sourceEncryptionAlgorithmAsString(), ALGORITHMS)
        .oneOf(
            "destinationEncryptionAlgorithm",
            request.destinationEncryptionAlgorithmAsString(),
            ALGORITHMS)
        .tokens(request.grantTokens())
        .check();
    var from = algorithm(request.sourceEncryptionAlgorithmAsString());
    var to = algorithm(request.destinationEncryptionAlgorithmAsString());
    checkContext(from, request.sourceEncryptionContext());
    checkContext(to, request.destinationEncryptionContext());
    var opened =
        cryptor.decrypt(
            request.sourceKeyId(),
            from,
            request.ciphertextBlob().asByteArrayUnsafe(),
            request.sourceEncryptionContext(),
            "ReEncryptFrom");
    var key = keys.known(request.destinationKeyId());
    Cryptor.check(key, to, "ReEncryptTo");
    Keys.checkUsable(key);
    endDryRun(request.dryRun());
    var sealed =
        cryptor.encrypt(key, to, opened.plaintext(), request.destinationEncryptionContext());
    return ReEncryptResponse.builder()
        .ciphertextBlob(SdkBytes.fromByteArrayUnsafe(sealed))
        .sourceKeyId(opened.key().arn())
        .keyId(key.arn())
        .sourceEncryptionAlgorithm(from)
        .destinationEncryptionAlgorithm(to)
        .sourceKeyMaterialId(opened.key().isSymmetric() ? opened.material().id() : null)
        .destinationKeyMaterialId(key.isSymmetric() ? key.current() : null)
        .build();
  }
}
