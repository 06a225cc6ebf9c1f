package org.relevo.proxy.session;

import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.TrafficGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gate over all event loops. Its own state is under one lock; sessions are reached by tasks on
/// their loops only, never while the lock is held for waiting.
///
/// Owner: thread-safe.
public final class SessionGate implements TrafficGate {
  private static final Logger LOG = LoggerFactory.getLogger(SessionGate.class);

  /// Sessions of one loop that are looked at or moved at the same time.
  private static final int IN_FLIGHT_PER_LOOP = 32;

  private static final Executor ELSEWHERE =
      task -> Thread.ofVirtual().name("gate-answer").start(task);

  private final List<LoopShard> shards;
  private final ClusterViews views;
  private @Nullable Closed closed;

  /// One closing of the gate.
  private static final class Closed {
    final String holder;
    final long closedAtEpochMs = System.currentTimeMillis();
    final long opensAtLatestEpochMs;
    final CompletableFuture<State> settled = new CompletableFuture<>();
    final AtomicInteger unsettled;
    @Nullable ScheduledFuture<?> deadline;

    Closed(String holder, Duration atMost, int shards) {
      this.holder = holder;
      this.opensAtLatestEpochMs = closedAtEpochMs + atMost.toMillis();
      this.unsettled = new AtomicInteger(shards);
    }
  }

  public SessionGate(List<LoopShard> shards, ClusterViews views) {
    this.shards = List.copyOf(shards);
    this.views = views;
  }

  @Override
  public synchronized State state() {
    int boundary = shards.stream().mapToInt(LoopShard::boundaryCount).sum();
    int busy = shards.stream().mapToInt(LoopShard::busyCount).sum();
    Closed now = closed;
    return now == null
        ? new State(Optional.empty(), 0, 0, boundary, busy)
        : new State(
            Optional.of(now.holder), now.closedAtEpochMs, now.opensAtLatestEpochMs, boundary, busy);
  }

  @Override
  public CompletionStage<State> hold(String operationId, Duration atMost) {
    Closed begun;
    synchronized (this) {
      if (closed != null) {
        if (closed.holder.equals(operationId)) {
          return closed.settled;
        }
        throw new IllegalStateException("traffic is held by operation " + closed.holder);
      }
      begun = new Closed(operationId, atMost, shards.size());
      closed = begun;
      begun.deadline =
          shards
              .getFirst()
              .loop()
              .schedule(() -> expire(begun), atMost.toMillis(), TimeUnit.MILLISECONDS);
    }
    LOG.info("gate.closed operation={} atMostMs={}", operationId, atMost.toMillis());
    for (LoopShard shard : shards) {
      shard.loop().execute(() -> shard.closeGate(() -> shardSettled(begun)));
    }
    return begun.settled;
  }

  private void shardSettled(Closed hold) {
    if (hold.unsettled.decrementAndGet() == 0) {
      LOG.info(
          "gate.settled operation={} tookMs={}",
          hold.holder,
          System.currentTimeMillis() - hold.closedAtEpochMs);
      State settled = state();
      // Whoever waits goes on elsewhere: an event loop must not run its steps.
      hold.settled.completeAsync(() -> settled, ELSEWHERE);
    }
  }

  private void expire(Closed hold) {
    if (open(hold)) {
      LOG.warn("gate.expired operation={}", hold.holder);
    }
  }

  @Override
  public CompletionStage<Integer> prepareMove(String operationId) {
    Optional<Closed> hold = heldBy(operationId);
    if (hold.isEmpty()) {
      return notHeld(operationId);
    }
    return onAllSessions(session -> session.move().prepare())
        .thenApplyAsync(
            results -> {
              int stuck = (int) results.stream().filter(movable -> !movable).count();
              LOG.info(
                  "gate.prepared operation={} sessions={} notMovable={}",
                  operationId,
                  results.size(),
                  stuck);
              return stuck;
            },
            ELSEWHERE);
  }

  @Override
  public CompletionStage<MoveReport> moveTo(String operationId, BackendId primary) {
    Optional<Closed> hold = heldBy(operationId);
    if (hold.isEmpty()) {
      return notHeld(operationId);
    }
    Optional<NodeView> node = views.current().node(primary);
    if (node.isEmpty()) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException("there is no " + primary + " in the cluster"));
    }
    return onAllSessions(session -> session.move().to(node.get()))
        .thenApplyAsync(
            results -> {
              int moved = (int) results.stream().filter(result -> result).count();
              MoveReport report = new MoveReport(moved, results.size() - moved);
              LOG.info(
                  "gate.moved operation={} to={} moved={} ended={}",
                  operationId,
                  primary,
                  report.moved(),
                  report.ended());
              open(hold.get());
              return report;
            },
            ELSEWHERE);
  }

  @Override
  public void release(String operationId) {
    heldBy(operationId).ifPresent(this::open);
  }

  private synchronized Optional<Closed> heldBy(String operationId) {
    Closed now = closed;
    return now != null && now.holder.equals(operationId) ? Optional.of(now) : Optional.empty();
  }

  private static <T> CompletionStage<T> notHeld(String operationId) {
    return CompletableFuture.failedFuture(
        new IllegalStateException("traffic is not held by operation " + operationId));
  }

  /// @return false when it was open, or is held by another operation by now
  private boolean open(Closed hold) {
    synchronized (this) {
      if (closed != hold) {
        return false;
      }
      closed = null;
      if (hold.deadline != null) {
        hold.deadline.cancel(false);
      }
      for (LoopShard shard : shards) {
        shard.loop().execute(shard::openGate);
      }
    }
    LOG.info(
        "gate.opened operation={} heldMs={}",
        hold.holder,
        System.currentTimeMillis() - hold.closedAtEpochMs);
    hold.settled.completeExceptionally(
        new IllegalStateException("the gate was opened before all sessions had settled"));
    return true;
  }

  /// Runs a step for each session with a server connection, a limited number at a time.
  private CompletableFuture<List<Boolean>> onAllSessions(
      Function<Session, CompletableFuture<Boolean>> step) {
    List<CompletableFuture<List<Boolean>>> parts = new ArrayList<>();
    for (LoopShard shard : shards) {
      CompletableFuture<List<Boolean>> part = new CompletableFuture<>();
      parts.add(part);
      shard
          .loop()
          .execute(() -> {
            Deque<Session> queue = new ArrayDeque<>();
            shard.sessions().stream().filter(Session::connected).forEach(queue::add);
            new Batch(shard, queue, step, part).start();
          });
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
  }

  /// One loop's share of a step. Owner: that loop.
  private static final class Batch {
    private final LoopShard shard;
    private final Deque<Session> queue;
    private final Function<Session, CompletableFuture<Boolean>> step;
    private final CompletableFuture<List<Boolean>> done;
    private final List<Boolean> results = new ArrayList<>();
    private int running;

    Batch(
        LoopShard shard,
        Deque<Session> queue,
        Function<Session, CompletableFuture<Boolean>> step,
        CompletableFuture<List<Boolean>> done) {
      this.shard = shard;
      this.queue = queue;
      this.step = step;
      this.done = done;
    }

    void start() {
      while (!queue.isEmpty() && running < IN_FLIGHT_PER_LOOP) {
        running++;
        var _ =
            CompletableFuture.completedFuture(queue.removeFirst())
                .thenCompose(step)
                .whenCompleteAsync(this::ended, shard.loop());
      }
      if (running == 0 && queue.isEmpty() && !done.isDone()) {
        done.complete(List.copyOf(results));
      }
    }

    private void ended(@Nullable Boolean result, @Nullable Throwable problem) {
      if (problem != null) {
        LOG.warn("gate.session_failed reason=\"{}\"", problem.toString());
      }
      running--;
      results.add(Boolean.TRUE.equals(result));
      start();
    }
  }
}
