package org.relevo.proxy.failover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Silent;

/// Makes the next picture of the cluster out of the last one and what the probes saw. Two tables
/// decide: [PrimaryRow] who may be given writes, then [NodeRow] each node's status.
public final class ViewDecision {
  private ViewDecision() {}

  /// A row that changed something.
  ///
  /// @param row its id
  /// @param node empty when it concerns the cluster
  /// @param text what changed, as `key=value` pairs
  public record Change(String row, Optional<BackendId> node, boolean worse, String text) {}

  /// @param changes what is new in the view; empty when only positions moved
  public record Decision(ClusterView view, List<Change> changes) {
    public Decision {
      changes = List.copyOf(changes);
    }
  }

  /// The picture before anything is known.
  public static ClusterView initial(List<NodeSpec> nodes, long nowEpochMs) {
    return new ClusterView(
        0,
        nodes.stream().map(node -> unknown(node, nowEpochMs)).toList(),
        Optional.empty(),
        "no node was asked yet");
  }

  /// @param observations the last one of each node
  /// @param mandate what the cluster's members have agreed on; empty where nobody else is asked
  public static Decision next(
      ClusterView before,
      Map<BackendId, NodeObservation> observations,
      RoleChange change,
      Optional<Mandate> mandate,
      long nowEpochMs) {
    String reference = reference(before, observations);
    PrimaryRow.Facts facts = facts(before, observations, change, mandate, reference);
    PrimaryRow primaryRow =
        PrimaryRow.TABLE.stream().filter(row -> row.when().test(facts)).findFirst().orElseThrow();
    Optional<BackendId> primary = primaryRow.choice().apply(facts);
    List<Change> changes = new ArrayList<>();
    List<NodeView> nodes = new ArrayList<>();
    for (NodeView node : before.nodes()) {
      nodes.add(next(node, observations, change, reference, primary, nowEpochMs, changes));
    }
    String reason = primaryRow.reason().apply(facts);
    if (!primary.equals(before.primary())) {
      changes.add(
          new Change(
              primaryRow.id(),
              Optional.empty(),
              primary.isEmpty(),
              "from=%s to=%s reason=\"%s\""
                  .formatted(shown(before.primary()), shown(primary), reason)));
    }
    long epoch = before.epoch() + (changes.isEmpty() ? 0 : 1);
    return new Decision(new ClusterView(epoch, nodes, primary, reason), changes);
  }

  private static NodeView next(
      NodeView before,
      Map<BackendId, NodeObservation> observations,
      RoleChange change,
      String reference,
      Optional<BackendId> primary,
      long nowEpochMs,
      List<Change> changes) {
    NodeRow.Facts facts =
        new NodeRow.Facts(
            before,
            Optional.ofNullable(observations.get(before.id())),
            Optional.ofNullable(change.marks().get(before.id())),
            reference,
            primary);
    NodeRow row =
        NodeRow.TABLE.stream().filter(each -> each.when().test(facts)).findFirst().orElseThrow();
    Status status = row.status().apply(facts);
    String reason = row.reason().apply(facts);
    NodeView after = seen(before, facts, status, reason, nowEpochMs);
    if (after.status() != before.status() || after.role() != before.role()) {
      changes.add(
          new Change(
              row.id(),
              Optional.of(before.id()),
              status == Status.DOWN || status == Status.QUARANTINED,
              "node=%s status=%s->%s role=%s->%s reason=\"%s\""
                  .formatted(
                      before.id(),
                      before.status(),
                      after.status(),
                      before.role(),
                      after.role(),
                      reason)));
    }
    return after;
  }

  static NodeView seen(
      NodeView before, NodeRow.Facts facts, Status status, String reason, long nowEpochMs) {
    Optional<Answered> answer = facts.answered();
    Role role =
        answer.map(Answered::role).orElse(status == Status.DOWN ? Role.UNKNOWN : before.role());
    boolean same = role == before.role() && status == before.status();
    return new NodeView(
        before.id(),
        before.name(),
        before.host(),
        before.port(),
        role,
        status,
        reason,
        answer.map(Answered::timeline).orElse(before.timeline()),
        answer.map(Answered::received).or(before::received),
        answer.map(Answered::replayed).or(before::replayed),
        answer.map(Answered::replayLagMs).orElse(-1L),
        answer.map(Answered::serverVersion).orElse(before.serverVersion()),
        answer.map(Answered::systemIdentifier).orElse(before.systemIdentifier()),
        same ? before.sinceEpochMs() : nowEpochMs,
        facts.observation().map(NodeObservation::atEpochMs).orElse(before.sampledAtEpochMs()));
  }

  private static PrimaryRow.Facts facts(
      ClusterView before,
      Map<BackendId, NodeObservation> observations,
      RoleChange change,
      Optional<Mandate> mandate,
      String reference) {
    List<BackendId> unheard = new ArrayList<>();
    List<BackendId> down = new ArrayList<>();
    List<PrimaryRow.Writable> writable = new ArrayList<>();
    List<PrimaryRow.Doubtful> doubtful = new ArrayList<>();
    long newest = -1;
    for (NodeView node : before.nodes()) {
      if (node.status() == Status.DETACHED) {
        continue; // what it says must neither choose nor doubt a primary
      }
      NodeObservation observation = observations.get(node.id());
      switch (observation == null ? null : observation.outcome()) {
        case null -> unheard.add(node.id());
        case Answered answer -> {
          if (!answer.systemIdentifier().equals(reference)) {
            continue;
          }
          newest = Math.max(newest, answer.timeline());
          if (answer.role() == Role.PRIMARY) {
            writable.add(new PrimaryRow.Writable(node.id(), answer.timeline()));
          }
        }
        case Silent silent -> {
          if (silent.conclusive()) {
            down.add(node.id());
            continue;
          }
          if (node.status() == Status.UNUSED) {
            unheard.add(node.id());
          } else if (node.role() == Role.PRIMARY && node.systemIdentifier().equals(reference)) {
            newest = Math.max(newest, node.timeline());
            doubtful.add(new PrimaryRow.Doubtful(node.id(), node.timeline(), true));
          }
        }
      }
    }
    List<PrimaryRow.Writable> outdated = outdated(before, observations, writable);
    writable.removeAll(outdated);
    outdated.forEach(
        node -> doubtful.add(new PrimaryRow.Doubtful(node.id(), node.timeline(), false)));
    return new PrimaryRow.Facts(
        mandate, change, unheard, down, writable, doubtful, before.primary(), newest);
  }

  /// Writers whose answer is older than the first sight of a writer on a newer timeline: they may
  /// have been stopped before it was promoted. The writer we serve outdates nobody; it needs no
  /// doubt to stay.
  private static List<PrimaryRow.Writable> outdated(
      ClusterView before,
      Map<BackendId, NodeObservation> observations,
      List<PrimaryRow.Writable> writable) {
    Optional<PrimaryRow.Writable> newest =
        writable.stream()
            .max(Comparator.comparingLong(PrimaryRow.Writable::timeline))
            .filter(writer -> !before.primary().equals(Optional.of(writer.id())));
    if (newest.isEmpty()) {
      return List.of();
    }
    long sinceEpochMs =
        before
            .node(newest.get().id())
            .filter(node -> node.role() == Role.PRIMARY)
            .map(NodeView::sinceEpochMs)
            .orElseGet(() -> askedAt(newest.get().id(), observations));
    return writable.stream()
        .filter(writer ->
            writer.timeline() < newest.get().timeline()
                && askedAt(writer.id(), observations) < sinceEpochMs)
        .toList();
  }

  private static long askedAt(BackendId node, Map<BackendId, NodeObservation> observations) {
    return Optional.ofNullable(observations.get(node)).map(NodeObservation::atEpochMs).orElse(-1L);
  }

  /// The cluster's system identifier: most nodes have it; when even, the primary we serve or the
  /// first node.
  static String reference(ClusterView before, Map<BackendId, NodeObservation> observations) {
    Map<String, Integer> votes = new HashMap<>();
    for (NodeView node : before.nodes()) {
      if (node.status() == Status.DETACHED) {
        continue;
      }
      String identifier = identifier(node, observations);
      if (!identifier.isEmpty()) {
        votes.merge(identifier, 1, Integer::sum);
      }
    }
    int most = votes.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    String served = before.primaryNode().map(NodeView::systemIdentifier).orElse("");
    if (most > 0 && votes.getOrDefault(served, 0) == most) {
      return served;
    }
    return before.nodes().stream()
        .filter(node -> node.status() != Status.DETACHED)
        .map(node -> identifier(node, observations))
        .filter(identifier -> votes.getOrDefault(identifier, 0) == most)
        .findFirst()
        .orElse("");
  }

  private static String identifier(NodeView node, Map<BackendId, NodeObservation> observations) {
    NodeObservation observation = observations.get(node.id());
    return observation != null && observation.outcome() instanceof Answered answer
        ? answer.systemIdentifier()
        : node.systemIdentifier();
  }

  private static NodeView unknown(NodeSpec node, long nowEpochMs) {
    return new NodeView(
        node.id(),
        node.name(),
        node.host(),
        node.port(),
        Role.UNKNOWN,
        node.detached().isPresent() ? Status.DETACHED : Status.UNUSED,
        node.detached().orElse("not asked yet"),
        -1,
        Optional.<Lsn>empty(),
        Optional.<Lsn>empty(),
        -1,
        "",
        "",
        nowEpochMs,
        nowEpochMs);
  }

  private static String shown(Optional<BackendId> node) {
    return node.map(BackendId::toString).orElse("none");
  }
}
