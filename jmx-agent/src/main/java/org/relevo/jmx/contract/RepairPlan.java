package org.relevo.jmx.contract;

import java.util.List;

/// What would make nodes equal.
///
/// @param id of the very statements; "" when there are none
/// @param notes what cannot be repaired so, and how else
public record RepairPlan(
    String id, int referenceNodeId, List<RepairStep> steps, List<String> notes) {
  public RepairPlan {
    steps = List.copyOf(steps);
    notes = List.copyOf(notes);
  }
}
