package org.relevo.proxy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;

/// Makes a [ProxyConfig] of a file: sorts its lines into known, ignored and unknown, then reads
/// every setting.
///
/// Owner: the thread that reads the configuration.
final class ProxyConfigLoader {
  private static final Pattern NUMBERED = Pattern.compile("(.*?[^0-9])(\\d{1,3})");
  private static final int MAX_PASSWORD_FILE_BYTES = 4096;

  private final Path file;
  private final Surroundings surroundings;
  private final List<ConfigProblem> problems = new ArrayList<>();
  private final List<IgnoredDirective> ignored = new ArrayList<>();
  private final Map<String, ConfigLine> assigned = new LinkedHashMap<>();
  private final SettingValues values;

  ProxyConfigLoader(Path file, Surroundings surroundings) {
    this.file = file;
    this.surroundings = surroundings;
    this.values = new SettingValues(file, assigned, problems);
  }

  ProxyConfig load() throws ConfigException {
    List<ConfigLine> lines = new ConfigFileReader(problems).read(file);
    if (lines.isEmpty() && !problems.isEmpty()) {
      // Nothing was read: what is missing in it would only hide why.
      throw new ConfigException(problems);
    }
    lines.forEach(this::sort);
    ProxyConfig.Clients clients = clients();
    ProxyConfig.Health health = health();
    List<ProxyConfig.Backend> backends = backends();
    ProxyConfig config =
        new ProxyConfig(
            file,
            clients,
            values.mode("backend_clustering_mode"),
            backends,
            new TlsSettingsReader(values).read(backends),
            health,
            service(clients.port()),
            management(),
            replication(health),
            benchmark(health),
            ignored,
            written());
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return config;
  }

  /// The table's row for a full name such as `backend_port1`.
  static Setting settingOf(String name) {
    return SettingTable.require(rowName(name));
  }

  private static String rowName(String name) {
    Matcher numbered = NUMBERED.matcher(name);
    return numbered.matches() ? numbered.group(1) + "N" : name;
  }

  private void sort(ConfigLine line) {
    String row = rowName(line.key());
    boolean known = SettingTable.settings().stream().anyMatch(s -> s.name().equals(row));
    if (known) {
      if (!row.equals(line.key())
          && Integer.parseInt(line.key().substring(row.length() - 1)) > BackendId.MAX) {
        problem(line, "nodes are numbered 0 to " + BackendId.MAX);
        return;
      }
      String key = line.key().equals("max_clients") ? "num_init_children" : line.key();
      assigned.remove(key); // the last line wins
      assigned.put(key, line);
      return;
    }
    String reason = SettingTable.ignored().get(row);
    if (reason != null) {
      ignore(line, reason);
      return;
    }
    List<String> names = new ArrayList<>(SettingTable.ignored().keySet());
    SettingTable.settings().forEach(setting -> names.add(setting.name()));
    String hint =
        NearestName.of(row, names)
            .map(name -> "did you mean '" + name + "'?")
            .orElse("see the configuration reference for all names");
    problem(line, "unknown setting; " + hint);
  }

  /// Modes that older files switch on by a boolean must not be dropped in silence.
  private void ignore(ConfigLine line, String reason) {
    if (line.key().equals("replication_mode") || line.key().equals("parallel_mode")) {
      try {
        if (SettingValues.parseBoolean(line.value())) {
          problem(line, "not available in this version; use streaming replication and remove it");
          return;
        }
      } catch (IllegalArgumentException e) {
        problem(line, String.valueOf(e.getMessage()));
        return;
      }
    }
    ignored.add(new IgnoredDirective(line.key(), line.place(), reason));
  }

  private ProxyConfig.Clients clients() {
    return new ProxyConfig.Clients(
        values.addresses("listen_addresses"),
        values.integer("port"),
        values.integer("num_init_children"),
        values.duration("authentication_timeout"),
        values.duration("connect_timeout"),
        values.duration("primary_wait_timeout"),
        values.duration("hold_timeout"),
        values.bool("allow_replication_connections"));
  }

  private List<ProxyConfig.Backend> backends() {
    Map<Integer, List<String>> byNode = new TreeMap<>();
    for (String name : assigned.keySet()) {
      Matcher numbered = NUMBERED.matcher(name);
      if (numbered.matches()) {
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
    if (host.startsWith("/")) {
      values.problem(
          "backend_hostname" + node,
          "Unix-domain sockets are not available in this version; name a host or address");
    }
    String name =
        values.text("backend_application_nameN", "backend_application_name" + node, "node" + node);
    return new ProxyConfig.Backend(
        new BackendId(node),
        host,
        values.integer("backend_portN", "backend_port" + node),
        values.real("backend_weightN", "backend_weight" + node),
        values.path("backend_data_directory" + node),
        name,
        values.flags("backend_flagN", "backend_flag" + node),
        values.path("postgres_log_file" + node));
  }

  private ProxyConfig.Health health() {
    Duration period = values.duration("health_check_period");
    if (period.isZero()) {
      Setting setting = SettingTable.require("health_check_period");
      period = Durations.parse(setting.writtenDefault(), setting.unit());
    }
    Duration timeout = values.duration("health_check_timeout");
    return new ProxyConfig.Health(
        period,
        timeout,
        values.integer("health_check_max_retries"),
        values.duration("health_check_retry_delay"),
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
        values.path("pg_bindir"),
        values.path("log_file").orElseGet(() -> data.resolve("relevo.log")));
  }

  private ProxyConfig.Management management() {
    return new ProxyConfig.Management(
        values.addresses("jmx_listen_addresses"),
        values.integer("jmx_port"),
        values.paths("jmx_peers"));
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

  private Map<String, Secret> written() {
    Map<String, Secret> written = new HashMap<>();
    assigned.forEach((name, line) -> written.put(name, new Secret(line.value())));
    return written;
  }

  private void problem(@Nullable ConfigLine line, String message) {
    problems.add(
        line == null
            ? new ConfigProblem(file.toString(), "syntax", message)
            : new ConfigProblem(line.place(), line.key(), message));
  }
}
