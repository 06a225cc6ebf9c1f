package org.relevo.proxy.session;

import java.util.List;
import org.relevo.proxy.server.SharedStatement;

/// What a session carries at its server and needs again at another one. Texts are the bytes of the
/// client's encoding, whichever that is, one character for each: they go to the new server unread.
///
/// @param obstacles what cannot be taken along, in words; empty when everything can
/// @param readable false when the server could not tell
record Baggage(
    List<Setting> settings, List<Statement> statements, List<String> obstacles, boolean readable) {
  static final Baggage NONE = new Baggage(List.of(), List.of(), List.of(), true);

  /// A setting in its base unit, to be given to `set_config` in this order.
  record Setting(String name, String value) {}

  /// @param fromSql whether `sql` is a PREPARE statement to be run, not a text to be parsed
  record Statement(String name, String sql, List<Integer> parameterTypes, boolean fromSql) {}

  Baggage {
    settings = List.copyOf(settings);
    statements = List.copyOf(statements);
    obstacles = List.copyOf(obstacles);
  }

  /// How many of the service's own statements are prepared there.
  long sharedStatements() {
    return statements.stream()
        .filter(statement -> statement.name().startsWith(SharedStatement.PREFIX))
        .count();
  }
}
