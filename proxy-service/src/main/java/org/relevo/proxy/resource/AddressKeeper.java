package org.relevo.proxy.resource;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.netlink.PacketSocket;
import org.relevo.proxy.netlink.RouteNetlink;
import org.relevo.proxy.resource.spec.GroupSpec;

/// Keeps addresses in the kernel for as long as they are permitted: gives them the lifetime that
/// the lease still has, again with each renewal, tells neighbours from time to time, and takes them
/// away at the deadline. When this process is killed or stands still, the kernel takes them away
/// itself.
///
/// Owner: everything behind the lock; one thread does what time asks for.
final class AddressKeeper implements AutoCloseable {
  /// First announcements after an address was added; later ones come periodically.
  private static final long[] FIRST_MS = {0, 100, 500};

  private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final Object lock = new Object();
  private final RouteNetlink netlink;
  private final Journal journal;
  private final GroupSpec.Times times;
  private final long slackNs;
  private final List<Kept> kept = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;

  /// @param slackMs how much longer than permitted an address may be there by the kernel's whole
  ///   seconds: less than what others wait beyond the end of the lease
  AddressKeeper(GroupSpec.Times times, long slackMs, Journal journal) throws IOException {
    this.netlink = RouteNetlink.open();
    this.journal = journal;
    this.times = times;
    this.slackNs = TimeUnit.MILLISECONDS.toNanos(slackMs);
    this.thread = Thread.ofPlatform().name("service-address").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// The permit of some address has changed.
  void wake() {
    LockSupport.unpark(thread);
  }

  /// An address that is on. Fields are guarded by the lock.
  private static final class Kept {
    final OwnAddress own;
    final Interfaces.Device device;
    final PacketSocket neighbours;
    final Supplier<Permit> permit;
    final long sinceNs = System.nanoTime();
    long putForNs;
    int announced;
    long nextAnnounceNs = System.nanoTime();
    boolean failing;

    /// Is to be removed, whatever the lease says; stays until the kernel has removed it.
    boolean leaving;

    Kept(
        OwnAddress own,
        Interfaces.Device device,
        PacketSocket neighbours,
        Supplier<Permit> permit) {
      this.own = own;
      this.device = device;
      this.neighbours = neighbours;
      this.permit = permit;
    }
  }

  /// Asks neighbours, then adds the address and tells them.
  ///
  /// @throws IOException when somebody else has it, or it cannot be had
  void take(OwnAddress own, Supplier<Permit> permit) throws IOException {
    synchronized (lock) {
      Kept there = find(own);
      if (there != null) {
        there.leaving = false;
        return;
      }
    }
    Interfaces.Device device = Interfaces.of(own.spec());
    PacketSocket neighbours =
        PacketSocket.open(
            device.index(), HexFormat.of().parseHex(device.mac()), own.spec().address());
    boolean added = false;
    try {
      String other = neighbours.ask(3, times.probe().toMillis());
      if (!other.isEmpty()) {
        own.contested();
        throw new ContestedException(other + " has it");
      }
      Kept now = new Kept(own, device, neighbours, permit);
      synchronized (lock) {
        added = extend(now, System.nanoTime());
        if (!added) {
          throw new LapsedException("the lease has no second left");
        }
        kept.add(now);
        tell(now, System.nanoTime());
      }
    } finally {
      if (!added) {
        neighbours.close();
      }
    }
    journal.record(
        LogLevel.INFO, "address.taken", "address=%s interface=%s".formatted(own, device.name()));
    wake();
  }

  /// Takes the address away.
  ///
  /// @throws IOException when it may still be there
  void drop(OwnAddress own) throws IOException {
    Kept found;
    synchronized (lock) {
      found = find(own);
      if (found == null) {
        return;
      }
      found.leaving = true;
      forget(found);
    }
    journal.record(LogLevel.INFO, "address.released", "address=" + own);
  }

  /// Addresses that are on.
  List<InetAddress> on() {
    synchronized (lock) {
      return kept.stream().map(each -> each.own.spec().address()).toList();
    }
  }

  boolean has(OwnAddress own) {
    synchronized (lock) {
      return find(own) != null;
    }
  }

  private @Nullable Kept find(OwnAddress own) {
    return kept.stream().filter(each -> each.own == own).findFirst().orElse(null);
  }

  /// The address as the kernel has it, wherever it is on this machine.
  List<RouteNetlink.Held> here(InetAddress address) throws IOException {
    synchronized (lock) {
      return netlink.addresses().stream().filter(held -> held.address().equals(address)).toList();
    }
  }

  boolean carries(int index) throws IOException {
    synchronized (lock) {
      return netlink.carries(index);
    }
  }

  /// Removes what a former life left.
  void clean(OwnAddress own) throws IOException {
    int places;
    synchronized (lock) {
      places = netlink.removeTemporary(own.spec().address());
    }
    for (int i = 0; i < places; i++) {
      journal.record(LogLevel.WARN, "address.cleaned", "address=" + own);
    }
  }

  private void run() {
    while (!closed) {
      long nextNs;
      synchronized (lock) {
        nextNs = work(System.nanoTime());
      }
      long waitNs = nextNs - System.nanoTime();
      if (waitNs > 0 && !closed) {
        LockSupport.parkNanos(this, waitNs);
      }
    }
  }

  private long work(long nowNs) {
    long nextNs = nowNs + LOOK_NS;
    for (Kept each : List.copyOf(kept)) {
      Permit permit = each.permit.get();
      if (each.leaving || !permit.valid(nowNs)) {
        expire(each);
        continue;
      }
      try {
        if (permit.deadlineNs() != each.putForNs) {
          var _ = extend(each, nowNs);
        }
        conflict(each, nowNs);
        if (nowNs - each.nextAnnounceNs >= 0) {
          tell(each, nowNs);
        }
        each.failing = false;
      } catch (IOException e) {
        failed(each, e);
      }
      nextNs = sooner(nextNs, permit.deadlineNs());
      nextNs = sooner(nextNs, each.nextAnnounceNs);
    }
    return nextNs;
  }

  private static long sooner(long one, long other) {
    return one - other <= 0 ? one : other;
  }

  /// Gives an address the whole seconds that the lease has left.
  ///
  /// @return whether it is there
  private boolean extend(Kept each, long nowNs) throws IOException {
    Permit permit = each.permit.get();
    long seconds = (permit.deadlineNs() - nowNs + slackNs) / SECOND_NS;
    if (!permit.valid(nowNs) || seconds < 1) {
      return false; // what was given before ends earlier
    }
    var address = each.own.spec().address();
    netlink.put(
        address, each.own.spec().prefix(), each.device.index(), each.device.label(), (int) seconds);
    each.putForNs = permit.deadlineNs();
    if (!each.permit.get().valid(System.nanoTime())) {
      // This process stood still between looking at the clock and adding.
      remove(each);
      return false;
    }
    return true;
  }

  private void conflict(Kept each, long nowNs) throws IOException {
    String other = each.neighbours.conflict();
    if (!other.isEmpty()) {
      each.own.contested();
      journal.record(
          LogLevel.ERROR, "address.conflict", "address=%s other=%s".formatted(each.own, other));
      each.nextAnnounceNs = nowNs;
    }
  }

  private void tell(Kept each, long nowNs) throws IOException {
    each.neighbours.announce();
    each.announced++;
    each.nextAnnounceNs =
        each.announced < FIRST_MS.length
            ? each.sinceNs + TimeUnit.MILLISECONDS.toNanos(FIRST_MS[each.announced])
            : nowNs + times.announce().toNanos();
  }

  /// Takes it away; while that fails it is there and counts as kept, and it is tried again.
  private void expire(Kept each) {
    try {
      forget(each);
      journal.record(LogLevel.WARN, "address.lost", "address=%s".formatted(each.own));
    } catch (IOException e) {
      failed(each, e);
    }
  }

  private void forget(Kept each) throws IOException {
    remove(each);
    kept.remove(each);
    each.neighbours.close();
  }

  private void remove(Kept each) throws IOException {
    var _ =
        netlink.remove(each.own.spec().address(), each.own.spec().prefix(), each.device.index());
  }

  private void failed(Kept each, IOException e) {
    if (!each.failing) {
      each.failing = true;
      journal.record(
          LogLevel.ERROR,
          "address.failed",
          "address=%s reason=\"%s\"".formatted(each.own, e.getMessage()));
    }
  }

  /// Takes all addresses away.
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(SECOND_NS / 1_000_000);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    synchronized (lock) {
      List.copyOf(kept).forEach(this::expire);
      netlink.close();
    }
  }
}
