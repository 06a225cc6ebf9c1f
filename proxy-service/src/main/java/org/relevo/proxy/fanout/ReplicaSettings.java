package org.relevo.proxy.fanout;

import java.util.Map;
import org.relevo.proxy.core.BackendId;

/// How nodes are kept equal.
///
/// @param mixed `replication_format`: false for `statement`
/// @param everyRead `replicate_select`
/// @param detachOnKind `replication_stop_on_mismatch`
/// @param detachOnRows `failover_if_affected_tuples_mismatch`
/// @param snapshots `backend_clustering_mode = snapshot_isolation`
/// @param balanced `load_balance_mode`
/// @param perStatement `statement_level_load_balance`
/// @param weights by node, `backend_weightN`
public record ReplicaSettings(
    boolean mixed,
    boolean everyRead,
    boolean detachOnKind,
    boolean detachOnRows,
    boolean snapshots,
    boolean balanced,
    boolean perStatement,
    Map<BackendId, Double> weights) {
  public ReplicaSettings {
    weights = Map.copyOf(weights);
  }
}
