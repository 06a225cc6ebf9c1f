package org.relevo.proxy.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What must be ended, newest first; each end is tried whatever happened to the ones before.
///
/// Owner: any thread, guarded by itself; closing twice does nothing more.
final class CleanupStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CleanupStack.class);

  /// One thing to end.
  interface Cleanup {
    void run() throws Exception;
  }

  private record Entry(String what, Cleanup cleanup) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private boolean closed;

  /// @throws IllegalStateException when everything is being ended already
  synchronized void push(String what, Cleanup cleanup) {
    if (closed) {
      throw new IllegalStateException("the demo is ending; " + what + " is not started");
    }
    entries.push(new Entry(what, cleanup));
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!entries.isEmpty()) {
      Entry entry = entries.pop();
      try {
        entry.cleanup().run();
      } catch (Exception e) {
        LOG.warn("demo.cleanup-failed what=\"{}\" cause=\"{}\"", entry.what(), e.toString());
      }
    }
  }
}
