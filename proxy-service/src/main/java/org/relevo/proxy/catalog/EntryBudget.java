package org.relevo.proxy.catalog;

import java.util.HashMap;
import java.util.Map;

/// How much all databases together may keep. Owner: thread-safe.
final class EntryBudget {
  private final Map<String, Integer> held = new HashMap<>();
  private int most;

  EntryBudget(int most) {
    this.most = most;
  }

  synchronized void most(int now) {
    most = now;
  }

  /// What is left for a database, with what it has.
  synchronized int room(String database) {
    long others =
        held.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(database))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return (int) Math.max(0, most - others);
  }

  /// @return false, and nothing is held, when it is more than is left
  synchronized boolean hold(String database, int entries) {
    if (entries > room(database)) {
      held.remove(database);
      return false;
    }
    held.put(database, entries);
    return true;
  }

  synchronized void release(String database) {
    held.remove(database);
  }
}
