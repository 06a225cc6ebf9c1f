package org.relevo.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.relevo.jmx.benchmark.BenchmarkSettings;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.jmx.postgres.JdbcTarget;
import org.relevo.jmx.server.CertificateFiles;
import org.relevo.jmx.server.JmxConnectorSettings;
import org.relevo.proxy.catalog.CatalogSettings;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.consistency.ConsistencySettings;
import org.relevo.proxy.coordinator.CoordinatorSettings;
import org.relevo.proxy.coordinator.ReplicationLogin;
import org.relevo.proxy.coordinator.SwitchoverSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.HealthSettings;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.statistics.AllStatements;

/// The configuration in each part's own terms.
///
/// @param live the one whose reloadable settings count; passwords are read from it at each log-in
record ServiceSettings(ProxyConfig config, Supplier<ProxyConfig> live) {
  private static final String VERSION =
      Optional.ofNullable(Wiring.class.getPackage().getImplementationVersion()).orElse("dev");

  String version() {
    return VERSION;
  }

  CoordinatorSettings coordinator() throws IOException {
    Optional<PgBinaries> binaries = Optional.empty();
    Optional<Path> bindir = config.service().pgBinDir();
    if (bindir.isPresent()) {
      try {
        binaries = Optional.of(PgBinaries.in(bindir.get()));
      } catch (IOException e) {
        throw new IOException("pg_bindir: " + e.getMessage(), e);
      }
    }
    return new CoordinatorSettings(
        config.service().clusterName(),
        config.service().proxyId(),
        VERSION,
        config.mode().directive(),
        config.backends().stream().map(this::node).toList(),
        health(config.health().usual()),
        switchover(),
        config.service().dataDirectory(),
        binaries,
        new ReplicationLogin(
            config.replication().user(), () -> live.get().replication().password().value()));
  }

  /// How each server is watched.
  static Function<BackendId, HealthSettings> health(ProxyConfig config) {
    return node -> health(config.health().of(node));
  }

  private static HealthSettings health(ProxyConfig.Probing probing) {
    return new HealthSettings(
        probing.period(), probing.timeout(), probing.maxRetries(), probing.retryDelay());
  }

  static CatalogSettings catalog(ProxyConfig config) {
    return CatalogSettings.DEFAULT.with(
        config.definitions().checkPeriod(), config.definitions().maxEntries());
  }

  private SwitchoverSettings switchover() {
    SwitchoverSettings usual = SwitchoverSettings.DEFAULT;
    return new SwitchoverSettings(
        config.clients().holdTimeout(),
        usual.drain(),
        usual.catchUp(),
        usual.stop(),
        usual.start(),
        usual.promote(),
        usual.rejoin(),
        usual.checkpoint(),
        usual.slots());
  }

  private NodeSettings node(ProxyConfig.Backend backend) {
    return new NodeSettings(
        backend.id(),
        backend.applicationName(),
        backend.host(),
        backend.port(),
        backend.dataDirectory(),
        backend.logFile(),
        config.health().database(),
        config.health().user(),
        () -> live.get().health().password().value(),
        detached(backend),
        withIdentity -> encryption(backend.id(), withIdentity));
  }

  private Map<String, String> encryption(BackendId id, boolean withIdentity) {
    return live.get()
        .tls()
        .server(id)
        .map(server -> server.options(withIdentity))
        .orElseGet(Map::of);
  }

  private Optional<String> detached(ProxyConfig.Backend backend) {
    return config.isServed(backend)
        ? Optional.empty()
        : Optional.of(
            "gets no writes in mode "
                + config.mode().directive()
                + "; only "
                + config.backends().getFirst().id()
                + " is served");
  }

  ConsistencySettings consistency() {
    return ConsistencySettings.of(
        config.benchmark().database(),
        config.health().user(),
        () -> live.get().health().password().value(),
        id -> encryption(id, true));
  }

  /// The load generator is a client like any other: it goes through our own port.
  BenchmarkSettings benchmark(InetSocketAddress proxy, AllStatements statements) {
    String host =
        proxy.getAddress().isAnyLocalAddress() ? "127.0.0.1" : proxy.getAddress().getHostAddress();
    String database = config.benchmark().database();
    String user = config.benchmark().user();
    return new BenchmarkSettings(
        new JdbcTarget(
            host, proxy.getPort(), database, user, () -> live.get().benchmark().password().value()),
        Optional.of(config.service().dataDirectory().resolve("benchmarks")),
        version(),
        () -> statements.calls(database, user));
  }

  JmxConnectorSettings connector() throws IOException {
    List<String> addresses = config.management().listenAddresses();
    if (addresses.size() != 1) {
      throw new IOException(
          "jmx_listen_addresses: one address is possible, found "
              + String.join(", ", addresses)
              + "; use * for all");
    }
    String address = addresses.getFirst();
    return JmxConnectorSettings.on(
            address.equals("*") ? "0.0.0.0" : address,
            config.management().port(),
            config.service().dataDirectory())
        .withCertificate(
            config
                .management()
                .certificate()
                .map(pair -> new CertificateFiles(pair.certificate(), pair.key())));
  }
}
