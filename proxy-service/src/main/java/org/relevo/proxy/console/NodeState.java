package org.relevo.proxy.console;

import java.util.Optional;
import org.relevo.proxy.core.NodeView;

/// One node as the console shows it.
///
/// @param view as last observed
/// @param primary whether writes go to it
/// @param weight share in load balancing
/// @param lagBytes how much of the primary's log a standby has still to replay, -1 when unknown
/// @param replicationState as `pg_stat_replication.state`, "" when unknown
/// @param syncState as `pg_stat_replication.sync_state`, "" when unknown
/// @param health empty where probes are not counted
/// @param statements empty where statements are not counted
public record NodeState(
    NodeView view,
    boolean primary,
    double weight,
    long lagBytes,
    String replicationState,
    String syncState,
    Optional<Health> health,
    Optional<Statements> statements) {

  /// Probes since start.
  ///
  /// @param skipped not made because the node was down already
  /// @param retried repeated after a failure
  /// @param mostRetries in one round
  /// @param lastEpochMs -1 when there was none, as the other times
  public record Health(
      long total,
      long succeeded,
      long failed,
      long skipped,
      long retried,
      int mostRetries,
      long longestMs,
      long shortestMs,
      double averageMs,
      long lastEpochMs,
      long lastSuccessEpochMs,
      long lastSkipEpochMs,
      long lastFailureEpochMs) {}

  /// Statements sent to the node since start, and errors it answered with.
  public record Statements(
      long selects,
      long inserts,
      long updates,
      long deletes,
      long ddl,
      long others,
      long panics,
      long fatals,
      long errors) {}
}
