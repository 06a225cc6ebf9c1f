package org.relevo.app.view.operations;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;

/// Which nodes an act could be done to; does it, and tells how far it is. Blocks.
///
/// Owner: any thread; holds nothing.
final class Acts {
  private Acts() {}

  /// The nodes with what speaks for and against the act on each.
  static List<Target> targets(ServiceConnection service, ActKind kind) {
    InUse use = InUse.of(service);
    int main = service.cluster().getStatus().primaryNodeId();
    List<Target> targets = new ArrayList<>();
    for (NodeInfo node : service.cluster().getNodes()) {
      targets.add(target(kind, node, use, node.id() == main));
    }
    return targets;
  }

  private static Target target(ActKind kind, NodeInfo node, InUse use, boolean main) {
    boolean used = use.used(node);
    return switch (kind) {
      case RECOVERY, FAILBACK ->
          main && used
              ? new Target(node, false, "target.is-primary", "")
              : new Target(node, !used, used ? "target.in-use" : "target.recoverable", "");
      case FAILOVER ->
          main
              ? new Target(node, false, "target.is-primary", "")
              : new Target(
                  node,
                  used || node.role() == NodeRole.STANDBY,
                  used ? "target.standby" : "target.not-up",
                  node.receivedLsn());
      case DETACH -> {
        boolean there = !use.takenOut(node) && node.status() != NodeStatus.UNUSED;
        yield new Target(node, there, there ? "target.in-use-now" : "target.not-in-use", "");
      }
      case ATTACH ->
          new Target(node, !used, used ? "target.in-use-already" : "target.attachable", "");
      case SCHEDULE ->
          main
              ? new Target(node, false, "target.is-primary", "")
              : new Target(
                  node, used, used ? "target.standby" : "target.not-up", node.receivedLsn());
      case PAUSE,
          RESUME,
          ARCHIVE_ON,
          ARCHIVE_OFF,
          UNSCHEDULE,
          ADD_NODE,
          IMPORT_PGPOOL,
          IMPORT_HEARTBEAT ->
          new Target(node, true, "target.any", "");
    };
  }

  /// Starts it.
  ///
  /// @return id of the service's operation, "" for what is done at once
  static String start(ServiceConnection service, ActPlan plan, Clock clock) {
    int node = plan.nodeId();
    String why = plan.reason();
    switch (plan.kind()) {
      case RECOVERY, FAILBACK -> {
        return service.recovery().recover(node, plan.option(), why);
      }
      case FAILOVER -> {
        return service.control().failover(node, ActPlans.lossBytes(plan.option()), false, why);
      }
      case DETACH -> service.recovery().detach(node, why);
      case ATTACH -> service.recovery().attach(node, why);
      case PAUSE -> service.control().maintenance(true, why);
      case RESUME -> service.control().maintenance(false, why);
      case ARCHIVE_ON -> service.recovery().setWalArchiving(true);
      case ARCHIVE_OFF -> service.recovery().setWalArchiving(false);
      case SCHEDULE ->
          service.control().scheduleSwitchover(node, ActPlans.timeOf(plan.input(), clock), why);
      case UNSCHEDULE -> service.control().cancelScheduled();
      // The person writes the settings; the window follows what the service sees of them.
      case ADD_NODE, IMPORT_PGPOOL, IMPORT_HEARTBEAT -> {}
    }
    return "";
  }

  /// @param id of the service's operation
  static Progress progress(ServiceConnection service, ActKind kind, String id) {
    return kind.recovers()
        ? Progress.of(service.recovery().recovery(id))
        : Progress.of(service.failover().operation(id));
  }

  static void cancel(ServiceConnection service, Progress progress) {
    if (progress.kind().equals("recovery")) {
      service.recovery().cancel(progress.id());
    } else {
      service.failover().abort(progress.id());
    }
  }
}
