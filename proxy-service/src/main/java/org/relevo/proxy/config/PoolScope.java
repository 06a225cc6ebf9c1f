package org.relevo.proxy.config;

import java.util.Optional;

/// Whom a section of the file is for; both empty is everybody.
///
/// @param database as PostgreSQL has it, case included
record PoolScope(Optional<String> database, Optional<String> user) {
  static final PoolScope ALL = new PoolScope(Optional.empty(), Optional.empty());

  /// The section's header, without brackets.
  @Override
  public String toString() {
    String both =
        database.map(name -> "database " + quoted(name)).orElse("")
            + user.map(name -> " user " + quoted(name)).orElse("");
    return both.isEmpty() ? "all" : both.strip();
  }

  private static String quoted(String name) {
    return "'" + name.replace("\\", "\\\\").replace("'", "''") + "'";
  }
}
