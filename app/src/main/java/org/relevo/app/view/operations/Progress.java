package org.relevo.app.view.operations;

import java.util.List;
import java.util.Locale;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import org.relevo.jmx.contract.RecoveryState;
import org.relevo.jmx.contract.RecoveryStatus;

/// An operation of any kind, running or ended, as the service tells it.
///
/// @param kind `switchover`, `failover`, `recovery`, or an act's name in small letters
/// @param done share of the copy, 0 to 1; -1 when nothing is copied
/// @param cancellable whether the service can break it off
record Progress(
    String id,
    String kind,
    int nodeId,
    OperationState state,
    String actor,
    String reason,
    long startedAtEpochMs,
    long finishedAtEpochMs,
    List<OperationStep> steps,
    String outcome,
    List<Figure> figures,
    double done,
    boolean cancellable) {
  /// What a figure counts.
  enum Unit {
    BYTES,
    BYTES_PER_SECOND,
    MILLIS,
    SECONDS,
    COUNT
  }

  /// @param key text key
  /// @param value -1 when not known
  record Figure(String key, Unit unit, long value) {}

  Progress {
    steps = List.copyOf(steps);
    figures = List.copyOf(figures);
  }

  boolean running() {
    return state == OperationState.RUNNING;
  }

  static Progress of(RecoveryStatus status) {
    return new Progress(
        status.id(),
        "recovery",
        status.nodeId(),
        switch (status.state()) {
          case RUNNING -> OperationState.RUNNING;
          case SUCCEEDED -> OperationState.SUCCEEDED;
          case FAILED, INTERRUPTED -> OperationState.FAILED;
          case CANCELLED -> OperationState.ABORTED;
        },
        status.actor(),
        status.reason(),
        status.startedAtEpochMs(),
        status.finishedAtEpochMs(),
        status.steps(),
        status.outcome(),
        List.of(
            new Figure("operations.bytes", Unit.BYTES, status.bytes()),
            new Figure("operations.rate", Unit.BYTES_PER_SECOND, status.bytesPerSecond()),
            new Figure("operations.remaining", Unit.SECONDS, status.remainingSeconds()),
            new Figure("operations.pause", Unit.MILLIS, status.pauseMs())),
        status.totalBytes() <= 0 || status.bytes() < 0
            ? -1
            : Math.clamp((double) status.bytes() / status.totalBytes(), 0, 1),
        status.state() == RecoveryState.RUNNING);
  }

  static Progress of(OperationStatus status) {
    return new Progress(
        status.id(),
        status.kind().toLowerCase(Locale.ROOT),
        status.toNodeId(),
        status.state(),
        status.actor(),
        status.reason(),
        status.startedAtEpochMs(),
        status.finishedAtEpochMs(),
        status.steps(),
        status.outcome(),
        List.of(
            new Figure("switchover.held", Unit.COUNT, status.heldSessions()),
            new Figure("switchover.moved", Unit.COUNT, status.movedSessions()),
            new Figure("switchover.ended", Unit.COUNT, status.endedSessions()),
            new Figure("operations.pause", Unit.MILLIS, status.pauseMs())),
        -1,
        status.state() == OperationState.RUNNING);
  }
}
