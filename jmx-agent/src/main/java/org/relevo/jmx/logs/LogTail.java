package org.relevo.jmx.logs;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import org.relevo.jmx.contract.LogsMXBean;

/// Tails of registered logs. Nothing but these can be read, whatever a caller asks for.
///
/// A page may hold fewer lines than asked for even though there are more: ask again with its
/// cursor. A line that is still being written comes when it is complete.
///
/// Owner: itself; any thread may call it.
public final class LogTail implements LogsMXBean {
  static final int MAX_SOURCES = 200;
  static final int MAX_LINES = 2000;

  // Replaced as a whole under this object's lock.
  private volatile Map<String, TailedLog> logs = Map.of();

  /// Nothing is registered yet.
  public LogTail() {}

  /// Adds a log, or replaces the one with the same id.
  public synchronized void register(TailedLog log) {
    Map<String, TailedLog> more = new LinkedHashMap<>(logs);
    more.put(log.id(), log);
    if (more.size() > MAX_SOURCES) {
      throw new IllegalStateException(
          "cannot register log '" + log.id() + "': there are " + MAX_SOURCES + " already");
    }
    logs = Collections.unmodifiableMap(more);
  }

  public synchronized void unregister(String id) {
    Map<String, TailedLog> fewer = new LinkedHashMap<>(logs);
    fewer.remove(id);
    logs = Collections.unmodifiableMap(fewer);
  }

  @Override
  public List<LogSource> getSources() {
    return logs.values().stream().map(LogTail::describe).toList();
  }

  @Override
  public LogPage tail(String sourceId, String cursor, int maxLines) {
    @Nullable TailedLog log = logs.get(sourceId);
    if (log == null) {
      throw new IllegalArgumentException(
          "no log '" + sourceId + "'; there are " + String.join(", ", logs.keySet()));
    }
    if (maxLines < 1 || maxLines > MAX_LINES) {
      throw new IllegalArgumentException("maxLines must be 1 to " + MAX_LINES + ": " + maxLines);
    }
    try {
      return new PageReader(log, maxLines).read(cursor);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot read log '" + sourceId + "' at " + log.shownPath() + ": " + e, e);
    }
  }

  private static LogSource describe(TailedLog log) {
    String path = log.shownPath();
    long size;
    try {
      List<TailedLog.LogFile> files = log.files();
      if (files.isEmpty()) {
        size = 0;
      } else {
        path = files.getLast().path().toString();
        size = files.getLast().size();
      }
    } catch (IOException _) {
      size = -1; // shown as unknown; reading it says why
    }
    return new LogSource(log.id(), log.kind(), log.nodeId(), path, size);
  }
}
