package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Batch;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Signs notifications as SNS does, with a key and a certificate that this cloud makes once and
/// keeps.
///
/// See *Verifying the signatures of Amazon SNS messages* in the developer guide. Version 1 is
/// SHA1withRSA, version 2 SHA256withRSA.
final class Signer {
  private static final byte[] KEY = Key.of("sns.signingKey");
  private static final int KEPT_MAX = 64;

  private final PrivateKey key;
  private final byte[] certificate;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > KEPT_MAX;
        }
      };

  Signer(Cloud cloud) {
    try {
      var stored = cloud.store().get(KEY);
      if (stored == null) {
        stored = make(cloud);
        cloud.store().commit(new Batch().put(KEY, stored));
      }
      var reader = new BinaryReader(stored);
      this.key =
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(reader.bytes()));
      this.certificate = reader.bytes();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make the key that signs notifications", e);
    }
  }

  private static byte[] make(Cloud cloud) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var pair = generator.generateKeyPair();
    var name = new X500Name("CN=sns.amazonaws.com");
    var now = cloud.clock().now();
    try {
      var certificate =
          new JcaX509v3CertificateBuilder(
                  name,
                  BigInteger.valueOf(now.toEpochMilli()),
                  Date.from(now.minus(Duration.ofDays(1))),
                  Date.from(now.plus(Duration.ofDays(36_500))),
                  name,
                  KeyFactory.getInstance("RSA")
                      .generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded())))
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()));
      return new BinaryWriter(1)
          .bytes(pair.getPrivate().getEncoded())
          .bytes(certificate.getEncoded())
          .toBytes();
    } catch (OperatorCreationException | IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /// The certificate in PEM.
  String pem() {
    var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
    return "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
  }

  /// The signature over names and values, each on a line of its own, in the order given. Nothing in
  /// it differs between the subscribers of a message, and it takes a millisecond, so the last ones
  /// are kept.
  String sign(Map<String, String> signed, String version) {
    var text = new StringBuilder(version).append('\n');
    var start = text.length();
    signed.forEach((name, value) -> text.append(name).append('\n').append(value).append('\n'));
    var known = text.toString();
    lock.lock();
    try {
      var made = recent.get(known);
      if (made != null) {
        return made;
      }
    } finally {
      lock.unlock();
    }
    var made = made(known.substring(start), version);
    lock.lock();
    try {
      recent.put(known, made);
    } finally {
      lock.unlock();
    }
    return made;
  }

  private String made(String text, String version) {
    try {
      var signature = Signature.getInstance(version.equals("2") ? "SHA256withRSA" : "SHA1withRSA");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign a notification", e);
    }
  }
}
