package org.relevo.proxy.http;

import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;

/// Servers, and what the members of the cluster have agreed on.
@SuppressWarnings("LongDoubleConversion") // counts, far below 2^53
final class ClusterFigures {
  private static final int MOST_MEMBERS = 64;

  private ClusterFigures() {}

  static void cluster(Metrics all, ClusterMXBean bean) {
    ClusterStatus status = bean.getStatus();
    all.info(
        "relevo_service",
        "Version and name of this service.",
        "version",
        status.version(),
        "proxy",
        status.proxyId(),
        "cluster",
        status.clusterName(),
        "mode",
        status.mode());
    all.gauge(
        "relevo_cluster_epoch", "", "Grows with each change of role or status.", status.epoch());
    all.gauge(
        "relevo_cluster_primary_present",
        "",
        "1 when there is a primary that takes writes.",
        status.primaryNodeId() >= 0 ? 1 : 0);
    all.gauge(
        "relevo_cluster_traffic_held",
        "",
        "1 while new transactions wait for an operation.",
        status.trafficHeld() ? 1 : 0);
    for (NodeInfo node : bean.getNodes()) {
      String id = Integer.toString(node.id());
      String name = node.name();
      all.gauge(
          "relevo_node_up",
          "",
          "1 when the server is used.",
          node.status() == NodeStatus.UP ? 1 : 0,
          "node",
          id,
          "name",
          name);
      all.gauge(
          "relevo_node_primary",
          "",
          "1 for the server that takes writes.",
          node.id() == status.primaryNodeId() ? 1 : 0,
          "node",
          id,
          "name",
          name);
      for (NodeStatus each : NodeStatus.values()) {
        all.gauge(
            "relevo_node_status",
            "",
            "1 for the status that the server has.",
            node.status() == each ? 1 : 0,
            "node",
            id,
            "status",
            Figures.lower(each));
      }
      for (NodeRole each : NodeRole.values()) {
        all.gauge(
            "relevo_node_role",
            "",
            "1 for the role that PostgreSQL says it has.",
            node.role() == each ? 1 : 0,
            "node",
            id,
            "role",
            Figures.lower(each));
      }
      all.gauge(
          "relevo_node_replay_lag_bytes",
          "bytes",
          "Log that a standby has still to replay.",
          Figures.known(node.replayLagBytes()),
          "node",
          id);
      all.gauge(
          "relevo_node_replay_lag_seconds",
          "seconds",
          "Age of what a standby has replayed, while it is behind.",
          Figures.known(node.replayLagMs()) / Figures.MS,
          "node",
          id);
      all.gauge(
          "relevo_node_timeline",
          "",
          "Timeline of the server's log.",
          Figures.known(node.timeline()),
          "node",
          id);
      all.gauge(
          "relevo_node_sample_age_seconds",
          "seconds",
          "Time since it was last probed.",
          (System.currentTimeMillis() - node.sampledAtEpochMs()) / Figures.MS,
          "node",
          id);
    }
  }

  static void control(Metrics all, ControlStatus status) {
    all.gauge(
        "relevo_control_leader_known",
        "",
        "1 when a member leads.",
        status.leader().isEmpty() ? 0 : 1);
    all.gauge(
        "relevo_control_leads",
        "",
        "1 when this member leads.",
        status.alone() || status.leader().equals(status.member()) ? 1 : 0);
    all.gauge(
        "relevo_control_writes_allowed_seconds",
        "seconds",
        "How long clients may write without news of a majority.",
        status.writesForMs() / Figures.MS);
    all.gauge("relevo_control_maintenance", "", "1 in maintenance mode.", status.paused() ? 1 : 0);
    all.gauge(
        "relevo_control_operation_running",
        "",
        "1 while roles are being changed.",
        status.operationId().isEmpty() ? 0 : 1);
    all.gauge(
        "relevo_control_synchronous_standbys",
        "",
        "Standbys that must have a commit before it is acknowledged.",
        status.waitFor());
    status.members().stream()
        .limit(MOST_MEMBERS)
        .forEach(member -> {
          all.gauge(
              "relevo_control_member_silence_seconds",
              "seconds",
              "Time since the member was last heard by this one.",
              Figures.known(member.contactMs()) / Figures.MS,
              "member",
              member.name());
          all.gauge(
              "relevo_control_member_lease",
              "",
              "1 when the member lets clients write.",
              member.holdsLease() ? 1 : 0,
              "member",
              member.name());
        });
  }
}
