package org.relevo.proxy.recovery.protocol;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.postgresql.ssl.LibPQFactory;
import org.postgresql.ssl.PGjdbcHostnameVerifier;
import org.postgresql.util.PSQLException;

/// Encrypts a fresh connection as `sslmode` says, with the JDBC driver's reading of the files.
///
/// Owner: the thread that connects.
final class Encryption {
  private static final int SSL_REQUEST = 80_877_103;
  private static final String MODE = "sslmode";

  private Encryption() {}

  /// @param socket connected, with a time-out for reading; nothing has been sent
  /// @return what to talk through from now on; closing it closes the socket
  /// @throws IOException when what is asked for cannot be had
  static Socket of(ServerAddress address, Socket socket) throws IOException {
    String mode = address.encryption().getOrDefault(MODE, "disable");
    if (mode.equals("disable")) {
      return socket;
    }
    new DataOutputStream(socket.getOutputStream()).writeLong((8L << 32) | SSL_REQUEST);
    int answer = socket.getInputStream().read();
    if (answer == 'N' && mode.equals("prefer")) {
      return socket;
    }
    // What comes together with the answer was not encrypted and must not be believed.
    if (answer != 'S' || socket.getInputStream().available() > 0) {
      throw new IOException(
          answer == 'N'
              ? "the server offers no encryption (" + MODE + " = " + mode + ")"
              : "the server answered the request for encryption with something else");
    }
    return handshake(address, mode, socket);
  }

  private static Socket handshake(ServerAddress address, String mode, Socket socket)
      throws IOException {
    Properties options = new Properties();
    options.putAll(address.encryption());
    try {
      LibPQFactory factory = new LibPQFactory(options);
      SSLSocket encrypted =
          (SSLSocket) factory.createSocket(socket, address.host(), address.port(), true);
      encrypted.setUseClientMode(true);
      encrypted.startHandshake();
      factory.throwKeyManagerException();
      if (mode.equals("verify-full")
          && !PGjdbcHostnameVerifier.INSTANCE.verify(address.host(), encrypted.getSession())) {
        throw new IOException("the server's certificate is not for " + address.host());
      }
      return encrypted;
    } catch (PSQLException e) {
      throw new IOException("no encryption (" + MODE + " = " + mode + "): " + e.getMessage(), e);
    }
  }
}
