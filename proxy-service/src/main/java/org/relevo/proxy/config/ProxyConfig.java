package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.relevo.proxy.core.BackendId;

/// All settings of a service, checked. Each component is what one part of the service needs.
///
/// @param file the file that was read
/// @param ignored directives that were accepted without effect, to be listed at start
/// @param assigned values as written, by setting, for comparing two configurations; masked in text
public record ProxyConfig(
    Path file,
    Clients clients,
    ClusteringMode mode,
    List<Backend> backends,
    TlsSettings tls,
    Health health,
    Service service,
    Management management,
    Replication replication,
    Benchmark benchmark,
    List<IgnoredDirective> ignored,
    Map<String, Secret> assigned) {
  public ProxyConfig {
    backends = List.copyOf(backends);
    ignored = List.copyOf(ignored);
    assigned = Map.copyOf(assigned);
  }

  /// Where clients connect and how long they may take.
  public record Clients(
      List<String> listenAddresses,
      int port,
      int maxClients,
      Duration authenticationTimeout,
      Duration connectTimeout,
      Duration primaryWaitTimeout,
      Duration holdTimeout,
      boolean replicationAllowed) {}

  /// One PostgreSQL server.
  ///
  /// @param logFile where the server logs, when that is on this machine
  public record Backend(
      BackendId id,
      String host,
      int port,
      double weight,
      Optional<Path> dataDirectory,
      String applicationName,
      Set<BackendFlag> flags,
      Optional<Path> logFile) {
    public Backend {
      flags = Set.copyOf(flags);
    }
  }

  /// How servers are watched, and the role for the service's own connections.
  public record Health(
      Duration period,
      Duration timeout,
      int maxRetries,
      Duration retryDelay,
      String user,
      Secret password,
      String database) {}

  /// The service itself.
  public record Service(
      String proxyId,
      String clusterName,
      Path dataDirectory,
      Optional<Path> pgBinDir,
      Path logFile) {}

  /// The management connector and the credentials files of the other services' ones.
  public record Management(List<String> listenAddresses, int port, List<Path> peers) {
    public Management {
      listenAddresses = List.copyOf(listenAddresses);
      peers = List.copyOf(peers);
    }
  }

  /// The role that standbys and base backups use.
  public record Replication(String user, Secret password) {}

  /// The load generator's target database and role.
  public record Benchmark(String database, String user, Secret password) {}

  /// Reads a file.
  ///
  /// @throws ConfigException with every problem of the file and of those it includes
  public static ProxyConfig load(Path file) throws ConfigException {
    return load(file, Surroundings.ofThisProcess());
  }

  static ProxyConfig load(Path file, Surroundings surroundings) throws ConfigException {
    return new ProxyConfigLoader(file, surroundings).load();
  }

  /// What a reload from this configuration to another would change.
  public List<SettingChange> changesTo(ProxyConfig other) {
    Set<String> names = new TreeSet<>(assigned.keySet());
    names.addAll(other.assigned.keySet());
    List<SettingChange> changes = new ArrayList<>();
    for (String name : names) {
      Setting setting = ProxyConfigLoader.settingOf(name);
      String fallback = setting.writtenDefault();
      String before = valueOf(name, fallback);
      String after = other.valueOf(name, fallback);
      if (!Objects.equals(before, after)) {
        boolean secret = setting.type() == Setting.Type.SECRET;
        changes.add(
            new SettingChange(
                name,
                secret ? new Secret(before).toString() : before,
                secret ? new Secret(after).toString() : after,
                setting.reloadable()));
      }
    }
    return changes;
  }

  private String valueOf(String name, String fallback) {
    Secret value = assigned.get(name);
    return value == null ? fallback : value.value();
  }
}
