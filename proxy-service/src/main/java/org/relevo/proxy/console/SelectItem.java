package org.relevo.proxy.console;

/// One value of a driver's SELECT.
///
/// @param column its name in the result
/// @param argument for [Kind#SETTING] the setting, otherwise the value of a constant
record SelectItem(String column, Kind kind, String argument) {
  /// Where the value comes from.
  enum Kind {
    INTEGER(ColumnType.INT8),
    TEXT(ColumnType.TEXT),
    BOOLEAN(ColumnType.BOOL),
    NULL(ColumnType.TEXT),
    VERSION(ColumnType.TEXT),
    DATABASE(ColumnType.TEXT),
    USER(ColumnType.TEXT),
    SCHEMA(ColumnType.TEXT),
    BACKEND_PID(ColumnType.INT8),
    IN_RECOVERY(ColumnType.BOOL),
    NOW(ColumnType.TIMESTAMPTZ),
    SETTING(ColumnType.TEXT);

    private final ColumnType type;

    Kind(ColumnType type) {
      this.type = type;
    }

    ColumnType type() {
      return type;
    }
  }
}
