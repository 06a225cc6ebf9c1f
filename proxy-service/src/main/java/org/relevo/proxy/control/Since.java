package org.relevo.proxy.control;

import java.util.HashMap;
import java.util.Map;

/// For how long conditions have held without a break, as this member has seen it; a new leader so
/// begins every wait at its take-over. Owner: [Outlook].
final class Since {
  private final Map<String, Long> begunNs = new HashMap<>();

  /// @return for how long it has held, 0 when it does not
  long heldNs(String name, boolean holds, long nowNs) {
    if (!holds) {
      begunNs.remove(name);
      return 0;
    }
    return nowNs - begunNs.computeIfAbsent(name, _ -> nowNs);
  }

  boolean heldFor(String name, boolean holds, long ms, long nowNs) {
    long held = heldNs(name, holds, nowNs);
    return holds && held >= Timing.ns(ms);
  }

  void clearOne(String name) {
    begunNs.remove(name);
  }

  void clear() {
    begunNs.clear();
  }
}
