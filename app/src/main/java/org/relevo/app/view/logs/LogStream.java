package org.relevo.app.view.logs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The newest entries of all sources, ordered by time. Owner: FX thread.
final class LogStream {
  static final int CAPACITY = 20_000;

  private final int capacity;
  private final ObservableList<LogEntry> entries = FXCollections.observableArrayList();

  LogStream() {
    this(CAPACITY);
  }

  LogStream(int capacity) {
    this.capacity = capacity;
  }

  ObservableList<LogEntry> entries() {
    return entries;
  }

  void clear() {
    entries.clear();
  }

  /// Merges some entries in; the oldest make room. Late lines of a slow source find their place
  /// among those that are already shown.
  void add(List<? extends LogEntry> newer) {
    if (newer.isEmpty()) {
      return;
    }
    List<LogEntry> batch = new ArrayList<>(newer);
    batch.sort(LogEntry.ORDER);
    int keepBefore = insertionPoint(batch.getFirst());
    List<LogEntry> tail = new ArrayList<>(entries.subList(keepBefore, entries.size()));
    if (tail.isEmpty()) {
      entries.addAll(batch);
    } else {
      tail.addAll(batch);
      tail.sort(LogEntry.ORDER);
      entries.subList(keepBefore, entries.size()).clear();
      entries.addAll(tail);
    }
    if (entries.size() > capacity) {
      entries.remove(0, entries.size() - capacity);
    }
  }

  /// Drops everything of one source.
  void remove(String sourceId) {
    entries.removeIf(entry -> entry.sourceId().equals(sourceId));
  }

  private int insertionPoint(LogEntry entry) {
    int found = Collections.binarySearch(entries, entry, LogEntry.ORDER);
    return found >= 0 ? found : -found - 1;
  }
}
