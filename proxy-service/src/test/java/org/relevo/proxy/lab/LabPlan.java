package org.relevo.proxy.lab;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What to start.
///
/// @param nodes machines with servers
/// @param witness whether there is a machine that only votes
/// @param settings of every service, beside the lab's own
/// @param postgres settings of every server, values as PostgreSQL quotes them
/// @param options of the services' Java runtime
/// @param ownClocks whether each machine has a clock of its own, see [LabClock]
record LabPlan(
    int nodes,
    boolean witness,
    Map<String, String> settings,
    Map<String, String> postgres,
    List<String> options,
    boolean ownClocks) {
  LabPlan {
    settings = Map.copyOf(settings);
    postgres = Map.copyOf(postgres);
    options = List.copyOf(options);
  }

  static LabPlan of(int nodes, boolean witness) {
    return new LabPlan(nodes, witness, given(), Map.of(), List.of(), false);
  }

  /// `-Drelevo.lab.set=name=value,…`: settings of services for this run.
  private static Map<String, String> given() {
    Map<String, String> all = new HashMap<>();
    for (String pair : System.getProperty("relevo.lab.set", "").split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        all.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return all;
  }

  LabPlan with(String key, String value) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(key, value);
    return new LabPlan(nodes, witness, all, postgres, options, ownClocks);
  }

  LabPlan withPostgres(String key, String value) {
    Map<String, String> all = new HashMap<>(postgres);
    all.put(key, value);
    return new LabPlan(nodes, witness, settings, all, options, ownClocks);
  }

  LabPlan withOptions(String... more) {
    return new LabPlan(nodes, witness, settings, postgres, List.of(more), ownClocks);
  }

  LabPlan withOwnClocks() {
    return new LabPlan(nodes, witness, settings, postgres, options, true);
  }
}
