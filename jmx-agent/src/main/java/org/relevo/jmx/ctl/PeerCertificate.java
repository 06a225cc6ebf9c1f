package org.relevo.jmx.ctl;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.client.Endpoint;

/// Looks at a server's certificate. Nothing is sent, so that it need not be trusted for that.
final class PeerCertificate {
  private static final int LIMIT_MS = 10_000;

  private PeerCertificate() {}

  /// @return when the certificate ends
  /// @throws IOException when there is none to be had
  static long expiryEpochMs(Endpoint endpoint) throws IOException {
    AtomicReference<@Nullable X509Certificate> seen = new AtomicReference<>();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), LIMIT_MS);
      plain.setSoTimeout(LIMIT_MS);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Looking(seen)}, null);
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, endpoint.host(), endpoint.port(), true)) {
        socket.startHandshake();
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot look at the certificate: " + e.getMessage(), e);
    }
    X509Certificate certificate = seen.get();
    if (certificate == null) {
      throw new IOException(endpoint.text() + " shows no certificate");
    }
    return certificate.getNotAfter().toInstant().toEpochMilli();
  }

  /// Keeps what it sees and refuses nobody: no secret is sent over this connection.
  private static final class Looking extends X509ExtendedTrustManager {
    private final AtomicReference<@Nullable X509Certificate> seen;

    Looking(AtomicReference<@Nullable X509Certificate> seen) {
      this.seen = seen;
    }

    private void look(X509Certificate[] chain) {
      if (chain.length > 0) {
        seen.set(chain[0]);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
      look(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
      look(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      look(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
