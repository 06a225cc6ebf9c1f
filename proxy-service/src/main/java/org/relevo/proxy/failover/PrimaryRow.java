package org.relevo.proxy.failover;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.relevo.proxy.core.BackendId;

/// A row of the table that decides who may be given writes; the first match wins.
///
/// @param choice the primary, empty for none
/// @param reason why there is none, "" when there is one
record PrimaryRow(
    String id,
    String rule,
    Predicate<Facts> when,
    Function<Facts, Optional<BackendId>> choice,
    Function<Facts, String> reason) {

  /// A node that takes writes.
  record Writable(BackendId id, long timeline) {}

  /// A node that took writes when it last answered, which no longer counts as an answer.
  ///
  /// @param failed whether a newer probe failed; otherwise the answer is older than the first sight
  ///   of another writer
  record Doubtful(BackendId id, long timeline, boolean failed) {}

  /// @param mandate what the cluster's members have agreed on; empty where nobody else is asked
  /// @param unheard nodes without any conclusive probe since the start
  /// @param down nodes that do not answer, with no retries left
  /// @param writable of this cluster's own nodes
  /// @param doubtful of this cluster's own nodes; none of them is in `writable`
  /// @param newestTimeline of this cluster's own nodes that answer, whatever their role
  record Facts(
      Optional<Mandate> mandate,
      RoleChange change,
      List<BackendId> unheard,
      List<BackendId> down,
      List<Writable> writable,
      List<Doubtful> doubtful,
      Optional<BackendId> previous,
      long newestTimeline) {
    Facts {
      unheard = List.copyOf(unheard);
      down = List.copyOf(down);
      writable = List.copyOf(writable);
      doubtful = List.copyOf(doubtful);
    }

    boolean mandateIsDown() {
      return mandate.flatMap(Mandate::primary).filter(down::contains).isPresent();
    }

    List<Writable> onNewest() {
      return writable.stream().filter(node -> node.timeline() == newestTimeline).toList();
    }

    /// The node we serve missed a probe, and nothing speaks against it.
    boolean previousMayStillAnswer() {
      return writable.isEmpty()
          && doubtful.stream()
              .anyMatch(node ->
                  previous.filter(node.id()::equals).isPresent()
                      && node.timeline() == newestTimeline);
    }

    /// Nodes that may still take writes beside a writer that is not served yet. One lost probe does
    /// not tell a stopped server from a slow one, so their retries settle it first.
    List<BackendId> unsettled() {
      boolean newWriter =
          writable.size() == 1
              && previous.filter(id -> id.equals(writable.getFirst().id())).isEmpty();
      return newWriter ? doubtful.stream().map(Doubtful::id).toList() : List.of();
    }

    boolean onlyPreviousIsOnNewest() {
      return onNewest().size() == 1
          && previous.filter(id -> id.equals(onNewest().getFirst().id())).isPresent();
    }
  }

  static final List<PrimaryRow> TABLE =
      List.of(
          new PrimaryRow(
              "P-003",
              "the members of the cluster have agreed on a node that does not answer",
              Facts::mandateIsDown,
              _ -> Optional.empty(),
              facts -> facts.mandate().orElseThrow().primary().orElseThrow() + " does not answer"),
          new PrimaryRow(
              "P-005",
              "the members of the cluster have agreed on it",
              facts -> facts.mandate().isPresent(),
              facts -> facts.mandate().orElseThrow().primary(),
              facts -> facts.mandate().orElseThrow().reason()),
          new PrimaryRow(
              "P-010",
              "an operation changes roles",
              facts -> facts.change().underWay(),
              _ -> Optional.empty(),
              facts -> "operation " + facts.change().operationId() + " is changing roles"),
          new PrimaryRow(
              "P-020",
              "the service has just started and has not heard of every node",
              facts -> facts.previous().isEmpty() && !facts.unheard().isEmpty(),
              _ -> Optional.empty(),
              facts -> "not heard yet of " + facts.unheard()),
          new PrimaryRow(
              "P-025",
              "the node we serve missed a probe, retries are left",
              Facts::previousMayStillAnswer,
              Facts::previous,
              _ -> ""),
          new PrimaryRow(
              "P-030",
              "nobody takes writes",
              facts -> facts.writable().isEmpty(),
              _ -> Optional.empty(),
              _ -> "no node that answers takes writes"),
          new PrimaryRow(
              "P-040",
              "the only writable node is behind a newer timeline",
              facts -> facts.writable().size() == 1 && facts.onNewest().isEmpty(),
              _ -> Optional.empty(),
              facts ->
                  "%s takes writes on timeline %d, but another node follows timeline %d"
                      .formatted(
                          facts.writable().getFirst().id(),
                          facts.writable().getFirst().timeline(),
                          facts.newestTimeline())),
          new PrimaryRow(
              "P-045",
              "one node takes writes, another did and was not asked since",
              facts -> !facts.unsettled().isEmpty(),
              _ -> Optional.empty(),
              facts ->
                  "%s takes writes; %s did too and has to be asked again"
                      .formatted(facts.writable().getFirst().id(), facts.unsettled())),
          new PrimaryRow(
              "P-050",
              "one node takes writes",
              facts -> facts.writable().size() == 1,
              facts -> Optional.of(facts.writable().getFirst().id()),
              _ -> ""),
          new PrimaryRow(
              "P-060",
              "an old primary came back beside the one we serve",
              Facts::onlyPreviousIsOnNewest,
              Facts::previous,
              _ -> ""),
          new PrimaryRow(
              "P-070",
              "several nodes take writes",
              _ -> true,
              _ -> Optional.empty(),
              facts ->
                  "%s take writes at the same time; stop the wrong one"
                      .formatted(facts.writable().stream().map(Writable::id).toList())));
}
