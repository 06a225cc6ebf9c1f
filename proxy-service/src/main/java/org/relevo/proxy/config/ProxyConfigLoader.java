package org.relevo.proxy.config;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.UnixAddress;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolSettings;

/// Makes a [ProxyConfig] of a file: sorts its lines into known, ignored and unknown, then reads
/// every setting.
///
/// Owner: the thread that reads the configuration.
final class ProxyConfigLoader {
  private static final int MAX_PASSWORD_FILE_BYTES = 4096;

  private final Path file;
  private final Surroundings surroundings;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final Directives directives;
  private final SettingValues values;

  private ProxyConfigLoader(
      Path file, Surroundings surroundings, Optional<ConfigFileReader.Written> instead)
      throws ConfigException {
    this.file = file;
    this.surroundings = surroundings;
    List<ConfigLine> lines = new ConfigFileReader(problems).read(file, instead);
    if (lines.isEmpty() && !problems.isEmpty()) {
      // Nothing was read: what is missing in it would only hide why.
      throw new ConfigException(problems);
    }
    this.directives = new Directives(lines, problems);
    this.values = new SettingValues(file, directives.assigned(), problems);
  }

  static ProxyConfig load(Path file, Surroundings surroundings) throws ConfigException {
    return load(file, surroundings, Optional.empty());
  }

  /// @param instead what the file would be
  static ProxyConfig load(
      Path file, Surroundings surroundings, Optional<ConfigFileReader.Written> instead)
      throws ConfigException {
    return new ProxyConfigLoader(file, surroundings, instead).load();
  }

  private ProxyConfig load() throws ConfigException {
    ProxyConfig.Clients clients = clients();
    ClusteringMode mode = values.choice(ClusteringMode.class, OldDirectives.MODE);
    List<ProxyConfig.Backend> backends = backends();
    ProxyConfig.Health health = health(backends);
    warnOf(mode, backends);
    ProxyConfig.Service service = service(clients.port());
    Optional<RaftSettings> raft =
        new RaftSettingsReader(values, directives::warn)
            .read(Member.Kind.SERVICE, service.proxyId(), service.clusterName());
    ProxyConfig config =
        new ProxyConfig(
            file,
            listening(),
            clients,
            pools(),
            authentication(health),
            mode,
            backends,
            new RoutingRulesReader(values).read(),
            new ProxyConfig.StatementNotes(
                values.bool("log_per_node_statement"),
                values.bool("notice_per_node_statement"),
                values.integer("statement_statistics_max")),
            new TlsSettingsReader(values).read(backends),
            health,
            new ProxyConfig.Definitions(
                values.duration("catalog_check_period"), values.integer("catalog_max_entries")),
            service,
            raft,
            cluster(raft, service, mode, backends),
            new ManagementReader(values).read(),
            console(),
            failover(),
            replication(health),
            new RecoverySettingsReader(values).read(health),
            benchmark(health),
            new ProxyConfig.Freshness(
                values.duration("position_sample_period"), values.duration("replay_wait_timeout")),
            new ReplicaSettingsReader(values).read(),
            directives.ignored(),
            directives.warnings(),
            directives.written());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  private Optional<ClusterSettings> cluster(
      Optional<RaftSettings> raft,
      ProxyConfig.Service service,
      ClusteringMode mode,
      List<ProxyConfig.Backend> backends) {
    ClusterSettingsReader reader = new ClusterSettingsReader(values);
    Optional<ClusterSettings> cluster = reader.read(raft, service, mode, backends);
    reader.warnOfIdleHooks(cluster, directives::warn);
    return cluster;
  }

  /// Nothing would keep the other nodes equal, so they must not be served.
  private void warnOf(ClusteringMode mode, List<ProxyConfig.Backend> backends) {
    if (mode == ClusteringMode.STREAMING_REPLICATION
        || mode.writesEverywhere()
        || backends.size() < 2) {
      return;
    }
    String others =
        backends.stream().skip(1).map(each -> each.id().toString()).collect(joining(", "));
    directives.warn(
        OldDirectives.MODE,
        "'%s' is not available in this version: only %s is served; %s stays detached and gets no"
                .formatted(mode.directive(), backends.getFirst().id(), others)
            + " writes, so recover it before it is used again");
  }

  private ProxyConfig.Listening listening() {
    return new ProxyConfig.Listening(
        values.paths("unix_socket_directories"),
        values.permissions("unix_socket_permissions"),
        Optional.of(values.text("unix_socket_group")).filter(group -> !group.isEmpty()),
        values.integer("listen_backlog_multiplier"),
        values.integer("worker_loops"));
  }

  private ProxyConfig.Clients clients() {
    int most = values.integer("num_init_children");
    int reserved = values.integer("reserved_connections");
    if (reserved >= most) {
      values.problem(
          "reserved_connections", "leaves no client; use less than num_init_children = " + most);
    }
    return new ProxyConfig.Clients(
        values.addresses("listen_addresses"),
        values.integer("port"),
        most,
        reserved,
        values.integer("max_unauthenticated_clients"),
        values.durationUnlessZero("authentication_timeout"),
        values.durationUnlessZero("connect_timeout"),
        values.duration("primary_wait_timeout"),
        values.duration("hold_timeout"),
        values.choice(CommitOutcome.class, "commit_outcome"),
        values.bool("allow_replication_connections"));
  }

  private ProxyConfig.Pools pools() {
    PoolPatch patch = PoolPatch.of(values, true);
    PoolSettings general = patch.over(PoolSettings.DEFAULT);
    if (patch.minimum() > general.size()) {
      values.problem(
          "min_pool_size", "is more than default_pool_size = " + general.size() + "; lower it");
    }
    return new ProxyConfig.Pools(
        new PoolSections(general, directives.patches(file)),
        new LimitSettings(
            values.integer("max_server_connections"),
            values.integer("max_node_connections"),
            values.integer("max_db_connections"),
            values.integer("max_user_connections")));
  }

  private ProxyConfig.Authentication authentication(ProxyConfig.Health health) {
    return new ProxyConfig.Authentication(
        values.bool("enable_pool_hba"),
        values.pathOrDefault("pool_hba_file"),
        values.path("pool_passwd"),
        values.path("pool_key_file").orElseGet(surroundings::keyFile),
        values.pathOrDefault("ident_file"),
        values.textOrEmpty("auth_query"),
        values.text("auth_database", "auth_database", health.database()),
        values.duration("auth_cache_time"),
        values.bool("allow_clear_text_frontend_auth"),
        values.bool("allow_clear_text_to_server"));
  }

  private List<ProxyConfig.Backend> backends() {
    Map<Integer, List<String>> byNode = new TreeMap<>();
    for (String name : directives.assigned().keySet()) {
      Matcher numbered = Directives.NUMBERED.matcher(name);
      if (numbered.matches() && !name.startsWith("resource_group")) {
        byNode
            .computeIfAbsent(Integer.valueOf(numbered.group(2)), _ -> new ArrayList<>())
            .add(name);
      }
    }
    List<ProxyConfig.Backend> backends = new ArrayList<>();
    Map<String, String> seen = new HashMap<>();
    byNode.forEach((node, names) -> {
      if (!values.isSet("backend_hostname" + node)) {
        values.problem(
            names.getFirst(), "node " + node + " has no backend_hostname" + node + "; add it");
        return;
      }
      ProxyConfig.Backend backend = backend(node);
      String address = backend.host() + ":" + backend.port();
      String other = seen.putIfAbsent(address, backend.id().toString());
      if (other != null) {
        values.problem(
            "backend_hostname" + node,
            address + " is " + other + " already; give each node its own server");
      }
      backends.add(backend);
    });
    if (byNode.isEmpty()) {
      values.problem(
          "backend_hostname0", "no server is configured; add backend_hostname0 = 'host'");
    }
    return backends;
  }

  private ProxyConfig.Backend backend(int node) {
    String host = values.text("backend_hostnameN", "backend_hostname" + node, "");
    int port = values.integer("backend_portN", "backend_port" + node);
    if (UnixAddress.is(host) && !UnixAddress.fits(host, port)) {
      values.problem(
          "backend_hostname" + node,
          "the name of its Unix-domain socket is longer than the system allows; move it");
    }
    String name =
        values.text("backend_application_nameN", "backend_application_name" + node, "node" + node);
    return new ProxyConfig.Backend(
        new BackendId(node),
        host,
        port,
        values.real("backend_weightN", "backend_weight" + node),
        values.text("backend_zoneN", "backend_zone" + node, ""),
        values.path("backend_data_directoryN", "backend_data_directory" + node),
        name,
        values.flags("backend_flagN", "backend_flag" + node),
        values.path("postgres_log_fileN", "postgres_log_file" + node));
  }

  private ProxyConfig.Health health(List<ProxyConfig.Backend> backends) {
    ProbingReader probing = new ProbingReader(values);
    return new ProxyConfig.Health(
        probing.usual(),
        probing.own(backends),
        values.text("health_check_user"),
        password("health_check_password_file")
            .orElseGet(() -> values.secret("health_check_password")),
        values.text("health_check_database"));
  }

  private ProxyConfig.Service service(int port) {
    Path data = values.path("data_directory").orElseGet(surroundings::dataDirectory);
    return new ProxyConfig.Service(
        values.text("proxy_id", "proxy_id", surroundings.hostName() + "-" + port),
        values.text("cluster_name"),
        data,
        values.path("work_dir").orElse(data),
        values.path("pg_bindir"),
        new LogReader(values).read(data));
  }

  private ProxyConfig.Console console() {
    return new ProxyConfig.Console(
        Set.copyOf(values.names("console_admin_users")),
        Set.copyOf(values.names("console_stats_users")));
  }

  private ProxyConfig.Failover failover() {
    return new ProxyConfig.Failover(
        values.text("failover_command"),
        values.text("failback_command"),
        values.text("follow_primary_command"),
        values.duration("hook_timeout"),
        values.text("fence_command"),
        values.duration("agent_restart_grace"));
  }

  private ProxyConfig.Replication replication(ProxyConfig.Health health) {
    return new ProxyConfig.Replication(
        values.text("replication_user", "replication_user", health.user()),
        password("replication_password_file").orElse(health.password()));
  }

  private ProxyConfig.Benchmark benchmark(ProxyConfig.Health health) {
    return new ProxyConfig.Benchmark(
        values.text("benchmark_database"),
        values.text("benchmark_user", "benchmark_user", health.user()),
        password("benchmark_password_file").orElse(health.password()));
  }

  private Optional<Secret> password(String name) {
    Optional<Path> path = values.path(name);
    if (path.isEmpty()) {
      return Optional.empty();
    }
    try {
      if (Files.size(path.get()) > MAX_PASSWORD_FILE_BYTES) {
        values.problem(name, "'" + path.get() + "' is too large to hold a password");
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(path.get());
      if (lines.isEmpty() || lines.getFirst().isEmpty()) {
        values.problem(name, "'" + path.get() + "' is empty; write the password in its first line");
        return Optional.empty();
      }
      return Optional.of(new Secret(lines.getFirst()));
    } catch (IOException e) {
      values.problem(
          name,
          "cannot read '"
              + path.get()
              + "' ("
              + ConfigFileReader.reason(e)
              + "); make it readable for this account");
      return Optional.empty();
    }
  }
}
