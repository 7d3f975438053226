package dev.terrarium.services.kms;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.IllegalBlockSizeException;

/// Signatures by one of KMS's algorithms, of a message or of a digest of one.
///
/// @param name AWS's name of the algorithm, such as `RSASSA_PSS_SHA_256`
record Signatures(String name) {
  /// What stands in front of a digest in PKCS #1 v1.5, by the number of its bits.
  private static final Map<Integer, byte[]> DIGEST_INFO =
      Map.of(
          256, HexFormat.of().parseHex("3031300d060960864801650304020105000420"),
          384, HexFormat.of().parseHex("3041300d060960864801650304020205000430"),
          512, HexFormat.of().parseHex("3051300d060960864801650304020305000440"));

  /// The bits of the digest that it signs.
  int bits() {
    return name.equals("ML_DSA_SHAKE_256")
        ? 0
        : Integer.parseInt(name.substring(name.length() - 3));
  }

  private boolean isPss() {
    return name.startsWith("RSASSA_PSS");
  }

  private boolean isPkcs1() {
    return name.startsWith("RSASSA_PKCS1");
  }

  private boolean isEcdsa() {
    return name.startsWith("ECDSA");
  }

  private byte[] digest(byte[] message) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-" + bits()).digest(message);
  }

  /// Signs.
  ///
  /// @param digested whether the message is a digest already
  byte[] sign(KeySpecs spec, byte[] pkcs8, byte[] message, boolean digested) {
    try {
      if (name.equals("ED25519_PH_SHA_512")) {
        return BouncyCastle.ed25519(pkcs8, message);
      }
      var key = KeyPairs.secret(spec, pkcs8);
      if (isPkcs1()) {
        var cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.ENCRYPT_MODE, key);
        return cipher.doFinal(info(message, digested));
      }
      var signature = signature(spec, digested);
      signature.initSign(key);
      signature.update(signed(spec, message, digested));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether a signature is of the message.
  boolean verifies(KeySpecs spec, byte[] spki, byte[] message, boolean digested, byte[] given) {
    try {
      if (name.equals("ED25519_PH_SHA_512")) {
        return BouncyCastle.verifiesEd25519(spki, message, given);
      }
      var key = KeyPairs.open(spec, spki);
      if (isPkcs1()) {
        var cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, key);
        return MessageDigest.isEqual(cipher.doFinal(given), info(message, digested));
      }
      var signature = signature(spec, digested);
      signature.initVerify(key);
      signature.update(signed(spec, message, digested));
      return signature.verify(given);
    } catch (SignatureException | BadPaddingException | IllegalBlockSizeException e) {
      return false; // Not even of the form of a signature.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private Signature signature(KeySpecs spec, boolean digested) throws GeneralSecurityException {
    if (isPss()) {
      var digest = "SHA-" + bits();
      if (digested) {
        return BouncyCastle.pss(digest, bits() / 8);
      }
      var signature = Signature.getInstance("RSASSA-PSS");
      signature.setParameter(
          new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), bits() / 8, 1));
      return signature;
    }
    if (isEcdsa()) {
      return spec == KeySpecs.ECC_SECG_P256K1
          ? BouncyCastle.ecdsa()
          : Signature.getInstance("NONEwithECDSA");
    }
    return Signature.getInstance(spec.isMlDsa() ? "ML-DSA" : "Ed25519");
  }

  /// What the signature is given: of ECDSA always the digest.
  private byte[] signed(KeySpecs spec, byte[] message, boolean digested)
      throws GeneralSecurityException {
    return spec.isEc() && !digested ? digest(message) : message;
  }

  private byte[] info(byte[] message, boolean digested) throws GeneralSecurityException {
    var prefix = java.util.Objects.requireNonNull(DIGEST_INFO.get(bits()));
    var digest = digested ? message : digest(message);
    var info = Arrays.copyOf(prefix, prefix.length + digest.length);
    System.arraycopy(digest, 0, info, prefix.length, digest.length);
    return info;
  }
}
