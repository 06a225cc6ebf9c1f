package org.relevo.proxy.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.stored.StoredPasswordSource;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.testkit.LabServer;

/// A real primary with a streaming standby and a sampler over them, whose picture of the cluster
/// the test paints.
final class SamplerLab implements AutoCloseable {
  static final BackendId FIRST = new BackendId(0);
  static final BackendId SECOND = new BackendId(1);

  final LabServer first;
  final LabServer second;
  final Views views;
  final PositionSampler sampler;
  final Freshness freshness;
  private final AuthTools tools = AuthTools.of(StoredPasswordSource.NONE);
  private final MultiThreadIoEventLoopGroup group;
  private final long threadId;

  SamplerLab(Path folder, Duration period) throws IOException {
    this(folder, period, LabServer.USER, LabServer.PASSWORD);
  }

  SamplerLab(Path folder, Duration period, String user, String password) throws IOException {
    first = LabServer.primary(folder, "first", Map.of());
    second = LabServer.standby(folder, "second", first);
    views = new Views(first.port(), second.port());
    boolean epoll = io.netty.channel.epoll.Epoll.isAvailable();
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("positions-test", true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    ServerConnector connector =
        (loop, host, port, timeout, handler) ->
            new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .handler(handler)
                .connect(new InetSocketAddress(host, port));
    EventLoop loop = (EventLoop) group.next();
    sampler =
        PositionSampler.start(
            views,
            loop,
            new PositionSampler.Doors(
                connector,
                ServerSecurity.PLAIN,
                new ServerLogins(tools.computing(), () -> true)::begin),
            new PositionSettings(period, user, new Secret(password), "postgres", Map.of()),
            _ -> 0);
    freshness = sampler.freshness();
    threadId = loop.submit(() -> Thread.currentThread().threadId()).syncUninterruptibly().getNow();
  }

  /// Processor time of the sampler's thread, in ns.
  long cpuNs() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(threadId);
  }

  /// Processor time of the server's process that answers samples, in ms.
  static long serverCpuMs(LabServer server) throws SQLException, IOException {
    String pid =
        server.ask(
            "SELECT pid FROM pg_stat_activity WHERE application_name = '"
                + NodeSampler.APPLICATION_NAME
                + "'");
    String[] fields =
        Files.readString(Path.of("/proc/" + pid + "/stat"))
            .replaceAll("^.*\\) ", "")
            .split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
  }

  RoutingView.Node node(BackendId id) {
    return freshness.positions().view().nodes().stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError(id + " is not in " + describe()));
  }

  boolean lists(BackendId id) {
    return freshness.positions().view().nodes().stream().anyMatch(each -> each.id().equals(id));
  }

  Lsn bound(long mark) {
    return freshness.positions().bound(mark);
  }

  /// Whether the standby is proven to show what was written before the mark.
  boolean shows(BackendId id, long mark) {
    Positions now = freshness.positions();
    return now.view().nodes().stream()
        .anyMatch(node ->
            node.id().equals(id)
                && node.replayed() != null
                && node.replayed().compareTo(now.bound(mark)) >= 0);
  }

  String describe() {
    Positions now = freshness.positions();
    return now.view() + " " + now.nodes();
  }

  @Override
  public void close() throws IOException {
    sampler.close();
    group.shutdownGracefully(0, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5_000);
    tools.close();
    try (first;
        second) {
      assertThat(views.listeners).isEmpty();
    }
  }

  /// The cluster as the test says it is.
  static final class Views implements ClusterViews {
    private final List<Consumer<ClusterView>> listeners = new CopyOnWriteArrayList<>();
    private final int[] ports;
    private volatile ClusterView view;

    Views(int... ports) {
      this.ports = Arrays.copyOf(ports, ports.length);
      Role[] roles = new Role[ports.length];
      Arrays.fill(roles, Role.STANDBY);
      roles[0] = Role.PRIMARY;
      this.view = view(1, 0, roles);
    }

    /// Another server takes the node's place.
    void port(int node, int port) {
      ports[node] = port;
    }

    void paint(int primary, Role... roles) {
      view = view(view.epoch() + 1, primary, roles);
      listeners.forEach(each -> each.accept(view));
    }

    private ClusterView view(long epoch, int primary, Role... roles) {
      List<NodeView> nodes = new java.util.ArrayList<>();
      for (int i = 0; i < ports.length; i++) {
        nodes.add(
            new NodeView(
                new BackendId(i),
                "node" + i,
                "127.0.0.1",
                ports[i],
                roles[i],
                roles[i] == Role.UNKNOWN ? Status.DOWN : Status.UP,
                "",
                1,
                Optional.empty(),
                Optional.empty(),
                0,
                "18",
                "",
                0,
                0));
      }
      return new ClusterView(
          epoch, nodes, primary < 0 ? Optional.empty() : Optional.of(new BackendId(primary)), "");
    }

    @Override
    public ClusterView current() {
      return view;
    }

    @Override
    public Subscription listen(Consumer<ClusterView> listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }
  }
}
