package org.relevo.proxy.health;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;

/// Gives the driver connections by Unix-domain socket; named in its `socketFactory` option, with
/// the socket's file as argument.
public final class UnixSocketFactory extends SocketFactory {
  private final Path file;

  public UnixSocketFactory(String file) {
    this.file = Path.of(file);
  }

  /// Connected already, so that the driver looks no name up.
  @Override
  public Socket createSocket() throws IOException {
    return new UnixSocket(file);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return createSocket();
  }
}
