package org.relevo.proxy.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.Candidate;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Silent;
import org.relevo.proxy.failover.SwitchoverFacts.PrimaryFacts;

class SwitchoverPlanningTest {
  private static final BackendId N0 = new BackendId(0);
  private static final BackendId N1 = new BackendId(1);
  private static final BackendId N2 = new BackendId(2);
  private static final PrimaryFacts CALM = new PrimaryFacts(false, 0, 0, "");
  private static final SwitchoverPlanning.Commands COMMANDS =
      new SwitchoverPlanning.Commands("pg_ctl stop", "pg_ctl start", "touch", 20, 5000, 30000);
  private static final long FAR = 100L << 20;

  @Test
  void aHealthyPairMayStartAndEveryCheckSaysWhatItMeasured() {
    SwitchoverPlan plan = plan(facts(CALM, Map.of()), Optional.empty());
    assertThat(plan.startable()).as(plan.checks().toString()).isTrue();
    assertThat(plan.toNodeId()).isEqualTo(1);
    assertThat(plan.steps()).extracting(PlannedStep::name).startsWith("check").contains("promote");
    assertThat(plan.checks()).allSatisfy(check -> assertThat(check.evidence()).isNotBlank());
    assertThat(plan.checks()).extracting(PreflightCheck::name).doesNotHaveDuplicates();
  }

  @Test
  void theNearestReadyNodeIsTheBestCandidate() {
    SwitchoverFacts facts =
        facts(CALM, Map.of(N1, with(FAR - 10, true, false), N2, with(FAR, true, false)));
    assertThat(SwitchoverChecks.candidates(facts))
        .extracting(Candidate::nodeId)
        .containsExactly(2, 1);
    assertThat(SwitchoverChecks.target(facts, Optional.empty())).contains(N2);
  }

  @Test
  void eachObstacleBlocksByItsOwnCheck() {
    assertBlocked("lag", Map.of(N1, with(FAR - (17 << 20), true, false)), CALM);
    assertBlocked("target-streaming", Map.of(N1, with(FAR, false, false)), CALM);
    assertBlocked("replay-running", Map.of(N1, with(FAR, true, true)), CALM);
    assertBlocked("archiver", Map.of(), new PrimaryFacts(true, 0, 0, ""));
    assertBlocked("no-backup", Map.of(), new PrimaryFacts(false, 1, 0, ""));
  }

  @Test
  void preparedTransactionsAndSynchronousNamesOnlyWarn() {
    SwitchoverPlan plan = plan(facts(new PrimaryFacts(false, 0, 2, "pg1"), Map.of()), id(1));
    assertThat(plan.startable()).isTrue();
    assertThat(names(plan, CheckResult.WARN))
        .containsExactly("prepared-transactions", "synchronous-names");
  }

  @Test
  void aRemotePrimarySaysWhereToRunIt() {
    SwitchoverFacts facts = change(facts(CALM, Map.of()), Map.of(N0, "not on this machine"), "");
    assertThat(plan(facts, id(1)).startable()).isFalse();
    assertThat(plan(facts, id(1)).checks())
        .filteredOn(check -> check.name().equals("old-primary-local"))
        .first()
        .extracting(PreflightCheck::evidence)
        .asString()
        .contains("run the switchover from the Relevo service on the machine of node0");
  }

  @Test
  void nothingStartsWhileAnotherOperationRunsOrWithoutPrimary() {
    assertThat(
            names(plan(change(facts(CALM, Map.of()), Map.of(), "s-9"), id(1)), CheckResult.BLOCK))
        .containsExactly("no-other-operation");
    assertThat(plan(facts(CALM, Map.of()), id(0)).startable()).isFalse();
    assertThat(names(plan(facts(CALM, Map.of()), id(0)), CheckResult.BLOCK))
        .containsExactly("target");
  }

  @Test
  void theHashIsOfTargetsAndSteps() {
    SwitchoverFacts facts = facts(CALM, Map.of());
    String hash = plan(facts, id(1)).hash();
    assertThat(hash).hasSize(64).isEqualTo(plan(facts, id(1)).hash());
    assertThat(plan(facts, id(2)).hash()).isNotEqualTo(hash);
    UnaryOperator<String> with =
        stop ->
            SwitchoverPlanning.plan(
                    "p",
                    facts,
                    id(1),
                    new SwitchoverPlanning.Commands(stop, "pg_ctl start", "touch", 20, 5000, 30000),
                    "why",
                    2)
                .hash();
    assertThat(with.apply("pg_ctl stop")).isEqualTo(hash);
    assertThat(with.apply("rm -rf /")).isNotEqualTo(hash);
  }

  private static void assertBlocked(
      String check, Map<BackendId, Answered> answers, PrimaryFacts primary) {
    SwitchoverPlan plan = plan(facts(primary, answers), id(1));
    assertThat(plan.startable()).isFalse();
    assertThat(names(plan, CheckResult.BLOCK)).containsExactly(check);
  }

  private static List<String> names(SwitchoverPlan plan, CheckResult result) {
    return plan.checks().stream()
        .filter(check -> check.result() == result)
        .map(PreflightCheck::name)
        .toList();
  }

  private static SwitchoverPlan plan(SwitchoverFacts facts, Optional<BackendId> target) {
    return SwitchoverPlanning.plan("p", facts, target, COMMANDS, "why", 1);
  }

  private static Optional<BackendId> id(int value) {
    return Optional.of(new BackendId(value));
  }

  private static Answered with(long replayed, boolean streaming, boolean paused) {
    Lsn lsn = new Lsn(replayed);
    return new Answered(Role.STANDBY, 1, lsn, lsn, lsn, 0, streaming, paused, "18.0", "sys");
  }

  private static SwitchoverFacts change(
      SwitchoverFacts facts, Map<BackendId, String> problems, String running) {
    return new SwitchoverFacts(
        facts.clusterName(),
        facts.view(),
        facts.answers(),
        problems,
        facts.senders(),
        facts.primary(),
        running);
  }

  /// node0 is primary at FAR, node1 and node2 follow unless said otherwise.
  private static SwitchoverFacts facts(PrimaryFacts primary, Map<BackendId, Answered> others) {
    Map<BackendId, Answered> answers = new HashMap<>();
    answers.put(N0, ViewDecisionTest.answered(Role.PRIMARY, 1, FAR, "sys"));
    answers.put(N1, with(FAR, true, false));
    answers.put(N2, with(FAR, true, false));
    answers.putAll(others);
    ClusterView view =
        ViewDecision.initial(
            answers.keySet().stream()
                .sorted()
                .map(id -> new NodeSpec(id, id.toString(), "h", 1))
                .toList(),
            1);
    Map<BackendId, NodeObservation> seen = new HashMap<>();
    answers.forEach((id, answer) -> seen.put(id, new NodeObservation(id, 1, answer)));
    view = ViewDecision.next(view, seen, RoleChange.NONE, Optional.empty(), 2).view();
    assertThat(seen.values()).noneMatch(each -> each.outcome() instanceof Silent);
    return new SwitchoverFacts("lab", view, answers, Map.of(), List.of(), Optional.of(primary), "");
  }
}
