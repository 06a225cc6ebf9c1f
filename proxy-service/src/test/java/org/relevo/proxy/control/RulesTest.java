package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.control.AgentRules.Task;
import org.relevo.proxy.control.Freshness.Candidates;
import org.relevo.proxy.control.Rules.Decision;
import org.relevo.proxy.control.ServerCase.Part;
import org.relevo.proxy.control.ServerCase.Permit;
import org.relevo.proxy.control.Situation.Finding;
import org.relevo.proxy.control.Situation.Fresh;
import org.relevo.proxy.control.Situation.Health;
import org.relevo.proxy.control.Situation.Idle;
import org.relevo.proxy.control.Situation.Next;
import org.relevo.proxy.control.Situation.Running;
import org.relevo.proxy.control.Situation.SyncWork;

/// Every situation that can be written down has a row, and every row has a situation.
class RulesTest {
  private static final boolean[] BOTH = {false, true};

  @Test
  void rowsHaveOrderedUniqueNumbers() {
    List<String> leaders = Rules.all().stream().map(Row::id).toList();
    List<String> agents = AgentRules.ROWS.stream().map(Row::id).toList();
    assertThat(leaders).isSorted().doesNotHaveDuplicates();
    assertThat(agents).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void everyIdleSituationHasARowAndEveryRowASituation() {
    Set<String> reached = new HashSet<>();
    idle(situation -> reached.add(Rules.decide(situation).id()));
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(Rules.IDLE.stream().map(Row::id).toList());
  }

  @Test
  void everyPhaseHasARowAndEveryRowAPhase() {
    Set<String> reached = new HashSet<>();
    running(situation -> reached.add(Rules.decide(situation).id()));
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(Rules.RUNNING.stream().map(Row::id).toList());
  }

  @Test
  void everyServerHasARowAndEveryRowAServer() {
    Set<String> reached = new HashSet<>();
    servers(server -> reached.add(AgentRules.decide(server).id()));
    assertThat(reached)
        .containsExactlyInAnyOrderElementsOf(AgentRules.ROWS.stream().map(Row::id).toList());
  }

  /// Every decision and every task is what some row says: none is without use.
  @Test
  void everyDecisionIsMadeByARow() {
    assertThat(Rules.all().stream().map(Row::then).distinct())
        .containsExactlyInAnyOrder(Decision.values());
    assertThat(AgentRules.ROWS.stream().map(Row::then).distinct())
        .containsExactlyInAnyOrder(Task.values());
  }

  @Test
  void aFailoverBeginsOnlyWhenItMay() {
    idle(situation -> {
      if (Rules.decide(situation).then() == Decision.START_FAILOVER) {
        assertThat(situation.health().lost()).isTrue();
        assertThat(situation.paused()).isFalse();
        assertThat(situation.mayFailOver()).isTrue();
        assertThat(situation.calm()).isTrue();
        assertThat(situation.loose()).isFalse();
        assertThat(situation.candidates()).isEqualTo(Candidates.PROVABLE);
      }
    });
  }

  @Test
  void noPhaseIsLeftForwardBeforeItIsReady() {
    running(situation -> {
      Decision decision = Rules.decide(situation).then();
      switch (decision) {
        case TO_HOLD, TO_DEMOTE, TO_COLLECT -> assertThat(situation.ready()).isTrue();
        case COMMIT -> {
          assertThat(situation.phase()).isIn(Phase.DEMOTE, Phase.COLLECT);
          assertThat(situation.ready() || situation.phase() == Phase.COLLECT).isTrue();
          assertThat(situation.fresh()).isEqualTo(Fresh.PROVEN);
        }
        case COMMIT_NEXT -> {
          assertThat(situation.phase()).isEqualTo(Phase.PROMOTE);
          assertThat(situation.next()).isEqualTo(Next.ANOTHER);
        }
        case PUT_BACK ->
            assertThat(situation.phase()).isIn(Phase.CHECKPOINT, Phase.HOLD, Phase.RESTORE);
        case TO_RESTORE -> assertThat(situation.phase()).isIn(Phase.DEMOTE, Phase.COLLECT);
        case DONE -> assertThat(situation.phase()).isEqualTo(Phase.OPEN);
        case FENCE -> assertThat(situation.phase()).isEqualTo(Phase.DEMOTE);
        case NOTHING, TELL -> {}
        case FOUND, ADOPT, START_FAILOVER, ASK_SYNC, SETTLE_SYNC, CALM ->
            throw new AssertionError(decision + " in " + situation);
      }
    });
  }

  @Test
  void noServerTakesWritesUnlessItMay() {
    servers(server -> {
      Task task = AgentRules.decide(server).then();
      if (task == Task.PROMOTE || task == Task.RESTART) {
        assertThat(server.permit()).isEqualTo(Permit.VALID);
        assertThat(server.goal()).isIn(Goal.PRIMARY, Goal.STANDBY);
        assertThat(server.part())
            .isIn(task == Task.PROMOTE ? Set.of(Part.RISES) : Set.of(Part.LEADS, Part.RETURNS));
        assertThat(server.condition())
            .isIn(Condition.STANDBY, Condition.RECEIVER_STOPPED, Condition.STOPPED);
      }
    });
  }

  /// A primary whose member has no time left is stopped, unless a person keeps it.
  @Test
  void aPrimaryDoesNotOutliveItsLease() {
    servers(server -> {
      boolean kept =
          server.kept() || server.goal() == Goal.DETACHED || server.goal() == Goal.MAINTENANCE;
      boolean over = server.permit() == Permit.OVER && server.condition() == Condition.PRIMARY;
      if (over && !kept) {
        assertThat(AgentRules.decide(server).then()).isEqualTo(Task.STOP_NOW);
      }
    });
  }

  private static void idle(Consumer<Idle> each) {
    for (Health health : Health.values()) {
      for (Finding finding : Finding.values()) {
        for (Candidates candidates : Candidates.values()) {
          for (SyncWork sync : SyncWork.values()) {
            for (int bits = 0; bits < 32; bits++) {
              each.accept(
                  new Idle(
                      health,
                      finding,
                      bit(bits, 0),
                      bit(bits, 1),
                      candidates,
                      bit(bits, 2),
                      bit(bits, 3),
                      sync,
                      bit(bits, 4)));
            }
          }
        }
      }
    }
  }

  private static void running(Consumer<Running> each) {
    for (Kind kind : Kind.values()) {
      for (Phase phase : Phase.values()) {
        for (Fresh fresh : Fresh.values()) {
          for (Next next : Next.values()) {
            for (int bits = 0; bits < 128; bits++) {
              each.accept(
                  new Running(
                      kind,
                      phase,
                      bit(bits, 0),
                      bit(bits, 1),
                      bit(bits, 2),
                      bit(bits, 3),
                      bit(bits, 4),
                      fresh,
                      bit(bits, 5),
                      bit(bits, 6),
                      next));
            }
          }
        }
      }
    }
  }

  private static void servers(Consumer<ServerCase> each) {
    List<ServerCase> some = new ArrayList<>();
    for (Condition condition : Condition.values()) {
      for (Goal goal : Goal.values()) {
        for (Part part : Part.values()) {
          for (Permit permit : Permit.values()) {
            for (int bits = 0; bits < 128; bits++) {
              some.add(
                  new ServerCase(
                      condition,
                      goal,
                      part,
                      permit,
                      bit(bits, 0),
                      bit(bits, 1),
                      bit(bits, 2),
                      bit(bits, 3),
                      bit(bits, 4),
                      bit(bits, 5),
                      bit(bits, 6)));
            }
          }
        }
      }
    }
    some.forEach(each);
  }

  private static boolean bit(int bits, int place) {
    return BOTH[(bits >> place) & 1];
  }
}
