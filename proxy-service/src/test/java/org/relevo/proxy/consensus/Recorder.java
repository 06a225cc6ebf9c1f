package org.relevo.proxy.consensus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.consensus.ClusterLog.Leadership;

/// Writes down what it is told.
class Recorder implements ClusterLog.Listener {
  private final List<String> events = new CopyOnWriteArrayList<>();

  List<String> events() {
    return events;
  }

  @Override
  public void applied(long index, Command command, ClusterState state) {
    String reason = command instanceof Command.Pause pause ? pause.why().text() : "?";
    events.add("applied %d %s %d".formatted(index, reason, state.epoch()));
  }

  @Override
  public void installed(long index, ClusterState state) {
    events.add("installed %d %d".formatted(index, state.epoch()));
  }

  @Override
  public void leadership(Leadership leadership) {
    events.add("leads " + leadership.self());
  }

  @Override
  public String toString() {
    return events.toString();
  }
}
