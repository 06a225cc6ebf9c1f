package org.relevo.proxy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.relevo.jmx.benchmark.Benchmark;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.describe.Described;
import org.relevo.jmx.server.Caller;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.proxy.balancing.Balancing;
import org.relevo.proxy.catalog.CatalogSettings;
import org.relevo.proxy.catalog.Catalogs;
import org.relevo.proxy.config.ClusterSettings;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.consistency.ConsistencyCheck;
import org.relevo.proxy.consistency.ContentCheck;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.coordinator.PeerGates;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.fanout.FanoutClients;
import org.relevo.proxy.fanout.ReplicaSet;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.http.HttpServer;
import org.relevo.proxy.http.ServiceMetrics;
import org.relevo.proxy.mbean.ConfigBean;
import org.relevo.proxy.mbean.ControlBeans;
import org.relevo.proxy.mbean.PositionsBean;
import org.relevo.proxy.mbean.RoutingBean;
import org.relevo.proxy.mbean.StatementsBean;
import org.relevo.proxy.member.ClusterMember;
import org.relevo.proxy.member.Groups;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.net.ProxyServerSettings;
import org.relevo.proxy.onlinerecovery.Recoveries;
import org.relevo.proxy.pcp.PcpServer;
import org.relevo.proxy.peer.CombinedGate;
import org.relevo.proxy.peer.PeerGate;
import org.relevo.proxy.resource.ServiceAddressBean;
import org.relevo.proxy.resource.ServiceGroups;
import org.relevo.proxy.routing.RouteExplainer;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.tls.ClientTls;
import org.relevo.proxy.tls.ServerTls;
import org.relevo.proxy.tls.TlsConfigException;

/// Makes every part of the service and connects them, by constructors only:
///
/// ```
/// node watch → coordinator → cluster view → data plane → gate → coordinator, consistency
/// host, PostgreSQL, logs, load generator ─┐
/// coordinator, gate, consistency, pool ───┴→ MBeans → connector
/// ```
///
/// Owner: the main thread, then the shutdown hook.
final class Wiring implements AutoCloseable {
  private final CloseStack parts = new CloseStack();
  private final MBeanServer mbeans = ManagementFactory.getPlatformMBeanServer();
  private final ProxyConfig config;
  private final Reload reload;
  private final ServiceSettings settings;
  private final ProxyServer proxy;

  private Wiring(ProxyConfig config) throws IOException, ConfigException {
    this.config = config;
    this.reload = new Reload(config);
    this.settings = new ServiceSettings(config, reload::current);
    try {
      this.proxy = connect();
    } catch (IOException | ConfigException | RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  /// @throws IOException what cannot be had, in one line; nothing stays open
  /// @throws ConfigException what is wrong with files that the settings name; nothing stays open
  static Wiring start(ProxyConfig config) throws IOException, ConfigException {
    return new Wiring(config);
  }

  InetSocketAddress clientAddress() {
    return proxy.address();
  }

  Reload reload() {
    return reload;
  }

  private ProxyServer connect() throws IOException, ConfigException {
    LateGate late = new LateGate();
    List<PeerGate> peers =
        config.management().peers().stream()
            .map(file -> parts.add("peer " + file, new PeerGate(file).start()))
            .toList();
    CoordinatorSettings coordinatorSettings = settings.coordinator();
    Coordinator coordinator =
        parts.add(
            "coordinator",
            new Coordinator(coordinatorSettings, late, peerGates(peers), Clock.systemUTC()));
    coordinator.apply(ServiceSettings.health(config));
    if (config.cluster().isPresent() || Boolean.getBoolean("relevo.training")) {
      ReadyClasses.load();
    }
    if (config.cluster().isPresent()) {
      var _ = coordinator.mandate(ClusterControl.UNDECIDED);
      coordinator.start();
    } else {
      coordinator.start();
      coordinator.resume();
    }
    AccessControl access =
        parts.add(
            "authentication", new AccessControl(coordinator.views(), coordinatorSettings.nodes()));
    Catalogs catalogs =
        parts.add(
            "catalogs",
            new Catalogs(
                coordinator.views(), coordinatorSettings.nodes(), ServiceSettings.catalog(config)));
    ClientTls clientTls = ClientTls.of(config.tls());
    ServerTls serverTls = ServerTls.of(config.tls());
    ConsoleSide console = new ConsoleSide(settings.version(), reload, coordinator);
    ProxyServer server =
        parts.add(
            "data plane",
            ProxyServer.start(
                ProxyServerSettings.of(config),
                coordinator.views(),
                access.of(config.authentication(), clientTls, serverTls),
                console));
    Optional<ReplicaSet> replicas = replicate(server, coordinator, coordinatorSettings.nodes());
    Balancing balancing =
        balance(server, coordinator, catalogs, coordinatorSettings.nodes().size());
    late.set(server.gate());
    parts.add(
        "pgpool_status", StatusFile.start(coordinator.views(), config.service().workDirectory()));
    reload.add("data plane", dataPlane(server, access));
    reload.add("encryption", encryption(clientTls, serverTls));
    reload.add("health checks", healthChecks(coordinator));
    reload.add("catalogs", catalogs(catalogs));
    TrafficGate writes =
        replicas
            .<TrafficGate>map(ReplicaGate::new)
            .orElseGet(() -> new CombinedGate(server.gate(), peers));
    ConsistencyCheck consistency =
        parts.add(
            "consistency",
            new ConsistencyCheck(
                coordinator.views(),
                writes,
                settings.consistency(),
                (name, text) -> coordinator.journal().record(LogLevel.INFO, name, text)));

    Optional<ClusterMember> member = Optional.empty();
    if (config.cluster().isPresent()) {
      ClusterSettings cluster = config.cluster().get();
      Groups groups = Groups.NONE;
      Optional<Quorums.Pair> pair = Quorums.pair(config, coordinator.journal()::record);
      pair.ifPresent(each -> register(ObjectNames.PAIR, each.bean()));
      if (!cluster.resources().groups().isEmpty()) {
        ServiceGroups own =
            ClusterControl.groups(
                cluster,
                () -> pair.map(each -> each.keeper().vetoed()).orElse(false),
                coordinator.journal()::record);
        register(
            ObjectNames.SERVICE_ADDRESS,
            new ServiceAddressBean(own, () -> Caller.current().toString()));
        groups = own;
      }
      member =
          Optional.of(
              parts.add(
                  "member",
                  ClusterControl.start(
                      config,
                      cluster,
                      reload::current,
                      coordinator,
                      server,
                      groups,
                      pair.map(Quorums.Pair::log))));
      pair.ifPresent(each -> each.keeper().start());
    }
    Recoveries recoveries =
        parts.add(
            "recovery",
            new RecoverySide(coordinatorSettings, coordinator, member, replicas, reload::current)
                .start(PcpDesk::actor));
    register(ObjectNames.RECOVERY, recoveries);
    ControlBeans.of(coordinator, member, server.gate(), () -> Caller.current().toString())
        .forEach(this::register);
    register(ObjectNames.CONFIG, new ConfigBean(reload, () -> Caller.current().toString()));
    register(ObjectNames.CATALOG, catalogs.bean());
    register(
        ObjectNames.ROUTING,
        new RoutingBean(new RouteExplainer(balancing.explained(), Math::random)));
    register(ObjectNames.POOL, server.poolBean(() -> Caller.current().toString()));
    register(ObjectNames.STATEMENTS, new StatementsBean(server.statements()));
    register(ObjectNames.POSITIONS, new PositionsBean(server::positionFigures));
    register(ObjectNames.CONSISTENCY, consistency);
    register(
        ObjectNames.CONTENTS,
        parts.add(
            "contents",
            new ContentCheck(
                coordinator.views(),
                writes,
                settings.consistency(),
                (name, text) -> coordinator.journal().record(LogLevel.INFO, name, text))));
    new MonitorSide(parts, this::register, config.service().dataDirectory())
        .start(coordinatorSettings.nodes(), config.service().logFile());
    register(
        ObjectNames.BENCHMARK,
        parts.add(
            "benchmark", new Benchmark(settings.benchmark(server.address(), server.statements()))));
    PcpDesk desk = new PcpDesk(coordinator, member, server, reload, recoveries);
    console.synchronous(desk::synchronous);
    register(
        ObjectNames.ALERTS,
        ManagementSide.alerts(
            parts, reload, coordinator, desk.control(), server, () -> Caller.current().toString()));
    Optional<PcpServer> pcp = ManagementSide.pcp(parts, reload, server, desk);
    AtomicReference<Optional<JmxConnector>> jmx = new AtomicReference<>(Optional.empty());
    AtomicReference<Optional<HttpServer>> http = new AtomicReference<>(Optional.empty());
    http.set(
        ManagementSide.http(
            parts,
            config.management().http(),
            new ServiceMetrics(
                mbeans,
                new ServiceMetrics.Refusals(
                    () -> http.get().map(HttpServer::refusalsTotal).orElse(0L),
                    () -> pcp.map(PcpServer::refusalsTotal).orElse(0L),
                    () -> jmx.get().map(JmxConnector::refusalsTotal).orElse(0L))),
            new ServiceChecks(coordinator.views(), member)));
    jmx.set(Optional.of(parts.add("connector", JmxConnector.start(mbeans, settings.connector()))));
    return server;
  }

  private Optional<ReplicaSet> replicate(
      ProxyServer server, Coordinator coordinator, List<NodeSettings> nodes) throws IOException {
    if (!ReplicaControl.wanted(config)) {
      return Optional.empty();
    }
    ReplicaSet replicas = ReplicaControl.replicas(config, coordinator);
    server.serveBy(
        parts.add(
            "statement replication",
            new FanoutClients(
                replicas, ReplicaControl.journal(config, coordinator, nodes, replicas))));
    reload.add(
        "statement replication", next -> () -> replicas.apply(ReplicaControl.settings(next)));
    return Optional.of(replicas);
  }

  private Balancing balance(
      ProxyServer server, Coordinator coordinator, Catalogs catalogs, int nodes) {
    Balancing balancing =
        parts.add(
            "balancing",
            new Balancing(
                config.routing(),
                coordinator.views(),
                catalogs,
                server.freshness(),
                nodes,
                server.loops()));
    server.route(
        balancing,
        new DefinitionChanges() {
          @Override
          public void changing(String database) {
            catalogs.changing(database);
          }

          @Override
          public void changed(String database) {
            catalogs.changed(database);
          }
        });
    tell(server, config);
    balancing.patience(config.freshness().replayWait());
    reload.add(
        "balancing",
        next ->
            () -> {
              balancing.apply(next.routing());
              balancing.patience(next.freshness().replayWait());
              tell(server, next);
            });
    return balancing;
  }

  private static void tell(ProxyServer server, ProxyConfig config) {
    server.tellNodes(config.statementNotes().logged(), config.statementNotes().noticed());
    server.statements().limit(config.statementNotes().counted());
  }

  private Reload.Part dataPlane(ProxyServer server, AccessControl access) {
    return next -> {
      ProxyServerSettings wanted = ProxyServerSettings.of(next);
      AccessControl.Next logins = access.prepare(next.authentication());
      return () -> {
        server.apply(wanted, logins.authentication());
        access.use(logins);
      };
    };
  }

  private static Reload.Part encryption(ClientTls clients, ServerTls servers) {
    return next -> {
      try {
        Runnable clientSide = clients.prepare(next.tls());
        Runnable serverSide = servers.prepare(next.tls());
        return () -> {
          clientSide.run();
          serverSide.run();
        };
      } catch (TlsConfigException e) {
        throw new ConfigException(
            List.of(new ConfigProblem(next.file().toString(), e.setting(), e.reason())));
      }
    };
  }

  private static Reload.Part healthChecks(Coordinator coordinator) {
    return next -> {
      Function<BackendId, HealthSettings> times = ServiceSettings.health(next);
      return () -> coordinator.apply(times);
    };
  }

  private static Reload.Part catalogs(Catalogs catalogs) {
    return next -> {
      CatalogSettings wanted = ServiceSettings.catalog(next);
      return () -> catalogs.apply(wanted);
    };
  }

  private static PeerGates peerGates(List<PeerGate> peers) {
    List<PeerGates.Peer> named =
        peers.stream().map(peer -> new PeerGates.Peer(peer.toString(), peer)).toList();
    return () -> named;
  }

  private void register(ObjectName name, Object bean) {
    try {
      mbeans.registerMBean(Described.of(bean), name);
    } catch (JMException e) {
      throw new IllegalStateException("cannot register " + name, e);
    }
    parts.add(
        name.toString(),
        () -> {
          if (mbeans.isRegistered(name)) {
            mbeans.unregisterMBean(name);
          }
        });
  }

  @Override
  public void close() {
    parts.close();
  }
}
