package org.relevo.proxy.server;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the service has prepared on one server connection, least recently used first, and what the
/// unnamed statement there is.
///
/// Owner: event loop of the connection.
public final class ServerStatements {
  private final Map<SharedStatement, SharedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable SharedStatement unnamed;

  /// Whether it is there (or on its way); it counts as used.
  public boolean use(SharedStatement statement) {
    return prepared.get(statement) != null;
  }

  /// @param most how many may be there with it
  /// @return one that must be closed to make room, null when there is room
  public @Nullable SharedStatement add(SharedStatement statement, int most) {
    prepared.put(statement, statement);
    if (prepared.size() <= most) {
      return null;
    }
    Iterator<SharedStatement> oldest = prepared.values().iterator();
    SharedStatement evicted = oldest.next();
    oldest.remove();
    return evicted;
  }

  /// It is not there any more, or was not after all.
  public void remove(SharedStatement statement) {
    prepared.remove(statement);
  }

  /// After DEALLOCATE ALL or DISCARD ALL.
  public void clear() {
    prepared.clear();
    unnamed = null;
  }

  public @Nullable SharedStatement unnamed() {
    return unnamed;
  }

  public void unnamed(@Nullable SharedStatement statement) {
    unnamed = statement;
  }

  public int size() {
    return prepared.size();
  }
}
