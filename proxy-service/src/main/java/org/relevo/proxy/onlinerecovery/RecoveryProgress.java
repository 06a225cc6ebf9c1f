package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.StepState;

/// How far a recovery is: on disk before each step, published and told as it happens.
///
/// Owner: the recovery's thread; [#copied] comes from the watch of its copy, [#status] is for any
/// thread.
final class RecoveryProgress {
  private static final double NS = 1e9;

  private final RecoveryFile file;
  private final RecoveryContext context;
  private volatile RecoveryStatus status;
  private long rateSinceNs;
  private long rateSinceBytes;

  RecoveryProgress(RecoveryStatus begun, RecoveryFile file, RecoveryContext context) {
    this.status = begun;
    this.file = file;
    this.context = context;
  }

  /// A recovery that begins now.
  static RecoveryStatus beginning(
      String id,
      int node,
      int source,
      String way,
      String actor,
      String reason,
      List<String> steps) {
    List<OperationStep> pending = new ArrayList<>();
    for (String step : steps) {
      pending.add(new OperationStep(pending.size() + 1, step, node, StepState.PENDING, "", -1, -1));
    }
    return new RecoveryStatus(
        id,
        node,
        source,
        way,
        RecoveryState.RUNNING,
        "",
        -1,
        -1,
        -1,
        -1,
        -1,
        System.currentTimeMillis(),
        -1,
        actor,
        reason,
        pending,
        "");
  }

  RecoveryStatus status() {
    return status;
  }

  /// What it will do, before it begins.
  void steps(String way, List<String> names, int node) {
    RecoveryStatus was = status;
    status = beginning(was.id(), node, was.sourceNodeId(), way, was.actor(), was.reason(), names);
  }

  void started() {
    context
        .journal()
        .record(
            LogLevel.INFO,
            "recovery.started",
            "id=%s node=%d source=%d way=%s actor=\"%s\" reason=\"%s\""
                .formatted(
                    status.id(),
                    status.nodeId(),
                    status.sourceNodeId(),
                    status.way(),
                    status.actor(),
                    status.reason()));
  }

  /// Notes on disk that the step begins; what cannot be noted is not begun.
  void begin(int step) throws IOException {
    replace(step, StepState.RUNNING, "");
    file.write(status);
    told(step);
  }

  void done(int step, String detail) {
    replace(step, StepState.DONE, detail);
    told(step);
  }

  void failed(int step, String detail) {
    replace(step, StepState.FAILED, detail);
    told(step);
  }

  private void told(int step) {
    OperationStep now = status.steps().get(step);
    context
        .journal()
        .record(
            now.state() == StepState.FAILED ? LogLevel.WARN : LogLevel.INFO,
            "recovery.step",
            "id=%s node=%d step=\"%s\" state=%s text=\"%s\""
                .formatted(status.id(), status.nodeId(), now.name(), now.state(), now.detail()));
  }

  /// @param total -1 when it is not known
  synchronized void copied(long bytes, long total) {
    long now = System.nanoTime();
    RecoveryStatus was = status;
    if (was.bytes() < 0 || bytes < was.bytes()) {
      rateSinceNs = now;
      rateSinceBytes = bytes;
    }
    double seconds = (now - rateSinceNs) / NS;
    long rate = seconds < 0.5 ? -1 : (long) ((bytes - rateSinceBytes) / seconds);
    long left = rate <= 0 || total < 0 ? -1 : Math.max(0, (total - bytes) / rate);
    status = with(was, was.state(), was.phase(), bytes, total, rate, left, was.pauseMs(), "");
  }

  synchronized void paused(long ms) {
    RecoveryStatus was = status;
    status =
        with(
            was,
            was.state(),
            was.phase(),
            was.bytes(),
            was.totalBytes(),
            was.bytesPerSecond(),
            was.remainingSeconds(),
            ms,
            was.outcome());
  }

  /// Ends it; steps that never began are shown as skipped.
  void finish(RecoveryState state, String outcome) {
    for (int step = 0; step < status.steps().size(); step++) {
      if (status.steps().get(step).state() == StepState.PENDING) {
        replace(step, StepState.SKIPPED, "");
      }
    }
    synchronized (this) {
      RecoveryStatus was = status;
      status =
          with(
              was,
              state,
              was.phase(),
              was.bytes(),
              was.totalBytes(),
              was.bytesPerSecond(),
              -1,
              was.pauseMs(),
              outcome);
    }
    LogLevel level =
        switch (state) {
          case RUNNING, SUCCEEDED -> LogLevel.INFO;
          case CANCELLED, INTERRUPTED -> LogLevel.WARN;
          case FAILED -> LogLevel.ERROR;
        };
    context
        .journal()
        .record(
            level,
            "recovery.finished",
            "id=%s node=%d state=%s pauseMs=%d tookMs=%d outcome=\"%s\""
                .formatted(
                    status.id(),
                    status.nodeId(),
                    state,
                    status.pauseMs(),
                    status.finishedAtEpochMs() - status.startedAtEpochMs(),
                    outcome));
    try {
      file.write(status);
    } catch (IOException e) {
      context
          .journal()
          .record(
              LogLevel.WARN,
              "recovery.file",
              "id=%s reason=\"%s\"".formatted(status.id(), e.getMessage()));
    }
  }

  private synchronized void replace(int index, StepState state, String detail) {
    RecoveryStatus was = status;
    long now = System.currentTimeMillis();
    List<OperationStep> steps = new ArrayList<>(was.steps());
    OperationStep step = steps.get(index);
    steps.set(
        index,
        new OperationStep(
            step.number(),
            step.name(),
            step.nodeId(),
            state,
            detail,
            state == StepState.RUNNING ? now : step.startedAtEpochMs(),
            state == StepState.RUNNING || state == StepState.SKIPPED ? -1 : now));
    status =
        new RecoveryStatus(
            was.id(),
            was.nodeId(),
            was.sourceNodeId(),
            was.way(),
            was.state(),
            state == StepState.SKIPPED ? was.phase() : step.name(),
            was.bytes(),
            was.totalBytes(),
            was.bytesPerSecond(),
            was.remainingSeconds(),
            was.pauseMs(),
            was.startedAtEpochMs(),
            was.finishedAtEpochMs(),
            was.actor(),
            was.reason(),
            steps,
            was.outcome());
  }

  private static RecoveryStatus with(
      RecoveryStatus was,
      RecoveryState state,
      String phase,
      long bytes,
      long total,
      long rate,
      long left,
      long pauseMs,
      String outcome) {
    return new RecoveryStatus(
        was.id(),
        was.nodeId(),
        was.sourceNodeId(),
        was.way(),
        state,
        phase,
        bytes,
        total,
        rate,
        left,
        pauseMs,
        was.startedAtEpochMs(),
        state == RecoveryState.RUNNING ? -1 : System.currentTimeMillis(),
        was.actor(),
        was.reason(),
        was.steps(),
        outcome);
  }
}
