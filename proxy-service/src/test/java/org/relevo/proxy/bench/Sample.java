package org.relevo.proxy.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// One measured run of one row against one target.
///
/// @param value the row's figure in the row's unit; larger is better
/// @param work transactions, connections or megabytes done, for the CPU figure
/// @param more further figures by name, for example `p99Ms`
record Sample(double value, double work, Map<String, Double> more) {
  Sample {
    more = Map.copyOf(more);
  }

  static Sample of(double value, double work) {
    return new Sample(value, work, Map.of());
  }

  Sample with(String name, double figure) {
    Map<String, Double> all = new LinkedHashMap<>(more);
    all.put(name, figure);
    return new Sample(value, work, all);
  }
}
