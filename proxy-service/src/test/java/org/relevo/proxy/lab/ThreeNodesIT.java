package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.OperationState;

/// Three machines with servers and no witness.
class ThreeNodesIT extends LabCase {
  @Override
  LabPlan plan() {
    return LabPlan.of(3, false);
  }

  @Test
  @Order(1)
  void aLostStandbyDelaysCommitsForAMomentAtMostAndIsCountedAgain() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    awaitCounted(primary, 2);
    try (WritingClients writers = new WritingClients(lab(), List.of(primary), 4)) {
      standby.killAll();
      writers.awaitAll();
      awaitCounted(primary, 1);
      standby.launch();
      standby.awaitService();
      awaitCounted(primary, 2);
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
  }

  @Test
  @Order(2)
  void onlyOneMembersViewIsNoFailover() throws Exception {
    LabMember primary = lab().primary();
    LabMember leader = LabControl.leader(lab());
    // One that does not lead: a leader that the primary's machine cannot hear takes its lease away.
    LabMember alone =
        lab().nodesBut(primary).stream().filter(each -> each != leader).findFirst().orElseThrow();
    awaitCounted(primary, 2);
    long epoch = LabControl.status(primary).epoch();
    lab().network().cutBoth(primary.name, alone.name);
    LabControl.await(
        primary,
        "it sees the other down",
        status -> LabControl.node(status, alone).seen().contains(primary.name + " down"));
    lab().awaitServed(lab().nodesBut(alone));
    lab().network().heal();
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }

  @Test
  @Order(3)
  void aServerOfPriorityNoughtIsNeverPromotedAndTheOtherStandbyFollowsTheNewOne() throws Exception {
    LabMember old = lab().primary();
    LabMember never = lab().nodesBut(old).getFirst();
    LabMember next = lab().nodesBut(old).getLast();
    LabControl.goal(old, never, "standby", 0);
    awaitCounted(old, 1);
    assertThatThrownBy(() -> LabControl.switchover(old, never.node))
        .isInstanceOf(IOException.class);
    old.killPostmaster();
    lab().awaitServed();
    assertThat(lab().primary()).isSameAs(next);
    lab().awaitCalm();
    LabControl.goal(next, never, "standby", 1);
    awaitCounted(next, 2);
  }

  @Test
  @Order(4)
  void primaryAndAStandbyDieTogetherAndNothingIsLost() throws Exception {
    LabMember primary = lab().primary();
    List<LabMember> others = lab().nodesBut(primary);
    awaitCounted(primary, 2);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 11)) {
      long before = checker.acknowledged();
      Patience.until("clients write", () -> checker.acknowledged() > before + 20);
      others.getFirst().killPostmaster();
      primary.killPostmaster();
      lab().awaitServed();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(lab().primary());
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(5)
  void aStandbyPromotedByHandIsStoppedAndFollowsAgain() throws Exception {
    LabMember primary = lab().primary();
    LabMember fork = lab().standby();
    awaitCounted(primary, 2);
    var mark = lab().mark();
    // Not waited for: its agent stops it as soon as it is one.
    fork.ask("SELECT pg_promote(false)");
    lab().awaitDecision(mark, "A-220");
    lab().awaitServed();
    lab().awaitCalm();
    assertThat(lab().primary()).isSameAs(primary);
    LabControl.awaitProvable(primary);
  }

  @Test
  @Order(6)
  void aSwitchoverMovesAllOthersToTheNewPrimary() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().nodesBut(old).getLast();
    awaitCounted(old, 2);
    try (WritingClients writers = new WritingClients(lab(), lab().nodes(), 8)) {
      assertThat(LabControl.switchover(old, next.node).state()).isEqualTo(OperationState.SUCCEEDED);
      lab().awaitCalm();
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(lab().primary()).isSameAs(next);
  }

  private static void awaitCounted(LabMember at, int names) {
    LabControl.await(
        at,
        "commits wait for one of " + names,
        status ->
            status.operationId().isEmpty()
                && status.settled()
                && status.waitForNodes().size() == names);
  }
}
