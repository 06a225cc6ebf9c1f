package org.relevo.proxy.failover;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.failover.ViewDecision.Change;
import org.relevo.proxy.failover.ViewDecision.Decision;

/// Makes the next picture of a cluster in which every server takes writes: whoever is not detached
/// and answers is up, and the lowest-numbered of those is the main node, shown as the primary.
public final class ReplicaDecision {
  private ReplicaDecision() {}

  /// @param detached why those are detached that are
  public static Decision next(
      ClusterView before,
      Map<BackendId, NodeObservation> observations,
      Map<BackendId, String> detached,
      long nowEpochMs) {
    List<Change> changes = new ArrayList<>();
    List<NodeView> nodes = new ArrayList<>();
    for (NodeView node : before.nodes()) {
      nodes.add(next(node, observations, detached, nowEpochMs, changes));
    }
    Optional<BackendId> main =
        nodes.stream().filter(NodeView::usable).map(NodeView::id).sorted().findFirst();
    String reason = main.isPresent() ? "" : "no node that takes part answers";
    if (!main.equals(before.primary())) {
      changes.add(
          new Change(
              "R-090",
              Optional.empty(),
              main.isEmpty(),
              "from=%s to=%s reason=\"%s\""
                  .formatted(shown(before.primary()), shown(main), reason)));
    }
    long epoch = before.epoch() + (changes.isEmpty() ? 0 : 1);
    return new Decision(new ClusterView(epoch, nodes, main, reason), changes);
  }

  private static String shown(Optional<BackendId> node) {
    return node.map(BackendId::toString).orElse("none");
  }

  private record Row(String id, Status status, String reason) {}

  private static NodeView next(
      NodeView before,
      Map<BackendId, NodeObservation> observations,
      Map<BackendId, String> detached,
      long nowEpochMs,
      List<Change> changes) {
    NodeRow.Facts facts =
        new NodeRow.Facts(
            before,
            Optional.ofNullable(observations.get(before.id())),
            Optional.empty(),
            "",
            Optional.empty());
    Row row = row(facts, Optional.ofNullable(detached.get(before.id())));
    NodeView after = ViewDecision.seen(before, facts, row.status(), row.reason(), nowEpochMs);
    if (after.status() != before.status() || after.role() != before.role()) {
      changes.add(
          new Change(
              row.id(),
              Optional.of(before.id()),
              row.status() != Status.UP,
              "node=%s status=%s->%s role=%s->%s reason=\"%s\""
                  .formatted(
                      before.id(),
                      before.status(),
                      after.status(),
                      before.role(),
                      after.role(),
                      row.reason())));
    }
    return after;
  }

  private static Row row(NodeRow.Facts facts, Optional<String> detached) {
    if (detached.isPresent()) {
      return new Row("R-010", Status.DETACHED, detached.get());
    }
    if (facts.observation().isEmpty()) {
      return new Row("R-020", Status.UNUSED, "not asked yet");
    }
    if (facts.silent().filter(NodeObservation.Silent::conclusive).isPresent()) {
      return new Row("R-030", Status.DOWN, facts.silent().orElseThrow().reason());
    }
    if (facts.silent().isPresent()) {
      Status kept =
          facts.before().status() == Status.DETACHED ? Status.UNUSED : facts.before().status();
      return new Row("R-040", kept, facts.before().reason());
    }
    if (facts.answered().filter(answer -> answer.role() == Role.STANDBY).isPresent()) {
      return new Row(
          "R-050", Status.QUARANTINED, "is a standby; in this mode every server takes writes");
    }
    return new Row("R-060", Status.UP, "answers");
  }
}
