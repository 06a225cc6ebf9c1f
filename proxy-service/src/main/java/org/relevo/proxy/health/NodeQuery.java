package org.relevo.proxy.health;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.failover.NodeObservation.Answered;

/// The one query of a probe.
public final class NodeQuery {
  private static final String SQL =
      """
      SELECT r.recovery,
             CASE WHEN r.recovery
                  THEN GREATEST(w.received_tli, c.timeline_id, k.min_recovery_end_timeline)
                  ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
                       )::bit(32)::int
             END AS timeline,
             CASE WHEN r.recovery
                  THEN GREATEST(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                  ELSE pg_current_wal_insert_lsn() END AS received,
             CASE WHEN r.recovery
                  THEN GREATEST(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                  ELSE pg_current_wal_flush_lsn() END AS flushed,
             CASE WHEN r.recovery THEN pg_last_wal_replay_lsn()
                  ELSE pg_current_wal_insert_lsn() END AS replayed,
             CASE WHEN NOT r.recovery THEN 0
                  WHEN w.status = 'streaming'
                       AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn() THEN 0
                  ELSE GREATEST(0, (extract(epoch FROM
                       clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint)
             END AS lag_ms,
             COALESCE(w.status = 'streaming', false) AS streaming,
             CASE WHEN r.recovery THEN pg_is_wal_replay_paused() ELSE false END AS paused,
             current_setting('server_version') AS version,
             s.system_identifier::text AS identifier
      FROM (SELECT pg_is_in_recovery() AS recovery) r
           CROSS JOIN pg_control_system() s
           CROSS JOIN pg_control_checkpoint() c
           CROSS JOIN pg_control_recovery() k
           LEFT JOIN pg_stat_wal_receiver w ON true
      """;

  private NodeQuery() {}

  public static Answered ask(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the server answered the probe with no row");
      }
      long lagMs = row.getLong("lag_ms");
      return new Answered(
          row.getBoolean("recovery") ? Role.STANDBY : Role.PRIMARY,
          row.getLong("timeline"),
          lsn(row, "received"),
          lsn(row, "flushed"),
          lsn(row, "replayed"),
          row.wasNull() ? -1 : lagMs,
          row.getBoolean("streaming"),
          row.getBoolean("paused"),
          row.getString("version"),
          row.getString("identifier"));
    }
  }

  private static Lsn lsn(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? Lsn.ZERO : Lsn.parse(text);
  }
}
