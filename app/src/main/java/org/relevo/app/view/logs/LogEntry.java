package org.relevo.app.view.logs;

import java.util.Comparator;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;

/// One row of the stream.
sealed interface LogEntry {
  /// By time, then so that one source keeps its own order.
  Comparator<LogEntry> ORDER =
      Comparator.comparingLong(LogEntry::atEpochMs)
          .thenComparing(LogEntry::sourceId)
          .thenComparingLong(LogEntry::sequence);

  String sourceId();

  long atEpochMs();

  long sequence();

  /// A line as the source wrote it.
  record Line(LogLine line) implements LogEntry {
    @Override
    public String sourceId() {
      return line.sourceId();
    }

    @Override
    public long atEpochMs() {
      return line.atEpochMs();
    }

    @Override
    public long sequence() {
      return line.sequence();
    }

    LogLevel level() {
      return line.level();
    }

    /// On one row: continuation lines follow after a sign.
    String oneLine() {
      return line.text().replace("\n", " \u23ce ");
    }
  }

  /// Lines of this source before this point are gone and were never shown.
  record Gap(String sourceId, long atEpochMs, long sequence) implements LogEntry {}
}
