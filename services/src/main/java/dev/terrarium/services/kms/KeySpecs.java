package dev.terrarium.services.kms;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kinds of keys, with what each may be used for.
///
/// See "Key spec reference" in the KMS Developer Guide.
enum KeySpecs {
  SYMMETRIC_DEFAULT("AES", 256),
  RSA_2048("RSA", 2048),
  RSA_3072("RSA", 3072),
  RSA_4096("RSA", 4096),
  ECC_NIST_P256("EC", 256),
  ECC_NIST_P384("EC", 384),
  ECC_NIST_P521("EC", 521),
  ECC_SECG_P256K1("EC", 256),
  ECC_NIST_EDWARDS25519("Ed25519", 255),
  HMAC_224("HMAC", 224),
  HMAC_256("HMAC", 256),
  HMAC_384("HMAC", 384),
  HMAC_512("HMAC", 512),
  ML_DSA_44("ML-DSA-44", 0),
  ML_DSA_65("ML-DSA-65", 0),
  ML_DSA_87("ML-DSA-87", 0);

  private static final List<String> RSA_SIGNING =
      List.of(
          "RSASSA_PKCS1_V1_5_SHA_256",
          "RSASSA_PKCS1_V1_5_SHA_384",
          "RSASSA_PKCS1_V1_5_SHA_512",
          "RSASSA_PSS_SHA_256",
          "RSASSA_PSS_SHA_384",
          "RSASSA_PSS_SHA_512");

  /// The family as the JDK calls it.
  final String family;

  final int bits;

  KeySpecs(String family, int bits) {
    this.family = family;
    this.bits = bits;
  }

  /// The kind of that name.
  static KeySpecs of(String name) {
    return valueOf(name);
  }

  /// What a key of this kind may be made for.
  List<String> usages() {
    return switch (this) {
      case SYMMETRIC_DEFAULT -> List.of("ENCRYPT_DECRYPT");
      case RSA_2048, RSA_3072, RSA_4096 -> List.of("ENCRYPT_DECRYPT", "SIGN_VERIFY");
      case ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521 -> List.of("SIGN_VERIFY", "KEY_AGREEMENT");
      case ECC_SECG_P256K1, ECC_NIST_EDWARDS25519, ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
          List.of("SIGN_VERIFY");
      case HMAC_224, HMAC_256, HMAC_384, HMAC_512 -> List.of("GENERATE_VERIFY_MAC");
    };
  }

  boolean isRsa() {
    return family.equals("RSA");
  }

  boolean isEc() {
    return family.equals("EC");
  }

  boolean isMlDsa() {
    return family.startsWith("ML-DSA");
  }

  boolean isHmac() {
    return family.equals("HMAC");
  }

  boolean isAsymmetric() {
    return this != SYMMETRIC_DEFAULT && !isHmac();
  }

  /// AWS's older name of it, which the newest kinds do not have.
  @Nullable String olderName() {
    return isMlDsa() || this == ECC_NIST_EDWARDS25519 ? null : name();
  }

  List<String> encryptionAlgorithms() {
    if (isRsa()) {
      return List.of("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256");
    }
    return this == SYMMETRIC_DEFAULT ? List.of("SYMMETRIC_DEFAULT") : List.of();
  }

  List<String> signingAlgorithms() {
    return switch (this) {
      case RSA_2048, RSA_3072, RSA_4096 -> RSA_SIGNING;
      case ECC_NIST_P256, ECC_SECG_P256K1 -> List.of("ECDSA_SHA_256");
      case ECC_NIST_P384 -> List.of("ECDSA_SHA_384");
      case ECC_NIST_P521 -> List.of("ECDSA_SHA_512");
      case ECC_NIST_EDWARDS25519 -> List.of("ED25519_SHA_512", "ED25519_PH_SHA_512");
      case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> List.of("ML_DSA_SHAKE_256");
      case SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512 -> List.of();
    };
  }

  List<String> macAlgorithms() {
    return isHmac() ? List.of("HMAC_SHA_" + bits) : List.of();
  }
}
