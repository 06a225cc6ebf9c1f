package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.wire.BackendError;

/// Pools over virtual loops with scripted connections and an opener that waits to be answered.
final class PoolWorld {
  static final PoolKey KEY = key(0, "shop", "anna");

  final VirtualLoops virtual;
  final Pools<Link> pools;
  final ArrayDeque<Opening> openings = new ArrayDeque<>();
  final List<Link> links = new ArrayList<>();

  PoolWorld(int loops, PoolSettings settings, LimitSettings limits) {
    this(loops, (database, user) -> settings, limits);
  }

  PoolWorld(int loops, PoolPolicy policy, LimitSettings limits) {
    virtual = new VirtualLoops(loops, 1);
    pools = new Pools<>(virtual.loops(), this::open, policy, limits, virtual::nowNs);
  }

  static PoolKey key(int node, String database, String user) {
    return new PoolKey(new BackendId(node), database, user);
  }

  /// Transaction mode, no checks, no ends of life.
  static PoolSettings settings(int size) {
    return settings(size, 0, Duration.ofMinutes(2), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);
  }

  static PoolSettings settings(
      int size,
      int minimum,
      Duration queryWait,
      Duration idleLife,
      Duration life,
      long maxUses,
      Duration checkDelay) {
    PoolSettings from = PoolSettings.DEFAULT;
    return new PoolSettings(
        PoolMode.TRANSACTION,
        size,
        minimum,
        queryWait,
        idleLife,
        life,
        maxUses,
        checkDelay,
        from.resetQueries(),
        false,
        from.preparedStatements(),
        true,
        Duration.ZERO,
        Duration.ZERO);
  }

  private void open(PoolKey key, EventLoop loop, ConnectionOpener.Result<Link> result) {
    openings.add(new Opening(key, (VirtualLoops.Loop) loop, result));
  }

  /// Answers the oldest opening that was asked for.
  Link answer() {
    Opening opening = openings.remove();
    Link link = new Link(opening.loop());
    links.add(link);
    opening.loop().runAs(() -> opening.result().opened(link));
    virtual.settle();
    return link;
  }

  void fail(String sqlState) {
    Opening opening = openings.remove();
    BackendError error = BackendError.of("FATAL", sqlState, "scripted");
    opening.loop().runAs(() -> opening.result().failed(error));
    virtual.settle();
  }

  /// Somebody comes to a loop.
  Client client(int loop, PoolKey key) {
    Client client = new Client(loop, key);
    on(loop, key, shard -> client.link = shard.acquire(client));
    if (client.link != null) {
      client.calls++;
    }
    virtual.settle();
    return client;
  }

  Client client(int loop) {
    return client(loop, KEY);
  }

  void release(Client client) {
    Link link = client.held();
    client.link = null;
    link.uses++;
    link.loop.runAs(() -> pools.shard(link.loop, client.key).release(link));
    virtual.settle();
  }

  void withdraw(Client client) {
    on(client.loop, client.key, shard -> shard.withdraw(client));
    virtual.settle();
  }

  void on(int loop, PoolKey key, Consumer<PoolShard<Link>> action) {
    VirtualLoops.Loop on = virtual.loops().get(loop);
    on.runAs(() -> action.accept(pools.shard(on, key)));
  }

  PoolSnapshot snapshot() {
    return snapshot(KEY);
  }

  PoolSnapshot snapshot(PoolKey key) {
    return pools.snapshots().stream().filter(s -> s.key().equals(key)).findAny().orElseThrow();
  }

  record Opening(PoolKey key, VirtualLoops.Loop loop, ConnectionOpener.Result<Link> result) {}

  static final class Client implements Waiter<Link> {
    final int loop;
    final PoolKey key;
    @Nullable Link link;
    @Nullable BackendError error;
    boolean drained;
    int calls;

    Client(int loop, PoolKey key) {
      this.loop = loop;
      this.key = key;
    }

    Link held() {
      if (link == null) {
        throw new AssertionError("holds no connection");
      }
      return link;
    }

    @Override
    public void granted(Link connection) {
      calls++;
      link = connection;
    }

    @Override
    public void refused(BackendError why) {
      calls++;
      error = why;
    }

    @Override
    public void drained(BackendError why) {
      drained = true;
      refused(why);
    }

    @Override
    public String label() {
      return "client of loop " + loop;
    }
  }

  /// A scripted server connection.
  final class Link implements PooledConnection {
    VirtualLoops.Loop loop;
    boolean usable = true;
    boolean doubtful;
    boolean ended;
    boolean lostByMove;
    @Nullable String closedBecause;
    @Nullable Consumer<Boolean> check;
    long uses;
    private @Nullable PoolSlot<?> slot;

    Link(VirtualLoops.Loop loop) {
      this.loop = loop;
    }

    @Override
    public boolean usable() {
      return usable && !ended;
    }

    @Override
    public boolean doubtful() {
      return doubtful;
    }

    @Override
    public void close(String reason) {
      closedBecause = reason;
      end();
    }

    /// The server or the network ends it.
    void end() {
      ended = true;
      loop.execute(() -> PoolSlot.of(this).shard.closed(this));
    }

    @Override
    public long uses() {
      return uses;
    }

    @Override
    public void moveTo(EventLoop target, Consumer<Boolean> done) {
      loop = (VirtualLoops.Loop) target;
      ended |= lostByMove;
      loop.execute(() -> done.accept(!lostByMove));
    }

    @Override
    public void check(Consumer<Boolean> done) {
      check = done;
    }

    void answerCheck(boolean alive) {
      Consumer<Boolean> asked = check;
      if (asked == null) {
        throw new AssertionError("was not checked");
      }
      check = null;
      loop.runAs(() -> asked.accept(alive));
      virtual.settle();
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
