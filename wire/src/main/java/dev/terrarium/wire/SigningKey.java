package dev.terrarium.wire;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What a secret access key signs with.
sealed interface SigningKey {
  /// Whether a text was signed with this key.
  ///
  /// @param signature in hexadecimal, as it came
  boolean signed(String text, String signature);

  /// The key of an identity.
  static SigningKey of(String secret, Identity identity) {
    return identity.asymmetric()
        ? Asymmetric.of(identity.accessKeyId(), secret)
        : new Symmetric(SigV4.key(secret, identity));
  }

  /// SigV4: a secret of a day, a region and a service.
  record Symmetric(byte[] key) implements SigningKey {
    @Override
    public boolean signed(String text, String signature) {
      return MessageDigest.isEqual(
          SigV4.sign(key, text).getBytes(StandardCharsets.US_ASCII),
          signature.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /// SigV4a: a key pair on P-256 which AWS and its clients derive from the access key alike (NIST
  /// SP 800-108, HMAC in counter mode), so that a signature holds in several regions.
  ///
  /// Who has the private key `d` needs no public one to verify: of a signature `(r, s)` of the hash
  /// `e`, the nonce was `k = (e + r·d) / s`, and it holds if `r` is the x coordinate of `k·G`. That
  /// product is what a key agreement of `k` with `G` comes to, which spares us arithmetic on
  /// curves.
  record Asymmetric(BigInteger d) implements SigningKey {
    private static final ECParameterSpec CURVE = curve();

    private static ECParameterSpec curve() {
      try {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    static Asymmetric of(String accessKeyId, String secret) {
      var key = ("AWS4A" + secret).getBytes(StandardCharsets.UTF_8);
      var largest = CURVE.getOrder().subtract(BigInteger.TWO);
      for (int counter = 1; counter < 255; counter++) {
        var candidate = new BigInteger(1, derived(key, accessKeyId, counter));
        if (candidate.compareTo(largest) <= 0) {
          return new Asymmetric(candidate.add(BigInteger.ONE));
        }
      }
      throw new IllegalStateException("No key comes of " + accessKeyId);
    }

    private static byte[] derived(byte[] key, String accessKeyId, int counter) {
      try {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(new byte[] {0, 0, 0, 1});
        mac.update("AWS4-ECDSA-P256-SHA256".getBytes(StandardCharsets.US_ASCII));
        mac.update((byte) 0);
        mac.update(accessKeyId.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) counter);
        return mac.doFinal(new byte[] {0, 0, 1, 0});
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public boolean signed(String text, String signature) {
      var n = CURVE.getOrder();
      var parts = parts(signature);
      if (parts == null) {
        return false;
      }
      var r = parts[0];
      var s = parts[1];
      if (r.signum() <= 0 || s.signum() <= 0 || r.compareTo(n) >= 0 || s.compareTo(n) >= 0) {
        return false;
      }
      var e = new BigInteger(1, SigV4.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
      var k = e.add(r.multiply(d)).multiply(s.modInverse(n)).mod(n);
      return k.signum() > 0 && timesG(k).mod(n).equals(r);
    }

    /// The x coordinate of `k·G`.
    private static BigInteger timesG(BigInteger k) {
      try {
        var keys = KeyFactory.getInstance("EC");
        var agreement = KeyAgreement.getInstance("ECDH");
        agreement.init(keys.generatePrivate(new ECPrivateKeySpec(k, CURVE)));
        agreement.doPhase(
            keys.generatePublic(new ECPublicKeySpec(CURVE.getGenerator(), CURVE)), true);
        return new BigInteger(1, agreement.generateSecret());
      } catch (GeneralSecurityException ex) {
        throw new IllegalStateException(ex);
      }
    }

    /// The two numbers of a DER sequence, or null if it is none.
    private static BigInteger @Nullable [] parts(String hex) {
      if (hex.length() % 2 != 0 || hex.length() > 144 || !hex.matches("[0-9a-fA-F]{16,}")) {
        return null;
      }
      var der = HexFormat.of().parseHex(hex);
      var first = 4 + der[3];
      if (der[0] != 0x30
          || der[1] != der.length - 2
          || der[2] != 2
          || der[3] <= 0
          || first + 2 >= der.length
          || der[first] != 2
          || der[first + 1] != der.length - first - 2) {
        return null;
      }
      return new BigInteger[] {
        new BigInteger(Arrays.copyOfRange(der, 4, first)),
        new BigInteger(Arrays.copyOfRange(der, first + 2, der.length))
      };
    }
  }
}
