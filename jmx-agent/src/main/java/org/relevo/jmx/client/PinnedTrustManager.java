package org.relevo.jmx.client;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Accepts the pinned certificate and no other.
///
/// Owner: none, immutable.
final class PinnedTrustManager extends X509ExtendedTrustManager {
  private final Trust trust;

  PinnedTrustManager(Trust trust) {
    this.trust = trust;
  }

  /// Carries what was shown through the TLS library's exceptions.
  static final class PinMismatch extends CertificateException {
    private static final long serialVersionUID = 1L;

    final String fingerprint;
    final String subject;
    final boolean differs;

    PinMismatch(String fingerprint, String subject, boolean differs) {
      super("certificate " + fingerprint + " is not trusted");
      this.fingerprint = fingerprint;
      this.subject = subject;
      this.differs = differs;
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("the service showed no certificate");
    }
    String shown = Trust.fingerprintOf(chain[0]);
    boolean accepted =
        switch (trust) {
          case Trust.Fingerprint(String pinned) ->
              MessageDigest.isEqual(
                  pinned.getBytes(StandardCharsets.US_ASCII),
                  shown.getBytes(StandardCharsets.US_ASCII));
          case Trust.Nothing() -> false;
        };
    if (!accepted) {
      throw new PinMismatch(
          shown, chain[0].getSubjectX500Principal().getName(), trust instanceof Trust.Fingerprint);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
