package org.relevo.proxy.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.consensus.ClusterLog.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells listeners on one thread, in the order in which things happened. A listener that is slow
/// makes this member apply slower, never somebody else: at most [#MOST_WAITING] commands wait.
///
/// Owner: any thread, guarded by its lock; listeners run on its own thread only.
final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private static final int MOST_WAITING = 1000;
  private static final long CLOSE_LIMIT_MS = 5000;

  /// State as last applied.
  record View(long index, ClusterState state) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Thread thread;

  /// Touched by the announcing thread only.
  private final List<Listener> listeners = new ArrayList<>();

  private volatile View view;
  private volatile Leadership leadership = new Leadership(0, Optional.empty(), false);
  private boolean closed;

  /// Newest index that listeners were told of, and those that somebody waits for.
  private long told = -1;

  private final SortedMap<Long, CompletableFuture<Void>> untold = new TreeMap<>();

  Announcer(String name, ClusterState initial) {
    view = new View(-1, initial);
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  View view() {
    return view;
  }

  Leadership leadership() {
    return leadership;
  }

  /// Waits while too many are untold; the state counts at once.
  void applied(long index, Command command, ClusterState state) {
    lock.lock();
    try {
      view = new View(index, state);
      while (waiting.size() >= MOST_WAITING && !closed) {
        changed.awaitUninterruptibly();
      }
      add(() -> {
        tell(each -> each.applied(index, command, state));
        reached(index);
      });
    } finally {
      lock.unlock();
    }
  }

  void installed(long index, ClusterState state) {
    lock.lock();
    try {
      view = new View(index, state);
      add(() -> {
        tell(each -> each.installed(index, state));
        reached(index);
      });
    } finally {
      lock.unlock();
    }
  }

  /// Completes once listeners here have been told of what was applied at this index, or of a later
  /// state: whoever gets an answer afterwards and looks here sees what was answered.
  ///
  /// @return fails with [CancellationException] when this is closed before
  CompletableFuture<Void> told(long index) {
    lock.lock();
    try {
      if (index <= told) {
        return CompletableFuture.completedFuture(null);
      } else if (closed) {
        return CompletableFuture.failedFuture(new CancellationException("the log is closed"));
      }
      return untold.computeIfAbsent(index, _ -> new CompletableFuture<>());
    } finally {
      lock.unlock();
    }
  }

  private void reached(long index) {
    List<CompletableFuture<Void>> now;
    lock.lock();
    try {
      told = Math.max(told, index);
      SortedMap<Long, CompletableFuture<Void>> past = untold.headMap(told + 1);
      now = List.copyOf(past.values());
      past.clear();
    } finally {
      lock.unlock();
    }
    now.forEach(each -> each.complete(null));
  }

  /// Tells a change; never waits.
  void leadership(Leadership now) {
    lock.lock();
    try {
      if (!now.equals(leadership)) {
        leadership = now;
        add(() -> tell(each -> each.leadership(now)));
      }
    } finally {
      lock.unlock();
    }
  }

  void listen(Listener listener) {
    lock.lock();
    try {
      View present = view;
      Leadership known = leadership;
      add(() -> {
        listeners.add(listener);
        tellOne(
            listener,
            each -> {
              each.installed(present.index(), present.state());
              each.leadership(known);
            });
      });
    } finally {
      lock.unlock();
    }
  }

  private void add(Runnable event) {
    if (!closed) {
      waiting.add(event);
      changed.signalAll();
    }
  }

  private void tell(Consumer<Listener> event) {
    listeners.forEach(each -> tellOne(each, event));
  }

  /// One that fails keeps no other from being told.
  private static void tellOne(Listener listener, Consumer<Listener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException e) {
      LOG.error("quorum.listener-failed", e);
    }
  }

  private void run() {
    for (Runnable event = next(); event != null; event = next()) {
      event.run();
    }
    List<CompletableFuture<Void>> left;
    lock.lock();
    try {
      left = List.copyOf(untold.values());
      untold.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(
        each -> each.completeExceptionally(new CancellationException("the log is closed")));
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      changed.signalAll();
      return waiting.poll();
    } finally {
      lock.unlock();
    }
  }

  /// Tells what waits, then ends.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (Thread.currentThread() != thread) {
      try {
        thread.join(CLOSE_LIMIT_MS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
