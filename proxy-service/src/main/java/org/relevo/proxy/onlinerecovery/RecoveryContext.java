package org.relevo.proxy.onlinerecovery;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.jmx.pgctl.PgBinaries;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.recovery.CopyOptions;

/// What recoveries work with.
///
/// @param binaries PostgreSQL's programs on this machine, empty when there are none
/// @param stateDirectory this service's own folder
/// @param rules asked for at each recovery
/// @param ownAgents whether this service's agents work on the servers' data directories already
/// @param login of standbys and base backups
public record RecoveryContext(
    Supplier<List<NodeSettings>> nodes,
    ServedNodes served,
    Optional<PgBinaries> binaries,
    Path stateDirectory,
    Supplier<RecoveryRules> rules,
    Login login,
    Optional<AgentNodes> ownAgents,
    Journal journal) {
  /// The role that standbys follow with.
  public record Login(String user, Supplier<String> password) {
    /// Without the password.
    @Override
    public String toString() {
      return user;
    }
  }

  /// As configured now.
  ///
  /// @param holdLimit longest time that new transactions wait
  /// @param archiveMinFree bytes below which archiving is stopped
  public record RecoveryRules(
      Scripts scripts,
      Duration timeout,
      Duration holdLimit,
      int idleLimitSeconds,
      CopyOptions copy,
      Ssh ssh,
      Optional<Path> archiveDirectory,
      long archiveMinFree) {}

  /// The operator's scripts.
  ///
  /// @param user of the database functions that run them elsewhere, and of what they ask
  /// @param arguments 3 to 7
  public record Scripts(
      String firstStage,
      String secondStage,
      int arguments,
      String user,
      Supplier<String> password,
      String database) {
    /// Without the password.
    @Override
    public String toString() {
      return firstStage + ", " + secondStage;
    }
  }

  /// How machines without a service are reached.
  ///
  /// @param user "" for not at all
  public record Ssh(
      String user, int port, Optional<Path> key, Path knownHosts, Optional<Path> binDir) {}
}
