package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlNode;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;

@Timeout(120)
class ControlCommandsTest extends CtlFixture {
  private final List<List<Object>> asked = new ArrayList<>();

  @BeforeEach
  void answer() {
    asked.clear();
    service.answer("getStatus", status("b", 2000, 0));
    for (String method :
        List.of(
            "maintenance",
            "node",
            "abort",
            "stepDown",
            "cancelScheduled",
            "scheduleSwitchover",
            "removeMember")) {
      service.answer(
          method,
          given -> {
            asked.add(given == null ? List.of(method) : List.of(given));
            return null;
          });
    }
    service.answer(
        "failover",
        given -> {
          asked.add(List.of(given));
          return (boolean) given[2] ? "" : "b-1-1";
        });
  }

  private static ControlStatus status(String leader, long writesForMs, int primary) {
    return new ControlStatus(
        "a",
        false,
        leader,
        7,
        writesForMs,
        true,
        false,
        3,
        primary,
        2,
        "quorum",
        1,
        List.of(1),
        false,
        "",
        "",
        "",
        1_800_000_000_000L,
        1,
        "F-059 WELL: all is well",
        "the disk is full",
        List.of(
            new ControlMember("a", "service", "10.0.0.1:9900", true, false, List.of(0), true, 0),
            new ControlMember("w", "witness", "10.0.0.3:9900", false, true, List.of(), false, -1)),
        List.of(
            new ControlNode(
                0, "primary", "receiver stopped", "a", 1, 2, "0/30", -1, "a up", "it rests"),
            new ControlNode(1, "standby", "unknown", "", 0, -1, "0/0", 0, "", "")));
  }

  @Test
  void theStateThatMembersAgreedOnIsShown() {
    Result result = onData("quorum");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .contains("b, term 7")
        .contains("allowed for 2000 ms without news")
        .contains("node 0, epoch 3, timeline 2")
        .contains("quorum: wait for 1 of [1], not in force yet")
        .contains("F-059 WELL: all is well")
        .contains("switchover to node 1 at 2027-01-15T")
        .contains("the disk is full")
        .containsPattern("a\\* +service +10.0.0.1:9900 +no +\\[0\\] +yes +0")
        .containsPattern("w +witness +10.0.0.3:9900 +yes +- +no +-")
        .containsPattern("0 +primary +receiver stopped +a +1 +2 +0/30 +- +a up +it rests");
    assertThat(onData("quorum", "--json").json().get("leader").asString()).isEqualTo("b");
  }

  @Test
  void whatIsMissingIsSaid() {
    service.answer("getStatus", status("", 0, -1));
    assertThat(onData("quorum").out())
        .containsPattern("leader: +none")
        .containsPattern("writes: +not allowed")
        .containsPattern("primary: +none");
  }

  @Test
  void whatHappenedIsTold() {
    service.answer(
        "getHistory",
        List.of(new ControlEntry(4, 1_700_000_000_000L, "ana", "", "a switchover begins")));
    assertThat(onData("quorum", "--history").out()).contains("ana").contains("a switchover begins");
  }

  @Test
  void aFailoverAsksFirst() {
    Result nobody = onData("failover", "1");
    assertThat(nobody.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(nobody.err()).contains("give --yes");
    assertThat(ctl(_ -> Optional.of("no"), "failover", "--data", data.toString()).err())
        .contains("nothing was changed");
    assertThat(asked).isEmpty();
    Result done = onData("failover", "1", "--yes", "--allow-loss", "4096", "--reason", "fire");
    assertThat(done.out()).contains("failover b-1-1 started");
    assertThat(asked).containsExactly(List.of(1, 4096L, false, "fire"));
  }

  @Test
  void aDryRunChangesNothing() {
    assertThat(onData("failover", "--dry-run").out()).contains("could begin");
    assertThat(asked).containsExactly(List.of(-1, -1L, true, ""));
    assertThat(onData("failover", "--timeout", "0").exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
  }

  @Test
  void aFailoverIsFollowedToItsEnd() {
    service.answer(
        "operation",
        new OperationStatus(
            "b-1-1",
            "failover",
            OperationState.ABORTED,
            "ana",
            "",
            0,
            -1,
            1,
            2,
            -1,
            0,
            0,
            0,
            List.of(new OperationStep(1, "hold", -1, StepState.DONE, "", 1, 2)),
            "put back"));
    Result result = onData("failover", "--yes", "--wait");
    assertThat(result.out()).contains("hold  done in 1 ms");
    assertThat(result.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(result.err()).contains("failover aborted: put back");
  }

  @Test
  void maintenanceIsOnOrOff() {
    assertThat(onData("maintenance", "on", "--reason", "disk").out()).contains("maintenance is on");
    assertThat(asked).containsExactly(List.of(true, "disk"));
    Result wrong = onData("maintenance", "maybe");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(wrong.err()).contains("'maybe'");
  }

  @Test
  void aServerIsTakenOutAndPutBack() {
    assertThat(onData("node", "detach", "1").out()).contains("detached");
    assertThat(onData("node", "attach", "1", "--priority", "5").out()).contains("standby");
    assertThat(asked).containsExactly(List.of(1, "detached", 1, ""), List.of(1, "standby", 5, ""));
  }

  @Test
  void aSwitchoverIsAskedForLater() {
    Result later = onData("switchover", "1", "--at", "2027-01-31T02:30+01:00", "--reason", "calm");
    assertThat(later.err()).isEmpty();
    assertThat(later.out()).contains("a switchover begins at 2027-01-3");
    assertThat(asked).containsExactly(List.of(1, 1_801_359_000_000L, "calm"));
    assertThat(onData("switchover", "--cancel").out()).contains("nothing is scheduled any more");
    Result wrong = onData("switchover", "--at", "tomorrow");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(wrong.err()).contains("'tomorrow' is no time");
  }

  @Test
  void anOperationIsPutBack() {
    assertThat(onData("abort", "b-1-1").out()).contains("b-1-1 is being put back");
    assertThat(asked).containsExactly(List.of("b-1-1"));
    assertThat(onData("quorum").exitCode()).isZero();
    assertThat(asked).hasSize(1);
    assertThat(onData("quorum", "--step-down").exitCode()).isZero();
    assertThat(asked.getLast()).isEqualTo(List.of(""));
    assertThat(onData("quorum", "--step-down", "w").exitCode()).isZero();
    assertThat(asked.getLast()).isEqualTo(List.of("w"));
    assertThat(onData("quorum", "--remove", "w").exitCode()).isZero();
    assertThat(asked.getLast()).isEqualTo(List.of("w", ""));
  }
}
