package org.relevo.proxy.session;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// The two ends of a connection, as people read them.
///
/// @param address IP address or path, "" when it is not known
/// @param port 0 where there is none
/// @param tls version and cipher, "" on a plain connection
record Ends(String address, int port, String localAddress, int localPort, String tls) {
  static final Ends UNKNOWN = new Ends("", 0, "", 0, "");

  /// On the channel's loop.
  static Ends of(Channel channel) {
    SocketAddress remote = channel.remoteAddress();
    SocketAddress local = channel.localAddress();
    return new Ends(address(remote), port(remote), address(local), port(local), tls(channel));
  }

  private static String address(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress().getHostAddress();
    }
    return address == null ? "" : address.toString();
  }

  private static int port(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  private static String tls(Channel channel) {
    SslHandler handler = channel.pipeline().get(SslHandler.class);
    if (handler == null) {
      return "";
    }
    SSLSession session = handler.engine().getSession();
    return session.getProtocol() + "/" + session.getCipherSuite();
  }
}
