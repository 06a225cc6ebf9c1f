package org.relevo.jmx.ctl;

import java.util.HashMap;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.StepState;

/// Shows an operation's steps until it ends.
record OperationFollower(JmxConnection service, Output output, int timeoutSeconds) {
  private static final long LOOK_EVERY_MS = 200;

  /// @return the exit code
  int follow(String operation) {
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
            status.kind()
                + " "
                + operation
                + " still runs after "
                + timeoutSeconds
                + " s; it goes on, relevo ctl cluster history shows its end");
      }
      RemoteCommand.pause(LOOK_EVERY_MS);
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
          status.kind() + " " + NodeCommand.lower(status.state()) + ": " + status.outcome());
    }
    return ExitCode.DONE;
  }
}
