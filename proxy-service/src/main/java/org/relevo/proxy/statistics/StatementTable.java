package org.relevo.proxy.statistics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Entries by shape, database and user, up to a number. Nothing is ever taken out: a full table is
/// followed by another with the entries that stay.
///
/// Owner: written by its event loop alone; anybody may read the entries.
final class StatementTable {
  /// So that nobody can choose texts that share a place.
  private static final int SEED = ThreadLocalRandom.current().nextInt();

  /// Of a full table, those used least go: one in so many.
  private static final int DROPPED_PART = 20;

  /// What old calls count for staying, each time some are dropped.
  private static final double AGEING = 0.9;

  private final int capacity;
  private final long dropped;
  private final AtomicReferenceArray<@Nullable StatementEntry> places;
  private int size;

  /// @param dropped before
  private StatementTable(int capacity, long dropped) {
    this.capacity = capacity;
    this.dropped = dropped;
    int length = capacity == 0 ? 1 : Integer.highestOneBit(capacity) * 4;
    this.places = new AtomicReferenceArray<>(length);
  }

  static StatementTable empty(int capacity) {
    return new StatementTable(capacity, 0);
  }

  int capacity() {
    return capacity;
  }

  long dropped() {
    return dropped;
  }

  boolean full() {
    return size >= capacity;
  }

  @Nullable StatementEntry find(long fingerprint, String database, String user) {
    int at = place(fingerprint, database, user);
    StatementEntry entry = places.getPlain(at);
    while (entry != null && !entry.is(fingerprint, database, user)) {
      at = (at + 1) & (places.length() - 1);
      entry = places.getPlain(at);
    }
    return entry;
  }

  /// @param entry another than those that are there; the table is not full
  void add(StatementEntry entry) {
    int at = place(entry.fingerprint, entry.database, entry.user);
    while (places.getPlain(at) != null) {
      at = (at + 1) & (places.length() - 1);
    }
    places.setRelease(at, entry);
    size++;
  }

  private int place(long fingerprint, String database, String user) {
    long hash = fingerprint ^ (31L * database.hashCode() + user.hashCode()) ^ SEED;
    hash = (hash ^ (hash >>> 32)) * 0x9FB21C651E98DF25L;
    return (int) (hash >>> 32) & (places.length() - 1);
  }

  /// A table for so many, with those that are used most and room for one at least.
  StatementTable next(int nextCapacity) {
    List<StatementEntry> entries = entries();
    entries.sort(Comparator.comparingDouble((StatementEntry entry) -> entry.usage).reversed());
    int kept = Math.min(entries.size(), nextCapacity - Math.max(1, nextCapacity / DROPPED_PART));
    kept = Math.max(0, kept);
    StatementTable next = new StatementTable(nextCapacity, dropped + entries.size() - kept);
    for (StatementEntry entry : entries.subList(0, kept)) {
      entry.usage *= AGEING;
      next.add(entry);
    }
    return next;
  }

  List<StatementEntry> entries() {
    List<StatementEntry> entries = new ArrayList<>();
    for (int i = 0; i < places.length(); i++) {
      StatementEntry entry = places.getAcquire(i);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }
}
