package org.relevo.proxy.freshness;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;

/// The package's door for sessions.
///
/// ```text
/// a transaction that wrote ends (ReadyForQuery)   mark = freshness.mark()
/// a read is to be routed                          now = freshness.positions()
///                                                 Router: now.view(), now.bound(mark)
/// ```
///
/// Thread-safe; [#mark] and [#positions] neither lock nor allocate nor block.
public final class Freshness {
  private final ClusterViews views;
  private final SampleClock clock;
  private final Waiting waiting;
  private volatile Positions positions;
  private volatile boolean used;

  /// Hands a wait over to the sampler.
  interface Waiting {
    void add(Predicate<Positions> until, long endNs, Executor executor, Consumer<Positions> done);
  }

  Freshness(ClusterViews views, SampleClock clock, Waiting waiting, Positions first) {
    this.views = views;
    this.clock = clock;
    this.waiting = waiting;
    this.positions = first;
  }

  /// A write was acknowledged just now, or what happens from now on must see whatever anybody was
  /// acknowledged: asks for a sample that begins after this.
  ///
  /// @return what [Positions#bound] takes; never [Mark#NONE]
  public long mark() {
    // The newest picture, not the sampler's: that may be one of the same primary before it was
    // demoted and promoted again.
    return Mark.of(views.current().epoch(), clock.ask());
  }

  /// The newest positions, for questions that no read depends on.
  public Positions latest() {
    return positions;
  }

  /// The newest positions, for a read. One decision uses one object.
  public Positions positions() {
    if (!used) {
      used = true;
    }
    return positions;
  }

  /// Calls back when the bound of the mark is known, or when the limit is over.
  ///
  /// @param executor where `done` is called: the session's loop
  public void whenSettled(long mark, Duration limit, Executor executor, Consumer<Positions> done) {
    wait(now -> !now.bound(mark).equals(Positions.UNSETTLED), limit, executor, done);
  }

  /// Calls back when a standby shows the write, or when the limit is over; who is called asks the
  /// router then. With a mark that was taken when a read arrived, the standby shows everything that
  /// anybody was acknowledged before (`read_consistency = global`).
  ///
  /// @param limit `replay_wait_timeout`
  /// @param executor where `done` is called: the session's loop
  public void whenReplayed(long mark, Duration limit, Executor executor, Consumer<Positions> done) {
    wait(
        now -> {
          Lsn bound = now.bound(mark);
          return !bound.equals(Positions.UNSETTLED) && now.replayedByAny(bound);
        },
        limit,
        executor,
        done);
  }

  /// Calls back when newer positions pass a test, or when the limit is over.
  ///
  /// @param until runs on the sampler's loop
  public void when(
      Predicate<Positions> until, Duration limit, Executor executor, Consumer<Positions> done) {
    wait(until, limit, executor, done);
  }

  private void wait(
      Predicate<Positions> until, Duration limit, Executor executor, Consumer<Positions> done) {
    waiting.add(until, System.nanoTime() + limit.toNanos(), executor, done);
  }

  void publish(Positions next) {
    positions = next;
  }

  /// Whether anybody looked since this was last asked.
  boolean takeUsed() {
    boolean was = used;
    used = false;
    return was;
  }
}
