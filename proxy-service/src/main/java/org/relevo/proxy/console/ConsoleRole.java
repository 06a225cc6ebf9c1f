package org.relevo.proxy.console;

/// What somebody may do in the console.
public enum ConsoleRole {
  /// Nothing, not even come in. In an ordinary database: pgpool-II's forms, own sessions only.
  NONE,
  /// See everything.
  STATS,
  /// Also act.
  ADMIN
}
