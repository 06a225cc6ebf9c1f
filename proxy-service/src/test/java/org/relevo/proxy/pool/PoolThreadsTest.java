package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.wire.BackendError;

/// Pools on real threads: what virtual time cannot show.
class PoolThreadsTest {
  private static final int LOOPS = 3;
  private static final int CLIENTS = 5;
  private static final int ROUNDS = 2_000;
  private static final int TOTAL = 4;

  private final List<DefaultEventLoop> loops =
      Stream.generate(DefaultEventLoop::new).limit(LOOPS).toList();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(LOOPS * CLIENTS * 2);
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final Pools<Wire> pools =
      new Pools<>(
          loops,
          (key, loop, result) ->
              loop.execute(() -> {
                mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                result.opened(new Wire(loop));
              }),
          (database, user) -> PoolWorld.settings(3),
          new LimitSettings(TOTAL, 0, 0, 0));

  @AfterEach
  void stop() throws InterruptedException {
    for (DefaultEventLoop loop : loops) {
      Future<?> _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      assertThat(loop.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void everybodyIsServedWithinTheLimitsAndNoConnectionIsLentTwice() throws Exception {
    PoolKey shop = PoolWorld.key(0, "shop", "anna");
    PoolKey bank = PoolWorld.key(0, "bank", "anna");
    for (EventLoop loop : loops) {
      for (int i = 0; i < CLIENTS; i++) {
        loop.execute(() -> new Actor(loop, pools.shard(loop, shop)).next());
        loop.execute(() -> new Actor(loop, pools.shard(loop, bank)).next());
      }
    }
    assertThat(done.await(60, TimeUnit.SECONDS)).as("all are served: %s", faults).isTrue();
    assertThat(faults).isEmpty();
    assertThat(mostOpen.get()).isLessThanOrEqualTo(TOTAL);
    assertThat(pools.open()).isEqualTo(open.get());
    assertThat(pools.snapshots())
        .allSatisfy(s -> assertThat(s.grants()).isEqualTo(LOOPS * CLIENTS * ROUNDS))
        .allSatisfy(s -> assertThat(s.waiting() + s.active()).isZero());
    pools.renew(key -> true, "end");
    for (DefaultEventLoop loop : loops) {
      loop.submit(() -> {}).get(5, TimeUnit.SECONDS);
    }
    assertThat(pools.open()).isZero();
  }

  private final class Actor implements Waiter<Wire> {
    private final EventLoop loop;
    private final PoolShard<Wire> shard;
    private int left = ROUNDS;

    Actor(EventLoop loop, PoolShard<Wire> shard) {
      this.loop = loop;
      this.shard = shard;
    }

    void next() {
      if (left-- == 0) {
        done.countDown();
        return;
      }
      Wire wire = shard.acquire(this);
      if (wire != null) {
        use(wire);
      }
    }

    private void use(Wire wire) {
      if (!wire.lent.compareAndSet(false, true)) {
        faults.add("lent twice");
      }
      if (!wire.loop.equals(loop) || !loop.inEventLoop()) {
        faults.add("on another loop");
      }
      Runnable end =
          () -> {
            wire.lent.set(false);
            shard.release(wire);
            next();
          };
      if (ThreadLocalRandom.current().nextInt(20) == 0) {
        ScheduledFuture<?> _ = loop.schedule(end, 50, TimeUnit.MICROSECONDS);
      } else {
        loop.execute(end);
      }
    }

    @Override
    public void granted(Wire connection) {
      use(connection);
    }

    @Override
    public void refused(BackendError error) {
      faults.add(error.message());
      done.countDown();
    }
  }

  private final class Wire implements PooledConnection {
    private final AtomicBoolean lent = new AtomicBoolean();
    private volatile EventLoop loop;
    private @Nullable PoolSlot<?> slot;

    Wire(EventLoop loop) {
      this.loop = loop;
    }

    @Override
    public boolean usable() {
      return true;
    }

    @Override
    public void close(String reason) {
      open.decrementAndGet();
      PoolSlot<Wire> notes = PoolSlot.of(this);
      notes.shard.closed(this);
    }

    @Override
    public long uses() {
      return 0;
    }

    @Override
    public void moveTo(EventLoop target, Consumer<Boolean> moved) {
      loop = target;
      target.execute(() -> moved.accept(true));
    }

    @Override
    public void check(Consumer<Boolean> alive) {
      alive.accept(true);
    }

    @Override
    public @Nullable PoolSlot<?> slot() {
      return slot;
    }

    @Override
    public void slot(PoolSlot<?> notes) {
      slot = notes;
    }
  }
}
