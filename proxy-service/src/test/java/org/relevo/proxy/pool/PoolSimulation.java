package org.relevo.proxy.pool;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.wire.BackendError;

/// One random history: clients of several loops and pools, slow and failing servers, losses,
/// withdrawals, drains and reloads, under virtual time. What holds is checked after every step.
final class PoolSimulation {
  private static final String[] FAILURES = {"08006", "53300", "28P01", "57P03"};
  private static final String[] NAMES = {"a", "b"};

  private static final long FAIR_NS = ShardDecision.SIBLING_MARGIN_NS;

  private final Random random;
  final VirtualLoops virtual;
  final Pools<Wire> pools;
  final int loops;
  final List<PoolKey> keys = new ArrayList<>();
  final Set<Wire> wires = new HashSet<>();
  private final PoolPromises promises = new PoolPromises(this);
  private final List<Actor> actors = new ArrayList<>();
  private final Map<PoolShard<Wire>, Long> lastGranted = new HashMap<>();
  LimitSettings limits = LimitSettings.NONE;
  PoolSettings settings = PoolSettings.DEFAULT;
  int opening;
  private int failing;
  private long granted;
  private long arrivals;

  PoolSimulation(long seed) {
    random = new Random(seed);
    loops = 1 + random.nextInt(3);
    virtual = new VirtualLoops(loops, seed);
    randomRules();
    pools = new Pools<>(virtual.loops(), this::open, (_, _) -> settings, limits, virtual::nowNs);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      PoolKey key = new PoolKey(new BackendId(random.nextInt(2)), pick(NAMES), pick(NAMES));
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
  }

  long granted() {
    return granted;
  }

  void run() {
    int steps = 50 + random.nextInt(150);
    failing = random.nextInt(3) == 0 ? 30 : 0;
    for (int i = 0; i < steps; i++) {
      act();
      if (random.nextInt(3) > 0) {
        for (int left = random.nextInt(6); left > 0 && virtual.step(); left--) {
          promises.checkPermits();
        }
      } else if (random.nextBoolean()) {
        virtual.advance(random.nextInt(40_000_000));
        promises.checkQuiet();
      } else {
        virtual.settle();
        promises.checkQuiet();
      }
      promises.checkPermits();
    }
    end();
  }

  /// Everybody leaves; then nothing may be left over.
  private void end() {
    failing = 0;
    for (Actor actor : List.copyOf(actors)) {
      if (actor.wire != null && !actor.wire.moving) {
        actor.release();
      }
      virtual.settle();
      promises.checkPermits();
    }
    limits = LimitSettings.NONE;
    settings = rules(1 + random.nextInt(4), 0, 30);
    pools.apply((_, _) -> settings, limits);
    for (int i = 0; i < 400 && actors.stream().anyMatch(Actor::here); i++) {
      virtual.advanceMs(100);
      for (Actor actor : List.copyOf(actors)) {
        if (actor.wire != null) {
          actor.release();
        }
      }
      virtual.settle();
      promises.checkPermits();
    }
    actors.forEach(
        actor -> require(actor.calls == 1 || actor.withdrawn, "a waiter was not called"));
    virtual.advanceMs(5_000);
    pools.renew(_ -> true, "end");
    virtual.advanceMs(10_000);
    promises.checkEmpty();
  }

  private void act() {
    int dice = random.nextInt(100);
    if (dice < 45) {
      new Actor().arrive();
    } else if (dice < 78) {
      holder().ifPresent(Actor::release);
    } else if (dice < 84) {
      waiter().ifPresent(Actor::withdraw);
    } else if (dice < 92) {
      wires.stream()
          .skip(wires.isEmpty() ? 0 : random.nextInt(wires.size()))
          .findFirst()
          .ifPresent(Wire::lose);
    } else if (dice < 94) {
      pools.drain(new BackendId(random.nextInt(2)), "random");
    } else if (dice < 95) {
      pools.renew(key -> key.user().equals("a"), "random");
    } else if (dice < 97) {
      randomRules();
      pools.apply((_, _) -> settings, limits);
    } else {
      failing = random.nextInt(3) * 40;
    }
  }

  private void randomRules() {
    limits = new LimitSettings(few(6), few(5), few(4), few(4));
    settings = rules(1 + random.nextInt(4), random.nextInt(4) == 0 ? 1 : 0, random.nextInt(10));
  }

  private int few(int most) {
    return random.nextInt(3) == 0 ? 1 + random.nextInt(most) : 0;
  }

  private PoolSettings rules(int size, int minimum, int uses) {
    return PoolWorld.settings(
        size,
        minimum,
        Duration.ofSeconds(5),
        Duration.ofSeconds(random.nextInt(3)),
        Duration.ofSeconds(random.nextInt(3)),
        uses,
        Duration.ofMillis(random.nextInt(3) * 50L));
  }

  private Optional<Actor> holder() {
    return any(actor -> actor.wire != null && !actor.wire.moving);
  }

  private Optional<Actor> waiter() {
    return any(actor -> !actor.done && actor.wire == null);
  }

  private Optional<Actor> any(Predicate<Actor> which) {
    List<Actor> found = actors.stream().filter(which).toList();
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(found.get(random.nextInt(found.size())));
  }

  private void open(PoolKey key, EventLoop loop, ConnectionOpener.Result<Wire> result) {
    opening++;
    VirtualLoops.Loop on = (VirtualLoops.Loop) loop;
    Runnable answer =
        () -> {
          opening--;
          if (random.nextInt(100) < failing) {
            result.failed(BackendError.of("FATAL", pick(FAILURES), "scripted"));
          } else {
            Wire wire = new Wire(key, on);
            wires.add(wire);
            result.opened(wire);
          }
        };
    if (random.nextInt(10) == 0) {
      answer.run(); // an answer from within the call is allowed
    } else {
      virtual.after(on, random.nextInt(200_000_000), answer);
    }
  }

  static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private <T> T pick(T[] of) {
    return of[random.nextInt(of.length)];
  }

  /// A client that asks once.
  private final class Actor implements Waiter<Wire> {
    private final PoolKey key = keys.get(random.nextInt(keys.size()));
    private final VirtualLoops.Loop loop = virtual.loops().get(random.nextInt(loops));
    private @Nullable Wire wire;
    private @Nullable PoolShard<Wire> shard;
    private boolean inAcquire;
    private boolean done;
    private boolean withdrawn;
    private int calls;
    private long number;
    private long sinceNs;

    void arrive() {
      actors.add(this);
      loop.runAs(() -> {
        PoolShard<Wire> on = pools.shard(loop, key);
        shard = on;
        number = arrivals++;
        sinceNs = pools.now();
        inAcquire = true;
        Wire at = on.acquire(this);
        inAcquire = false;
        if (at != null) {
          require(on.queue.isEmpty(), "overtook the queue");
          take(at);
        }
      });
    }

    private void take(Wire at) {
      calls++;
      granted++;
      require(calls == 1 && !withdrawn && !done, "called twice");
      require(at.holder == null, "lent twice");
      require(at.key.equals(key), "of another pool");
      require(at.loop == loop && !at.moving, "on another loop");
      require(!at.ended, "lent after its end");
      at.holder = this;
      wire = at;
      done = true;
    }

    @Override
    public void granted(Wire at) {
      require(!inAcquire && loop.inEventLoop(), "called too early or elsewhere");
      inOrder();
      long waited = pools.now() - sinceNs;
      PoolShard<Wire> longest = own().shared.shortestBut(own(), pools.now());
      require(
          longest == null || pools.now() - longest.headSinceNs() <= 2 * waited + FAIR_NS,
          "another loop has waited far longer");
      take(at);
      if (random.nextInt(8) == 0) {
        release(); // at once, from within the call
      }
    }

    @Override
    public void refused(BackendError error) {
      calls++;
      require(!inAcquire && loop.inEventLoop(), "called too early or elsewhere");
      require(calls == 1 && !withdrawn && !done, "called twice");
      inOrder();
      done = true;
      if (random.nextInt(3) == 0) {
        new Actor().arrive(); // tries again from within the call
      }
    }

    private PoolShard<Wire> own() {
      return Objects.requireNonNull(shard);
    }

    private void inOrder() {
      Long last = lastGranted.put(own(), number);
      require(last == null || number > last, "out of order");
    }

    /// Whether it waits or holds a connection.
    boolean here() {
      return !done || wire != null;
    }

    void release() {
      Wire held = Objects.requireNonNull(wire);
      wire = null;
      held.holder = null;
      held.uses++;
      held.usable = random.nextInt(10) > 0;
      held.loop.runAs(() -> own().release(held));
    }

    void withdraw() {
      withdrawn = true;
      done = true;
      loop.runAs(() -> own().withdraw(this));
    }
  }

  /// A server connection.
  final class Wire implements PooledConnection {
    final PoolKey key;
    private VirtualLoops.Loop loop;
    private @Nullable Actor holder;
    private boolean usable = true;
    private boolean ended;
    private boolean moving;
    private long uses;
    private @Nullable PoolSlot<?> slot;

    Wire(PoolKey key, VirtualLoops.Loop loop) {
      this.key = key;
      this.loop = loop;
    }

    @Override
    public boolean usable() {
      require(loop.inEventLoop() && !moving, "asked on another loop");
      return usable && !ended;
    }

    @Override
    public void close(String reason) {
      require(loop.inEventLoop() && holder == null, "closed while lent");
      if (random.nextBoolean()) {
        lost();
      } else {
        loop.execute(this::lost);
      }
    }

    /// From outside: the server ends it, and its loop learns of it.
    void lose() {
      loop.execute(() -> {
        if (!loop.inEventLoop()) {
          lose(); // it has moved meanwhile
        } else if (!moving) {
          lost();
        } else {
          ended = true;
        }
      });
    }

    private void lost() {
      ended = true;
      wires.remove(this);
      PoolSlot<Wire> notes = PoolSlot.of(this);
      notes.shard.closed(this);
    }

    @Override
    public long uses() {
      return uses;
    }

    @Override
    public void moveTo(EventLoop target, Consumer<Boolean> done) {
      require(loop.inEventLoop() && holder == null && !moving, "moved while lent");
      moving = true;
      VirtualLoops.Loop to = (VirtualLoops.Loop) target;
      loop = to;
      to.execute(() -> {
        moving = false;
        if (ended) {
          wires.remove(this);
        }
        done.accept(!ended);
      });
    }

    @Override
    public void check(Consumer<Boolean> done) {
      require(loop.inEventLoop() && holder == null && !moving, "checked while lent");
      boolean alive = random.nextInt(5) > 0;
      if (random.nextBoolean()) {
        done.accept(alive);
      } else {
        virtual.after(loop, random.nextInt(30_000_000), () -> done.accept(alive && !ended));
      }
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
