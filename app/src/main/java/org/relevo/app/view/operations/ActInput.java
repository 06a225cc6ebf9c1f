package org.relevo.app.view.operations;

import java.util.HashMap;
import java.util.Map;

/// What a person asked for.
///
/// @param nodeId -1 when it concerns the whole cluster
/// @param fields what was written besides, by the names of [ActKind#fields]
record ActInput(
    ActKind kind, int nodeId, String option, String reason, Map<String, String> fields) {
  ActInput {
    fields = Map.copyOf(fields);
  }

  /// The same with another text in a field.
  ActInput with(String name, String text) {
    Map<String, String> other = new HashMap<>(fields);
    other.put(name, text);
    return new ActInput(kind, nodeId, option, reason, other);
  }

  String field(String name) {
    return fields.getOrDefault(name, "").strip();
  }
}
