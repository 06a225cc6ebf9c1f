package org.relevo.proxy.failover;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Silent;

/// A row of the table that decides a node's status; the first match wins.
///
/// @param id stable, logged with what it caused
/// @param rule for people
record NodeRow(
    String id,
    String rule,
    Predicate<Facts> when,
    Function<Facts, Status> status,
    Function<Facts, String> reason) {

  /// What is known of one node.
  ///
  /// @param before the node as last published
  /// @param mark what a running operation shows it as
  /// @param reference system identifier of this cluster, "" when unknown
  /// @param primary who was just chosen
  record Facts(
      NodeView before,
      Optional<NodeObservation> observation,
      Optional<Status> mark,
      String reference,
      Optional<BackendId> primary) {
    Optional<Silent> silent() {
      return observation
          .map(NodeObservation::outcome)
          .filter(Silent.class::isInstance)
          .map(Silent.class::cast);
    }

    Optional<Answered> answered() {
      return observation
          .map(NodeObservation::outcome)
          .filter(Answered.class::isInstance)
          .map(Answered.class::cast);
    }

    boolean foreign() {
      return answered()
          .filter(answer -> !reference.isEmpty() && !answer.systemIdentifier().equals(reference))
          .isPresent();
    }

    boolean writable() {
      return answered().filter(answer -> answer.role() == Role.PRIMARY).isPresent();
    }
  }

  private static String inHand(Status mark) {
    return switch (mark) {
      case RECOVERING -> "it is being recovered";
      case MAINTENANCE -> "detached by hand";
      case UNUSED, UP, DOWN, QUARANTINED, DETACHED, PROMOTING, DEMOTING ->
          "an operation is changing its role";
    };
  }

  static final List<NodeRow> TABLE =
      List.of(
          new NodeRow(
              "N-005",
              "kept out by the configuration",
              facts -> facts.before().status() == Status.DETACHED,
              _ -> Status.DETACHED,
              facts -> facts.before().reason()),
          new NodeRow(
              "N-010",
              "never asked",
              facts -> facts.observation().isEmpty(),
              _ -> Status.UNUSED,
              _ -> "not asked yet"),
          new NodeRow(
              "N-020",
              "no answer, but an operation has it in hand",
              facts -> facts.silent().isPresent() && facts.mark().isPresent(),
              facts -> facts.mark().orElseThrow(),
              facts -> inHand(facts.mark().orElseThrow())),
          new NodeRow(
              "N-030",
              "no answer and no doubt left",
              facts -> facts.silent().filter(Silent::conclusive).isPresent(),
              _ -> Status.DOWN,
              facts -> facts.silent().orElseThrow().reason()),
          new NodeRow(
              "N-040",
              "no answer yet, retries are left",
              facts -> facts.silent().isPresent(),
              facts -> facts.before().status(),
              facts -> facts.before().reason()),
          new NodeRow(
              "N-050",
              "belongs to another cluster",
              Facts::foreign,
              _ -> Status.QUARANTINED,
              facts ->
                  "its system identifier is %s, this cluster's is %s"
                      .formatted(
                          facts.answered().orElseThrow().systemIdentifier(), facts.reference())),
          new NodeRow(
              "N-060",
              "an operation has it in hand",
              facts -> facts.mark().isPresent(),
              facts -> facts.mark().orElseThrow(),
              facts -> inHand(facts.mark().orElseThrow())),
          new NodeRow(
              "N-070",
              "an old primary that came back writable",
              facts ->
                  facts.writable()
                      && facts.primary().isPresent()
                      && !facts.primary().get().equals(facts.before().id()),
              _ -> Status.QUARANTINED,
              facts ->
                  "it takes writes on timeline %d although %s is the primary"
                      .formatted(
                          facts.answered().orElseThrow().timeline(),
                          facts.primary().orElseThrow())),
          new NodeRow(
              "N-090",
              "answers",
              _ -> true,
              _ -> Status.UP,
              facts ->
                  facts.answered().filter(answer -> answer.role() == Role.STANDBY).isPresent()
                          && !facts.answered().orElseThrow().streaming()
                      ? "answers; receives no WAL at the moment"
                      : "answers"));
}
