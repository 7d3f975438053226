package dev.terrarium.services.kms;

import java.security.GeneralSecurityException;
import java.security.spec.MGF1ParameterSpec;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import org.jspecify.annotations.Nullable;

/// Encrypts and decrypts with keys, once it is known that they may be used.
final class Cryptor {
  static final String SYMMETRIC = "SYMMETRIC_DEFAULT";

  private final Keys keys;

  Cryptor(Keys keys) {
    this.keys = keys;
  }

  /// What came of decrypting.
  record Opened(KeyRecord key, Material material, byte[] plaintext) {}

  static String algorithm(@Nullable String asked) {
    return asked == null ? SYMMETRIC : asked;
  }

  static void checkUsage(KeyRecord key, String usage, String operation) {
    if (!key.metadata().keyUsageAsString().equals(usage)) {
      throw KmsErrors.usage(
          "%s key usage is %s which is not valid for %s."
              .formatted(key.arn(), key.metadata().keyUsageAsString(), operation));
    }
  }

  /// Refuses a key that does not encrypt by the algorithm.
  static void check(KeyRecord key, String algorithm, String operation) {
    checkUsage(key, "ENCRYPT_DECRYPT", operation);
    if (!key.spec().encryptionAlgorithms().contains(algorithm)) {
      throw KmsErrors.usage(
          "Algorithm %s and key spec %s are incompatible.".formatted(algorithm, key.spec()));
    }
  }

  /// Encrypts with the key's current material.
  byte[] encrypt(KeyRecord key, String algorithm, byte[] plaintext, Map<String, String> context) {
    if (key.isSymmetric()) {
      return Envelope.seal(key.material(), keys.cloud.ids().bytes(12), plaintext, context);
    }
    var max = key.spec().bits / 8 - (algorithm.endsWith("_SHA_1") ? 42 : 66);
    if (plaintext.length > max) {
      throw KmsErrors.validation(
          "Algorithm %s and key spec %s cannot encrypt data larger than %d bytes."
              .formatted(algorithm, key.spec(), max));
    }
    try {
      var cipher = oaep(algorithm);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          KeyPairs.open(key.spec(), key.material().publicKey()),
          parameters(algorithm));
      return cipher.doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Decrypts with the key that the ciphertext names, or that the caller does.
  ///
  /// @param keyName the key by the caller, or null
  Opened decrypt(
      @Nullable String keyName,
      String algorithm,
      byte[] ciphertext,
      Map<String, String> context,
      String operation) {
    if (!algorithm.equals(SYMMETRIC)) {
      return decryptAsymmetric(keyName, algorithm, ciphertext, operation);
    }
    var named = keyName == null ? null : keys.known(keyName);
    if (named != null) {
      check(named, algorithm, operation);
      Keys.checkUsable(named);
    }
    var envelope = Envelope.of(ciphertext).orElseThrow(KmsErrors::ciphertext);
    var key = holder(envelope, named);
    var material = key.material(envelope.materialId()).orElseThrow(KmsErrors::unreadable);
    if (!material.isThere()) {
      throw KmsErrors.state(key.arn() + " is pending import.");
    }
    var plaintext = envelope.open(material, context).orElseThrow(KmsErrors::ciphertext);
    return new Opened(key, material, plaintext);
  }

  private KeyRecord holder(Envelope envelope, @Nullable KeyRecord named) {
    var region = dev.terrarium.kernel.Call.current().region();
    if (named != null) {
      if (named.material(envelope.materialId()).isEmpty()) {
        throw keys.holder(region, envelope.materialId()) == null
            ? KmsErrors.unreadable()
            : KmsErrors.incorrectKey();
      }
      return named;
    }
    var ref = keys.holder(region, envelope.materialId());
    var key = ref == null ? null : keys.find(ref);
    if (key == null) {
      throw KmsErrors.unreadable();
    }
    Keys.checkUsable(key);
    return key;
  }

  private Opened decryptAsymmetric(
      @Nullable String keyName, String algorithm, byte[] ciphertext, String operation) {
    if (keyName == null) {
      throw KmsErrors.validation("KeyId is required when the encryption algorithm is " + algorithm);
    }
    var key = keys.known(keyName);
    check(key, algorithm, operation);
    Keys.checkUsable(key);
    try {
      var cipher = oaep(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          KeyPairs.secret(key.spec(), key.material().secret()),
          parameters(algorithm));
      return new Opened(key, key.material(), cipher.doFinal(ciphertext));
    } catch (BadPaddingException | IllegalBlockSizeException e) {
      throw KmsErrors.ciphertext();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static Cipher oaep(String algorithm) throws GeneralSecurityException {
    return Cipher.getInstance(
        algorithm.endsWith("_SHA_1")
            ? "RSA/ECB/OAEPWithSHA-1AndMGF1Padding"
            : "RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
  }

  /// The same digest for the mask, which is not the JDK's default.
  static OAEPParameterSpec parameters(String algorithm) {
    var digest = algorithm.endsWith("_SHA_1") ? "SHA-1" : "SHA-256";
    return new OAEPParameterSpec(
        digest, "MGF1", new MGF1ParameterSpec(digest), PSource.PSpecified.DEFAULT);
  }
}
