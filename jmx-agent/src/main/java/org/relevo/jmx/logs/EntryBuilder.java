package org.relevo.jmx.logs;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.LogLine;

/// Joins lines to entries: a head and what belongs to it.
///
/// Owner: the caller's thread.
final class EntryBuilder {
  static final int MAX_ENTRY_CHARS = 64 * 1024;

  private final String sourceId;
  private final List<LogLine> entries = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private boolean open;
  private boolean headed;
  private boolean seenHead;
  private int leading;
  private long sequence;
  private long leftOut;
  private long chars;
  private LogLevel level;
  private long atEpochMs;

  /// @param level of the entry before, for lines that belong to it
  EntryBuilder(String sourceId, LogLevel level, long atEpochMs) {
    this.sourceId = sourceId;
    this.level = level;
    this.atEpochMs = atEpochMs;
  }

  /// @param sequenceNow becomes the entry's when this line begins one
  void add(String line, long sequenceNow) {
    LineFormat.Head head = LineFormat.read(line);
    boolean joins = head.kind() != LineFormat.Kind.ENTRY && open && headed;
    if (joins) {
      append(line);
      return;
    }
    finish();
    if (!seenHead && head.kind() != LineFormat.Kind.ENTRY) {
      leading++;
    }
    if (head.kind() == LineFormat.Kind.ENTRY) {
      seenHead = true;
      level = head.level();
      // A line without a time is from the time of the one before.
      atEpochMs = head.atEpochMs() == -1 ? atEpochMs : head.atEpochMs();
    }
    headed = head.kind() == LineFormat.Kind.ENTRY;
    open = true;
    sequence = sequenceNow;
    text.append(line);
  }

  /// Whether this line would begin an entry of its own.
  boolean beginsEntry(String line) {
    return !(open && headed) || LineFormat.read(line).kind() == LineFormat.Kind.ENTRY;
  }

  /// Ends the entry that is being built.
  void finish() {
    if (!open) {
      return;
    }
    if (leftOut > 0) {
      text.append("\n… [").append(leftOut).append(" more lines]");
    }
    chars += text.length();
    entries.add(new LogLine(sourceId, sequence, atEpochMs, level, text.toString()));
    text.setLength(0);
    leftOut = 0;
    open = false;
  }

  private void append(String line) {
    if (leftOut > 0 || text.length() + line.length() > MAX_ENTRY_CHARS) {
      leftOut++;
    } else {
      text.append('\n').append(line);
    }
  }

  List<LogLine> entries() {
    return entries;
  }

  /// Entries before the first one with a head: the rest of one that was not read, or, when they are
  /// all, lines of a format that has no known heads.
  int leading() {
    return leading;
  }

  /// Entries, the one that is being built included.
  int count() {
    return entries.size() + (open ? 1 : 0);
  }

  long chars() {
    return chars + text.length();
  }

  LogLevel level() {
    return level;
  }

  long atEpochMs() {
    return atEpochMs;
  }
}
