package org.relevo.app.view.switchover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.OperationStatus;
import org.relevo.jmx.contract.OperationStep;
import tools.jackson.databind.ObjectMapper;

/// An ended operation for people and for machines.
///
/// @param clientErrors -1 when not known
/// @param longestGapMs -1 when not known
record Report(
    OperationStatus operation,
    String from,
    String to,
    String primaryNow,
    long clientErrors,
    long longestGapMs,
    List<LogLine> log) {

  static Report of(
      OperationStatus operation, ClusterModel model, long errors, long gapMs, List<LogLine> log) {
    ClusterStatus status = model.statusProperty().get();
    int primary = status == null ? -1 : status.primaryNodeId();
    return new Report(
        operation,
        model.nodeName(operation.fromNodeId()),
        model.nodeName(operation.toNodeId()),
        primary < 0 ? "" : model.nodeName(primary),
        errors,
        gapMs,
        List.copyOf(log));
  }

  /// What the operation's end should have left: the target on success, else the old primary.
  String intendedPrimary() {
    return operation.state() == OperationState.SUCCEEDED ? to : from;
  }

  boolean asIntended() {
    return intendedPrimary().equals(primaryNow);
  }

  /// Plain text in the person's language.
  String text(Texts texts) {
    List<String> lines = new ArrayList<>();
    lines.add(texts.text("switchover.report.heading", operation.id(), from, to));
    lines.add(operation.outcome());
    lines.add("");
    lines.add(
        texts.text("switchover.report.state")
            + ": "
            + texts.text("operation." + operation.state()));
    lines.add(texts.text("switchover.report.actor") + ": " + operation.actor());
    lines.add(texts.text("switchover.reason") + ": " + operation.reason());
    lines.add(
        texts.text("switchover.report.started")
            + ": "
            + Instant.ofEpochMilli(operation.startedAtEpochMs()));
    lines.add(
        texts.text("switchover.report.finished")
            + ": "
            + Instant.ofEpochMilli(operation.finishedAtEpochMs()));
    lines.add(texts.text("switchover.report.intended") + ": " + intendedPrimary());
    lines.add(
        texts.text("switchover.report.observed")
            + ": "
            + (primaryNow.isEmpty() ? "–" : primaryNow));
    lines.add(texts.text("switchover.pause") + ": " + millis(operation.pauseMs(), texts));
    lines.add(texts.text("switchover.held") + ": " + operation.heldSessions());
    lines.add(texts.text("switchover.moved") + ": " + operation.movedSessions());
    lines.add(texts.text("switchover.ended") + ": " + operation.endedSessions());
    lines.add(texts.text("switchover.errors") + ": " + (clientErrors < 0 ? "–" : clientErrors));
    lines.add(texts.text("switchover.gap") + ": " + millis(longestGapMs, texts));
    lines.add("");
    for (OperationStep step : operation.steps()) {
      lines.add(
          "%2d  %-12s %-10s %8s  %s"
              .formatted(
                  step.number(), step.name(), step.state(), took(step, texts), step.detail()));
    }
    lines.add("");
    log.forEach(
        l -> lines.add(Instant.ofEpochMilli(l.atEpochMs()) + " " + l.level() + " " + l.text()));
    return String.join("\n", lines) + "\n";
  }

  /// Stable keys for machines.
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("id", operation.id());
    root.put("kind", operation.kind());
    root.put("state", operation.state().name());
    root.put("actor", operation.actor());
    root.put("reason", operation.reason());
    root.put("fromNode", operation.fromNodeId());
    root.put("toNode", operation.toNodeId());
    root.put("startedAtEpochMs", operation.startedAtEpochMs());
    root.put("finishedAtEpochMs", operation.finishedAtEpochMs());
    root.put("pauseMs", operation.pauseMs());
    root.put("heldSessions", operation.heldSessions());
    root.put("movedSessions", operation.movedSessions());
    root.put("endedSessions", operation.endedSessions());
    root.put("clientErrors", clientErrors);
    root.put("longestGapMs", longestGapMs);
    root.put("intendedPrimary", intendedPrimary());
    root.put("observedPrimary", primaryNow);
    root.put("outcome", operation.outcome());
    List<Map<String, Object>> steps = new ArrayList<>();
    for (OperationStep step : operation.steps()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("number", step.number());
      one.put("name", step.name());
      one.put("node", step.nodeId());
      one.put("state", step.state().name());
      one.put("detail", step.detail());
      one.put("startedAtEpochMs", step.startedAtEpochMs());
      one.put("finishedAtEpochMs", step.finishedAtEpochMs());
      steps.add(one);
    }
    root.put("steps", steps);
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  static String took(OperationStep step, Texts texts) {
    return step.startedAtEpochMs() < 0 || step.finishedAtEpochMs() < 0
        ? "–"
        : millis(step.finishedAtEpochMs() - step.startedAtEpochMs(), texts);
  }

  static String millis(long ms, Texts texts) {
    return ms < 0 ? "–" : Durations.of(Duration.ofMillis(ms), texts.locale());
  }
}
