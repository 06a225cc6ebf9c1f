package org.relevo.app.view.switchover;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.StepTexts;
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
    lines.add(
        texts.text("switchover.pause")
            + ": "
            + StepTexts.millis(operation.pauseMs(), texts.locale()));
    lines.add(texts.text("switchover.held") + ": " + operation.heldSessions());
    lines.add(texts.text("switchover.moved") + ": " + operation.movedSessions());
    lines.add(texts.text("switchover.ended") + ": " + operation.endedSessions());
    lines.add(texts.text("switchover.errors") + ": " + (clientErrors < 0 ? "–" : clientErrors));
    lines.add(texts.text("switchover.gap") + ": " + StepTexts.millis(longestGapMs, texts.locale()));
    lines.add("");
    for (OperationStep step : operation.steps()) {
      lines.add(
          "%2d  %-12s %-10s %8s  %s"
              .formatted(
                  step.number(),
                  step.name(),
                  step.state(),
                  StepTexts.took(step, texts.locale()),
                  step.detail()));
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
    root.put("steps", StepTexts.json(operation.steps()));
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }
}
