package org.relevo.proxy.routing;

import java.util.Locale;

/// How reads of temporary tables are found; the setting `check_temp_table`.
public enum TemporaryTables {
  /// By what the session made, and by the catalog.
  CATALOG,
  /// By what the session made.
  TRACE,
  /// Not at all.
  NONE;

  /// The word in the configuration.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
