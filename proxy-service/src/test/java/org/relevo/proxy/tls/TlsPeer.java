package org.relevo.proxy.tls;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.relevo.proxy.testkit.Pki;

/// A client that speaks TLS by Java's sockets, step by step. Owner: the test.
final class TlsPeer implements AutoCloseable {
  static final byte[] SSL_REQUEST = ints(8, 80_877_103);
  static final byte[] GSSENC_REQUEST = ints(8, 80_877_104);
  private static final int LIMIT_MS = 20_000;

  private final Socket plain;
  private Socket socket;

  TlsPeer(int port) throws IOException {
    plain = new Socket();
    plain.setTcpNoDelay(true);
    plain.setSoTimeout(LIMIT_MS);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket = plain;
  }

  static byte[] ints(int... values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      out.putInt(value);
    }
    return out.array();
  }

  /// Contexts of both sides: shows `own` when it is not null and trusts `authority`.
  static SSLContext context(X509Certificate authority, Pki.Issued own)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", authority);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    KeyManager[] keys = {};
    if (own != null) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "k", own.keys().getPrivate(), new char[0], new Certificate[] {own.certificate()});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      keys = factory.getKeyManagers();
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust.getTrustManagers(), null);
    return context;
  }

  void send(byte... bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  int read() throws IOException {
    return socket.getInputStream().read();
  }

  byte[] read(int count) throws IOException {
    return new DataInputStream(socket.getInputStream()).readNBytes(count);
  }

  /// Whether the other side has ended the connection, or ends it now.
  boolean ends() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  /// From here on encrypted.
  ///
  /// @return the certificate of the other side
  X509Certificate handshake(SSLContext context, String... protocols) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 1, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    tls.setSSLParameters(parameters);
    tls.startHandshake();
    socket = tls;
    return (X509Certificate) tls.getSession().getPeerCertificates()[0];
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
