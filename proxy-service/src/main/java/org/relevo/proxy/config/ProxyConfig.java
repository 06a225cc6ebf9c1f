package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.CommitSafety;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.routing.RoutingRules;

/// All settings of a service, checked. Each component is what one part of the service needs.
///
/// @param file the file that was read
/// @param raft how the service takes part in a quorum; empty when it is alone
/// @param cluster how the servers are controlled; empty when they are not
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
    Optional<RaftSettings> raft,
    Optional<ClusterSettings> cluster,
    Management management,
    Console console,
    Failover failover,
    Replication replication,
    RecoverySettings recovery,
    Benchmark benchmark,
    Freshness freshness,
    Replicas replicas,
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
  /// @param commitOutcome what is done about a COMMIT whose answer is lost with the primary
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
      CommitOutcome commitOutcome,
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
  ///
  /// @param usual for servers that have nothing of their own
  /// @param own for servers with settings of their own, those that they do not set included
  public record Health(
      Probing usual, Map<BackendId, Probing> own, String user, Secret password, String database) {
    public Health {
      own = Map.copyOf(own);
    }

    /// How a server is watched.
    public Probing of(BackendId node) {
      return own.getOrDefault(node, usual);
    }
  }

  /// Times of the probes of a server.
  public record Probing(Duration period, Duration timeout, int maxRetries, Duration retryDelay) {}

  /// What is kept of the databases' catalogs.
  ///
  /// @param checkPeriod between two looks for what was changed past the service
  /// @param maxEntries functions, operators and relations of all databases together
  public record Definitions(Duration checkPeriod, int maxEntries) {}

  /// The service itself.
  ///
  /// @param workDirectory where `pgpool_status` is written
  public record Service(
      String proxyId,
      String clusterName,
      Path dataDirectory,
      Path workDirectory,
      Optional<Path> pgBinDir,
      LogSettings log) {
    public Path logFile() {
      return log.file();
    }
  }

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

  /// Files in PEM.
  public record KeyPair(Path certificate, Path key) {}

  /// The management connector, the credentials files of the other services' ones, and the other
  /// ways to look at and manage the service.
  public record Management(
      List<String> listenAddresses,
      int port,
      List<Path> peers,
      Optional<KeyPair> certificate,
      PcpSettings pcp,
      HttpSettings http,
      AlertSettings alerts) {
    public Management {
      listenAddresses = List.copyOf(listenAddresses);
      peers = List.copyOf(peers);
    }
  }

  /// Commands around changes of roles, and the guard of a primary.
  ///
  /// @param hookTimeout of the first three commands
  /// @param agentRestartGrace that a lost service has before its primary is stopped
  public record Failover(
      String failoverCommand,
      String failbackCommand,
      String followPrimaryCommand,
      Duration hookTimeout,
      String fenceCommand,
      Duration agentRestartGrace) {}

  /// The role that standbys and base backups use.
  public record Replication(String user, Secret password) {}

  /// How reads on standbys are proven to be fresh.
  ///
  /// @param samplePeriod between two samples of positions, while somebody waits for one
  /// @param replayWait most time that a read waits for a standby; zero: not at all
  public record Freshness(Duration samplePeriod, Duration replayWait) {}

  /// How statements get to several servers that each take writes.
  ///
  /// @param mixed false for `replication_format = statement`
  /// @param everyRead whether reads run everywhere
  /// @param detachOnKind whether who fails alone is detached
  /// @param detachOnRows whether who tells of other numbers of rows is detached
  /// @param commitSafety how commits of a killed service are found
  public record Replicas(
      boolean mixed,
      boolean everyRead,
      boolean detachOnKind,
      boolean detachOnRows,
      CommitSafety commitSafety) {}

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
    return mode == ClusteringMode.STREAMING_REPLICATION
        || mode.writesEverywhere()
        || backend.equals(backends.getFirst());
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
