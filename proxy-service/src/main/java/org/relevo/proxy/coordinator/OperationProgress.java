package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.StepState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.core.TrafficGate.MoveReport;
import org.relevo.proxy.failover.SwitchoverStep;

/// How far an operation is: on disk before each step, published and in the journal as it happens.
///
/// Owner: the operation's thread; [#status] is for any thread.
final class OperationProgress {
  static final String KIND = "switchover";

  private final OperationFile file;
  private final EventJournal journal;
  private final Clock clock;
  private volatile OperationStatus status;

  OperationProgress(
      String id,
      SwitchoverPlan plan,
      String actor,
      OperationFile file,
      EventJournal journal,
      Clock clock) {
    this.file = file;
    this.journal = journal;
    this.clock = clock;
    List<OperationStep> steps = new ArrayList<>();
    for (PlannedStep step : plan.steps()) {
      steps.add(
          new OperationStep(
              step.number(), step.name(), step.nodeId(), StepState.PENDING, "", -1, -1));
    }
    this.status =
        new OperationStatus(
            id,
            KIND,
            OperationState.RUNNING,
            actor,
            plan.reason(),
            plan.fromNodeId(),
            plan.toNodeId(),
            clock.millis(),
            -1,
            -1,
            0,
            0,
            0,
            steps,
            "");
  }

  /// Goes on with an operation read from disk.
  OperationProgress(OperationStatus status, OperationFile file, EventJournal journal, Clock clock) {
    this.status = status;
    this.file = file;
    this.journal = journal;
    this.clock = clock;
  }

  OperationStatus status() {
    return status;
  }

  void started() {
    journal.record(
        LogLevel.INFO,
        "switchover.started",
        "id=%s from=%d to=%d actor=\"%s\" reason=\"%s\""
            .formatted(
                status.id(),
                status.fromNodeId(),
                status.toNodeId(),
                status.actor(),
                status.reason()));
  }

  /// Notes on disk that the step begins; what cannot be noted is not begun.
  void begin(SwitchoverStep step) throws IOException {
    replace(step, StepState.RUNNING, "");
    file.write(status);
    record(step, StepState.RUNNING, "");
  }

  void done(SwitchoverStep step, String detail) {
    step(step, StepState.DONE, detail);
  }

  void failed(SwitchoverStep step, String detail) {
    step(step, StepState.FAILED, detail);
  }

  void undone(SwitchoverStep step, String detail) {
    step(step, StepState.UNDONE, detail);
  }

  boolean isDone(SwitchoverStep step) {
    return status.steps().get(step.number() - 1).state() == StepState.DONE;
  }

  void held(int sessions) {
    status = with(status.state(), status.pauseMs(), sessions, null, status.outcome());
  }

  void released(long pauseMs, MoveReport report) {
    status = with(status.state(), pauseMs, status.heldSessions(), report, status.outcome());
  }

  /// Ends the operation; steps that never began are shown as skipped.
  void finish(OperationState state, String outcome) {
    for (SwitchoverStep step : SwitchoverStep.values()) {
      if (step.number() <= status.steps().size()
          && status.steps().get(step.number() - 1).state() == StepState.PENDING) {
        replace(step, StepState.SKIPPED, "");
      }
    }
    status = with(state, status.pauseMs(), status.heldSessions(), null, outcome);
    LogLevel level =
        switch (state) {
          case SUCCEEDED, PLANNED, RUNNING -> LogLevel.INFO;
          case ABORTED -> LogLevel.WARN;
          case FAILED -> LogLevel.ERROR;
        };
    journal.record(
        level,
        "switchover.finished",
        "id=%s state=%s from=%d to=%d pauseMs=%d moved=%d ended=%d outcome=\"%s\""
            .formatted(
                status.id(),
                state,
                status.fromNodeId(),
                status.toNodeId(),
                status.pauseMs(),
                status.movedSessions(),
                status.endedSessions(),
                outcome));
    try {
      file.write(status);
    } catch (IOException e) {
      journal.record(
          LogLevel.ERROR,
          "operation.file",
          "file=%s reason=\"%s\"".formatted(file.path(), e.getMessage()));
    }
  }

  private void step(SwitchoverStep step, StepState state, String detail) {
    replace(step, state, detail);
    record(step, state, detail);
  }

  private void record(SwitchoverStep step, StepState state, String detail) {
    journal.record(
        state == StepState.FAILED ? LogLevel.WARN : LogLevel.INFO,
        "switchover.step",
        "id=%s step=%s state=%s detail=\"%s\""
            .formatted(status.id(), step.shown(), state, detail.replace('"', '\'')));
  }

  private void replace(SwitchoverStep step, StepState state, String detail) {
    List<OperationStep> steps = new ArrayList<>(status.steps());
    OperationStep before = steps.get(step.number() - 1);
    boolean begins = state == StepState.RUNNING;
    steps.set(
        step.number() - 1,
        new OperationStep(
            before.number(),
            before.name(),
            before.nodeId(),
            state,
            detail.isEmpty() ? before.detail() : detail,
            begins ? clock.millis() : before.startedAtEpochMs(),
            begins || state == StepState.SKIPPED ? -1 : clock.millis()));
    status =
        new OperationStatus(
            status.id(),
            status.kind(),
            status.state(),
            status.actor(),
            status.reason(),
            status.fromNodeId(),
            status.toNodeId(),
            status.startedAtEpochMs(),
            status.finishedAtEpochMs(),
            status.pauseMs(),
            status.heldSessions(),
            status.movedSessions(),
            status.endedSessions(),
            steps,
            status.outcome());
  }

  private OperationStatus with(
      OperationState state, long pauseMs, int held, @Nullable MoveReport report, String outcome) {
    return new OperationStatus(
        status.id(),
        status.kind(),
        state,
        status.actor(),
        status.reason(),
        status.fromNodeId(),
        status.toNodeId(),
        status.startedAtEpochMs(),
        state == OperationState.RUNNING ? -1 : clock.millis(),
        pauseMs,
        held,
        report == null ? status.movedSessions() : report.moved(),
        report == null ? status.endedSessions() : report.ended(),
        status.steps(),
        outcome);
  }
}
