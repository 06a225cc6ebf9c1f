package org.relevo.app.view.part;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.app.frame.Durations;
import org.relevo.jmx.contract.OperationStep;

/// An operation's steps and times in reports, for people and for machines.
public final class StepTexts {
  private StepTexts() {}

  /// Stable keys for machines, one map a step.
  public static List<Map<String, Object>> json(List<OperationStep> steps) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (OperationStep step : steps) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("number", step.number());
      one.put("name", step.name());
      one.put("node", step.nodeId());
      one.put("state", step.state().name());
      one.put("detail", step.detail());
      one.put("startedAtEpochMs", step.startedAtEpochMs());
      one.put("finishedAtEpochMs", step.finishedAtEpochMs());
      all.add(one);
    }
    return all;
  }

  /// How long a step took; a dash as long as it has not ended.
  public static String took(OperationStep step, Locale locale) {
    return step.startedAtEpochMs() < 0 || step.finishedAtEpochMs() < 0
        ? "–"
        : millis(step.finishedAtEpochMs() - step.startedAtEpochMs(), locale);
  }

  /// @param ms negative when not known
  public static String millis(long ms, Locale locale) {
    return ms < 0 ? "–" : Durations.of(Duration.ofMillis(ms), locale);
  }
}
