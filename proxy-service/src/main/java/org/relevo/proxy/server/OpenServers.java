package org.relevo.proxy.server;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.core.WriteFence;

/// All server connections from the start of their opening to their end, each with the event loop
/// that owns it; one that travels between loops is in neither.
///
/// Owner: thread-safe; the connections themselves are for their loops only.
public final class OpenServers {
  private final ConcurrentMap<ServerConnection, EventLoop> loops = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private final WriteFence fence;
  private volatile Succession lives = Succession.NONE;
  private volatile @Nullable BackendId primary;

  OpenServers(WriteFence fence) {
    this.fence = fence;
  }

  /// Whether nothing may be passed to the primary or from it.
  public boolean fenced() {
    return fence.closed();
  }

  /// Whether a primary that is lost is replaced.
  public boolean replaced() {
    return fence.inUse();
  }

  /// Which life of which server takes writes, as far as it is known.
  public Succession lives() {
    return lives;
  }

  public void lives(Succession now) {
    lives = now;
  }

  /// Which server takes writes, also before its next probe.
  ///
  /// @return which one did, null for none that is known
  public synchronized @Nullable BackendId primary(BackendId now) {
    BackendId before = primary;
    primary = now;
    return before;
  }

  /// Whether what is passed to this server counts as passed to the primary, whatever it was when
  /// the connection was opened.
  boolean isPrimary(BackendId node) {
    return node.equals(primary);
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  void add(ServerConnection connection, EventLoop loop) {
    loops.put(connection, loop);
  }

  void remove(ServerConnection connection) {
    loops.remove(connection);
  }

  /// Those of a loop, for tasks on that loop.
  public List<ServerConnection> on(EventLoop loop) {
    assert loop.inEventLoop();
    return loops.entrySet().stream()
        .filter(entry -> entry.getValue().equals(loop))
        .map(Map.Entry::getKey)
        .toList();
  }
}
