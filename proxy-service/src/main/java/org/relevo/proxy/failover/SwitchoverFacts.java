package org.relevo.proxy.failover;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.failover.NodeObservation.Answered;

/// All that the checks look at, gathered beforehand.
///
/// @param answers what each node said last; nodes that are silent are missing
/// @param localProblems why this service cannot start and stop a node, "" when it can
/// @param senders what the primary says of its standbys
/// @param primary what only the primary knows, empty when it could not be asked
/// @param operationRunning id, "" when none
public record SwitchoverFacts(
    String clusterName,
    ClusterView view,
    Map<BackendId, Answered> answers,
    Map<BackendId, String> localProblems,
    List<Sender> senders,
    Optional<PrimaryFacts> primary,
    String operationRunning) {
  public SwitchoverFacts {
    answers = Map.copyOf(answers);
    localProblems = Map.copyOf(localProblems);
    senders = List.copyOf(senders);
  }

  /// A row of `pg_stat_replication`.
  public record Sender(String applicationName, String state, String syncState) {}

  /// @param archiveFailing whether the archiver's last try failed
  /// @param backupsRunning base backups in progress
  /// @param preparedTransactions left by two-phase commits
  /// @param synchronousNames `synchronous_standby_names`
  public record PrimaryFacts(
      boolean archiveFailing,
      int backupsRunning,
      int preparedTransactions,
      String synchronousNames) {}

  Optional<BackendId> from() {
    return view.primary();
  }
}
