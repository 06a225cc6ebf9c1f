package org.relevo.proxy;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.relevo.jmx.benchmark.Benchmark;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.host.HostMonitor;
import org.relevo.jmx.host.HostSampler;
import org.relevo.jmx.logs.LogTail;
import org.relevo.jmx.logs.TailedLog;
import org.relevo.jmx.postgres.PostgresSampler;
import org.relevo.jmx.postgres.PostgresSettings;
import org.relevo.jmx.server.Caller;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.proxy.balancing.Balancing;
import org.relevo.proxy.catalog.CatalogSettings;
import org.relevo.proxy.catalog.Catalogs;
import org.relevo.proxy.config.ConfigException;
import org.relevo.proxy.config.ConfigProblem;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.Reload;
import org.relevo.proxy.consistency.ConsistencyCheck;
import org.relevo.proxy.coordinator.Coordinator;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.coordinator.PeerGates;
import org.relevo.proxy.core.CloseStack;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.mbean.ConfigBean;
import org.relevo.proxy.mbean.ControlBeans;
import org.relevo.proxy.mbean.PositionsBean;
import org.relevo.proxy.mbean.RoutingBean;
import org.relevo.proxy.mbean.StatementsBean;
import org.relevo.proxy.net.ProxyServer;
import org.relevo.proxy.net.ProxyServerSettings;
import org.relevo.proxy.peer.CombinedGate;
import org.relevo.proxy.peer.PeerGate;
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
    coordinator.start();
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
    ProxyServer server =
        parts.add(
            "data plane",
            ProxyServer.start(
                ProxyServerSettings.of(config),
                coordinator.views(),
                access.of(config.authentication(), clientTls, serverTls),
                new ConsoleSide(settings.version(), reload)));
    Balancing balancing =
        balance(server, coordinator, catalogs, coordinatorSettings.nodes().size());
    late.set(server.gate());
    reload.add("data plane", dataPlane(server, access));
    reload.add("encryption", encryption(clientTls, serverTls));
    reload.add("health checks", healthChecks(coordinator));
    reload.add("catalogs", catalogs(catalogs));
    ConsistencyCheck consistency =
        parts.add(
            "consistency",
            new ConsistencyCheck(
                coordinator.views(),
                new CombinedGate(server.gate(), peers),
                settings.consistency(),
                (name, text) -> coordinator.journal().record(LogLevel.INFO, name, text)));

    ControlBeans.of(coordinator, server.gate(), () -> Caller.current().toString())
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
    registerMonitors(coordinatorSettings.nodes());
    register(
        ObjectNames.BENCHMARK,
        parts.add("benchmark", new Benchmark(settings.benchmark(server.address()))));
    parts.add("connector", JmxConnector.start(mbeans, settings.connector()));
    return server;
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
      HealthSettings times = ServiceSettings.health(next);
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

  private void registerMonitors(List<NodeSettings> nodes) {
    HostSampler host = parts.add("host", HostSampler.start());
    register(ObjectNames.HOST, new HostMonitor(host));
    LogTail logs = new LogTail();
    logs.register(TailedLog.file("relevo", "relevo", -1, config.service().logFile()));
    for (NodeSettings node : nodes) {
      int id = node.id().value();
      PostgresSampler sampler =
          parts.add(
              "statistics of " + node.name(),
              new PostgresSampler(
                  new PostgresSettings(
                      id,
                      node.host(),
                      node.port(),
                      node.database(),
                      node.user(),
                      node.password(),
                      () -> node.encryption().options(true))));
      register(ObjectNames.postgres(id), sampler);
      node.serverLog()
          .ifPresent(file -> logs.register(TailedLog.file("postgres-" + id, "postgres", id, file)));
    }
    register(ObjectNames.LOGS, logs);
  }

  private void register(ObjectName name, Object bean) {
    try {
      mbeans.registerMBean(bean, name);
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
