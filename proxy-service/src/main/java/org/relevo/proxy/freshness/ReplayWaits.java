package org.relevo.proxy.freshness;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sessions that let something wait for a position: each is called back once, on its own loop, when
/// what it waits for has come or its time is over.
///
/// Owner: the sampler's loop. There are at most as many as clients.
final class ReplayWaits {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayWaits.class);

  private final List<Wait> waits = new ArrayList<>();
  private boolean closed;

  /// @param until true when what was waited for has come
  /// @param done gets the positions, also when time is over
  private record Wait(
      Predicate<Positions> until, long endNs, Executor executor, Consumer<Positions> done) {}

  boolean isEmpty() {
    return waits.isEmpty();
  }

  int size() {
    return waits.size();
  }

  void add(
      Predicate<Positions> until,
      long endNs,
      Executor executor,
      Consumer<Positions> done,
      Positions now) {
    Wait wait = new Wait(until, endNs, executor, done);
    if (closed || until.test(now)) {
      end(wait, now);
    } else {
      waits.add(wait);
    }
  }

  void look(Positions now, long nowNs) {
    for (Iterator<Wait> all = waits.iterator(); all.hasNext(); ) {
      Wait wait = all.next();
      if (wait.endNs() - nowNs <= 0 || wait.until().test(now)) {
        all.remove();
        end(wait, now);
      }
    }
  }

  /// Nobody waits for ever.
  void close(Positions now) {
    closed = true;
    waits.forEach(wait -> end(wait, now));
    waits.clear();
  }

  private static void end(Wait wait, Positions now) {
    try {
      wait.executor().execute(() -> wait.done().accept(now));
    } catch (RejectedExecutionException e) {
      LOG.debug("positions.wait-dropped reason=\"{}\"", e.toString()); // its loop has ended
    }
  }
}
