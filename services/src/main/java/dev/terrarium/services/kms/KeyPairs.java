package dev.terrarium.services.kms;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/// Pairs of a private and a public key: made, read and used to agree on a secret.
///
/// @param secret the private key as PKCS #8
/// @param open the public key as SubjectPublicKeyInfo
record KeyPairs(byte[] secret, byte[] open) {
  /// Makes a pair. An RSA key takes a while.
  static KeyPairs make(KeySpecs spec) {
    try {
      if (spec == KeySpecs.ECC_SECG_P256K1) {
        return BouncyCastle.pair();
      }
      var generator = KeyPairGenerator.getInstance(spec.family);
      if (spec.isRsa()) {
        generator.initialize(spec.bits);
      } else if (spec.isEc()) {
        generator.initialize(new ECGenParameterSpec("secp" + spec.bits + "r1"));
      }
      var pair = generator.generateKeyPair();
      return new KeyPairs(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static PrivateKey secret(KeySpecs spec, byte[] bytes) throws GeneralSecurityException {
    var encoded = new PKCS8EncodedKeySpec(bytes);
    return spec == KeySpecs.ECC_SECG_P256K1
        ? BouncyCastle.secret(encoded)
        : KeyFactory.getInstance(spec.family).generatePrivate(encoded);
  }

  static PublicKey open(KeySpecs spec, byte[] bytes) throws GeneralSecurityException {
    var encoded = new X509EncodedKeySpec(bytes);
    return spec == KeySpecs.ECC_SECG_P256K1
        ? BouncyCastle.open(encoded)
        : KeyFactory.getInstance(spec.family).generatePublic(encoded);
  }

  /// The pair of an imported private key, or null if the bytes are none of that kind.
  static @Nullable KeyPairs imported(KeySpecs spec, byte[] pkcs8) {
    try {
      if (spec.isEc()) {
        return BouncyCastle.imported(spec, pkcs8);
      }
      if (secret(spec, pkcs8) instanceof RSAPrivateCrtKey rsa
          && rsa.getModulus().bitLength() == spec.bits) {
        var open =
            KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
        return new KeyPairs(pkcs8, open.getEncoded());
      }
      return null;
    } catch (GeneralSecurityException e) {
      return null;
    }
  }

  /// What both sides come to: the x coordinate of the shared point; null if the other's key is not
  /// of the same curve.
  static byte @Nullable [] agree(KeySpecs spec, byte[] own, byte[] others) {
    try {
      var agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(secret(spec, own));
      agreement.doPhase(open(spec, others), true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}
