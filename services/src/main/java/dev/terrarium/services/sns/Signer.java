package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Key;
import dev.terrarium.kernel.store.Batch;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Signs notifications as SNS does, with a key and a certificate that this cloud makes once and
/// keeps.
///
/// See *Verifying the signatures of Amazon SNS messages* in the developer guide. Version 1 is
/// SHA1withRSA, version 2 SHA256withRSA.
final class Signer {
  private static final byte[] KEY = Key.of("sns.signingKey");
  private static final int KEPT_MAX = 64;

  private final Cloud cloud;
  private final ReentrantLock making = new ReentrantLock();
  private volatile @Nullable Pair pair;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > KEPT_MAX;
        }
      };

  private record Pair(PrivateKey key, byte[] certificate) {}

  Signer(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Made when first needed: a key takes longer than all the rest of the service.
  private Pair pair() throws GeneralSecurityException {
    var known = pair;
    if (known != null) {
      return known;
    }
    making.lock();
    try {
      var stored = cloud.store().get(KEY);
      if (stored == null) {
        stored = make();
        cloud.store().commit(new Batch().put(KEY, stored));
      }
      var reader = new BinaryReader(stored);
      var key =
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(reader.bytes()));
      var read = new Pair(key, reader.bytes());
      pair = read;
      return read;
    } finally {
      making.unlock();
    }
  }

  private byte[] make() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var keys = generator.generateKeyPair();
    var certificate = SelfSigned.certificate(keys, "CN=sns.amazonaws.com", cloud.clock().now());
    return new BinaryWriter(1).bytes(keys.getPrivate().getEncoded()).bytes(certificate).toBytes();
  }

  /// The certificate in PEM.
  String pem() {
    try {
      var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
      var lines = encoder.encodeToString(pair().certificate);
      return "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n";
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make the key that signs notifications", e);
    }
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
      signature.initSign(pair().key);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot sign a notification", e);
    }
  }
}
