package dev.terrarium.services.kms;

import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretRequest;
import software.amazon.awssdk.services.kms.model.DeriveSharedSecretResponse;
import software.amazon.awssdk.services.kms.model.GetPublicKeyRequest;
import software.amazon.awssdk.services.kms.model.GetPublicKeyResponse;
import software.amazon.awssdk.services.kms.model.SignRequest;
import software.amazon.awssdk.services.kms.model.SignResponse;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.VerifyRequest;
import software.amazon.awssdk.services.kms.model.VerifyResponse;

/// What pairs of keys are for: signatures, and secrets that two sides agree on.
final class KmsSigning extends KmsPart {
  KmsSigning(Keys keys) {
    super(keys);
  }

  private static String[] algorithms() {
    return KmsKeys.names(SigningAlgorithmSpec.knownValues(), Set.of());
  }

  private KeyRecord key(String name, String operation) {
    var key = keys.known(name);
    Cryptor.checkUsage(key, "SIGN_VERIFY", operation);
    Keys.checkUsable(key);
    return key;
  }

  /// Refuses what does not fit together; tells whether the message is a digest.
  private static boolean digested(KeyRecord key, String algorithm, String type, SdkBytes message) {
    if (!key.spec().signingAlgorithms().contains(algorithm)) {
      throw KmsErrors.usage(
          "Algorithm %s is incompatible with key spec %s.".formatted(algorithm, key.spec()));
    }
    if (type.equals("EXTERNAL_MU") && key.spec().isMlDsa()) {
      throw KmsErrors.missing("messages of the type EXTERNAL_MU");
    }
    var digested = type.equals("DIGEST");
    if (type.equals("EXTERNAL_MU") || digested && key.spec().isMlDsa()) {
      throw KmsErrors.validation(
          "Message type %s is incompatible with key spec %s.".formatted(type, key.spec()));
    }
    if (algorithm.startsWith("ED25519") && digested != algorithm.contains("_PH_")) {
      throw KmsErrors.validation(
          "Message type %s is incompatible with algorithm %s.".formatted(type, algorithm));
    }
    var length = message.asByteArrayUnsafe().length;
    if (digested && length != new Signatures(algorithm).bits() / 8) {
      throw KmsErrors.validation("Digest is invalid length for algorithm " + algorithm + ".");
    }
    return digested;
  }

  private static String type(@org.jspecify.annotations.Nullable String asked) {
    return asked == null ? "RAW" : asked;
  }

  @Override
  public SignResponse sign(SignRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .needed("message", request.message(), 4096)
        .oneOf("messageType", request.messageTypeAsString(), "RAW", "DIGEST", "EXTERNAL_MU")
        .tokens(request.grantTokens())
        .required("signingAlgorithm", request.signingAlgorithmAsString())
        .oneOf("signingAlgorithm", request.signingAlgorithmAsString(), algorithms())
        .check();
    var algorithm = request.signingAlgorithmAsString();
    var key = key(request.keyId(), "Sign");
    var digested = digested(key, algorithm, type(request.messageTypeAsString()), request.message());
    KmsEncryption.endDryRun(request.dryRun());
    var signature =
        new Signatures(algorithm)
            .sign(
                key.spec(),
                key.material().secret(),
                request.message().asByteArrayUnsafe(),
                digested);
    return SignResponse.builder()
        .keyId(key.arn())
        .signature(SdkBytes.fromByteArrayUnsafe(signature))
        .signingAlgorithm(algorithm)
        .build();
  }

  @Override
  public VerifyResponse verify(VerifyRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .needed("message", request.message(), 4096)
        .oneOf("messageType", request.messageTypeAsString(), "RAW", "DIGEST", "EXTERNAL_MU")
        .needed("signature", request.signature(), 6144)
        .required("signingAlgorithm", request.signingAlgorithmAsString())
        .oneOf("signingAlgorithm", request.signingAlgorithmAsString(), algorithms())
        .tokens(request.grantTokens())
        .check();
    var algorithm = request.signingAlgorithmAsString();
    var key = key(request.keyId(), "Verify");
    var digested = digested(key, algorithm, type(request.messageTypeAsString()), request.message());
    KmsEncryption.endDryRun(request.dryRun());
    var valid =
        new Signatures(algorithm)
            .verifies(
                key.spec(),
                key.material().publicKey(),
                request.message().asByteArrayUnsafe(),
                digested,
                request.signature().asByteArrayUnsafe());
    if (!valid) {
      throw KmsErrors.signature();
    }
    return VerifyResponse.builder()
        .keyId(key.arn())
        .signatureValid(true)
        .signingAlgorithm(algorithm)
        .build();
  }

  @SuppressWarnings("deprecation")
  @Override
  public GetPublicKeyResponse getPublicKey(GetPublicKeyRequest request) {
    new KmsConstraints().key(request.keyId()).tokens(request.grantTokens()).check();
    var key = keys.known(request.keyId());
    var metadata = key.metadata();
    if (!key.spec().isAsymmetric()) {
      throw KmsErrors.unsupported(
          "%s key spec is %s which is not valid for GetPublicKey."
              .formatted(key.arn(), key.spec()));
    }
    Keys.checkUsable(key);
    var response =
        GetPublicKeyResponse.builder()
            .keyId(key.arn())
            .publicKey(SdkBytes.fromByteArrayUnsafe(key.material().publicKey()))
            .customerMasterKeySpec(key.spec().olderName())
            .keySpec(key.spec().name())
            .keyUsage(metadata.keyUsage());
    if (metadata.hasEncryptionAlgorithms()) {
      response.encryptionAlgorithms(metadata.encryptionAlgorithms());
    }
    if (metadata.hasSigningAlgorithms()) {
      response.signingAlgorithms(metadata.signingAlgorithms());
    }
    if (metadata.hasKeyAgreementAlgorithms()) {
      response.keyAgreementAlgorithms(metadata.keyAgreementAlgorithms());
    }
    return response.build();
  }

  @Override
  public DeriveSharedSecretResponse deriveSharedSecret(DeriveSharedSecretRequest request) {
    new KmsConstraints()
        .key(request.keyId())
        .required("keyAgreementAlgorithm", request.keyAgreementAlgorithmAsString())
        .oneOf("keyAgreementAlgorithm", request.keyAgreementAlgorithmAsString(), "ECDH")
        .needed("publicKey", request.publicKey(), 8192)
        .tokens(request.grantTokens())
        .check();
    if (request.recipient() != null) {
      throw KmsErrors.missing("attested recipients");
    }
    var key = keys.known(request.keyId());
    Cryptor.checkUsage(key, "KEY_AGREEMENT", "DeriveSharedSecret");
    Keys.checkUsable(key);
    var secret =
        KeyPairs.agree(
            key.spec(), key.material().secret(), request.publicKey().asByteArrayUnsafe());
    if (secret == null) {
      throw KmsErrors.validation("An error occurred while parsing the public key.");
    }
    KmsEncryption.endDryRun(request.dryRun());
    return DeriveSharedSecretResponse.builder()
        .keyId(key.arn())
        .sharedSecret(SdkBytes.fromByteArrayUnsafe(secret))
        .keyAgreementAlgorithm(request.keyAgreementAlgorithm())
        .keyOrigin(key.metadata().origin())
        .build();
  }
}
