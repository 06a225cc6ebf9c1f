package org.relevo.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// How nodes are recovered.
///
/// @param user of `pgpool_recovery` on the main node
/// @param firstStage script in the main node's data directory, "" for none
/// @param scriptArguments 3 as pgpool-II 2.2 gave them, 7 as of 4.3
/// @param timeout until a restarted server takes connections
/// @param idleLimitSeconds after which a client that is idle in a transaction is disconnected while
///   new ones wait; 0 never, -1 at once
/// @param maxRateKbPerSecond of a base backup, 0 for no limit
/// @param tablespaces by the source's folder: where a copy puts them
/// @param archiveMinFree bytes on its disk below which archiving is stopped
/// @param archiveDirectory where `wal-archiving` has segments copied to, on the main node's machine
public record RecoverySettings(
    String user,
    Secret password,
    String database,
    String firstStage,
    String secondStage,
    int scriptArguments,
    Duration timeout,
    int idleLimitSeconds,
    int maxRateKbPerSecond,
    boolean compressed,
    Map<String, String> tablespaces,
    Optional<Path> archiveDirectory,
    long archiveMinFree,
    Ssh ssh) {
  /// How a node's machine is reached that has no service of its own.
  ///
  /// @param user "" for no SSH at all
  /// @param binDir PostgreSQL's programs over there
  public record Ssh(
      String user,
      int port,
      Optional<Path> key,
      Optional<Path> knownHosts,
      Optional<Path> binDir) {}

  public RecoverySettings {
    tablespaces = Map.copyOf(tablespaces);
  }
}
