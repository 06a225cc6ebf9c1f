package org.relevo.jmx.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.rmi.server.RMIServerSocketFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one listening socket, bound before anything else is done, with a bound on open connections.
///
/// Owner: itself; RMI's accept thread takes connections, any thread may close.
final class TlsServerSockets implements RMIServerSocketFactory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsServerSockets.class);
  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final int maxConnections;
  private final JmxConnectorSettings.Patience patience;
  private final RefusalLog refusals;
  private final Set<AcceptedSocket> open = ConcurrentHashMap.newKeySet();
  private final Listening listening;
  private volatile SSLContext tls;

  private TlsServerSockets(JmxConnectorSettings settings, RefusalLog refusals, SSLContext noKeys)
      throws IOException {
    this.maxConnections = settings.maxConnections();
    this.patience = settings.patience();
    this.refusals = refusals;
    this.tls = noKeys;
    this.listening = new Listening();
  }

  /// @param noKeys used until [#use] brings the one with the certificate
  /// @throws IOException one line that names address, port and setting
  static TlsServerSockets bind(
      InetAddress address, JmxConnectorSettings settings, RefusalLog refusals, SSLContext noKeys)
      throws IOException {
    int port = settings.port();
    TlsServerSockets sockets = new TlsServerSockets(settings, refusals, noKeys);
    try {
      sockets.listening.setReuseAddress(true);
      sockets.listening.bind(new InetSocketAddress(address, port));
      return sockets;
    } catch (IOException e) {
      sockets.close();
      throw new IOException(
          "cannot listen for JMX on "
              + address.getHostAddress()
              + ":"
              + port
              + ": "
              + e.getMessage()
              + " (setting jmx_port or jmx_listen_addresses)",
          e);
    }
  }

  void use(SSLContext context) {
    tls = context;
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    if (listening.isClosed() || port != listening.getLocalPort()) {
      throw new SocketException("this connector listens on one port only, not on " + port);
    }
    return listening;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (AcceptedSocket socket : List.copyOf(open)) {
      socket.close();
    }
  }

  private final class Listening extends ServerSocket {
    Listening() throws IOException {}

    @Override
    public Socket accept() throws IOException {
      while (true) {
        Socket plain = super.accept();
        String client = plain.getInetAddress().getHostAddress();
        if (open.size() >= maxConnections) {
          refusals.refused("too-many", client, "limit " + maxConnections);
          plain.close();
          continue;
        }
        try {
          return guard(plain, client);
        } catch (IOException e) {
          // One client's trouble must not reach RMI's accept loop, which would pause for all.
          LOG.debug("jmx.accept.failed client={}", client, e);
          plain.close();
        }
      }
    }

    private Socket guard(Socket plain, String client) throws IOException {
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, client, plain.getPort(), true);
      socket.setUseClientMode(false);
      socket.setEnabledProtocols(PROTOCOLS);
      AcceptedSocket accepted = new AcceptedSocket(plain, socket, patience, refusals, open::remove);
      open.add(accepted);
      return accepted;
    }
  }
}
