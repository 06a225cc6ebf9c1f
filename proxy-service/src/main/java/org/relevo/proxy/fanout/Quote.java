package org.relevo.proxy.fanout;

/// Names and strings as they are written in SQL.
final class Quote {
  private Quote() {}

  static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String string(String value) {
    String doubled = value.replace("'", "''");
    return doubled.contains("\\")
        ? "E'" + doubled.replace("\\", "\\\\") + "'"
        : "'" + doubled + "'";
  }
}
