package org.relevo.proxy.server;

import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the service has prepared on one server connection, least recently used first, and what the
/// unnamed statement there is. Bounded by number and by the bytes of the texts: one client's large
/// statements must not fill the memory by way of the connections that it used.
///
/// Owner: event loop of the connection.
public final class ServerStatements {
  /// Most bytes of texts, except that one statement is always kept.
  static final long MAX_BYTES = 4L << 20;

  /// A longer unnamed statement is remembered only while its client does.
  static final int LONG_BYTES = 32_768;

  private final Map<SharedStatement, SharedStatement> prepared =
      new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private @Nullable SharedStatement unnamed;
  private @Nullable WeakReference<SharedStatement> longUnnamed;

  /// Whether it is there (or on its way); it counts as used.
  public boolean use(SharedStatement statement) {
    return prepared.get(statement) != null;
  }

  /// @param most how many may be there with it
  /// @return one that must be closed to make room, and [#excess] is to be asked for more; null when
  ///   there is room
  public @Nullable SharedStatement add(SharedStatement statement, int most) {
    if (prepared.put(statement, statement) == null) {
      bytes += statement.text().length;
    }
    return excess(most);
  }

  /// Whether nothing need be closed for this one, which is not there.
  public boolean hasRoom(SharedStatement statement, int most) {
    return prepared.size() < most
        && (prepared.isEmpty() || bytes + statement.text().length <= MAX_BYTES);
  }

  /// Takes out one that must be closed to make room; null when there is room.
  ///
  /// @param most how many may be there; [Integer#MAX_VALUE] to leave everything for now
  public @Nullable SharedStatement excess(int most) {
    boolean large = bytes > MAX_BYTES && prepared.size() > 1 && most < Integer.MAX_VALUE;
    if (prepared.size() <= most && !large) {
      return null;
    }
    Iterator<SharedStatement> oldest = prepared.values().iterator();
    SharedStatement evicted = oldest.next();
    oldest.remove();
    bytes -= evicted.text().length;
    return evicted;
  }

  /// It is not there any more, or was not after all.
  public void remove(SharedStatement statement) {
    if (prepared.remove(statement) != null) {
      bytes -= statement.text().length;
    }
  }

  /// After DEALLOCATE ALL or DISCARD ALL.
  public void clear() {
    prepared.clear();
    bytes = 0;
    unnamed(null);
  }

  /// Null when it is not known: then it is not to be relied on.
  public @Nullable SharedStatement unnamed() {
    WeakReference<SharedStatement> reference = longUnnamed;
    return reference == null ? unnamed : reference.get();
  }

  public void unnamed(@Nullable SharedStatement statement) {
    boolean isLong = statement != null && statement.text().length > LONG_BYTES;
    unnamed = isLong ? null : statement;
    longUnnamed = isLong ? new WeakReference<>(statement) : null;
  }

  public int size() {
    return prepared.size();
  }
}
