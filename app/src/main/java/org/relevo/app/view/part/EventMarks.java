package org.relevo.app.view.part;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.app.chart.ChartMark;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.PostgresSample;

/// What happened, as marks over the charts. Pure but for reading the model. Owner: FX thread.
public final class EventMarks {
  private static final Pattern TARGET = Pattern.compile("(?:^|\\s)to=(\\S+)");
  private static final Pattern SUCCEEDED = Pattern.compile("(?:^|\\s)state=SUCCEEDED(?:\\s|$)");

  private final ClusterModel model;
  private final Texts texts;

  public EventMarks(ClusterModel model, Texts texts) {
    this.model = model;
    this.texts = texts;
  }

  /// Role changes, operations and errors, oldest first.
  public List<ChartMark> events() {
    List<ChartMark> marks = new ArrayList<>();
    String target = "";
    for (EventRecord event : model.events().samples()) {
      Matcher matcher = TARGET.matcher(event.text());
      if (matcher.find()) {
        target = nodeName(matcher.group(1));
      }
      switch (event.name()) {
        case "switchover.started" -> add(marks, event, ChartMark.Kind.OPERATION, started(target));
        case "switchover.finished" -> {
          boolean done = SUCCEEDED.matcher(event.text()).find();
          add(
              marks,
              event,
              done ? ChartMark.Kind.ROLE_CHANGE : ChartMark.Kind.PROBLEM,
              done ? primary(target) : texts.text("dashboard.mark.undone"));
        }
        default -> {
          if (event.level() == LogLevel.ERROR || event.level() == LogLevel.FATAL) {
            add(marks, event, ChartMark.Kind.PROBLEM, event.name());
          }
        }
      }
    }
    return marks;
  }

  /// The same without words, for charts beside one that has them.
  public List<ChartMark> symbols() {
    return events().stream().map(mark -> new ChartMark(mark.atEpochMs(), mark.kind(), "")).toList();
  }

  /// Seconds in which a node that is shown made a checkpoint, oldest first.
  public List<ChartMark> checkpoints(List<NodeInfo> shown) {
    List<ChartMark> marks = new ArrayList<>();
    for (NodeInfo node : shown) {
      for (PostgresSample sample : model.postgres(node.id()).samples()) {
        if (sample.checkpointsPerSecond() > 0) {
          marks.add(new ChartMark(sample.sampledAtEpochMs(), ChartMark.Kind.CHECKPOINT, ""));
        }
      }
    }
    marks.sort(Comparator.comparingLong(ChartMark::atEpochMs));
    return marks;
  }

  private String started(String target) {
    return target.isEmpty()
        ? texts.text("dashboard.mark.switchover")
        : texts.text("dashboard.mark.switchoverTo", target);
  }

  private String primary(String target) {
    return target.isEmpty()
        ? texts.text("dashboard.mark.done")
        : texts.text("dashboard.mark.primary", target);
  }

  /// Events name nodes by number or by name.
  private String nodeName(String written) {
    return written.chars().allMatch(Character::isDigit) && written.length() < 6
        ? model.nodeName(Integer.parseInt(written))
        : written;
  }

  private static void add(
      List<ChartMark> marks, EventRecord event, ChartMark.Kind kind, String text) {
    marks.add(new ChartMark(event.atEpochMs(), kind, text));
  }
}
