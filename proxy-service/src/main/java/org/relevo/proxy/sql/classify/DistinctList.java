package org.relevo.proxy.sql.classify;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a statement names, each once and in order. Used again for each statement.
final class DistinctList<T> {
  /// So many are compared one by one.
  private static final int FEW = 8;

  private final List<T> items = new ArrayList<>();
  private final Set<T> seen = new HashSet<>();

  /// @throws GivenUpException for more than anybody writes
  void add(T item) {
    if (items.size() < FEW) {
      if (!items.contains(item)) {
        items.add(item);
      }
      return;
    }
    if (seen.isEmpty()) {
      seen.addAll(items);
    }
    if (seen.add(item)) {
      if (items.size() >= GivenUpException.NAMES) {
        throw new GivenUpException();
      }
      items.add(item);
    }
  }

  void remove(T item) {
    items.remove(item);
    seen.remove(item);
  }

  int size() {
    return items.size();
  }

  /// What was added since it was taken last.
  List<T> take() {
    if (items.isEmpty()) {
      return List.of();
    }
    List<T> taken = List.copyOf(items);
    items.clear();
    if (!seen.isEmpty()) {
      seen.clear();
    }
    return taken;
  }

  void clear() {
    items.clear();
    seen.clear();
  }
}
