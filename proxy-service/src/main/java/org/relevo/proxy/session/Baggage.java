package org.relevo.proxy.session;

import java.util.List;

/// What a session carries at its server and needs again at another one.
///
/// @param obstacles what cannot be taken along, in words; empty when everything can
record Baggage(List<Setting> settings, List<Statement> statements, List<String> obstacles) {
  static final Baggage NONE = new Baggage(List.of(), List.of(), List.of());

  /// A setting in its base unit, to be given to `set_config` in this order.
  record Setting(String name, String value) {}

  /// @param fromSql whether `sql` is a PREPARE statement to be run, not a text to be parsed
  record Statement(String name, String sql, List<Integer> parameterTypes, boolean fromSql) {}

  Baggage {
    settings = List.copyOf(settings);
    statements = List.copyOf(statements);
    obstacles = List.copyOf(obstacles);
  }
}
