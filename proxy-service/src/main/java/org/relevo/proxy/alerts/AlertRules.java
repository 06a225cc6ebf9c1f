package org.relevo.proxy.alerts;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;

/// All rules. Each says of each of its subjects whether it is bad now; names are an outside
/// contract.
final class AlertRules {
  private static final long MEMBER_SILENT_MS = 10_000;
  private static final long LAG_HOLD_MS = 10_000;
  private static final long QUEUE_HOLD_MS = 10_000;
  private static final long ABSENT_HOLD_MS = 5_000;
  private static final long HELD_HOLD_MS = 60_000;
  private static final long STALE_MS = 30_000;

  private AlertRules() {}

  static List<Finding> look(Situation now, AlertLimits limits) {
    List<Finding> found = new ArrayList<>();
    found.add(
        Finding.state(
            "no_primary",
            "",
            LogLevel.ERROR,
            now.primaryNodeId() < 0,
            ABSENT_HOLD_MS,
            "no server takes writes"));
    found.add(
        Finding.state(
            "traffic_held",
            "",
            LogLevel.WARN,
            now.trafficHeld(),
            HELD_HOLD_MS,
            "new transactions have been waiting for an operation"));
    for (NodeInfo node : now.nodes()) {
      node(found, node, now, limits);
    }
    if (limits.waitingClients() > 0) {
      found.add(
          Finding.threshold(
              "clients_waiting",
              "",
              now.pool().waitingClients(),
              limits.waitingClients(),
              QUEUE_HOLD_MS,
              now.pool().waitingClients() + " clients wait for a server connection"));
    }
    now.control().ifPresent(control -> quorum(found, control));
    return found;
  }

  private static void node(List<Finding> found, NodeInfo node, Situation now, AlertLimits limits) {
    boolean lost = node.status() == NodeStatus.DOWN || node.status() == NodeStatus.QUARANTINED;
    found.add(
        Finding.state(
            "node_down",
            node.name(),
            LogLevel.ERROR,
            lost,
            0,
            "%s (%s:%d) is %s: %s"
                .formatted(
                    node.name(),
                    node.host(),
                    node.port(),
                    node.status().name().toLowerCase(Locale.ROOT),
                    node.statusReason())));
    // A node that is down lags too: its root cause is told, not that.
    boolean standby = node.role() == NodeRole.STANDBY && !lost;
    if (limits.lagBytes() > 0) {
      found.add(
          Finding.threshold(
              "replication_lag",
              node.name(),
              standby ? Math.max(0, (double) node.replayLagBytes()) : 0,
              (double) limits.lagBytes(),
              LAG_HOLD_MS,
              "%s is %d bytes behind".formatted(node.name(), node.replayLagBytes())));
    }
    found.add(
        Finding.state(
            "node_unobserved",
            node.name(),
            LogLevel.WARN,
            !lost
                && node.status() != NodeStatus.DETACHED
                && now.nowEpochMs() - node.sampledAtEpochMs() > STALE_MS,
            0,
            node.name() + " was not probed for more than " + STALE_MS / 1000 + " s"));
  }

  private static void quorum(List<Finding> found, ControlStatus control) {
    found.add(
        Finding.state(
            "member_trouble",
            "",
            LogLevel.ERROR,
            !control.trouble().isEmpty(),
            0,
            control.trouble()));
    if (control.alone()) {
      return;
    }
    found.add(
        Finding.state(
            "no_leader",
            "",
            LogLevel.ERROR,
            control.leader().isEmpty(),
            ABSENT_HOLD_MS,
            "no member of the cluster leads: nothing can be decided"));
    for (ControlMember member : control.members()) {
      if (!member.self()) {
        found.add(
            Finding.state(
                "member_silent",
                member.name(),
                LogLevel.WARN,
                member.contactMs() > MEMBER_SILENT_MS,
                0,
                "member %s was not heard for %d s"
                    .formatted(member.name(), member.contactMs() / 1000)));
      }
    }
  }
}
