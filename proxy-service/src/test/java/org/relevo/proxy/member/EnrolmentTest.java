package org.relevo.proxy.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.core.BackendId;

class EnrolmentTest {
  private static final Command.Why WHY = new Command.Why(0, "test", "", "");
  private static final SyncRule RULE = new SyncRule(SyncRule.Mode.QUORUM, 1, false, 0);
  private static final Member A = member("a", 0);
  private static final Member B = member("b", 1);
  private static final List<Command.Found.Node> TWO = List.of(node(0), node(1));

  private ClusterState state =
      ClusterMachine.apply(
              ClusterMachine.initial(),
              new Command.Found("", List.of(A), List.of(node(0)), RULE, WHY))
          .state();

  private static Member member(String name, int server) {
    return new Member(
        new MemberId(name),
        Member.Kind.SERVICE,
        "10.0.0.1",
        9900,
        new TreeSet<>(List.of(new BackendId(server))));
  }

  private static Command.Found.Node node(int id) {
    return new Command.Found.Node(new BackendId(id), 1, Goal.STANDBY, true);
  }

  private String applied(Command command) {
    Applied applied = ClusterMachine.apply(state, command);
    state = applied.state();
    return applied.refusal();
  }

  @Test
  void aNewMemberBringsItsServers() {
    Enrolment enrolment = new Enrolment(B, TWO, Optional.of(RULE));
    Command asked = enrolment.due(state, false, 0, 0).orElseThrow();
    assertThat(enrolment.due(state, false, 1, 0)).isEmpty();
    assertThat(applied(asked)).isEmpty();
    assertThat(state.members()).containsEntry(B.id(), B).containsEntry(A.id(), A);
    assertThat(state.nodes()).containsOnlyKeys(new BackendId(0), new BackendId(1));
    assertThat(state.agentOf(new BackendId(1))).contains(B.id());
    assertThat(enrolment.due(state, false, 10_000_000_000L, 0)).isEmpty();
    assertThat(applied(asked)).contains("already");
  }

  @Test
  void aServerHasOneAgent() {
    assertThat(applied(new Command.Enrol(member("b", 0), TWO, WHY))).contains("two agents");
    assertThat(state.members()).containsOnlyKeys(A.id());
  }

  @Test
  void whatIsKnownOfAServerStays() {
    assertThat(applied(new Command.SetGoal(new BackendId(0), Goal.DETACHED, 7, WHY))).isEmpty();
    assertThat(applied(new Command.Enrol(B, TWO, WHY))).isEmpty();
    assertThat(state.nodes().get(new BackendId(0)).priority()).isEqualTo(7);
  }

  @Test
  void theFirstToLeadSaysWhenCommitsAreSafe() {
    SyncRule async = new SyncRule(SyncRule.Mode.ASYNC, 1, false, 5);
    Enrolment enrolment = new Enrolment(A, List.of(node(0)), Optional.of(async));
    assertThat(enrolment.due(state, false, 0, 0)).isEmpty();
    assertThat(applied(enrolment.due(state, true, 0, 0).orElseThrow())).isEmpty();
    assertThat(state.sync()).isEqualTo(async);
    assertThat(applied(new Command.SetSyncRule(RULE, WHY))).isEmpty();
    assertThat(enrolment.due(state, true, 0, 0)).isEmpty();
  }

  @Test
  void aWitnessOnlyEnrolsItself() {
    Member witness =
        new Member(
            new MemberId("w"), Member.Kind.WITNESS, "10.0.0.3", 9900, Collections.emptySortedSet());
    Enrolment enrolment = new Enrolment(witness, List.of(), Optional.empty());
    assertThat(applied(enrolment.due(state, true, 0, 0).orElseThrow())).isEmpty();
    assertThat(enrolment.due(state, true, 10_000_000_000L, 0)).isEmpty();
  }
}
