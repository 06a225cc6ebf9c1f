package org.relevo.proxy.core;

/// One life of a server: from the start of its postmaster to its end. Numbers of transactions mean
/// something within one life only: what a crash or a promotion has lost is given out again.
///
/// @param startedUs its `pg_postmaster_start_time()`, microseconds since 2000; never 0
public record ServerLife(BackendId node, long startedUs) {
  /// Sixteen digits, whatever the session's settings are: PostgreSQL's own number of the moment.
  public static final String STARTED_SQL =
      "pg_catalog.encode(pg_catalog.timestamptz_send(pg_catalog.pg_postmaster_start_time()),"
          + " 'hex')";

  /// @return 0 when it is no such number
  public static long startedUs(CharSequence answer) {
    if (answer.length() != 16) {
      return 0;
    }
    long value = 0;
    for (int i = 0; i < 16; i++) {
      int digit = Character.digit(answer.charAt(i), 16);
      if (digit < 0) {
        return 0;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
