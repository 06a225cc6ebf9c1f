package org.relevo.app.view.logs;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.relevo.jmx.contract.LogLevel;

/// Which entries are shown. A gap is shown whenever its source is: missing lines might have
/// matched.
///
/// @param least the least severity; UNKNOWN for all
/// @param text part of a line in any case, "" for all
/// @param hiddenSources ids that are not shown
record LogFilter(LogLevel least, String text, Set<String> hiddenSources)
    implements Predicate<LogEntry> {
  LogFilter {
    text = text.toLowerCase(Locale.ROOT);
    hiddenSources = Set.copyOf(hiddenSources);
  }

  @Override
  public boolean test(LogEntry entry) {
    if (hiddenSources.contains(entry.sourceId())) {
      return false;
    }
    return switch (entry) {
      case LogEntry.Gap _ -> true;
      case LogEntry.Line line -> severe(line.level()) && contains(line);
    };
  }

  private boolean contains(LogEntry.Line line) {
    return text.isEmpty() || line.line().text().toLowerCase(Locale.ROOT).contains(text);
  }

  /// A line whose level was not recognised belongs to every choice but the exact ones.
  private boolean severe(LogLevel level) {
    if (least == LogLevel.UNKNOWN) {
      return true;
    }
    return level != LogLevel.UNKNOWN && level.compareTo(least) >= 0;
  }
}
