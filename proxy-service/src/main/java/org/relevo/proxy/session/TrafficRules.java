package org.relevo.proxy.session;

import java.util.Set;
import java.util.TreeSet;

/// What an administrator has said about the traffic of databases; replaced as a whole.
///
/// @param allPaused whether clients of every database wait
/// @param paused databases whose clients wait
/// @param disabled databases that take no new clients
record TrafficRules(boolean allPaused, Set<String> paused, Set<String> disabled) {
  static final TrafficRules NONE = new TrafficRules(false, Set.of(), Set.of());

  TrafficRules {
    paused = Set.copyOf(paused);
    disabled = Set.copyOf(disabled);
  }

  boolean paused(String database) {
    return allPaused || paused.contains(database);
  }

  boolean disabled(String database) {
    return disabled.contains(database);
  }

  TrafficRules pausedAll() {
    return new TrafficRules(true, paused, disabled);
  }

  TrafficRules resumedAll() {
    return new TrafficRules(false, Set.of(), disabled);
  }

  TrafficRules paused(String database, boolean on) {
    return new TrafficRules(allPaused, changed(paused, database, on), disabled);
  }

  TrafficRules disabled(String database, boolean on) {
    return new TrafficRules(allPaused, paused, changed(disabled, database, on));
  }

  private static Set<String> changed(Set<String> names, String name, boolean on) {
    Set<String> changed = new TreeSet<>(names);
    if (on) {
      changed.add(name);
    } else {
      changed.remove(name);
    }
    return changed;
  }
}
