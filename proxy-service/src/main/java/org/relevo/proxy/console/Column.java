package org.relevo.proxy.console;

import java.util.Arrays;
import java.util.List;

/// A column of a result.
public record Column(String name, ColumnType type) {
  /// Reads `name other:i …`: names with their types, `i` for int8, `f` for float8, `t` for
  /// timestamptz, `b` for bool, nothing for text.
  static List<Column> list(String written) {
    return Arrays.stream(written.split(" ")).map(Column::read).toList();
  }

  static List<Column> text(String... names) {
    return Arrays.stream(names).map(name -> new Column(name, ColumnType.TEXT)).toList();
  }

  private static Column read(String written) {
    int colon = written.indexOf(':');
    if (colon < 0) {
      return new Column(written, ColumnType.TEXT);
    }
    ColumnType type =
        switch (written.charAt(colon + 1)) {
          case 'i' -> ColumnType.INT8;
          case 'f' -> ColumnType.FLOAT8;
          case 't' -> ColumnType.TIMESTAMPTZ;
          case 'b' -> ColumnType.BOOL;
          default -> throw new IllegalArgumentException(written);
        };
    return new Column(written.substring(0, colon), type);
  }
}
