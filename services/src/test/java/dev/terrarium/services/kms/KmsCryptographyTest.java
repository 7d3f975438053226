package dev.terrarium.services.kms;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KeyUsageType;

final class KmsCryptographyTest extends KmsFixture {
  @Test
  void aCiphertextIsBoundToItsContextAndToEveryBit() {
    var key = key();
    var blob =
        kms.encrypt(
                r -> r.keyId(key).plaintext(bytes("secret")).encryptionContext(Map.of("a", "b")))
            .ciphertextBlob();
    assertThat(
            kms.decrypt(r -> r.ciphertextBlob(blob).encryptionContext(Map.of("a", "b")))
                .plaintext()
                .asUtf8String())
        .isEqualTo("secret");
    assertRefused(() -> decrypted(blob)).isEqualTo("InvalidCiphertextException: ");
    var raw = blob.asByteArray();
    for (int i = 0; i < raw.length; i++) {
      var damaged = raw.clone();
      damaged[i] ^= 1;
      assertRefused(() ->
              kms.decrypt(r ->
                  r.ciphertextBlob(SdkBytes.fromByteArray(damaged))
                      .encryptionContext(Map.of("a", "b"))))
          .isEqualTo("InvalidCiphertextException: ");
    }
    var other = key();
    assertRefused(() -> kms.decrypt(r -> r.ciphertextBlob(blob).keyId(other)))
        .startsWith("IncorrectKeyException");
  }

  @Test
  void reEncryptingMovesTheContentToAnotherKey() {
    var one = key();
    var two = kms.createKey().keyMetadata();
    var blob = encrypted(one, "x");
    var moved = kms.reEncrypt(r -> r.ciphertextBlob(blob).destinationKeyId(two.keyId()));
    assertThat(moved.keyId()).isEqualTo(two.arn());
    kms.scheduleKeyDeletion(r -> r.keyId(one));
    assertThat(decrypted(moved.ciphertextBlob())).isEqualTo("x");
  }

  @Test
  void rsaEncryptsWhatThePublicKeyAllows() throws Exception {
    var key = key(KeySpec.RSA_2048, KeyUsageType.ENCRYPT_DECRYPT);
    assertRefused(() -> encrypted(key, "x"))
        .isEqualTo(
            "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT and key spec RSA_2048 are incompatible.");
    var spki = kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray();
    var open = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki));
    var cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, open, Cryptor.parameters("RSAES_OAEP_SHA_256"));
    var blob =
        SdkBytes.fromByteArray(
            cipher.doFinal("x".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(
            kms.decrypt(r ->
                    r.keyId(key).ciphertextBlob(blob).encryptionAlgorithm("RSAES_OAEP_SHA_256"))
                .plaintext()
                .asUtf8String())
        .isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RSASSA_PSS_SHA_256",
        "RSASSA_PSS_SHA_512",
        "RSASSA_PKCS1_V1_5_SHA_256",
        "RSASSA_PKCS1_V1_5_SHA_384"
      })
  void anRsaSignatureOfAMessageIsThatOfItsDigest(String algorithm) throws Exception {
    var key = key(KeySpec.RSA_2048, KeyUsageType.SIGN_VERIFY);
    var digest = digest(algorithm, "message");
    var signed =
        kms.sign(
            r -> r.keyId(key).message(digest).messageType("DIGEST").signingAlgorithm(algorithm));
    assertThat(
            kms.verify(r ->
                    r.keyId(key)
                        .message(bytes("message"))
                        .signature(signed.signature())
                        .signingAlgorithm(algorithm))
                .signatureValid())
        .isTrue();
    assertRefused(() ->
            kms.verify(r ->
                r.keyId(key)
                    .message(bytes("other"))
                    .signature(signed.signature())
                    .signingAlgorithm(algorithm)))
        .isEqualTo("KMSInvalidSignatureException: ");
    assertRefused(() ->
            kms.sign(r ->
                r.keyId(key)
                    .message(bytes("short"))
                    .messageType("DIGEST")
                    .signingAlgorithm(algorithm)))
        .isEqualTo(
            "ValidationException: Digest is invalid length for algorithm " + algorithm + ".");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ECC_NIST_P256",
        "ECC_NIST_P384",
        "ECC_NIST_P521",
        "ECC_SECG_P256K1",
        "ML_DSA_44",
        "ECC_NIST_EDWARDS25519"
      })
  void everyKindOfKeySignsAndVerifies(String spec) {
    var key = key(KeySpec.fromValue(spec), KeyUsageType.SIGN_VERIFY);
    var algorithms = kms.getPublicKey(r -> r.keyId(key)).signingAlgorithmsAsStrings();
    for (var algorithm : algorithms) {
      var prehashed = algorithm.contains("_PH_");
      var type = prehashed ? "DIGEST" : "RAW";
      var message = prehashed ? digest(algorithm, "message") : bytes("message");
      var signed =
          kms.sign(
              r -> r.keyId(key).message(message).messageType(type).signingAlgorithm(algorithm));
      assertThat(
              kms.verify(r ->
                      r.keyId(key)
                          .message(message)
                          .messageType(type)
                          .signature(signed.signature())
                          .signingAlgorithm(algorithm))
                  .signatureValid())
          .isTrue();
    }
  }

  @Test
  void anEcdsaSignatureIsVerifiedByTheJdk() throws Exception {
    var key = key(KeySpec.ECC_NIST_P256, KeyUsageType.SIGN_VERIFY);
    var spki = kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray();
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initVerify(KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki)));
    signature.update("message".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var signed =
        kms.sign(r -> r.keyId(key).message(bytes("message")).signingAlgorithm("ECDSA_SHA_256"));
    assertThat(signature.verify(signed.signature().asByteArray())).isTrue();
  }

  @Test
  void twoSidesAgreeOnASecret() throws Exception {
    var key = key(KeySpec.ECC_NIST_P256, KeyUsageType.KEY_AGREEMENT);
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var own = generator.generateKeyPair();
    var secret =
        kms.deriveSharedSecret(r ->
            r.keyId(key)
                .keyAgreementAlgorithm("ECDH")
                .publicKey(SdkBytes.fromByteArray(own.getPublic().getEncoded())));
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.getPrivate());
    var spki = kms.getPublicKey(r -> r.keyId(key)).publicKey().asByteArray();
    agreement.doPhase(
        KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki)), true);
    assertThat(secret.sharedSecret().asByteArray()).isEqualTo(agreement.generateSecret());
  }

  @Test
  void aMacIsOfItsMessage() {
    var key = key(KeySpec.HMAC_256, KeyUsageType.GENERATE_VERIFY_MAC);
    var mac =
        kms.generateMac(r -> r.keyId(key).message(bytes("m")).macAlgorithm("HMAC_SHA_256")).mac();
    assertThat(
            kms.verifyMac(
                    r -> r.keyId(key).message(bytes("m")).mac(mac).macAlgorithm("HMAC_SHA_256"))
                .macValid())
        .isTrue();
    assertRefused(() ->
            kms.verifyMac(
                r -> r.keyId(key).message(bytes("n")).mac(mac).macAlgorithm("HMAC_SHA_256")))
        .isEqualTo("KMSInvalidMacException: ");
    assertRefused(() -> encrypted(key, "x"))
        .contains("key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.");
  }

  @Test
  void aDryRunTellsThatItWouldHaveSucceeded() {
    var key = key();
    assertRefused(() -> kms.encrypt(r -> r.keyId(key).plaintext(bytes("x")).dryRun(true)))
        .isEqualTo(
            "DryRunOperationException: The request would have succeeded, but the DryRun option is set.");
    assertRefused(() -> kms.generateDataKey(r -> r.keyId(key)))
        .isEqualTo("ValidationException: Please specify either number of bytes or key spec.");
    assertRefused(() -> kms.generateRandom(r -> {}))
        .isEqualTo("ValidationException: NumberOfBytes is required.");
  }

  @Test
  void importedMaterialWorksUntilItExpires() throws Exception {
    var key = kms.createKey(r -> r.origin("EXTERNAL")).keyMetadata().keyId();
    assertRefused(() -> encrypted(key, "x")).contains("is pending import.");
    var parameters =
        kms.getParametersForImport(
            r -> r.keyId(key).wrappingAlgorithm("RSAES_OAEP_SHA_256").wrappingKeySpec("RSA_2048"));
    var open =
        KeyFactory.getInstance("RSA")
            .generatePublic(new X509EncodedKeySpec(parameters.publicKey().asByteArray()));
    var cipher = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
    cipher.init(Cipher.ENCRYPT_MODE, open, Cryptor.parameters("RSAES_OAEP_SHA_256"));
    var wrapped = SdkBytes.fromByteArray(cipher.doFinal(new byte[32]));
    kms.importKeyMaterial(r ->
        r.keyId(key)
            .importToken(parameters.importToken())
            .encryptedKeyMaterial(wrapped)
            .validTo(START.plus(Duration.ofDays(1))));
    var blob = encrypted(key, "x");
    assertThat(decrypted(blob)).isEqualTo("x");
    cloud.timers().advance(Duration.ofHours(24));
    assertThat(kms.describeKey(r -> r.keyId(key)).keyMetadata().keyState())
        .isEqualTo(KeyState.PENDING_IMPORT);
    kms.importKeyMaterial(r ->
        r.keyId(key)
            .importToken(parameters.importToken())
            .encryptedKeyMaterial(wrapped)
            .expirationModel("KEY_MATERIAL_DOES_NOT_EXPIRE"));
    assertThat(decrypted(blob)).isEqualTo("x");
  }

  @Test
  void grantsAreListedRetiredAndRevoked() {
    var key = key();
    var user = "arn:aws:iam::000000000000:user/u";
    var grant =
        kms.createGrant(r ->
            r.keyId(key)
                .granteePrincipal(user)
                .retiringPrincipal(user)
                .operationsWithStrings("Encrypt", "Decrypt")
                .name("n"));
    var same =
        kms.createGrant(r ->
            r.keyId(key)
                .granteePrincipal(user)
                .retiringPrincipal(user)
                .operationsWithStrings("Encrypt", "Decrypt")
                .name("n"));
    assertThat(same.grantId()).isEqualTo(grant.grantId());
    assertThat(kms.listGrants(r -> r.keyId(key)).grants()).hasSize(1);
    assertThat(kms.listRetirableGrants(r -> r.retiringPrincipal(user)).grants()).hasSize(1);
    kms.retireGrant(r -> r.grantToken(grant.grantToken()));
    assertThat(kms.listGrants(r -> r.keyId(key)).grants()).isEmpty();
    assertRefused(() -> kms.revokeGrant(r -> r.keyId(key).grantId(grant.grantId())))
        .startsWith("NotFoundException: Grant ID ");
  }

  private static SdkBytes digest(String algorithm, String message) {
    try {
      var name = "SHA-" + algorithm.substring(algorithm.length() - 3);
      return SdkBytes.fromByteArray(
          MessageDigest.getInstance(name)
              .digest(message.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
