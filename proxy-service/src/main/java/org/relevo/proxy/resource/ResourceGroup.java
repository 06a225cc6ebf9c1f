package org.relevo.proxy.resource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.jmx.contract.ServiceResource;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.resource.spec.GroupSpec;

/// Starts the resources of a group in order while this member has it, looks after them, and stops
/// them in reverse order when it has not, or is asked to let them go; then it says so.
///
/// ```
/// stopped ── permitted ──> starting ── all run ──> started
///    ^                        │                      │ a resource fails: again, at most n times
///    └────── all stopped ── stopping <──┴── not permitted, asked to leave, failed too often
/// ```
///
/// Owner: its own thread; what others read is volatile.
final class ResourceGroup {
  /// Where a group is.
  enum Phase {
    STOPPED,
    STARTING,
    STARTED,
    STOPPING,
    FAILED
  }

  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long AGAIN_MS = 1000;
  private static final long SAY_LIMIT_MS = 2000;

  private final GroupSpec spec;
  private final GroupSpec.Times times;
  private final Journal journal;
  private final List<Member> members = new ArrayList<>();
  private final LongFunction<CompletionStage<String>> yield;
  private final Thread thread;
  private volatile Permit permit = Permit.NONE;
  private volatile Phase phase = Phase.STOPPED;
  private volatile String reason = "";
  private volatile boolean lapsed;
  private volatile boolean closing;
  private volatile long failedUntilNs;
  private volatile boolean failed;
  private int failures;
  private long lastFailureNs;
  private boolean unknown = true;
  private final BooleanSupplier vetoed;
  private long nextLookNs = System.nanoTime();
  private long nextStartNs = System.nanoTime();
  private long saidInVain = -1;

  /// A resource and what became of it.
  private static final class Member {
    final Resource resource;
    volatile boolean started;
    final AtomicInteger restarts = new AtomicInteger();
    volatile String reason = "";

    Member(Resource resource) {
      this.resource = resource;
    }
  }

  /// @param resources made for this group's permit
  /// @param yield says that everything was let go, with the number of the grant
  /// @param vetoed whether this machine is not to have it for now
  ResourceGroup(
      GroupSpec spec,
      GroupSpec.Times times,
      Function<Supplier<Permit>, List<Resource>> resources,
      LongFunction<CompletionStage<String>> yield,
      BooleanSupplier vetoed,
      Journal journal) {
    this.spec = spec;
    this.vetoed = vetoed;
    this.times = times;
    this.yield = yield;
    this.journal = journal;
    resources.apply(() -> permit).forEach(each -> members.add(new Member(each)));
    this.thread = Thread.ofPlatform().name("group-" + spec.name()).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  GroupSpec spec() {
    return spec;
  }

  /// Called on the member's thread.
  void see(Permit now) {
    Permit before = permit;
    if (before.equals(now)) {
      return;
    }
    if (before.mine() && now.mine() && !before.valid(System.nanoTime())) {
      lapsed = true;
    }
    permit = now;
    if (before.mine() != now.mine() || before.leave() != now.leave() || !before.known()) {
      LockSupport.unpark(thread);
    }
  }

  /// Whether this machine can have it at present.
  boolean offered() {
    return !closing && !failed && reason.isEmpty();
  }

  Phase phase() {
    return failed ? Phase.FAILED : phase;
  }

  String reason() {
    return reason;
  }

  List<ServiceResource> resources() {
    return members.stream()
        .map(each ->
            new ServiceResource(
                each.resource.name(),
                each.started,
                each.restarts.get(),
                each.resource.conflicts(),
                each.reason))
        .toList();
  }

  /// Forgets failures.
  void clear() {
    failedUntilNs = System.nanoTime();
    LockSupport.unpark(thread);
  }

  /// Lets everything go; see [#awaitEnd].
  void leave() {
    closing = true;
    LockSupport.unpark(thread);
  }

  void awaitEnd(long limitMs) {
    try {
      thread.join(limitMs);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }

  private boolean wanted() {
    return permit.wanted(System.nanoTime()) && !closing && !failed && !lapsed;
  }

  private void run() {
    try {
      boolean over = false;
      while (!over) {
        long nowNs = System.nanoTime();
        look(nowNs);
        if (permit.known() || closing) {
          step();
        }
        over = closing && phase == Phase.STOPPED && !unknown;
        if (!over) {
          LockSupport.parkNanos(this, waitNs());
          if (Thread.interrupted()) {
            return;
          }
        }
      }
    } catch (InterruptedException _) {
      // Ended without time for a goodbye: the lease runs out by itself.
    }
  }

  private long waitNs() {
    long nowNs = System.nanoTime();
    long waitNs = LOOK_NS;
    Permit now = permit;
    if (phase == Phase.STARTED && now.mine()) {
      waitNs = Math.min(waitNs, Math.max(1_000_000, now.deadlineNs() - nowNs));
    }
    return waitNs;
  }

  /// Whether this machine could have it, seen from time to time.
  private void look(long nowNs) {
    if (failed && nowNs - failedUntilNs >= 0) {
      failed = false;
      failures = 0;
      members.forEach(each -> each.reason = "");
    }
    String found = vetoed.getAsBoolean() ? "the other machine sees more of the network" : "";
    for (Member each : members) {
      found = found.isEmpty() ? each.resource.possible() : found;
    }
    if (!found.equals(reason)) {
      reason = found;
      journal.record(
          found.isEmpty() ? LogLevel.INFO : LogLevel.WARN,
          found.isEmpty() ? "group.possible" : "group.impossible",
          "group=%s reason=\"%s\"".formatted(spec.name(), found));
    }
  }

  private void step() throws InterruptedException {
    if (phase == Phase.STOPPED && !unknown) {
      lapsed = false; // nothing has run on beyond the end of a lease
    }
    boolean want = wanted() && reason.isEmpty();
    long nowNs = System.nanoTime();
    if (want && phase == Phase.STOPPED && nowNs - nextStartNs >= 0) {
      startAll();
    } else if (!want && (phase != Phase.STOPPED || unknown)) {
      stopAll();
    } else if (phase == Phase.STARTED && nowNs - nextLookNs >= 0) {
      nextLookNs = nowNs + times.monitor().toNanos();
      monitorAll();
    }
    Permit now = permit;
    if (phase == Phase.STOPPED
        && !unknown
        && now.mine()
        && (now.leave() || closing || failed || !reason.isEmpty())) {
      yieldUp(now.number());
    }
  }

  private void startAll() throws InterruptedException {
    phase = Phase.STARTING;
    unknown = false;
    for (Member each : members) {
      if (!wanted()) {
        return;
      }
      if (!start(each)) {
        stopAll();
        nextStartNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AGAIN_MS);
        return;
      }
    }
    phase = Phase.STARTED;
    nextLookNs = System.nanoTime() + times.monitor().toNanos();
    journal.record(
        LogLevel.INFO,
        "group.started",
        "group=%s number=%d".formatted(spec.name(), permit.number()));
  }

  private boolean start(Member each) throws InterruptedException {
    try {
      each.resource.start(this::wanted);
      each.started = true;
      return true;
    } catch (ContestedException e) {
      each.reason = String.valueOf(e.getMessage());
      journal.record(
          LogLevel.ERROR,
          "address.contested",
          "address=%s reason=\"%s\"".formatted(each.resource.name(), e.getMessage()));
    } catch (LapsedException e) {
      each.reason = String.valueOf(e.getMessage());
    } catch (IOException e) {
      failed(each, String.valueOf(e.getMessage()));
    }
    return false;
  }

  private void failed(Member each, String why) {
    long nowNs = System.nanoTime();
    each.reason = why;
    if (nowNs - lastFailureNs > times.rest().toNanos()) {
      failures = 0;
    }
    lastFailureNs = nowNs;
    failures++;
    journal.record(
        LogLevel.WARN,
        "resource.failed",
        "group=%s resource=%s reason=\"%s\"".formatted(spec.name(), each.resource.name(), why));
    if (failures > times.restarts()) {
      failedUntilNs = nowNs + times.rest().toNanos();
      failed = true;
      journal.record(
          LogLevel.ERROR, "group.failed", "group=%s failures=%d".formatted(spec.name(), failures));
    }
  }

  private void stopAll() throws InterruptedException {
    phase = Phase.STOPPING;
    lapsed = false;
    boolean all = true;
    for (Member each : members.reversed()) {
      if (each.started || unknown) {
        all &= stop(each);
      }
    }
    if (all) {
      boolean ran = !unknown;
      phase = Phase.STOPPED;
      unknown = false;
      if (ran) {
        journal.record(LogLevel.INFO, "group.stopped", "group=" + spec.name());
      }
    } else {
      TimeUnit.MILLISECONDS.sleep(AGAIN_MS); // it is tried again, and nothing else can be done
    }
  }

  private boolean stop(Member each) throws InterruptedException {
    try {
      each.resource.stop();
      each.started = false;
      return true;
    } catch (IOException e) {
      each.reason = String.valueOf(e.getMessage());
      journal.record(
          LogLevel.ERROR,
          "resource.stuck",
          "group=%s resource=%s reason=\"%s\""
              .formatted(spec.name(), each.resource.name(), e.getMessage()));
      return false;
    }
  }

  private void monitorAll() throws InterruptedException {
    for (int i = 0; i < members.size(); i++) {
      String wrong = members.get(i).resource.monitor();
      if (!wrong.isEmpty() && wanted()) {
        restartFrom(i, wrong);
        return;
      }
    }
  }

  /// What was started later may need what has failed: it is stopped first.
  private void restartFrom(int place, String wrong) throws InterruptedException {
    Member broken = members.get(place);
    failed(broken, wrong);
    for (Member each : members.subList(place, members.size()).reversed()) {
      if (!stop(each)) {
        return;
      }
    }
    if (failed) {
      return;
    }
    var _ = broken.restarts.incrementAndGet();
    for (Member each : members.subList(place, members.size())) {
      if (!wanted() || !start(each)) {
        return;
      }
    }
  }

  private void yieldUp(long number) throws InterruptedException {
    try {
      String refusal =
          yield.apply(number).toCompletableFuture().get(SAY_LIMIT_MS, TimeUnit.MILLISECONDS);
      journal.record(
          LogLevel.INFO,
          "group.yielded",
          "group=%s number=%d refusal=\"%s\"".formatted(spec.name(), number, refusal));
    } catch (ExecutionException | TimeoutException e) {
      // Nobody waits for the word longer than for the end of the lease.
      if (saidInVain != number) {
        saidInVain = number;
        journal.record(
            LogLevel.WARN,
            "group.yield-unknown",
            "group=%s number=%d reason=\"%s\"".formatted(spec.name(), number, e));
      }
    }
  }
}
