package org.relevo.proxy.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.console.ConsoleSource;
import org.relevo.proxy.console.PoolBean;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.core.UnixAddress;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.freshness.Freshness;
import org.relevo.proxy.freshness.PositionSampler;
import org.relevo.proxy.freshness.SamplerFigures;
import org.relevo.proxy.pool.Pools;
import org.relevo.proxy.server.OpenServers;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.session.CancelGuard;
import org.relevo.proxy.session.ClientServers;
import org.relevo.proxy.session.ClientSide;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.session.LoopShard;
import org.relevo.proxy.session.PoolMetrics;
import org.relevo.proxy.session.ServiceSide;
import org.relevo.proxy.session.SessionGate;
import org.relevo.proxy.session.SessionHub;
import org.relevo.proxy.session.SessionRouters;
import org.relevo.proxy.statistics.AllStatements;
import org.relevo.proxy.tls.ClientTls;
import org.relevo.proxy.tls.FrontTls;
import org.relevo.proxy.tls.RefusalLog;

/// The running data plane: listens for clients and relays each to the current primary.
///
/// Owner: thread-safe; [#close] once.
public final class ProxyServer implements AutoCloseable {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);
  private static final long SHUTDOWN_LIMIT_MS = 5_000;

  private final Transport transport = Transport.best();
  private final MultiThreadIoEventLoopGroup group;
  private final MultiThreadIoEventLoopGroup positionsGroup;
  private final PositionSampler positions;
  private final Map<EventExecutor, LoopShard> shards = new ConcurrentHashMap<>();
  private final List<LoopShard> shardList = new ArrayList<>();
  private final Listeners listeners;
  private final ReceiveBuffers receiveBuffers = new ReceiveBuffers();
  private final NameLookup nameLookup = new NameLookup();
  private final Pools<ServerConnection> pools;
  private final SessionHub hub;
  private final WriteFence fence = new WriteFence();
  private final OpenServers servers;
  private final SessionGate gate;
  private final PoolMetrics metrics;
  private final ClusterViews.Subscription subscription;
  private final ClientTls clientTls;
  private final RefusalLog tlsRefusals = new RefusalLog();
  private volatile Duration handshakeLimit;

  private ProxyServer(
      ProxyServerSettings settings, ClusterViews views, Access access, ServiceSide service) {
    clientTls = access.clientTls();
    handshakeLimit = settings.sessions().authenticationTimeout();
    int loops =
        settings.loops() > 0
            ? settings.loops()
            : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    group =
        new MultiThreadIoEventLoopGroup(
            loops, new DefaultThreadFactory("relevo-loop", true), transport.handler());
    AtomicInteger processIds = new AtomicInteger();
    List<EventLoop> eventLoops = new ArrayList<>();
    for (EventExecutor executor : group) {
      EventLoop loop = (EventLoop) executor;
      LoopShard shard = new LoopShard(loop, shardList.size(), loops, processIds);
      eventLoops.add(loop);
      shards.put(executor, shard);
      shardList.add(shard);
      shard.start();
    }
    RoleCredentials credentials = new RoleCredentials();
    ServerOpener opener =
        new ServerOpener(
            views,
            this::connect,
            access.security(),
            access.logins(),
            credentials,
            () -> hub().settings().connectTimeout(),
            fence);
    servers = opener.servers();
    pools = new Pools<>(eventLoops, opener, settings.policy(), settings.limits());
    hub =
        new SessionHub(
            new SessionHub.Parts(
                views, this::connect, access.security(), opener, pools, credentials, shardList),
            settings.sessions(),
            settings.policy(),
            access.authentication(),
            service);
    listeners = new Listeners(group, transport, WATER_MARK, new Accepted());
    gate = new SessionGate(shardList, views);
    metrics = new PoolMetrics(shardList, pools::open);
    positionsGroup =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("relevo-positions", true), transport.handler());
    positions =
        PositionSampler.start(
            views,
            (EventLoop) positionsGroup.next(),
            new PositionSampler.Doors(this::connect, access.security(), access.logins()),
            settings.positions(),
            node -> pools.active(node));
    subscription = views.listen(_ -> shardList.forEach(LoopShard::viewChanged));
    var _ = group.next().scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  private void tick() {
    metrics.sample();
    hub.tick();
  }

  private SessionHub hub() {
    return hub;
  }

  /// Listens on every address.
  ///
  /// @throws IOException naming address, port and setting when one cannot be had; nothing stays
  ///   open
  public static ProxyServer start(ProxyServerSettings settings, ClusterViews views, Access access)
      throws IOException {
    return start(settings, views, access, ServiceSide.NONE);
  }

  /// @param service what the console shows besides
  public static ProxyServer start(
      ProxyServerSettings settings, ClusterViews views, Access access, ServiceSide service)
      throws IOException {
    ProxyServer server = new ProxyServer(settings, views, access, service);
    try {
      server.listeners.open(settings);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /// The first address that is listened on.
  public InetSocketAddress address() {
    return listeners.address();
  }

  /// Asks before cancel requests go to the primary.
  public void guardCancels(CancelGuard guard) {
    hub.guardCancels(guard);
  }

  /// Until when something may be passed to the primary.
  public WriteFence fence() {
    return fence;
  }

  /// The primary is lost: its connections are closed, so that clients are told and go on.
  public void abandon(BackendId primary) {
    eachConnection(connection -> {
      if (connection.node().id().equals(primary)) {
        connection.abort("is no longer the primary");
      }
    });
  }

  /// Closes the connections to a primary that no client has, as before it is stopped in order.
  public void leaving(BackendId primary) {
    eachConnection(connection -> {
      if (connection.node().id().equals(primary) && unused(connection)) {
        connection.close("the primary is about to be stopped");
      }
    });
  }

  private static boolean unused(ServerConnection connection) {
    return connection.tenant() == null && !connection.conversing();
  }

  /// Which life of which server takes writes, as far as it is known.
  public void lives(Succession now) {
    servers.lives(now);
  }

  /// Another node is about to be the primary in the place of this one: logins that clients would
  /// wait for afterwards are made now.
  public void prepare(BackendId primary, BackendId next) {
    pools.prepare(primary, next);
  }

  /// Another node is the primary: what was opened to others as the primary serves nobody any more,
  /// nor what a client has had of this one as a standby.
  public void primaryIs(BackendId primary) {
    BackendId before = servers.primary(primary);
    eachConnection(connection -> {
      NodeView node = connection.node();
      boolean was = node.role() == NodeView.Role.PRIMARY || node.id().equals(before);
      boolean is = node.id().equals(primary);
      if (is && !was && connection.tenant() == null) {
        connection.promoted();
      } else if (was != is) {
        if (unused(connection)) {
          connection.close("the node has another role now");
        } else {
          connection.spoil();
        }
      }
    });
  }

  private void eachConnection(Consumer<ServerConnection> work) {
    for (LoopShard shard : shardList) {
      shard.loop().execute(() -> servers.on(shard.loop()).forEach(work));
    }
  }

  /// What the console shows and does.
  public ConsoleSource console() {
    return hub.console();
  }

  /// Refuses new clients for good; those that are there stay.
  public void stopListening() {
    listeners.close();
  }

  public TrafficGate gate() {
    return gate;
  }

  /// What a standby must have replayed for whom.
  public Freshness freshness() {
    return positions.freshness();
  }

  /// What the sampler of positions does.
  public SamplerFigures positionFigures() {
    return positions.figures();
  }

  /// @param caller who calls, for the log
  public PoolMXBean poolBean(Supplier<String> caller) {
    return new PoolBean(metrics::info, metrics::samplesSince, hub.console(), caller);
  }

  /// How sessions that begin from now on are sent to several nodes.
  public void route(SessionRouters routers, DefinitionChanges changes) {
    hub.route(routers, changes);
  }

  /// Who serves clients instead of sessions, from now on.
  public void serveBy(ClientServers servers) {
    hub.serveBy(servers);
  }

  /// Most event loops that serve clients.
  public int loops() {
    return shardList.size();
  }

  /// `log_per_node_statement` and `notice_per_node_statement`.
  public void tellNodes(boolean toLog, boolean toClient) {
    hub.tellNodes(toLog, toClient);
  }

  /// What statements of routed sessions cost.
  public AllStatements statements() {
    return hub.statements();
  }

  /// Takes over what a reload may change; sessions that exist keep their pool mode.
  public void apply(ProxyServerSettings settings, Authentication authentication) {
    handshakeLimit = settings.sessions().authenticationTimeout();
    hub.apply(settings.sessions(), settings.policy(), authentication);
    pools.apply(settings.policy(), settings.limits());
    positions.apply(settings.positions());
  }

  /// Stops listening, tells clients goodbye, ends the loops.
  @Override
  public void close() {
    subscription.close();
    listeners.close();
    shardList.forEach(LoopShard::shutdown);
    positions.close();
    var _ = positionsGroup.shutdownGracefully(0, SHUTDOWN_LIMIT_MS, TimeUnit.MILLISECONDS);
    group
        .shutdownGracefully(50, SHUTDOWN_LIMIT_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(SHUTDOWN_LIMIT_MS + 1_000, TimeUnit.MILLISECONDS);
    positionsGroup
        .terminationFuture()
        .awaitUninterruptibly(SHUTDOWN_LIMIT_MS + 1_000, TimeUnit.MILLISECONDS);
    nameLookup.close();
  }

  private ChannelFuture connect(
      EventLoop loop, String host, int port, Duration timeout, ChannelHandler handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers)
            .handler(handler);
    if (UnixAddress.is(host)) {
      return bootstrap
          .channel(transport.unixChannel())
          .connect(transport.unixAddress(UnixAddress.file(host, port)));
    }
    return bootstrap
        .channel(transport.channel())
        .resolver(nameLookup)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .connect(InetSocketAddress.createUnresolved(host, port));
  }

  /// Gives each accepted channel to the shard of its loop.
  private final class Accepted extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      LoopShard shard = shards.get(channel.eventLoop());
      if (shard == null) {
        throw new IllegalStateException("channel on a loop without shard");
      }
      channel
          .pipeline()
          .addLast(new FrontTls(clientTls, handshakeLimit, tlsRefusals))
          .addLast(new ClientSide(hub, shard));
    }
  }
}
