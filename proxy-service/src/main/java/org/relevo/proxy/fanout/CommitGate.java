package org.relevo.proxy.fanout;

import java.time.Duration;
import java.util.TreeSet;

/// Commits that have begun on some node and not ended on all of them: while one is under way, a
/// node may show what the main node does not show yet. Who has read on another node waits for the
/// end of those before it goes on, so nothing that was seen is unseen again.
///
/// Owner: thread-safe.
final class CommitGate {
  private final TreeSet<Long> underWay = new TreeSet<>();
  private long last;

  /// @return names it, for [#ends]
  synchronized long begins() {
    last++;
    underWay.add(last);
    return last;
  }

  synchronized void ends(long commit) {
    underWay.remove(commit);
    notifyAll();
  }

  /// The last one that has begun: what has been read so far is of this one at most.
  synchronized long now() {
    return last;
  }

  /// Waits until all up to this one have ended.
  ///
  /// @return false when the time is over
  synchronized boolean await(long commit, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!underWay.isEmpty() && underWay.first() <= commit) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(left / 1_000_000 + 1);
    }
    return true;
  }
}
