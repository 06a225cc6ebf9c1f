package org.relevo.proxy.server;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// All server connections from the start of their opening to their end, each with the event loop
/// that owns it; one that travels between loops is in neither.
///
/// Owner: thread-safe; the connections themselves are for their loops only.
public final class OpenServers {
  private final ConcurrentMap<ServerConnection, EventLoop> loops = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

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
