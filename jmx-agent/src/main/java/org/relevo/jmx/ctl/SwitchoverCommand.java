package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `switchover [ID]`: plans, shows, asks, starts exactly the plan that was shown, follows it.
@Command(
    name = "switchover",
    description = "Makes another node the primary, without an error for any client.")
final class SwitchoverCommand extends RemoteCommand {
  private static final long LOOK_EVERY_MS = 200;

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      defaultValue = "-1",
      description = "New primary; the best candidate when not given.")
  int id;

  @Option(names = "--reason", paramLabel = "R", defaultValue = "", description = "For the history.")
  String reason = "";

  @Option(names = "--yes", description = "Do not ask.")
  boolean yes;

  @Option(names = "--wait", description = "Follow it to its end.")
  boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      defaultValue = "300",
      description = "Seconds to wait at most (${DEFAULT-VALUE}).")
  int timeoutSeconds;

  @Option(names = "--dry-run", description = "Only show checks and steps.")
  boolean dryRun;

  SwitchoverCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  void checkArguments() {
    if (timeoutSeconds < 1) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "--timeout must be at least 1");
    }
  }

  @Override
  int run(JmxConnection service, Output output) {
    SwitchoverPlan plan = service.failover().planSwitchover(id, reason);
    if (dryRun) {
      show(plan, output);
    }
    if (!plan.startable()) {
      throw new CtlException(ExitCode.SERVER_SIDE, "switchover cannot start: " + blockers(plan));
    }
    if (dryRun) {
      return ExitCode.DONE;
    }
    if (!yes) {
      confirm(plan);
    }
    String operation = service.failover().startSwitchover(plan.id(), plan.hash());
    if (wait) {
      return follow(service, operation, output);
    }
    if (output.json()) {
      output.json(Map.of("id", operation));
    } else {
      output.line("switchover " + operation + " started; relevo ctl cluster history shows its end");
    }
    return ExitCode.DONE;
  }

  private void confirm(SwitchoverPlan plan) {
    String question =
        "Switch cluster "
            + plan.clusterName()
            + " over from node "
            + plan.fromNodeId()
            + " to node "
            + plan.toNodeId()
            + "? Type yes:";
    Optional<String> answer = terminal.ask(question);
    if (answer.isEmpty()) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, "nobody can be asked here: give --yes to switch over");
    }
    if (!answer.get().strip().equalsIgnoreCase("yes")) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "not confirmed, nothing was changed");
    }
  }

  private int follow(JmxConnection service, String operation, Output output) {
    long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
    Map<Integer, StepState> shown = new HashMap<>();
    while (true) {
      OperationStatus status = service.failover().operation(operation);
      if (!output.json()) {
        status.steps().forEach(step -> showStep(step, status.steps().size(), shown, output));
      }
      if (status.state() != OperationState.PLANNED && status.state() != OperationState.RUNNING) {
        return report(status, output);
      }
      if (System.nanoTime() > deadlineNs) {
        throw new CtlException(
            ExitCode.TIMEOUT,
            "switchover "
                + operation
                + " still runs after "
                + timeoutSeconds
                + " s; it goes on, relevo ctl cluster history shows its end");
      }
      pause(LOOK_EVERY_MS);
    }
  }

  private static void showStep(
      OperationStep step, int steps, Map<Integer, StepState> shown, Output output) {
    StepState before = shown.put(step.number(), step.state());
    if (step.state() == before || step.state() == StepState.PENDING) {
      return;
    }
    String took =
        step.finishedAtEpochMs() > 0 && step.startedAtEpochMs() > 0
            ? " in " + (step.finishedAtEpochMs() - step.startedAtEpochMs()) + " ms"
            : "";
    output.line(
        "step "
            + step.number()
            + "/"
            + steps
            + "  "
            + step.name()
            + (step.nodeId() < 0 ? "" : " on node " + step.nodeId())
            + "  "
            + NodeCommand.lower(step.state())
            + took
            + (step.detail().isEmpty() ? "" : "  " + step.detail()));
  }

  private static int report(OperationStatus status, Output output) {
    boolean done = status.state() == OperationState.SUCCEEDED;
    if (output.json()) {
      output.json(status);
    } else if (done) {
      output.line(
          "done: node "
              + status.toNodeId()
              + " is primary, traffic waited "
              + Output.number(status.pauseMs())
              + " ms, "
              + status.movedSessions()
              + " sessions moved, "
              + status.endedSessions()
              + " ended. "
              + status.outcome());
    }
    if (!done) {
      throw new CtlException(
          ExitCode.SERVER_SIDE,
          "switchover " + NodeCommand.lower(status.state()) + ": " + status.outcome());
    }
    return ExitCode.DONE;
  }

  private static void show(SwitchoverPlan plan, Output output) {
    if (output.json()) {
      output.json(plan);
      return;
    }
    output.line(
        "switchover of cluster "
            + plan.clusterName()
            + " from node "
            + plan.fromNodeId()
            + " to node "
            + plan.toNodeId());
    List<List<String>> checks = new ArrayList<>();
    plan.checks()
        .forEach(check ->
            checks.add(
                List.of(
                    check.name(),
                    NodeCommand.lower(check.result()),
                    check.evidence(),
                    check.limit())));
    output.table(List.of("CHECK", "RESULT", "FOUND", "LIMIT"), checks);
    List<List<String>> steps = new ArrayList<>();
    plan.steps()
        .forEach(step ->
            steps.add(
                List.of(
                    Integer.toString(step.number()),
                    step.name(),
                    Output.number(step.nodeId()),
                    step.action(),
                    step.undo().isEmpty() ? "-" : step.undo())));
    output.table(List.of("STEP", "NAME", "NODE", "ACTION", "UNDO"), steps);
  }

  private static String blockers(SwitchoverPlan plan) {
    String blockers =
        plan.checks().stream()
            .filter(check -> check.result() == CheckResult.BLOCK)
            .map(check -> check.name() + " (" + check.evidence() + ")")
            .collect(Collectors.joining(", "));
    return blockers.isEmpty() ? "no node is ready" : blockers;
  }
}
