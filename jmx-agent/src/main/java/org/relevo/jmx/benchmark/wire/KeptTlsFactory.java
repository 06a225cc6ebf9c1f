package org.relevo.jmx.benchmark.wire;

import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.util.PSQLException;

/// The driver's own TLS, and remembers the last socket of this thread. Made by the driver, by its
/// name.
///
/// Owner: the thread that connects.
public final class KeptTlsFactory extends LibPQFactory {
  private static final ThreadLocal<Socket> LAST = new ThreadLocal<>();

  public KeptTlsFactory(Properties settings) throws PSQLException {
    super(settings);
  }

  /// @return the last encrypted socket of this thread; null when there is none
  static @Nullable Socket take() {
    Socket socket = LAST.get();
    LAST.remove();
    return socket;
  }

  @Override
  public Socket createSocket(Socket plain, String host, int port, boolean autoClose)
      throws IOException {
    Socket socket = super.createSocket(plain, host, port, autoClose);
    LAST.set(socket);
    return socket;
  }
}
