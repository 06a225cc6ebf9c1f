package org.relevo.app.model;

import java.util.List;
import java.util.Optional;
import org.relevo.jmx.contract.AlertInfo;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;

/// Who decides in the cluster, which nodes are being brought back, and what a person should know.
///
/// @param control empty when the service does not control its servers
/// @param recoveries newest first
/// @param alerts those that are now
public record ControlData(
    Optional<ControlStatus> control, List<RecoveryStatus> recoveries, List<AlertInfo> alerts) {
  public static final ControlData NONE = new ControlData(Optional.empty(), List.of(), List.of());

  public ControlData {
    recoveries = List.copyOf(recoveries);
    alerts = List.copyOf(alerts);
  }

  public Optional<RecoveryStatus> runningRecovery() {
    return recoveries.stream().filter(r -> r.state() == RecoveryState.RUNNING).findFirst();
  }

  /// Whether the members are to leave a node alone.
  public boolean takenOut(int nodeId) {
    return control.stream()
        .flatMap(status -> status.nodes().stream())
        .anyMatch(node ->
            node.nodeId() == nodeId
                && (node.goal().equals("detached") || node.goal().equals("maintenance")));
  }

  /// Alerts that nobody cares for yet.
  public long unacknowledged() {
    return alerts.stream().filter(a -> a.acknowledgedBy().isEmpty()).count();
  }
}
