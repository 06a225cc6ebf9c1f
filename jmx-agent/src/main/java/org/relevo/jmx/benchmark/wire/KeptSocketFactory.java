package org.relevo.jmx.benchmark.wire;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/// Gives the JDBC driver sockets of channels, and remembers the last one of this thread: when the
/// driver has logged in, the channel goes on without the driver. Made by the driver, by its name.
///
/// Owner: the thread that connects.
public final class KeptSocketFactory extends SocketFactory {
  private static final ThreadLocal<SocketChannel> LAST = new ThreadLocal<>();

  /// @return the channel of the last socket that this thread was given
  static @Nullable SocketChannel take() {
    SocketChannel channel = LAST.get();
    LAST.remove();
    return channel;
  }

  @Override
  public Socket createSocket() throws IOException {
    // When the driver tries again without encryption, the encrypted socket is of the past.
    KeptTlsFactory.take();
    SocketChannel channel = SocketChannel.open();
    LAST.set(channel);
    return channel.socket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new IOException("only sockets that are not connected are made");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return createSocket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket(host.getHostName(), port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return createSocket(host.getHostName(), port);
  }
}
