package dev.terrarium.services.kms;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DataKeyPairSpec;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyPairWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyWithoutPlaintextResponse;
import software.amazon.awssdk.services.kms.model.GenerateRandomRequest;
import software.amazon.awssdk.services.kms.model.GenerateRandomResponse;

/// Makes keys for use outside of KMS, in the clear and encrypted.
final class KmsDataKeys extends KmsPart {
  private final Cryptor cryptor;

  KmsDataKeys(Keys keys) {
    super(keys);
    this.cryptor = new Cryptor(keys);
  }

  /// A key that was made.
  private record DataKey(KeyRecord under, SdkBytes plaintext, SdkBytes sealed) {}

  private record DataKeyPair(KeyRecord under, KeyPairs pair, SdkBytes sealed) {}

  private DataKey make(
      String keyId,
      @Nullable String spec,
      @Nullable Integer bytes,
      Map<String, String> context,
      List<String> tokens,
      @Nullable Boolean dryRun,
      String operation) {
    new KmsConstraints()
        .key(keyId)
        .range("numberOfBytes", bytes, 1, 1024)
        .oneOf("keySpec", spec, "AES_256", "AES_128")
        .tokens(tokens)
        .check();
    if ((spec == null) == (bytes == null)) {
      throw KmsErrors.validation("Please specify either number of bytes or key spec.");
    }
    var key = under(keyId, operation);
    KmsEncryption.endDryRun(Boolean.TRUE.equals(dryRun));
    var length = bytes == null ? "AES_128".equals(spec) ? 16 : 32 : bytes;
    var plaintext = keys.cloud.ids().bytes(length);
    return new DataKey(
        key, SdkBytes.fromByteArrayUnsafe(plaintext), sealed(key, plaintext, context));
  }

  private KeyRecord under(String keyId, String operation) {
    var key = keys.known(keyId);
    Cryptor.check(key, Cryptor.SYMMETRIC, operation);
    Keys.checkUsable(key);
    return key;
  }

  private SdkBytes sealed(KeyRecord key, byte[] plaintext, Map<String, String> context) {
    return SdkBytes.fromByteArrayUnsafe(
        cryptor.encrypt(key, Cryptor.SYMMETRIC, plaintext, context));
  }

  @Override
  public GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
    if (request.recipient() != null) {
      throw KmsErrors.missing("attested recipients");
    }
    var made =
        make(
            request.keyId(),
            request.keySpecAsString(),
            request.numberOfBytes(),
            request.encryptionContext(),
            request.grantTokens(),
            request.dryRun(),
            "GenerateDataKey");
    return GenerateDataKeyResponse.builder()
        .keyId(made.under.arn())
        .ciphertextBlob(made.sealed)
        .plaintext(made.plaintext)
        .keyMaterialId(made.under.current())
        .build();
  }

  @Override
  public GenerateDataKeyWithoutPlaintextResponse generateDataKeyWithoutPlaintext(
      GenerateDataKeyWithoutPlaintextRequest request) {
    var made =
        make(
            request.keyId(),
            request.keySpecAsString(),
            request.numberOfBytes(),
            request.encryptionContext(),
            request.grantTokens(),
            request.dryRun(),
            "GenerateDataKeyWithoutPlaintext");
    return GenerateDataKeyWithoutPlaintextResponse.builder()
        .keyId(made.under.arn())
        .ciphertextBlob(made.sealed)
        .keyMaterialId(made.under.current())
        .build();
  }

  private DataKeyPair makePair(
      String keyId,
      @Nullable String spec,
      Map<String, String> context,
      List<String> tokens,
      @Nullable Boolean dryRun,
      String operation) {
    new KmsConstraints()
        .key(keyId)
        .required("keyPairSpec", spec)
        .oneOf("keyPairSpec", spec, KmsKeys.names(DataKeyPairSpec.knownValues(), Set.of()))
        .tokens(tokens)
        .check();
    if ("SM2".equals(spec)) {
      throw KmsErrors.unsupported("KeyPairSpec SM2 is only supported in China Regions.");
    }
    var key = under(keyId, operation);
    KmsEncryption.endDryRun(Boolean.TRUE.equals(dryRun));
    var pair = KeyPairs.make(KeySpecs.of(java.util.Objects.requireNonNull(spec)));
    return new DataKeyPair(key, pair, sealed(key, pair.secret(), context));
  }

  @Override
  public GenerateDataKeyPairResponse generateDataKeyPair(GenerateDataKeyPairRequest request) {
    if (request.recipient() != null) {
      throw KmsErrors.missing("attested recipients");
    }
    var made =
        makePair(
            request.keyId(),
            request.keyPairSpecAsString(),
            request.encryptionContext(),
            request.grantTokens(),
            request.dryRun(),
            "GenerateDataKeyPair");
    return GenerateDataKeyPairResponse.builder()
        .keyId(made.under.arn())
        .keyPairSpec(request.keyPairSpec())
        .publicKey(SdkBytes.fromByteArrayUnsafe(made.pair.open()))
        .privateKeyPlaintext(SdkBytes.fromByteArrayUnsafe(made.pair.secret()))
        .privateKeyCiphertextBlob(made.sealed)
        .keyMaterialId(made.under.current())
        .build();
  }

  @Override
  public GenerateDataKeyPairWithoutPlaintextResponse generateDataKeyPairWithoutPlaintext(
      GenerateDataKeyPairWithoutPlaintextRequest request) {
    var made =
        makePair(
            request.keyId(),
            request.keyPairSpecAsString(),
            request.encryptionContext(),
            request.grantTokens(),
            request.dryRun(),
            "GenerateDataKeyPairWithoutPlaintext");
    return GenerateDataKeyPairWithoutPlaintextResponse.builder()
        .keyId(made.under.arn())
        .keyPairSpec(request.keyPairSpec())
        .publicKey(SdkBytes.fromByteArrayUnsafe(made.pair.open()))
        .privateKeyCiphertextBlob(made.sealed)
        .keyMaterialId(made.under.current())
        .build();
  }

  @Override
  public GenerateRandomResponse generateRandom(GenerateRandomRequest request) {
    new KmsConstraints().range("numberOfBytes", request.numberOfBytes(), 1, 1024).check();
    if (request.customKeyStoreId() != null) {
      throw KmsErrors.missing("custom key stores");
    }
    if (request.recipient() != null) {
      throw KmsErrors.missing("attested recipients");
    }
    if (request.numberOfBytes() == null) {
      throw KmsErrors.validation("NumberOfBytes is required.");
    }
    var bytes = keys.cloud.ids().bytes(request.numberOfBytes());
    return GenerateRandomResponse.builder().plaintext(SdkBytes.fromByteArrayUnsafe(bytes)).build();
  }
}
