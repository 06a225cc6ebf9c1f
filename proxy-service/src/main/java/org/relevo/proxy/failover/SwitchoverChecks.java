package org.relevo.proxy.failover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.core.NodeView.Status;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.SwitchoverFacts.PrimaryFacts;

/// Who could take over, and what speaks against it. Nothing is asked here: the facts were gathered.
public final class SwitchoverChecks {
  /// WAL that the candidate may still have to replay when the switchover starts.
  public static final long MAX_LAG_BYTES = 16L << 20;

  private SwitchoverChecks() {}

  /// Every node but the primary, the best first.
  public static List<Candidate> candidates(SwitchoverFacts facts) {
    List<Candidate> candidates = new ArrayList<>();
    for (NodeView node : facts.view().nodes()) {
      if (facts.from().filter(node.id()::equals).isEmpty()) {
        candidates.add(candidate(facts, node));
      }
    }
    candidates.sort(
        Comparator.comparing((Candidate candidate) -> !candidate.ready())
            .thenComparingLong(candidate ->
                candidate.replayLagBytes() < 0 ? Long.MAX_VALUE : candidate.replayLagBytes())
            .thenComparingInt(Candidate::nodeId));
    return candidates;
  }

  /// The node that a switchover goes to.
  ///
  /// @param wanted empty for the best candidate
  public static Optional<BackendId> target(SwitchoverFacts facts, Optional<BackendId> wanted) {
    return wanted.or(
        () -> candidates(facts).stream().findFirst().map(each -> new BackendId(each.nodeId())));
  }

  /// All checks, in the order in which they are shown.
  public static List<PreflightCheck> checks(SwitchoverFacts facts, Optional<BackendId> target) {
    List<PreflightCheck> checks = new ArrayList<>();
    checks.add(
        check(
            "no-other-operation",
            facts.operationRunning().isEmpty() ? CheckResult.PASS : CheckResult.BLOCK,
            facts.operationRunning().isEmpty()
                ? "no operation is running"
                : "operation " + facts.operationRunning() + " is running",
            "none at a time",
            "relevo ctl cluster status"));
    checks.add(
        check(
            "primary-known",
            facts.from().isPresent() ? CheckResult.PASS : CheckResult.BLOCK,
            facts.from().map(id -> id + " takes writes").orElse(facts.view().primaryReason()),
            "exactly one",
            "SELECT pg_is_in_recovery()"));
    facts.from().ifPresent(from -> checks.add(local(facts, from)));
    checks.addAll(targetChecks(facts, target));
    facts.from().ifPresent(_ -> checks.addAll(primaryChecks(facts.primary())));
    return List.copyOf(checks);
  }

  private static PreflightCheck local(SwitchoverFacts facts, BackendId from) {
    String problem = facts.localProblems().getOrDefault(from, "");
    return check(
        "old-primary-local",
        problem.isEmpty() ? CheckResult.PASS : CheckResult.BLOCK,
        problem.isEmpty()
            ? "this service can stop and start " + from
            : problem + "; run the switchover from the Relevo service on the machine of " + from,
        "data directory on this machine",
        "");
  }

  private static List<PreflightCheck> targetChecks(
      SwitchoverFacts facts, Optional<BackendId> target) {
    Optional<NodeView> node = target.flatMap(facts.view()::node);
    if (node.isEmpty() || facts.from().equals(target)) {
      return List.of(
          check(
              "target",
              CheckResult.BLOCK,
              facts.from().isPresent() && facts.from().equals(target)
                  ? target.orElseThrow() + " is the primary already"
                  : "there is no node to switch to",
              "a standby",
              "relevo ctl node list"));
    }
    @Nullable Answered answer = facts.answers().get(node.get().id());
    boolean up = node.get().status() == Status.UP && answer != null;
    List<PreflightCheck> checks = new ArrayList<>();
    checks.add(
        check(
            "target-up",
            up ? CheckResult.PASS : CheckResult.BLOCK,
            "%s is %s: %s".formatted(node.get().id(), node.get().status(), node.get().reason()),
            "UP",
            "relevo ctl node show " + node.get().id().value()));
    if (answer == null) {
      return checks;
    }
    checks.addAll(targetState(facts, node.get(), answer));
    return checks;
  }

  private static List<PreflightCheck> targetState(
      SwitchoverFacts facts, NodeView node, Answered answer) {
    long timeline = facts.view().primaryNode().map(NodeView::timeline).orElse(-1L);
    long lag = lagBytes(facts, answer);
    boolean standby = answer.role() == Role.STANDBY;
    return List.of(
        check(
            "target-standby",
            standby ? CheckResult.PASS : CheckResult.BLOCK,
            node.id() + " says it is " + answer.role(),
            "STANDBY",
            "SELECT pg_is_in_recovery()"),
        check(
            "target-streaming",
            answer.streaming() ? CheckResult.PASS : CheckResult.BLOCK,
            node.id() + (answer.streaming() ? " streams" : " does not stream"),
            "streaming",
            "SELECT status FROM pg_stat_wal_receiver"),
        check(
            "same-timeline",
            timeline == answer.timeline() ? CheckResult.PASS : CheckResult.BLOCK,
            "timelines %d and %d".formatted(timeline, answer.timeline()),
            "equal",
            "SELECT timeline_id FROM pg_control_checkpoint()"),
        check(
            "replay-running",
            answer.replayPaused() ? CheckResult.BLOCK : CheckResult.PASS,
            answer.replayPaused() ? "replay is paused" : "replay runs",
            "not paused",
            "SELECT pg_is_wal_replay_paused()"),
        check(
            "lag",
            lag >= 0 && lag <= MAX_LAG_BYTES ? CheckResult.PASS : CheckResult.BLOCK,
            lag < 0 ? "lag unknown" : lag + " bytes behind",
            "at most " + MAX_LAG_BYTES + " bytes",
            "SELECT pg_wal_lsn_diff('%s', pg_last_wal_replay_lsn())"
                .formatted(
                    facts
                        .view()
                        .primaryNode()
                        .flatMap(NodeView::received)
                        .map(Object::toString)
                        .orElse("0/0"))));
  }

  private static List<PreflightCheck> primaryChecks(Optional<PrimaryFacts> primary) {
    if (primary.isEmpty()) {
      return List.of(
          check(
              "primary-answers", CheckResult.BLOCK, "the primary does not answer", "answers", ""));
    }
    PrimaryFacts facts = primary.get();
    return List.of(
        check(
            "archiver",
            // A failing archiver keeps a stopping server waiting for it.
            facts.archiveFailing() ? CheckResult.BLOCK : CheckResult.PASS,
            facts.archiveFailing() ? "the last WAL file could not be archived" : "no failure",
            "last try succeeded",
            "SELECT last_failed_time, last_archived_time FROM pg_stat_archiver"),
        check(
            "no-backup",
            facts.backupsRunning() == 0 ? CheckResult.PASS : CheckResult.BLOCK,
            facts.backupsRunning() + " base backups are running",
            "0; they would be broken off",
            "SELECT pid FROM pg_stat_progress_basebackup"),
        check(
            "prepared-transactions",
            facts.preparedTransactions() == 0 ? CheckResult.PASS : CheckResult.WARN,
            facts.preparedTransactions() + " prepared transactions go over to the new primary",
            "0",
            "SELECT gid FROM pg_prepared_xacts"),
        check(
            "synchronous-names",
            facts.synchronousNames().isEmpty() ? CheckResult.PASS : CheckResult.WARN,
            facts.synchronousNames().isEmpty()
                ? "replication is asynchronous"
                : "synchronous_standby_names = '"
                    + facts.synchronousNames()
                    + "'; the new primary uses its own setting",
            "the same on both",
            "SHOW synchronous_standby_names"));
  }

  private static Candidate candidate(SwitchoverFacts facts, NodeView node) {
    @Nullable Answered answer = facts.answers().get(node.id());
    if (answer == null) {
      return new Candidate(
          node.id().value(), node.name(), false, node.reason(), -1, node.timeline());
    }
    long lag = lagBytes(facts, answer);
    Optional<PreflightCheck> against =
        targetChecks(facts, Optional.of(node.id())).stream()
            .filter(check -> check.result() == CheckResult.BLOCK)
            .findFirst();
    return new Candidate(
        node.id().value(),
        node.name(),
        against.isEmpty(),
        against
            .map(check -> check.name() + ": " + check.evidence() + ", needed: " + check.limit())
            .orElse("streams on timeline %d, %d bytes behind".formatted(answer.timeline(), lag)),
        lag,
        answer.timeline());
  }

  private static long lagBytes(SwitchoverFacts facts, Answered answer) {
    return facts
        .view()
        .primaryNode()
        .flatMap(NodeView::received)
        .map(position -> Math.max(0, position.bytesAfter(answer.replayed())))
        .orElse(-1L);
  }

  private static PreflightCheck check(
      String name, CheckResult result, String evidence, String limit, String repeatBy) {
    return new PreflightCheck(name, result, evidence, limit, repeatBy);
  }
}
