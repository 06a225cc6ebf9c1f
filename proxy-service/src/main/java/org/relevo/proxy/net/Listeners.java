package org.relevo.proxy.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets on which clients are accepted.
///
/// Owner: thread that starts and stops the service; [#close] once, which removes what it made.
final class Listeners implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final EventLoopGroup group;
  private final Transport transport;
  private final WriteBufferWaterMark waterMark;
  private final ChannelHandler accepted;
  private final ReceiveBuffers receiveBuffers = new ReceiveBuffers();
  private final List<Channel> channels = new ArrayList<>();
  private final List<SocketFile> files = new ArrayList<>();

  Listeners(
      EventLoopGroup group,
      Transport transport,
      WriteBufferWaterMark waterMark,
      ChannelHandler accepted) {
    this.group = group;
    this.transport = transport;
    this.waterMark = waterMark;
    this.accepted = accepted;
  }

  /// Opens all of them.
  ///
  /// @throws IOException naming address, port and setting when one cannot be had; [#close] then
  void open(ProxyServerSettings settings) throws IOException {
    int backlog = settings.backlog();
    for (InetAddress address : addresses(settings.listenAddresses(), "listen_addresses")) {
      listen(address, settings.port(), backlog);
    }
    for (Path directory : settings.unixSockets().directories()) {
      listen(directory, settings.unixSockets(), address().getPort(), backlog);
    }
  }

  /// The first address that is listened on.
  InetSocketAddress address() {
    return (InetSocketAddress) channels.getFirst().localAddress();
  }

  private void listen(InetAddress address, int port, int backlog) throws IOException {
    // With "any free port" every further address takes the port of the first.
    int wanted = port == 0 && !channels.isEmpty() ? address().getPort() : port;
    ChannelFuture bound =
        bootstrap(backlog)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            // TCP_NODELAY the library sets by itself: a second call would only cost.
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .bind(new InetSocketAddress(address, wanted))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s:%d: %s; free it or change listen_addresses or port"
              .formatted(address.getHostAddress(), wanted, reason(bound.cause())));
    }
    opened(bound.channel());
  }

  private void listen(Path directory, UnixSockets unix, int port, int backlog) throws IOException {
    if (transport != Transport.EPOLL) {
      throw new IOException(
          "unix_socket_directories: Unix-domain sockets need Linux's epoll; leave it empty here");
    }
    SocketFile file = SocketFile.claim(directory, port);
    files.add(file);
    ChannelFuture bound =
        bootstrap(backlog)
            .channel(EpollServerDomainSocketChannel.class)
            .bind(new DomainSocketAddress(file.path().toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s: %s; change unix_socket_directories"
              .formatted(file.path(), bound.cause().getMessage()));
    }
    channels.add(bound.channel());
    file.bound(unix.permissions(), unix.group());
    LOG.info("proxy.listening address={} transport={}", file.path(), transport);
  }

  private ServerBootstrap bootstrap(int backlog) {
    return new ServerBootstrap()
        .group(group)
        .option(ChannelOption.SO_BACKLOG, backlog)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers)
        .childHandler(accepted);
  }

  private void opened(Channel channel) {
    channels.add(channel);
    LOG.info("proxy.listening address={} transport={}", channel.localAddress(), transport);
  }

  static String reason(@Nullable Throwable cause) {
    String text = cause == null ? "" : String.valueOf(cause.getMessage());
    return text.contains("in use") ? "the port is in use" : text;
  }

  static Set<InetAddress> addresses(List<String> names, String setting) throws IOException {
    Set<InetAddress> found = new LinkedHashSet<>();
    for (String name : names) {
      try {
        found.add(InetAddress.getByName(name.equals("*") ? everyAddress() : name));
      } catch (UnknownHostException e) {
        throw new IOException(
            setting + ": unknown host '" + name + "'; name an address of this machine", e);
      }
    }
    return found;
  }

  /// The IPv6 wildcard takes IPv4 clients too, where the machine has IPv6 at all.
  private static String everyAddress() {
    boolean ipv6 =
        NetUtil.NETWORK_INTERFACES.stream()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(Inet6Address.class::isInstance);
    return ipv6 && !NetUtil.isIpV4StackPreferred() ? "::" : "0.0.0.0";
  }

  @Override
  public void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    files.forEach(SocketFile::remove);
  }
}
