package org.relevo.proxy.fanout;

import java.time.Duration;

/// Transactions that write, many at a time; or one alone, whose statements read what others would
/// be writing. The one waits until those that write have ended, and new ones wait for it.
///
/// Owner: thread-safe; its lock is held for no wait but its own.
final class WriterGate {
  /// How a wait ended.
  enum Entry {
    IN,
    /// Somebody else who writes waits to be alone too: one of both has to give up.
    DEADLOCK,
    LATE
  }

  private int writers;
  private boolean alone;
  private int waiting;
  private boolean upgrading;

  /// Enters as one of many.
  synchronized Entry enter(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (alone || waiting > 0) {
      long left = left(deadline);
      if (left == 0) {
        return Entry.LATE;
      }
      wait(left);
    }
    writers++;
    return Entry.IN;
  }

  synchronized void leave() {
    writers--;
    notifyAll();
  }

  /// Becomes the only one.
  ///
  /// @param inside whether the caller has entered already; it stays inside when this fails
  synchronized Entry enterAlone(boolean inside, Duration limit) throws InterruptedException {
    if (inside && upgrading) {
      return Entry.DEADLOCK;
    }
    long deadline = System.nanoTime() + limit.toNanos();
    waiting++;
    upgrading |= inside;
    try {
      while (alone || writers > (inside ? 1 : 0)) {
        long left = left(deadline);
        if (left == 0) {
          return Entry.LATE;
        }
        wait(left);
      }
      if (inside) {
        writers--;
      }
      alone = true;
      return Entry.IN;
    } finally {
      waiting--;
      upgrading &= !inside;
      notifyAll();
    }
  }

  synchronized int writers() {
    return writers;
  }

  synchronized void leaveAlone() {
    alone = false;
    notifyAll();
  }

  /// Milliseconds to wait at most; not above 0 when the time is over.
  private static long left(long deadline) {
    long ns = deadline - System.nanoTime();
    return ns <= 0 ? 0 : ns / 1_000_000 + 1;
  }
}
