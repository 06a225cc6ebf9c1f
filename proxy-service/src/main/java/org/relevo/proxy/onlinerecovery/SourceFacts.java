package org.relevo.proxy.onlinerecovery;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// What the node that is copied says of itself.
///
/// @param recovery whether it is a standby
/// @param bytes of all databases
/// @param senders connections for replication that are free
/// @param slots replication slots that are free
record SourceFacts(
    int major,
    String systemIdentifier,
    boolean recovery,
    long bytes,
    String walLevel,
    int senders,
    int slots) {
  static SourceFacts of(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT current_setting('server_version_num')::int / 10000,
                       (SELECT system_identifier::text FROM pg_control_system()),
                       pg_is_in_recovery(),
                       (SELECT sum(pg_database_size(oid))::bigint FROM pg_database),
                       current_setting('wal_level'),
                       current_setting('max_wal_senders')::int
                         - (SELECT count(*)::int FROM pg_stat_replication),
                       current_setting('max_replication_slots')::int
                         - (SELECT count(*)::int FROM pg_replication_slots)
                """)) {
      if (!row.next()) {
        throw new SQLException("the server says nothing of itself");
      }
      return new SourceFacts(
          row.getInt(1),
          row.getString(2),
          row.getBoolean(3),
          row.getLong(4),
          row.getString(5),
          row.getInt(6),
          row.getInt(7));
    }
  }
}
