package org.relevo.proxy.pool;

import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.wire.BackendError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gets connections for those who wait in a shard: from another shard that has idle ones, by a new
/// one within the limits, by closing an idle one of another pool when a common limit is full.
///
/// Owner: the shard's event loop, but for what [PoolLimits.Claimant] says.
final class Supply<C extends PooledConnection> implements PoolLimits.Claimant {
  private static final Logger LOG = LoggerFactory.getLogger(Supply.class);

  final PoolShard<C> shard;
  private final Pools<C> pools;
  private final SharedPool<C> shared;

  // Written by the loop; read by other threads to see what is on the way.
  private volatile int opening;
  private volatile int checking;

  /// The limit that blocked the last attempt; null when the shard is certainly not registered.
  private PoolLimits.@Nullable Limit blocked;

  /// Connections that are still to be opened although nobody waits for them.
  private int ahead;

  private @Nullable ScheduledFuture<?> retry;
  private long retryNs;

  Supply(PoolShard<C> shard) {
    this.shard = shard;
    this.pools = shard.pools;
    this.shared = shard.shared;
  }

  /// Connections being opened or checked. From any thread.
  int onTheWay() {
    return opening + checking;
  }

  /// Looks for as many connections as there are waiters without one on its way.
  void fill() {
    long now = pools.now();
    long head = shard.headSinceNs();
    if (head != 0 && now - head >= OpenDecision.SPARE_NS) {
      askAll();
    }
    for (PoolSlot<C> slot = shard.idle.newest();
        slot != null && shard.queue.size() > checking;
        slot = shard.idle.newest()) {
      check(slot); // left by distribute(): it was idle for too long to be trusted
    }
    while (missing() - shard.evicting.get() > 0) {
      if (!next(now)) {
        return;
      }
    }
    if (missing() <= 0) {
      forget();
    }
  }

  /// Claims no permits any more.
  void forget() {
    if (blocked != null) {
      blocked = null;
      pools.limits.forget(this);
    }
  }

  private int missing() {
    return shard.queue.size() - opening - checking - shard.inbound.get();
  }

  /// The openings take long: any idle connection is welcome now.
  private void askAll() {
    while (shard.queue.size() - checking - shard.inbound.get() > 0) {
      PoolShard<C> sibling = shared.coldestBut(shard);
      if (sibling == null) {
        return;
      }
      ask(sibling);
    }
  }

  /// @return whether something was found that will bring a connection
  private boolean next(long now) {
    PoolShard<C> sibling = shared.coldestBut(shard);
    long siblingIdle = sibling == null ? -1 : Math.max(0, now - sibling.idle.oldestIdleNs());
    long backoff = shared.backoff.remainingNs(now);
    return switch (OpenDecision.next(siblingIdle, shared.share.full(), backoff, climbing())) {
      case ASK_SIBLING -> sibling != null && ask(sibling);
      case LATER -> retryAt(now + backoff, backoff);
      case TAKE_PERMIT -> take();
      case AFTER_OTHERS -> false;
    };
  }

  /// As many connections come up as may at once.
  boolean climbing() {
    return opening >= OpenDecision.mostOpening(shared.live.get() - opening);
  }

  private boolean take() {
    PoolLimits.Limit full = pools.limits.take(this);
    blocked = full;
    if (full != null) {
      return unblock(full);
    }
    open();
    return true;
  }

  private boolean unblock(PoolLimits.Limit full) {
    PoolShard<C> sibling = shared.coldestBut(shard);
    PoolShard<C> victim = sibling == null ? pools.victim(shared, full) : null;
    return switch (OpenDecision.blocked(full, sibling != null, victim != null)) {
      case ASK_SIBLING -> sibling != null && ask(sibling);
      case EVICT -> victim != null && evict(victim);
      case WAIT -> false;
    };
  }

  private boolean ask(PoolShard<C> sibling) {
    shard.inbound.incrementAndGet();
    sibling.post(() -> sibling.supply.asked(shard));
    return true;
  }

  /// Another shard asks for an idle connection and has counted it as inbound.
  private void asked(PoolShard<C> asker) {
    shard.distribute();
    int needed = Math.max(0, shard.queue.size() - checking);
    if (shard.idle.size() > needed && asker.headSinceNs() != 0) {
      shard.moveOldest(asker);
    } else {
      asker.inbound.decrementAndGet();
      asker.post(asker::wake);
    }
  }

  private boolean evict(PoolShard<C> victim) {
    shard.evicting.incrementAndGet();
    victim.post(() -> victim.supply.askedToEvict(shard));
    return true;
  }

  private void askedToEvict(PoolShard<C> asker) {
    shard.distribute();
    if (shard.idle.size() > 0 && shared.aboveMinimum() && asker.headSinceNs() != 0) {
      shard.evictOldest(asker);
    } else {
      asker.evictionDone();
    }
  }

  private void check(PoolSlot<C> slot) {
    shard.idle.remove(slot);
    slot.state = PoolSlot.State.CHECKING;
    setChecking(checking + 1);
    slot.connection().check(alive -> checked(slot, alive));
  }

  private void checked(PoolSlot<C> slot, boolean alive) {
    assert shard.loop.inEventLoop();
    if (slot.state != PoolSlot.State.CHECKING) {
      return; // it has ended meanwhile
    }
    setChecking(checking - 1);
    if (alive) {
      slot.idleSinceNs = pools.now();
      shard.offer(slot, slot.idleSinceNs);
    } else {
      shard.close(slot, CloseReason.CHECK);
    }
    shard.wake();
  }

  void checkLost() {
    setChecking(checking - 1);
  }

  /// Opens one connection; a set of permits is held for it.
  void open() {
    setOpening(opening + 1);
    shared.live.incrementAndGet();
    PoolSlot<C> slot = new PoolSlot<>(shard, shared.generation(), shared.nextJitter());
    try {
      pools.opener.open(shared.key, shard.loop, new Outcome(slot));
    } catch (RuntimeException e) {
      LOG.error("pool.opener-failed pool={}", name(), e);
      if (slot.state == PoolSlot.State.OPENING) {
        failed(slot, BackendError.fatal(SqlState.CONNECTION_FAILURE, "cannot connect to server"));
      }
    }
  }

  /// How the opening of one connection ended.
  private final class Outcome implements ConnectionOpener.Result<C> {
    private final PoolSlot<C> slot;

    Outcome(PoolSlot<C> slot) {
      this.slot = slot;
    }

    @Override
    public void opened(C connection) {
      Supply.this.opened(slot, connection);
    }

    @Override
    public void failed(BackendError error) {
      Supply.this.failed(slot, error);
    }
  }

  private void opened(PoolSlot<C> slot, C connection) {
    assert shard.loop.inEventLoop();
    long now = pools.now();
    slot.opened(connection, now);
    setOpening(opening - 1);
    shard.counts.opened.add(1);
    if (shared.backoff.succeeded()) {
      LOG.info("pool.connect-recovered pool={}", name());
      shared.forEachShard(each -> each.post(each::wake)); // none need wait out the delay
    }
    slot.idleSinceNs = now;
    shard.offer(slot, now);
    warm(now);
    openAhead();
    shard.wake();
  }

  private void failed(PoolSlot<C> slot, BackendError error) {
    assert shard.loop.inEventLoop();
    if (slot.state != PoolSlot.State.OPENING) {
      throw new IllegalStateException("an opening ended twice");
    }
    setOpening(opening - 1);
    ahead = 0;
    int live = shared.live.decrementAndGet();
    shard.counts.failedOpenings.add(1);
    if (shared.backoff.failed(pools.now())) {
      LOG.warn("pool.connect-failed pool={} sqlstate={}", name(), error.sqlState());
    }
    shard.finish(slot);
    boolean full = error.sqlState().equals(SqlState.TOO_MANY_CONNECTIONS.code());
    PoolShard<C> victim = full ? pools.victim(shared, PoolLimits.Limit.NODE) : null;
    switch (OpenDecision.failed(error.sqlState(), live, victim != null)) {
      case REFUSE -> shared.forEachShard(each -> each.post(() -> each.refuseAll(error, false)));
      case EVICT -> {
        if (victim != null && !shard.queue.isEmpty()) {
          evict(victim);
        }
      }
      case RETRY -> {}
    }
    shard.wake();
  }

  /// Opens one more when the pool has fewer than its minimum.
  void warm(long now) {
    int minimum = shared.settings.minimum();
    if (shared.belowMinimum()
        && opening == 0
        && shared.backoff.remainingNs(now) == 0
        && pools.limits.takeForMinimum(shared.share, minimum)) {
      open();
    }
  }

  /// Opens connections up to so many ahead of those who will wait, a few at a time. Where it fails
  /// or meets a limit it ends: who waits gets connections as always.
  void prepare(int count) {
    ahead = Math.max(0, count - Pools.established(shard) - opening);
    openAhead();
  }

  private void openAhead() {
    while (ahead > 0 && !climbing()) {
      if (shared.backoff.remainingNs(pools.now()) > 0
          || !pools.limits.takeForMinimum(shared.share, Integer.MAX_VALUE)) {
        ahead = 0;
        return;
      }
      ahead--;
      open();
    }
  }

  private boolean retryAt(long atNs, long delayNs) {
    if (retry != null && retryNs > atNs) {
      retry.cancel(false); // it is of an earlier series of failures
      retry = null;
    }
    if (retry == null) {
      retryNs = atNs;
      retry = pools.later(shard.loop, this::retry, delayNs);
    }
    return false;
  }

  private void retry() {
    retry = null;
    shard.wake();
  }

  /// What the queue waits for, for people.
  String blockedBy() {
    PoolLimits.Limit full = blocked;
    return full == null ? PoolLimits.Limit.POOL.setting() : full.setting();
  }

  private void setOpening(int now) {
    opening = now;
    shard.counts.opening.set(now);
  }

  private void setChecking(int now) {
    checking = now;
  }

  private String name() {
    return shared.key.node() + "/" + shared.key.database() + "/" + shared.key.user();
  }

  @Override
  public PoolLimits.Share share() {
    return shared.share;
  }

  @Override
  public long headSinceNs() {
    return shard.headSinceNs();
  }

  @Override
  public int unmet() {
    return shard.waiting() - onTheWay() - shard.inbound.get() - shard.evicting.get();
  }

  @Override
  public void permitGranted() {
    shard.post(this::usePermit);
  }

  private void usePermit() {
    if (missing() > 0 && shared.backoff.remainingNs(pools.now()) == 0) {
      open();
    } else {
      pools.limits.giveBack(shared.share, false);
    }
    shard.wake();
  }

  @Override
  public void blockedOtherwise() {
    shard.post(shard::wake);
  }
}
