package dev.terrarium.services.kms;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/// What the JDK's cryptography does not have: the curve of Bitcoin, and signatures of a digest that
/// somebody else made. Apart from the rest so that Bouncy Castle, whose jars are signed and
/// therefore slow to open, is only loaded by who needs it.
final class BouncyCastle {
  private static final Provider PROVIDER = new BouncyCastleProvider();
  private static final String CURVE = "secp256k1";
  private static final int ED25519_BYTES = 32;

  private BouncyCastle() {}

  static KeyPairs pair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC", PROVIDER);
    generator.initialize(new ECGenParameterSpec(CURVE));
    var pair = generator.generateKeyPair();
    return new KeyPairs(pair.getPrivate().getEncoded(), pair.getPublic().getEncoded());
  }

  static PrivateKey secret(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    return java.security.KeyFactory.getInstance("EC", PROVIDER).generatePrivate(encoded);
  }

  static PublicKey open(X509EncodedKeySpec encoded) throws GeneralSecurityException {
    return java.security.KeyFactory.getInstance("EC", PROVIDER).generatePublic(encoded);
  }

  /// An ECDSA signature of a digest.
  static Signature ecdsa() throws GeneralSecurityException {
    return Signature.getInstance("NONEwithECDSA", PROVIDER);
  }

  /// An RSASSA-PSS signature of a digest.
  static Signature pss(String digest, int saltBytes) throws GeneralSecurityException {
    var signature = Signature.getInstance("RAWRSASSA-PSS", PROVIDER);
    signature.setParameter(
        new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), saltBytes, 1));
    return signature;
  }

  /// An Ed25519ph signature of a digest.
  static byte[] ed25519(byte[] pkcs8, byte[] digest) {
    var seed = Arrays.copyOfRange(pkcs8, pkcs8.length - ED25519_BYTES, pkcs8.length);
    var signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.signPrehash(seed, 0, new byte[0], digest, 0, signature, 0);
    return signature;
  }

  /// Whether an Ed25519ph signature is of that digest.
  static boolean verifiesEd25519(byte[] spki, byte[] digest, byte[] signature) {
    var key = Arrays.copyOfRange(spki, spki.length - ED25519_BYTES, spki.length);
    return signature.length == Ed25519.SIGNATURE_SIZE
        && Ed25519.verifyPrehash(signature, 0, key, 0, new byte[0], digest, 0);
  }

  /// The pair of a private key on a curve, or null if it is on another.
  static @Nullable KeyPairs imported(KeySpecs spec, byte[] pkcs8) {
    try {
      var read = PrivateKeyFactory.createKey(PrivateKeyInfo.getInstance(pkcs8));
      if (!(read instanceof ECPrivateKeyParameters key)
          || key.getParameters().getCurve().getFieldSize() != spec.bits) {
        return null;
      }
      var point = key.getParameters().getG().multiply(key.getD());
      var open = new ECPublicKeyParameters(point, key.getParameters());
      SubjectPublicKeyInfo info = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open);
      KeyPairs.open(spec, info.getEncoded());
      return new KeyPairs(pkcs8, info.getEncoded());
    } catch (IOException | IllegalArgumentException | GeneralSecurityException e) {
      return null;
    }
  }
}
