package org.relevo.proxy.pool;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Event loops on one thread under one virtual clock; a seed decides which loop runs next.
final class VirtualLoops {
  private final Random random;
  private final List<Loop> loops = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.<Timer>comparingLong(t -> t.atNs).thenComparingLong(t -> t.order));
  private @Nullable Loop current;
  private long nowNs = 1_000_000;
  private long order;

  VirtualLoops(int count, long seed) {
    random = new Random(seed);
    for (int i = 0; i < count; i++) {
      loops.add(new Loop());
    }
  }

  List<Loop> loops() {
    return loops;
  }

  long nowNs() {
    return nowNs;
  }

  /// Runs tasks of all loops in a random order until there are none.
  void settle() {
    while (step()) {}
  }

  /// Runs one task of a random loop.
  boolean step() {
    List<Loop> busy = loops.stream().filter(loop -> !loop.tasks.isEmpty()).toList();
    if (busy.isEmpty()) {
      return false;
    }
    Loop loop = busy.get(random.nextInt(busy.size()));
    loop.runAs(loop.tasks.remove());
    return true;
  }

  /// Lets time pass, with all that is due meanwhile.
  void advance(long ns) {
    long until = nowNs + ns;
    settle();
    while (!timers.isEmpty() && timers.peek().atNs <= until) {
      Timer timer = timers.remove();
      nowNs = Math.max(nowNs, timer.atNs);
      if (!timer.isCancelled()) {
        timer.loop.execute(timer.task);
      }
      settle();
    }
    nowNs = until;
  }

  void advanceMs(long ms) {
    advance(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  int timers() {
    timers.removeIf(Timer::isCancelled);
    return timers.size();
  }

  /// Runs something after a while on a loop.
  void after(Loop loop, long ns, Runnable task) {
    timers.add(new Timer(loop, task, nowNs + ns, order++));
  }

  private static final class Timer extends DefaultPromise<Object>
      implements ScheduledFuture<Object> {
    final Loop loop;
    final Runnable task;
    final long atNs;
    final long order;

    Timer(Loop loop, Runnable task, long atNs, long order) {
      super(loop);
      this.loop = loop;
      this.task = task;
      this.atNs = atNs;
      this.order = order;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int compareTo(Delayed other) {
      throw new UnsupportedOperationException();
    }
  }

  final class Loop extends AbstractEventExecutor implements EventLoop {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

    /// Runs something at once as this loop.
    void runAs(Runnable task) {
      Loop before = current;
      current = this;
      try {
        task.run();
      } finally {
        current = before;
      }
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      Timer timer = new Timer(this, task, nowNs + unit.toNanos(delay), order++);
      timers.add(timer);
      return timer;
    }

    @Override
    public boolean inEventLoop() {
      return current == this;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
      return current == this;
    }

    @Override
    public EventLoopGroup parent() {
      return this;
    }

    @Override
    public EventLoop next() {
      return this;
    }

    @Override
    public ChannelFuture register(Channel channel) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShuttingDown() {
      return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public void shutdown() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return false;
    }
  }
}
