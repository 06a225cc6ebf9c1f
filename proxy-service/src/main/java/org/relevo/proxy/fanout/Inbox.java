package org.relevo.proxy.fanout;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Messages on their way from an event loop to a session's thread. A full one stops the channel.
/// What a read has brought is added as a whole before the thread is woken: a wake-up costs more
/// than all else here. The thread parks; to wait on a monitor would take another thread to wake it.
///
/// Owner: guarded by its lock; filled by the loop, emptied by one thread.
final class Inbox {
  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Frame> frames = new ArrayDeque<>();
  private long bytes;
  private boolean paused;
  private @Nullable String ended;

  /// Who is parked, or about to be: set under the lock, so that whoever adds later sees it.
  private volatile @Nullable Thread waiter;

  /// The thread learns of it by [#wake].
  void add(Channel channel, Frame frame) {
    lock.lock();
    try {
      frames.add(frame);
      bytes += frame.bytes();
      if (bytes > FanoutLimits.INBOX_BYTES && !paused) {
        paused = true;
        channel.config().setAutoRead(false);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Nothing follows; what is there can still be taken.
  void end(String why) {
    lock.lock();
    try {
      if (ended == null) {
        ended = why;
      }
    } finally {
      lock.unlock();
    }
    wake();
  }

  boolean hasEnded() {
    lock.lock();
    try {
      return ended != null;
    } finally {
      lock.unlock();
    }
  }

  /// Messages were added, or something besides them has changed.
  void wake() {
    Thread waiting = waiter;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  /// Waits until the channel takes more.
  ///
  /// @param limitNs most to wait; 0 for ever
  /// @throws IOException when it ends instead, or the limit has passed
  void awaitWritable(Channel channel, long limitNs) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limitNs;
    waiter = Thread.currentThread();
    try {
      while (!channel.isWritable()) {
        failIfEnded();
        long left = deadline - System.nanoTime();
        if (limitNs != 0 && left <= 0) {
          throw new IOException("has taken nothing for " + limitNs / 1_000_000 + " ms");
        }
        park(limitNs == 0 ? LOOK_NS : Math.min(LOOK_NS, left));
      }
    } finally {
      waiter = null;
    }
  }

  private void failIfEnded() throws IOException {
    lock.lock();
    try {
      if (ended != null) {
        throw new IOException(ended);
      }
    } finally {
      lock.unlock();
    }
  }

  /// @param limitNs 0 for ever
  private void park(long limitNs) throws InterruptedException {
    if (limitNs == 0) {
      LockSupport.park(this);
    } else {
      LockSupport.parkNanos(this, limitNs);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /// The next message; null when there is none at the moment.
  @Nullable Frame poll(Channel channel) {
    lock.lock();
    try {
      return next(channel);
    } finally {
      lock.unlock();
    }
  }

  /// Waits for the next message.
  ///
  /// @param limitNs most to wait; 0 for ever
  /// @return null when the limit has passed
  /// @throws IOException when none will come
  @Nullable Frame take(Channel channel, long limitNs) throws IOException, InterruptedException {
    long deadline = limitNs == 0 ? 0 : System.nanoTime() + limitNs;
    boolean waited = false;
    try {
      while (true) {
        lock.lock();
        try {
          Frame next = next(channel);
          if (next != null) {
            return next;
          }
          if (ended != null) {
            throw new IOException(ended);
          }
          waiter = Thread.currentThread();
          waited = true;
        } finally {
          lock.unlock();
        }
        long left = limitNs == 0 ? 0 : deadline - System.nanoTime();
        if (limitNs != 0 && left <= 0) {
          return null;
        }
        park(left);
      }
    } finally {
      if (waited) {
        waiter = null;
      }
    }
  }

  private @Nullable Frame next(Channel channel) {
    Frame next = frames.poll();
    if (next != null) {
      bytes -= next.bytes();
      if (paused && bytes < FanoutLimits.INBOX_BYTES / 4) {
        paused = false;
        channel.config().setAutoRead(true);
      }
    }
    return next;
  }
}
