package org.relevo.proxy;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that was started, to be stopped in reverse order; one that fails to stop does not
/// keep the others running.
///
/// Owner: the starting thread, then the stopping one; guarded by itself.
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private record Part(String name, AutoCloseable part) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(String name, T part) {
    parts.push(new Part(name, part));
    return part;
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part next = parts.pop();
      try {
        next.part().close();
      } catch (Exception e) {
        LOG.warn("service.stop-failed part={} cause=\"{}\"", next.name(), e.toString());
      }
    }
  }
}
