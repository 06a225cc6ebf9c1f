package org.relevo.proxy.fanout;

import org.relevo.proxy.sql.SqlStatement;

/// What PREPARE has named. Immutable.
final class PreparedSql {
  private final SqlStatement inner;
  private final byte[] text;

  /// @param text of the PREPARE; not changed
  PreparedSql(SqlStatement inner, byte[] text) {
    this.inner = inner;
    this.text = text;
  }

  SqlStatement inner() {
    return inner;
  }

  byte[] text() {
    return text;
  }
}
