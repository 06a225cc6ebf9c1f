package org.relevo.proxy.member;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Operation.Phase;

/// Operations as this member has seen them: when each phase began, and how its clients fared.
///
/// Owner: the member's thread tells; [#newestFirst] may be called from any thread.
public final class OperationTrail {
  private static final int MOST = 50;

  /// One operation.
  ///
  /// @param operation as it was last
  /// @param startedAtMs of each phase that was reached, wall clock
  /// @param endedAtMs -1 while it runs
  /// @param done whether it ended as wanted; false when it was put back
  /// @param pauseMs how long new transactions of this member's clients waited; -1 before they went
  ///   on
  /// @param held sessions of this member that waited at the end of a transaction
  public record Entry(
      Operation operation,
      Map<Phase, Long> startedAtMs,
      long endedAtMs,
      boolean done,
      long pauseMs,
      int held,
      Clients.GoneOn clients) {
    public Entry {
      startedAtMs = Map.copyOf(startedAtMs);
    }

    private Entry in(Operation next, long nowMs) {
      EnumMap<Phase, Long> all = new EnumMap<>(Phase.class);
      all.putAll(startedAtMs);
      all.putIfAbsent(next.phase(), nowMs);
      return new Entry(next, all, endedAtMs, done, pauseMs, held, clients);
    }

    private Entry ended(boolean asWanted, long nowMs) {
      return new Entry(operation, startedAtMs, nowMs, asWanted, pauseMs, held, clients);
    }

    private Entry wentOn(long afterMs, Clients.GoneOn how) {
      return new Entry(operation, startedAtMs, endedAtMs, done, afterMs, held, how);
    }

    private Entry holding(int sessions) {
      return new Entry(operation, startedAtMs, endedAtMs, done, pauseMs, sessions, clients);
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private volatile List<Entry> published = List.of();
  private @Nullable String heldFor;
  private long heldNs;

  /// At most 50.
  public List<Entry> newestFirst() {
    return published;
  }

  /// The newest with this id.
  public Optional<Entry> entry(String id) {
    return published.stream().filter(entry -> entry.operation().id().equals(id)).findFirst();
  }

  synchronized void see(ClusterState state, long nowMs) {
    Entry last = entries.isEmpty() ? null : entries.getFirst();
    Operation now = state.operation().orElse(null);
    if (last != null && last.endedAtMs() < 0 && !same(last, now)) {
      entries.set(0, last.ended(last.operation().phase() == Phase.OPEN, nowMs));
    }
    if (now != null) {
      if (last != null && same(last, now)) {
        entries.set(0, last.in(now, nowMs));
      } else {
        entries.addFirst(
            new Entry(now, Map.of(now.phase(), nowMs), -1, false, -1, 0, Clients.GoneOn.ALL));
      }
    }
    while (entries.size() > MOST) {
      entries.removeLast();
    }
    published = List.copyOf(entries);
  }

  private static boolean same(Entry last, @Nullable Operation now) {
    return now != null && last.operation().id().equals(now.id());
  }

  /// Clients wait from now on.
  synchronized void held() {
    if (heldFor == null) {
      heldFor = entries.isEmpty() ? "" : entries.getFirst().operation().id();
      heldNs = System.nanoTime();
    }
  }

  /// All clients wait.
  synchronized void holds(int sessions) {
    String id = heldFor;
    if (id != null) {
      entries.replaceAll(
          entry -> entry.operation().id().equals(id) ? entry.holding(sessions) : entry);
      published = List.copyOf(entries);
    }
  }

  /// Clients go on.
  synchronized void wentOn(Clients.GoneOn how) {
    String id = heldFor;
    heldFor = null;
    if (id == null) {
      return;
    }
    long pausedMs = (System.nanoTime() - heldNs) / 1_000_000;
    entries.replaceAll(
        entry -> entry.operation().id().equals(id) ? entry.wentOn(pausedMs, how) : entry);
    published = List.copyOf(entries);
  }
}
