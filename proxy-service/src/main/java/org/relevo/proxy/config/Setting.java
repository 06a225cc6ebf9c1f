package org.relevo.proxy.config;

/// One row of `settings.table`.
///
/// @param name ends in `N` when it takes a node number
/// @param unit that of a plain number, "" without one
/// @param defaultValue as written in a file; in angle brackets when it is worked out at start
/// @param least smallest value allowed, "" when unbounded; of a choice its words
/// @param most largest value allowed, "" when unbounded
/// @param reloadable whether a reload changes it
/// @param perPool whether sections of databases and users may have it
record Setting(
    String section,
    String name,
    Type type,
    String unit,
    String defaultValue,
    String least,
    String most,
    boolean reloadable,
    boolean perPool,
    String description) {
  /// How the text of a value is read.
  enum Type {
    TEXT,
    PATH,
    SECRET,
    INTEGER,
    REAL,
    DURATION,
    SIZE,
    BOOLEAN,
    ADDRESSES,
    PATHS,
    FLAGS,
    CHOICE,
    QUERIES,
    PERMISSIONS
  }

  boolean perNode() {
    return name.endsWith("N");
  }

  /// The default as a file would have it; "" when it is worked out at start.
  String writtenDefault() {
    return defaultValue.startsWith("<") ? "" : defaultValue;
  }
}
