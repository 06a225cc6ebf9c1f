package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.routing.RoutingRules;

/// All settings of a service, checked. Each component is what one part of the service needs.
///
/// @param file the file that was read
/// @param ignored directives that were accepted without effect, to be listed at start
/// @param warnings what else its writer should know, to be listed at start
/// @param assigned values as written, by setting, for comparing two configurations; masked in text
public record ProxyConfig(
    Path file,
    Listening listening,
    Clients clients,
    Pools pools,
    Authentication authentication,
    ClusteringMode mode,
    List<Backend> backends,
    RoutingRules routing,
    StatementNotes statementNotes,
    TlsSettings tls,
    Health health,
    Definitions definitions,
    Service service,
    Management management,
    Console console,
    Replication replication,
    Benchmark benchmark,
    Freshness freshness,
    List<IgnoredDirective> ignored,
    List<ConfigWarning> warnings,
    Map<String, AssignedValue> assigned) {
  public ProxyConfig {
    backends = List.copyOf(backends);
    ignored = List.copyOf(ignored);
    warnings = List.copyOf(warnings);
    assigned = Map.copyOf(assigned);
  }

  /// What of the listening sockets is not in [Clients].
  ///
  /// @param unixSocketPermissions as for `chmod`, 0 to 0777 (octal)
  /// @param backlogMultiplier of the most clients: connections that wait to be accepted
  /// @param workerLoops 0 for one per core
  public record Listening(
      List<Path> unixSocketDirectories,
      int unixSocketPermissions,
      Optional<String> unixSocketGroup,
      int backlogMultiplier,
      int workerLoops) {
    public Listening {
      unixSocketDirectories = List.copyOf(unixSocketDirectories);
    }
  }

  /// Where clients connect and how long they may take.
  ///
  /// @param reservedConnections of the most clients, those for the administration console
  /// @param maxUnauthenticated most clients whose authentication has not ended
  public record Clients(
      List<String> listenAddresses,
      int port,
      int maxClients,
      int reservedConnections,
      int maxUnauthenticated,
      Duration authenticationTimeout,
      Duration connectTimeout,
      Duration primaryWaitTimeout,
      Duration holdTimeout,
      boolean replicationAllowed) {}

  /// Server connections that clients share.
  ///
  /// @param policy what holds for whom, sections included
  public record Pools(PoolPolicy policy, LimitSettings limits) {}

  /// How clients prove who they are. The files need not exist unless something refers to them.
  ///
  /// @param hbaEnabled whether `hbaFile` decides
  /// @param passwordFile `pool_passwd`, empty when it is switched off
  /// @param keyFile key of the AES entries of `passwordFile`
  /// @param identFile maps of outside names to roles
  /// @param query gives name and stored password of role `$1`; "" for none
  /// @param cacheTime most time that an answer of `query` is reused
  /// @param clearTextAllowed whether a password may be asked for in clear text without TLS
  /// @param clearTextToServers whether a server gets one in clear text without TLS
  public record Authentication(
      boolean hbaEnabled,
      Path hbaFile,
      Optional<Path> passwordFile,
      Path keyFile,
      Path identFile,
      String query,
      String database,
      Duration cacheTime,
      boolean clearTextAllowed,
      boolean clearTextToServers) {}

  /// What is told of statements.
  ///
  /// @param logged with the node that runs it, in the log
  /// @param noticed the same to the client, as NOTICE
  /// @param counted most shapes that are counted; 0 for none
  public record StatementNotes(boolean logged, boolean noticed, int counted) {}

  /// One PostgreSQL server.
  ///
  /// @param zone of availability, "" for none
  /// @param logFile where the server logs, when that is on this machine
  public record Backend(
      BackendId id,
      String host,
      int port,
      double weight,
      String zone,
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

  /// What is kept of the databases' catalogs.
  ///
  /// @param checkPeriod between two looks for what was changed past the service
  /// @param maxEntries functions, operators and relations of all databases together
  public record Definitions(Duration checkPeriod, int maxEntries) {}

  /// The service itself.
  public record Service(
      String proxyId,
      String clusterName,
      Path dataDirectory,
      Optional<Path> pgBinDir,
      Path logFile) {}

  /// Who may use the administration console.
  ///
  /// @param adminUsers roles that may act
  /// @param statsUsers roles that may look
  public record Console(Set<String> adminUsers, Set<String> statsUsers) {
    public Console {
      adminUsers = Set.copyOf(adminUsers);
      statsUsers = Set.copyOf(statsUsers);
    }
  }

  /// The management connector and the credentials files of the other services' ones.
  public record Management(List<String> listenAddresses, int port, List<Path> peers) {
    public Management {
      listenAddresses = List.copyOf(listenAddresses);
      peers = List.copyOf(peers);
    }
  }

  /// The role that standbys and base backups use.
  public record Replication(String user, Secret password) {}

  /// How reads on standbys are proven to be fresh.
  ///
  /// @param samplePeriod between two samples of positions, while somebody waits for one
  /// @param replayWait most time that a read waits for a standby; zero: not at all
  public record Freshness(Duration samplePeriod, Duration replayWait) {}

  /// The load generator's target database and role.
  public record Benchmark(String database, String user, Secret password) {}

  /// Reads a file.
  ///
  /// @throws ConfigException with every problem of the file and of those it includes
  public static ProxyConfig load(Path file) throws ConfigException {
    return load(file, Surroundings.ofThisProcess());
  }

  static ProxyConfig load(Path file, Surroundings surroundings) throws ConfigException {
    return ProxyConfigLoader.load(file, surroundings);
  }

  /// The nodes that the service may give to clients: all that a mode of this version keeps equal,
  /// else the lowest-numbered one alone.
  public boolean isServed(Backend backend) {
    return mode == ClusteringMode.STREAMING_REPLICATION || backend.equals(backends.getFirst());
  }

  /// What a reload from this configuration to another would change.
  public List<SettingChange> changesTo(ProxyConfig other) {
    return SettingReport.changes(assigned, other.assigned);
  }

  /// Every setting with its value and where that comes from, in the order of the reference.
  public List<SettingState> settings() {
    return SettingReport.states(this);
  }
}
