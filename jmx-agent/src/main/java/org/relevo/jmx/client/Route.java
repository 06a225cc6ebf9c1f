package org.relevo.jmx.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// Opens the sockets of one connection: where they really go, whom they trust, how long connecting
/// and the handshake may take. Closing it frees every thread that waits on one of them.
///
/// Owner: itself; every method may be called by any thread.
final class Route implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int HANDSHAKE_TIMEOUT_MS = 5_000;
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final long id;
  private final Endpoint endpoint;
  private final SSLSocketFactory tls;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Route(long id, Endpoint endpoint) {
    this.id = id;
    this.endpoint = endpoint;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PinnedTrustManager(endpoint.trust())}, null);
      this.tls = context.getSocketFactory();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the run time has no TLS", e);
    }
  }

  long id() {
    return id;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  boolean isClosed() {
    return closed;
  }

  /// @return a socket whose handshake is done
  Socket openSocket() throws IOException {
    open.removeIf(Socket::isClosed);
    InetSocketAddress target =
        endpoint.via().orElseGet(() -> new InetSocketAddress(endpoint.host(), endpoint.port()));
    // `via` may have been made unresolved, so that the name is looked up now.
    InetSocketAddress resolved =
        target.isUnresolved()
            ? new InetSocketAddress(target.getHostString(), target.getPort())
            : target;
    Socket plain = new Socket();
    try {
      keep(plain);
      plain.connect(resolved, CONNECT_TIMEOUT_MS);
      plain.setTcpNoDelay(true);
      plain.setKeepAlive(true);
      SSLSocket socket =
          (SSLSocket) tls.createSocket(plain, endpoint.host(), endpoint.port(), true);
      socket.setEnabledProtocols(PROTOCOLS);
      socket.setSoTimeout(HANDSHAKE_TIMEOUT_MS);
      socket.startHandshake();
      socket.setSoTimeout(0);
      return socket;
    } catch (IOException | RuntimeException e) {
      plain.close();
      open.remove(plain);
      throw e;
    }
  }

  private void keep(Socket socket) throws IOException {
    open.add(socket);
    if (closed) {
      socket.close();
      throw new SocketException("the connection to " + endpoint.text() + " was closed");
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    for (Socket socket : List.copyOf(open)) {
      socket.close();
    }
    open.clear();
  }
}
