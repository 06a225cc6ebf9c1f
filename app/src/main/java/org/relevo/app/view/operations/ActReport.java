package org.relevo.app.view.operations;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.app.frame.Durations;
import org.relevo.app.text.Texts;
import org.relevo.app.view.part.StepTexts;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.OperationStep;
import tools.jackson.databind.ObjectMapper;

/// An operation for people and for machines.
record ActReport(Progress progress, String nodeName, List<LogLine> log) {
  ActReport {
    log = List.copyOf(log);
  }

  /// Plain text in the person's language.
  String text(Texts texts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        texts.text(
            "operations.report.heading",
            texts.text("kind." + progress.kind()),
            progress.id(),
            nodeName));
    lines.add(progress.outcome());
    lines.add("");
    line(lines, texts, "switchover.report.state", texts.text("operation." + progress.state()));
    line(lines, texts, "switchover.report.actor", progress.actor());
    line(lines, texts, "switchover.reason", progress.reason());
    line(lines, texts, "switchover.report.started", at(progress.startedAtEpochMs()));
    line(lines, texts, "switchover.report.finished", at(progress.finishedAtEpochMs()));
    for (Progress.Figure figure : progress.figures()) {
      line(lines, texts, figure.key(), value(figure, texts.locale()));
    }
    lines.add("");
    for (OperationStep step : progress.steps()) {
      lines.add(
          "%2d  %-14s %-10s %8s  %s"
              .formatted(
                  step.number(),
                  step.name(),
                  step.state(),
                  StepTexts.took(step, texts.locale()),
                  step.detail()));
    }
    lines.add("");
    log.forEach(l -> lines.add(at(l.atEpochMs()) + " " + l.level() + " " + l.text()));
    return String.join("\n", lines) + "\n";
  }

  private static void line(List<String> lines, Texts texts, String key, String value) {
    lines.add(texts.text(key) + ": " + value);
  }

  private static String at(long epochMs) {
    return epochMs < 0 ? "–" : Instant.ofEpochMilli(epochMs).toString();
  }

  /// Stable keys for machines.
  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("id", progress.id());
    root.put("kind", progress.kind());
    root.put("state", progress.state().name());
    root.put("node", progress.nodeId());
    root.put("nodeName", nodeName);
    root.put("actor", progress.actor());
    root.put("reason", progress.reason());
    root.put("startedAtEpochMs", progress.startedAtEpochMs());
    root.put("finishedAtEpochMs", progress.finishedAtEpochMs());
    root.put("outcome", progress.outcome());
    Map<String, Object> figures = new LinkedHashMap<>();
    for (Progress.Figure figure : progress.figures()) {
      figures.put(figure.key().substring(figure.key().indexOf('.') + 1), figure.value());
    }
    root.put("figures", figures);
    root.put("steps", StepTexts.json(progress.steps()));
    return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }

  static String value(Progress.Figure figure, Locale locale) {
    if (figure.value() < 0) {
      return "–";
    }
    return switch (figure.unit()) {
      case BYTES -> Durations.bytes(figure.value(), locale);
      case BYTES_PER_SECOND -> Durations.bytes(figure.value(), locale) + "/s";
      case MILLIS -> StepTexts.millis(figure.value(), locale);
      case SECONDS -> StepTexts.millis(figure.value() * 1000, locale);
      case COUNT -> Long.toString(figure.value());
    };
  }
}
