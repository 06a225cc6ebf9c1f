package org.relevo.proxy.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of a management protocol. They have an event loop of their own, so that whoever asks
/// for figures takes nothing from the loops of clients.
///
/// Owner: thread that starts and stops the service; [#close] once.
public final class ManagementPort implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementPort.class);
  private static final int BACKLOG = 128;
  private static final long SHUTDOWN_MS = 2_000;

  /// Where to listen.
  ///
  /// @param name of the protocol, also that of its settings `<name>_listen_addresses`,
  ///   `<name>_port`
  /// @param socketDirectories for Unix-domain sockets `.s.PGSQL.<port>`
  public record Place(String name, List<String> addresses, int port, List<Path> socketDirectories) {
    public Place {
      addresses = List.copyOf(addresses);
      socketDirectories = List.copyOf(socketDirectories);
    }
  }

  private final Place place;
  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup group;
  private final List<Channel> channels = new ArrayList<>();
  private final List<SocketFile> files = new ArrayList<>();
  private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private ManagementPort(Place place) {
    this.place = place;
    this.group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("relevo-" + place.name(), true), transport.handler());
  }

  /// @param initializer of accepted channels; must be sharable
  /// @throws IOException naming address, port and setting when one cannot be had
  public static ManagementPort open(Place place, ChannelHandler initializer) throws IOException {
    ManagementPort port = new ManagementPort(place);
    try {
      for (InetAddress address :
          Listeners.addresses(place.addresses(), place.name() + "_listen_addresses")) {
        port.listen(address, initializer);
      }
      for (Path directory : place.socketDirectories()) {
        port.listen(directory, initializer);
      }
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
    return port;
  }

  /// The first address that is listened on.
  public InetSocketAddress address() {
    return (InetSocketAddress) channels.getFirst().localAddress();
  }

  private void listen(InetAddress address, ChannelHandler initializer) throws IOException {
    int wanted = place.port() == 0 && !channels.isEmpty() ? address().getPort() : place.port();
    ChannelFuture bound =
        bootstrap(initializer)
            .channel(transport.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .bind(new InetSocketAddress(address, wanted))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s:%d: %s; free it or change %s_listen_addresses or %s_port"
              .formatted(
                  address.getHostAddress(),
                  wanted,
                  Listeners.reason(bound.cause()),
                  place.name(),
                  place.name()));
    }
    opened(bound.channel());
  }

  private void listen(Path directory, ChannelHandler initializer) throws IOException {
    if (transport != Transport.EPOLL) {
      throw new IOException(
          place.name()
              + "_socket_dir: Unix-domain sockets need Linux's epoll; leave it empty here");
    }
    SocketFile file = SocketFile.claim(directory, address().getPort());
    files.add(file);
    ChannelFuture bound =
        bootstrap(initializer)
            .channel(EpollServerDomainSocketChannel.class)
            .bind(new DomainSocketAddress(file.path().toFile()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(
          "cannot listen on %s: %s; change %s_socket_dir"
              .formatted(file.path(), bound.cause().getMessage(), place.name()));
    }
    file.bound(0777, Optional.empty());
    opened(bound.channel());
  }

  private ServerBootstrap bootstrap(ChannelHandler initializer) {
    return new ServerBootstrap()
        .group(group)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childHandler(
            new io.netty.channel.ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                open.add(channel);
                channel.pipeline().addLast(initializer);
              }
            });
  }

  private void opened(Channel channel) {
    channels.add(channel);
    LOG.info("management.listening protocol={} address={}", place.name(), channel.localAddress());
  }

  /// Stops listening and ends all connections.
  @Override
  public void close() {
    channels.forEach(channel -> channel.close().syncUninterruptibly());
    files.forEach(SocketFile::remove);
    var _ = open.close();
    group
        .shutdownGracefully(50, SHUTDOWN_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_MS + 500, TimeUnit.MILLISECONDS);
  }
}
