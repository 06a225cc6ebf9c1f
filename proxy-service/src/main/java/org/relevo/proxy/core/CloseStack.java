package org.relevo.proxy.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Everything that was started, closed in reverse order; one part that fails to close does not keep
/// the others open.
///
/// Owner: any thread, guarded by itself; closing twice does nothing more.
public final class CloseStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CloseStack.class);

  private record Part(String name, AutoCloseable part) {}

  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean closed;

  /// @throws IllegalStateException when everything is being closed already; the part stays open
  public synchronized <T extends AutoCloseable> T add(String name, T part) {
    if (closed) {
      throw new IllegalStateException("stopping; " + name + " is not started");
    }
    parts.push(new Part(name, part));
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) {
      Part next = parts.pop();
      try {
        next.part().close();
      } catch (Exception e) {
        LOG.warn("service.close-failed part=\"{}\" cause=\"{}\"", next.name(), e.toString());
      }
    }
  }
}
