package dev.terrarium.services.sns;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates that answer for themselves. Apart from [Signer] so that a start does not load
/// Bouncy Castle, whose jars are signed and therefore slow to open.
final class SelfSigned {
  private SelfSigned() {}

  /// A certificate in DER that is valid from a day ago for a hundred years.
  static byte[] certificate(KeyPair keys, String subject, Instant now)
      throws GeneralSecurityException {
    var name = new X500Name(subject);
    try {
      return new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(now.toEpochMilli()),
              Date.from(now.minus(Duration.ofDays(1))),
              Date.from(now.plus(Duration.ofDays(36_500))),
              name,
              keys.getPublic())
          .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
          .getEncoded();
    } catch (OperatorCreationException | IOException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
