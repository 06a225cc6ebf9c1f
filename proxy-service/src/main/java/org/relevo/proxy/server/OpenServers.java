package org.relevo.proxy.server;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
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
