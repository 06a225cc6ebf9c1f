package org.relevo.proxy.catalog;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What may change definitions, as far as its text tells, and has not done so. The word "create" in
/// a comment of a function that is called all the time must not keep a catalog in doubt for good:
/// what was looked after [#MOST] times, and nothing was another one then, is not looked after again
/// until something is.
///
/// Owner: its [DatabaseCatalog], under that one's lock. Bounded by the functions of a catalog.
final class Suspicions {
  /// Looks that find nothing before a suspicion is dropped.
  static final int MOST = 3;

  private final Map<String, Suspicion> all = new HashMap<>();
  private @Nullable Snapshot of;

  /// @param look number of the last look before this
  /// @param looks that were begun for it
  private record Suspicion(long look, int looks) {}

  /// @param what a function's name, or what stands for all that have none
  /// @param known where it is said of it
  /// @param look looks that have been made so far
  /// @return whether a look is to be made for it
  @SuppressWarnings("ReferenceEquality") // a snapshot is kept as long as nothing has changed
  boolean raised(String what, Snapshot known, long look) {
    if (known != of) {
      of = known;
      all.clear();
    }
    Suspicion before = all.get(what);
    if (before == null || before.look() != look) {
      int looks = before == null ? 0 : before.looks();
      if (looks >= MOST) {
        return false;
      }
      all.put(what, new Suspicion(look, looks + 1));
    }
    return true;
  }
}
