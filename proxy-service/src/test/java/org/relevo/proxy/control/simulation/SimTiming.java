package org.relevo.proxy.control.simulation;

import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.SyncStanding;
import org.relevo.proxy.control.Timing;

/// Lengths of time and state machines that are wrong in one thing.
final class SimTiming {
  private SimTiming() {}

  static Timing withoutMargins() {
    return Run.TIMING.withLease(Run.TIMING.leaseMs(), Run.TIMING.renewMs(), 0);
  }

  /// Counts on standbys before they have what was written before.
  static Applied settledAtOnce(ClusterState state, Command command) {
    Applied applied = ClusterMachine.apply(state, command);
    ClusterState now = applied.state();
    boolean opens =
        command instanceof Command.AskSync
            || (command instanceof Command.Advance && now.standing().number() > 0);
    if (!opens || applied.refused()) {
      return applied;
    }
    SyncStanding settled =
        new SyncStanding(now.standing().number(), now.standing().asked(), now.standing().asked());
    return new Applied(
        new ClusterState(
            now.systemIdentifier(),
            now.epoch(),
            now.lastGateEpoch(),
            now.lastTimeline(),
            now.members(),
            now.nodes(),
            now.leases(),
            now.primary(),
            now.sync(),
            settled,
            now.paused(),
            now.operation(),
            now.history(),
            now.failoversSinceCalm(),
            now.service()),
        applied.refusal());
  }
}
