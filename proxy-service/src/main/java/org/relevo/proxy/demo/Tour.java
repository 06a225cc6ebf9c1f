package org.relevo.proxy.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;

/// The guided tour: load, consistency, switchover, consistency. It drives the cluster exactly as a
/// console does, through the MBeans, and notes what did not come true.
///
/// Owner: the demo's main thread.
final class Tour {
  private static final Duration CONSISTENCY_LIMIT = Duration.ofSeconds(90);
  private static final Duration SWITCHOVER_LIMIT = Duration.ofMinutes(2);

  /// How long before and after the operation a failed transaction is laid to its account.
  private static final long MARGIN_MS = 500;

  private final FailoverMXBean failover;
  private final ConsistencyMXBean consistency;
  private final BenchmarkMXBean benchmark;
  private final Consumer<String> say;
  private final List<String> problems = new ArrayList<>();
  private final List<DemoReport.TableRows> rows = new ArrayList<>();

  Tour(
      FailoverMXBean failover,
      ConsistencyMXBean consistency,
      BenchmarkMXBean benchmark,
      Consumer<String> say) {
    this.failover = failover;
    this.consistency = consistency;
    this.benchmark = benchmark;
    this.say = say;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  List<DemoReport.TableRows> rows() {
    return List.copyOf(rows);
  }

  /// Something that was promised did not come true.
  void problem(String sentence) {
    problems.add(sentence);
    say.accept("PROBLEM: " + sentence);
  }

  /// Counts rows on every node at one common position.
  void checkConsistency(String name) throws InterruptedException {
    say.accept("consistency " + name + ": counting rows on every node at one position");
    long id = consistency.check("");
    ConsistencyReport report;
    try {
      report =
          Await.until(
              CONSISTENCY_LIMIT,
              consistency::getLastReport,
              last -> last.id() == id && last.state() != ConsistencyState.RUNNING);
    } catch (TimeoutException _) {
      problem(
          "consistency check " + name + " did not end in " + CONSISTENCY_LIMIT.toSeconds() + " s");
      return;
    }
    rows.addAll(DemoReport.rows(name, report));
    report.tables().forEach(table -> say.accept("  " + table.table() + " " + describe(table)));
    switch (report.state()) {
      case EQUAL ->
          say.accept(
              "consistency %s: equal at %s, clients waited %d ms"
                  .formatted(name, report.lsn(), report.heldMs()));
      case DIFFERENT -> problem("nodes differ in the consistency check " + name);
      case FAILED -> problem("consistency check " + name + " failed: " + report.problem());
      case NEVER, RUNNING -> problem("consistency check " + name + " has no result");
    }
    if (report.state() == ConsistencyState.EQUAL && report.tables().isEmpty()) {
      problem("consistency check " + name + " found no table to compare");
    }
  }

  private static String describe(org.relevo.jmx.contract.TableCounts table) {
    StringBuilder text = new StringBuilder();
    table
        .counts()
        .forEach(count ->
            text.append("node")
                .append(count.nodeId())
                .append('=')
                .append(count.rows())
                .append(' '));
    return text.append(table.equal() ? "equal" : "DIFFERENT").toString();
  }

  /// Moves the primary role to the best standby and back-checks what clients saw.
  void switchOver() throws InterruptedException {
    SwitchoverPlan plan = failover.planSwitchover(-1, "demo tour");
    if (!plan.startable()) {
      problem("a switchover cannot start: " + blockers(plan));
      return;
    }
    say.accept("switchover: node%d -> node%d".formatted(plan.fromNodeId(), plan.toNodeId()));
    String id = failover.startSwitchover(plan.id(), plan.hash());
    OperationStatus end;
    try {
      end = Await.until(SWITCHOVER_LIMIT, () -> watch(id), status -> ended(status.state()));
    } catch (TimeoutException _) {
      problem("the switchover did not end in " + SWITCHOVER_LIMIT.toSeconds() + " s");
      return;
    }
    say.accept("switchover: " + end.state() + ": " + end.outcome());
    if (end.state() != OperationState.SUCCEEDED) {
      problem("the switchover ended as " + end.state() + ": " + end.outcome());
    }
  }

  private int shownSteps;

  private OperationStatus watch(String id) {
    OperationStatus status = failover.operation(id);
    List<OperationStep> done =
        status.steps().stream()
            .filter(step -> step.state() != StepState.PENDING && step.state() != StepState.RUNNING)
            .toList();
    done.stream()
        .skip(shownSteps)
        .forEach(step ->
            say.accept(
                "  step %d %s: %s %s (%d ms)"
                    .formatted(
                        step.number(),
                        step.name(),
                        step.state(),
                        step.detail(),
                        step.finishedAtEpochMs() - step.startedAtEpochMs())));
    shownSteps = Math.max(shownSteps, done.size());
    return status;
  }

  /// What the clients saw of every switchover that the service knows, oldest first.
  List<DemoReport.Switchover> switchovers() {
    return failover.getHistory().reversed().stream()
        .filter(operation -> operation.kind().equals("switchover"))
        .map(this::seenByClients)
        .toList();
  }

  private DemoReport.Switchover seenByClients(OperationStatus operation) {
    long from = operation.startedAtEpochMs() - MARGIN_MS;
    long to = operation.finishedAtEpochMs() + MARGIN_MS;
    return new DemoReport.Switchover(
        operation.fromNodeId(),
        operation.toNodeId(),
        benchmark.longestGapMs(from, to),
        benchmark.errorsBetween(from, to),
        operation.movedSessions(),
        operation.endedSessions(),
        operation.state().name());
  }

  private static boolean ended(OperationState state) {
    return switch (state) {
      case PLANNED, RUNNING -> false;
      case SUCCEEDED, FAILED, ABORTED -> true;
    };
  }

  private static String blockers(SwitchoverPlan plan) {
    return plan.checks().stream()
        .filter(check -> check.result() == org.relevo.jmx.contract.CheckResult.BLOCK)
        .map(check -> check.name() + " (" + check.evidence() + ")")
        .reduce((left, right) -> left + ", " + right)
        .orElse("no reason given");
  }
}
