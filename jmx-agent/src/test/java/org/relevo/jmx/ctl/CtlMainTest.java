package org.relevo.jmx.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.jmx.contract.BenchmarkState;
import org.relevo.jmx.contract.BenchmarkStatus;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.jmx.contract.TableCounts;

@Timeout(120)
class CtlMainTest extends CtlFixture {
  @BeforeEach
  void twoNodes() {
    service.called.clear();
    service.answer(
        "getNodes",
        List.of(node(0, "alpha", NodeRole.PRIMARY, 0), node(1, "beta", NodeRole.STANDBY, 123_456)));
  }

  private static NodeInfo node(int id, String name, NodeRole role, long lag) {
    return new NodeInfo(
        id,
        name,
        "127.0.0.1",
        5432 + id,
        role,
        NodeStatus.UP,
        "answers",
        1,
        1,
        "0/1",
        "0/1",
        lag,
        0,
        "18.1",
        "7",
        "/d",
        true,
        1);
  }

  private static SwitchoverPlan plan(boolean startable) {
    return new SwitchoverPlan(
        "p1",
        "h1",
        "shop",
        0,
        1,
        "why",
        startable,
        List.of(),
        List.of(
            new PreflightCheck(
                "lag", startable ? CheckResult.PASS : CheckResult.BLOCK, "9 MB", "1 MB", "")),
        List.of(new PlannedStep(1, "promote", 1, "SELECT pg_promote()", "")),
        1);
  }

  private static OperationStatus operation(OperationState state, StepState step) {
    return new OperationStatus(
        "op1",
        "switchover",
        state,
        "admin",
        "why",
        0,
        1,
        1000,
        2000,
        350,
        4,
        4,
        0,
        List.of(new OperationStep(1, "promote", 1, step, "timeline 2", 1000, 1250)),
        "node 1 is primary");
  }

  @Test
  void nodesAreAnAlignedTable() {
    Result result = onData("node", "list");
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "ID  NAME   ADDRESS         ROLE     STATUS  TIMELINE  LSN  LAG_BYTES",
            " 0  alpha  127.0.0.1:5432  primary  up             1  0/1          0",
            " 1  beta   127.0.0.1:5433  standby  up             1  0/1     123456");
  }

  @Test
  void whereToConnectMayStandBeforeTheVerb() {
    Result before = ctl("--data", data.toString(), "--json", "node", "list");
    assertThat(before.err()).isEmpty();
    assertThat(before.json().get(0).get("name").asString()).isEqualTo("alpha");
  }

  @Test
  void everyReadGivesJson() {
    service.answer("getHistory", List.of(operation(OperationState.SUCCEEDED, StepState.DONE)));
    assertThat(onData("node", "list", "--json").json().get(1).get("name").asString())
        .isEqualTo("beta");
    assertThat(onData("node", "show", "1", "--json").json().get("id").asInt()).isEqualTo(1);
    assertThat(onData("cluster", "status", "--json").json().has("epoch")).isTrue();
    assertThat(onData("cluster", "history", "--json").json().get(0).get("state").asString())
        .isEqualTo("SUCCEEDED");
    assertThat(onData("pool", "--json").json().get("clients").asInt()).isEqualTo(7);
    assertThat(onData("logs", "list", "--json").json().get(0).has("id")).isTrue();
    assertThat(onData("logs", "tail", "relevo", "--json").json().get("lines").size()).isEqualTo(1);
    assertThat(onData("bench", "status", "--json").json().has("tps")).isTrue();
  }

  @Test
  void everyReadGivesText() {
    service.answer("getHistory", List.of(operation(OperationState.SUCCEEDED, StepState.DONE)));
    assertThat(onData("node", "show", "0").out()).contains("name:     alpha");
    assertThat(onData("cluster", "status").out()).contains("cluster:");
    assertThat(onData("cluster", "history").out()).contains("op1").contains("350");
    assertThat(onData("pool").out()).contains("clients:      7, waiting 7");
    assertThat(onData("logs", "list").out()).contains("SOURCE");
    assertThat(onData("bench", "status").out()).contains("tps:          0.5");
  }

  @Test
  void aNodeThatIsNotThereIsABadArgument() {
    Result result = onData("node", "show", "9");
    assertThat(result.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "relevo ctl: there is no node 9; relevo ctl node list shows all");
  }

  @Test
  void switchoverIsNotStartedWithoutConsent() {
    service.answer("planSwitchover", plan(true));
    Result nobody = onData("switchover", "1");
    assertThat(nobody.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(nobody.err()).contains("--yes");
    Result no = ctl(_ -> Optional.of("no"), "switchover", "--data", data.toString());
    assertThat(no.exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(service.called).doesNotContain("startSwitchover");
  }

  @Test
  void aDryRunShowsTheStepsAndStartsNothing() {
    service.answer("planSwitchover", plan(true));
    Result result = onData("switchover", "1", "--dry-run");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).contains("SELECT pg_promote()").contains("from node 0 to node 1");
    assertThat(onData("switchover", "--dry-run", "--json").json().get("hash").asString())
        .isEqualTo("h1");
    assertThat(service.called).doesNotContain("startSwitchover");
  }

  @Test
  void aBlockedSwitchoverNamesTheCheck() {
    service.answer("planSwitchover", plan(false));
    Result result = onData("switchover", "--yes");
    assertThat(result.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(result.err())
        .isEqualToIgnoringNewLines("relevo ctl: switchover cannot start: lag (9 MB)");
  }

  @Test
  void waitingPrintsEachStepOnceAndTheOutcome() {
    AtomicInteger looks = new AtomicInteger();
    service.answer("planSwitchover", plan(true));
    service.answer(
        "startSwitchover",
        given -> {
          assertThat(given).containsExactly("p1", "h1");
          return "op1";
        });
    service.answer(
        "operation",
        _ ->
            looks.incrementAndGet() < 3
                ? operation(OperationState.RUNNING, StepState.RUNNING)
                : operation(OperationState.SUCCEEDED, StepState.DONE));
    Result result =
        ctl(
            _ -> Optional.of("yes"),
            "switchover",
            "1",
            "--wait",
            "--reason",
            "test",
            "--data",
            data.toString());
    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .containsExactly(
            "step 1/1  promote on node 1  running in 250 ms  timeline 2",
            "step 1/1  promote on node 1  done in 250 ms  timeline 2",
            "done: node 1 is primary, traffic waited 350 ms, 4 sessions moved, 0 ended."
                + " node 1 is primary");
  }

  @Test
  void aFailedOrEndlessSwitchoverHasItsExitCode() {
    service.answer("planSwitchover", plan(true));
    service.answer("startSwitchover", "op1");
    service.answer("operation", operation(OperationState.ABORTED, StepState.UNDONE));
    Result aborted = onData("switchover", "--yes", "--wait");
    assertThat(aborted.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(aborted.err()).contains("switchover aborted");
    service.answer("operation", operation(OperationState.RUNNING, StepState.RUNNING));
    assertThat(onData("switchover", "--yes", "--wait", "--timeout", "1").exitCode())
        .isEqualTo(ExitCode.TIMEOUT);
    Result started = onData("switchover", "--yes", "--json");
    assertThat(started.json().get("id").asString()).isEqualTo("op1");
  }

  @Test
  void whatTheServiceRefusesIsAServerSideError() {
    service.answer("planSwitchover", plan(true));
    service.answer(
        "startSwitchover",
        _ -> {
          throw new IllegalStateException("another operation runs");
        });
    Result result = onData("switchover", "--yes");
    assertThat(result.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(result.err()).isEqualToIgnoringNewLines("relevo ctl: another operation runs");
  }

  @Test
  void consistencyIsZeroOnlyWhenEqual() {
    service.answer("check", 5L);
    service.answer("getLastReport", report(ConsistencyState.EQUAL, 10));
    Result equal = onData("consistency", "check");
    assertThat(equal.exitCode()).isZero();
    assertThat(equal.out().lines().toList().get(1)).isEqualTo("public.a      10      10  yes");
    service.answer("getLastReport", report(ConsistencyState.DIFFERENT, 9));
    Result different = onData("consistency", "check", "--json");
    assertThat(different.exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    assertThat(different.json().get("state").asString()).isEqualTo("DIFFERENT");
    assertThat(different.err()).contains("nodes differ in public.a");
    Result started = onData("consistency", "check", "--no-wait");
    assertThat(started.out()).contains("check 5 started");
  }

  private static ConsistencyReport report(ConsistencyState state, long second) {
    return new ConsistencyReport(
        5,
        state,
        "shop",
        1,
        2,
        "0/9",
        12,
        List.of(
            new TableCounts(
                "public",
                "a",
                second == 10,
                List.of(new NodeCount(0, 10, ""), new NodeCount(1, second, "")))),
        "");
  }

  @Test
  void benchmarksRunToTheirEnd() {
    service.answer("getStatus", _ -> benchmark(BenchmarkState.FINISHED));
    assertThat(onData("bench", "run", "-c", "2", "-T", "1").out()).contains("transactions: 5");
    assertThat(onData("bench", "init").exitCode()).isEqualTo(ExitCode.BAD_ARGUMENTS);
    assertThat(onData("bench", "init", "--yes").exitCode()).isZero();
    service.answer("getStatus", _ -> benchmark(BenchmarkState.FAILED));
    assertThat(onData("bench", "run", "-T", "1").exitCode()).isEqualTo(ExitCode.SERVER_SIDE);
    service.forget("getStatus");
  }

  private static BenchmarkStatus benchmark(BenchmarkState state) {
    return new BenchmarkStatus(
        state,
        "",
        "",
        "relevo",
        "tpcb-like",
        "prepared",
        "t",
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        5,
        0,
        0,
        0,
        1,
        1,
        1,
        1,
        1,
        1,
        1,
        -1,
        1,
        List.of(),
        "boom");
  }

  @Test
  void logsAreFollowedByCursor() {
    AtomicInteger reads = new AtomicInteger();
    service.answer(
        "tail",
        given -> {
          int n = reads.incrementAndGet();
          assertThat(given[1]).isEqualTo(n == 1 ? "" : "c" + (n - 1));
          return new LogPage(
              List.of(new LogLine("relevo", n, 1000L * n, LogLevel.INFO, "line " + n)),
              "c" + n,
              n == 2);
        });
    Result result = onData("logs", "tail", "relevo", "--follow", "--timeout", "1", "-n", "5");
    assertThat(result.exitCode()).isZero();
    assertThat(result.out().lines())
        .startsWith(
            "1970-01-01T00:00:01Z INFO line 1",
            "-- lines are missing here --",
            "1970-01-01T00:00:02Z INFO line 2");
    service.forget("tail");
  }
}
