package org.relevo.app.remote;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.app.model.ControlData;
import org.relevo.app.model.LiveData;
import org.relevo.app.model.Sequences;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.PostgresSample;

/// One round of questions to a service.
final class LivePoll {
  /// A service with more nodes than this is asked for the first ones only.
  private static final int MAX_NODES = 128;

  private LivePoll() {}

  /// Blocks. Everything that the histories already hold is left out.
  static LiveData fetch(ServiceConnection service, Sequences known) {
    ClusterStatus status = service.cluster().getStatus();
    Sequences since =
        status.startedAtEpochMs() == known.serviceStartedAtEpochMs() ? known : Sequences.NONE;
    List<NodeInfo> nodes = service.cluster().getNodes().stream().limit(MAX_NODES).toList();
    Map<Integer, List<PostgresSample>> postgres = new HashMap<>();
    Map<Integer, String> problems = new HashMap<>();
    for (NodeInfo node : nodes) {
      PostgresMXBean bean = service.postgres(node.id());
      postgres.put(node.id(), bean.samplesSince(since.postgres(node.id())));
      problems.put(node.id(), bean.getProblem());
    }
    return new LiveData(
        status,
        nodes,
        service.pool().getInfo(),
        service.pool().samplesSince(since.pool()),
        service.host().getInfo(),
        service.host().samplesSince(since.host()),
        postgres,
        problems,
        service.benchmark().getStatus(),
        service.benchmark().samplesSince(since.benchmark()),
        service.cluster().eventsSince(since.events()),
        service.failover().getCurrent(),
        new ControlData(
            Presence.of(() -> service.control().getStatus()),
            Presence.of(() -> service.recovery().getRecoveries()).orElse(List.of()),
            Presence.of(() -> service.alerts().getActive()).orElse(List.of())));
  }
}
