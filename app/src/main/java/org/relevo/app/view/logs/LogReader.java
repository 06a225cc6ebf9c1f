package org.relevo.app.view.logs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.contract.LogLine;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import org.relevo.jmx.contract.LogsMXBean;

/// Reads one round of all wanted sources. Blocks; runs inside a task. Pure but for the bean.
final class LogReader {
  /// Lines of a source in one call.
  static final int PAGE_LINES = 1000;

  /// Lines of a source in one round; the rest waits for the next.
  static final int MAX_LINES = 4000;

  /// Lines of a source when it is read for the first time.
  static final int FIRST_LINES = 500;

  private LogReader() {}

  /// What a round brought.
  ///
  /// @param cursors where each source goes on
  /// @param problems why a source could not be read
  record Round(
      List<LogSource> sources,
      List<LogEntry> entries,
      Map<String, String> cursors,
      Map<String, String> problems) {
    Round {
      sources = List.copyOf(sources);
      entries = List.copyOf(entries);
      cursors = Map.copyOf(cursors);
      problems = Map.copyOf(problems);
    }
  }

  /// Where reading goes on.
  ///
  /// @param cursors of sources read before
  /// @param hidden sources that are not read
  /// @param nowMs where a gap is put when no line is left after it
  record Wanted(Map<String, String> cursors, List<String> hidden, long nowMs) {
    Wanted {
      cursors = Map.copyOf(cursors);
      hidden = List.copyOf(hidden);
    }
  }

  static Round read(LogsMXBean logs, Wanted wanted) {
    List<LogSource> sources = logs.getSources();
    List<LogEntry> entries = new ArrayList<>();
    Map<String, String> cursors = new HashMap<>();
    Map<String, String> problems = new HashMap<>();
    for (LogSource source : sources) {
      if (wanted.hidden().contains(source.id())) {
        continue;
      }
      String cursor = wanted.cursors().getOrDefault(source.id(), "");
      try {
        cursors.put(source.id(), readSource(logs, source.id(), cursor, wanted.nowMs(), entries));
      } catch (IllegalArgumentException | IllegalStateException e) {
        // One unreadable file must not hide the others; it is shown beside its source.
        problems.put(source.id(), String.valueOf(e.getMessage()));
      }
    }
    return new Round(sources, entries, cursors, problems);
  }

  private static String readSource(
      LogsMXBean logs, String id, String start, long nowMs, List<LogEntry> entries) {
    String cursor = start;
    int read = 0;
    int asked = start.isEmpty() ? FIRST_LINES : PAGE_LINES;
    while (read < MAX_LINES) {
      LogPage page = logs.tail(id, cursor, asked);
      List<LogLine> lines = page.lines();
      if (page.gap() && !cursor.isEmpty()) {
        entries.add(gap(id, lines, nowMs));
      }
      lines.forEach(line -> entries.add(new LogEntry.Line(line)));
      boolean first = cursor.isEmpty();
      cursor = page.cursor();
      read += lines.size();
      if (first || lines.size() < asked) {
        break;
      }
    }
    return cursor;
  }

  /// Stands directly before the first line that is left.
  private static LogEntry.Gap gap(String id, List<LogLine> lines, long nowMs) {
    return lines.isEmpty()
        ? new LogEntry.Gap(id, nowMs, Long.MAX_VALUE)
        : new LogEntry.Gap(id, lines.getFirst().atEpochMs(), lines.getFirst().sequence() - 1);
  }
}
