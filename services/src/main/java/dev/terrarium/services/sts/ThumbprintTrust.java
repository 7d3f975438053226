package dev.terrarium.services.sts;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Trusts a server whose chain holds a certificate of a known thumbprint, and whom Java trusts.
final class ThumbprintTrust extends X509ExtendedTrustManager {
  private final List<String> thumbprints;
  private final X509ExtendedTrustManager otherwise;

  /// @param thumbprints SHA-1, in hexadecimal
  ThumbprintTrust(List<String> thumbprints) throws GeneralSecurityException {
    this.thumbprints = thumbprints.stream().map(print -> print.toLowerCase(Locale.ROOT)).toList();
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((@Nullable KeyStore) null);
    this.otherwise = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /// Whether each certificate up to a known one is signed by the next.
  private boolean isKnown(X509Certificate[] chain) throws CertificateException {
    try {
      for (int i = 0; i < chain.length; i++) {
        var hash = MessageDigest.getInstance("SHA-1").digest(chain[i].getEncoded());
        chain[i].checkValidity();
        if (thumbprints.contains(HexFormat.of().formatHex(hash))) {
          return true;
        } else if (i + 1 == chain.length) {
          return false;
        }
        chain[i].verify(chain[i + 1].getPublicKey());
      }
      return false;
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  /// Whether a certificate is for a host; Java checks that only where it decides itself.
  private static boolean isFor(X509Certificate certificate, String host)
      throws CertificateException {
    var names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return false;
    }
    var wanted = host.toLowerCase(Locale.ROOT);
    for (var name : names) {
      var text = String.valueOf(name.get(1)).toLowerCase(Locale.ROOT);
      var dot = wanted.indexOf('.');
      if (text.equals(wanted)
          || text.startsWith("*.") && dot > 0 && text.substring(1).equals(wanted.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (!isKnown(chain) || !isFor(chain[0], engine.getPeerHost())) {
      otherwise.checkServerTrusted(chain, type, engine);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    otherwise.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    otherwise.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    otherwise.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    otherwise.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    otherwise.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return otherwise.getAcceptedIssuers();
  }
}
