package org.relevo.proxy.consensus;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.HistoryEntry;

/// Counts commands in the epoch and keeps their reasons, so that one lost, doubled or out of order
/// shows; refuses reasons that begin with "no".
final class TestMachine implements Machine {
  @Override
  public ClusterState initial() {
    return state(0, false, List.of());
  }

  @Override
  public Applied apply(ClusterState state, Command command) {
    if (!(command instanceof Command.Pause pause)) {
      return new Applied(state, "only Pause here");
    } else if (pause.why().text().startsWith("no")) {
      return new Applied(state, "refused: " + pause.why().text());
    }
    List<HistoryEntry> history = new ArrayList<>(state.history());
    long epoch = state.epoch() + 1;
    history.add(
        new HistoryEntry(
            epoch, pause.why().atEpochMs(), pause.why().actor(), "PAUSE", pause.why().text()));
    while (history.size() > ClusterState.MOST_HISTORY) {
      history.removeFirst();
    }
    return new Applied(state(epoch, pause.paused(), history), "");
  }

  static Command pause(String reason) {
    return new Command.Pause(true, new Command.Why(0, "test", "", reason));
  }

  /// Reasons of the newest commands, oldest first.
  static List<String> reasons(ClusterState state) {
    return state.history().stream().map(HistoryEntry::text).toList();
  }

  private static ClusterState state(long epoch, boolean paused, List<HistoryEntry> history) {
    ClusterState empty = ClusterMachine.initial();
    return new ClusterState(
        empty.systemIdentifier(),
        epoch,
        empty.lastGateEpoch(),
        empty.lastTimeline(),
        empty.members(),
        empty.nodes(),
        empty.leases(),
        empty.primary(),
        empty.sync(),
        empty.standing(),
        paused,
        empty.operation(),
        history,
        empty.failoversSinceCalm(),
        empty.service());
  }
}
