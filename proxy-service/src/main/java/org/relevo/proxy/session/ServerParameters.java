package org.relevo.proxy.session;

import java.util.HashMap;
import java.util.Map;

/// The settings that the server reported to the client (ParameterStatus), as the client knows them.
///
/// Owner: event loop of the session.
final class ServerParameters {
  private static final int MAX_ENTRIES = 512;

  private final Map<String, String> values = new HashMap<>();

  void put(Map.Entry<String, String> status) {
    if (values.size() < MAX_ENTRIES || values.containsKey(status.getKey())) {
      values.put(status.getKey(), status.getValue());
    }
  }

  /// Takes over another server's values.
  ///
  /// @return those that the client must be told
  Map<String, String> replaceBy(ServerParameters others) {
    Map<String, String> changed = new HashMap<>();
    others.values.forEach((name, value) -> {
      if (!value.equals(values.put(name, value))) {
        changed.put(name, value);
      }
    });
    return changed;
  }
}
