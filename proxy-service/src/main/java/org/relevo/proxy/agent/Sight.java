package org.relevo.proxy.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.ServerLife;

/// What a running server says of itself, in one query.
///
/// @param timeline as far as shared memory and control file tell; may be too old for a standby that
///   receives nothing
/// @param received of a standby: newest position that it has, whole records or not; of a primary:
///   flushed
/// @param certain whether `received` is all that is in its log, also from an earlier life
/// @param exhausted whether a standby waits because it has replayed all of its log
/// @param archive its `restore_command`
/// @param paused whether a standby's replay is paused, or about to be
/// @param copied whether a base backup is taken from it
/// @param source its `primary_conninfo`
/// @param syncNames its `synchronous_standby_names`
/// @param receiver process number of the WAL receiver, 0 when none runs
/// @param receivedTimeline of the running receiver; -1 for none
/// @param startedUs see [ServerLife]
record Sight(
    boolean recovery,
    long timeline,
    Lsn received,
    Lsn replayed,
    boolean certain,
    boolean exhausted,
    String archive,
    boolean paused,
    boolean copied,
    String source,
    long receiver,
    boolean streaming,
    long receivedTimeline,
    boolean restartsAfterCrash,
    String syncNames,
    String systemIdentifier,
    long startedUs) {
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
                  ELSE pg_current_wal_flush_lsn() END AS received,
             CASE WHEN r.recovery THEN pg_last_wal_replay_lsn()
                  ELSE pg_current_wal_flush_lsn() END AS replayed,
             r.recovery AND pg_last_wal_receive_lsn() IS NOT NULL AS received_here,
             COALESCE(
                 (SELECT a.wait_event FROM pg_stat_activity a WHERE a.backend_type = 'startup')
                 = 'RecoveryRetrieveRetryInterval', false) AS exhausted,
             current_setting('restore_command') AS archive,
             CASE WHEN r.recovery THEN pg_is_wal_replay_paused() ELSE false END AS paused,
             EXISTS (SELECT FROM pg_stat_replication b WHERE b.state = 'backup') AS copied,
             current_setting('primary_conninfo') AS source,
             COALESCE(w.pid, 0) AS receiver,
             COALESCE(w.status = 'streaming', false) AS streaming,
             COALESCE(w.received_tli, -1) AS received_tli,
             current_setting('restart_after_crash') = 'on' AS restarts,
             current_setting('synchronous_standby_names') AS sync_names,
             s.system_identifier::text AS identifier,
             encode(timestamptz_send(pg_postmaster_start_time()), 'hex') AS started
      FROM (SELECT pg_is_in_recovery() AS recovery) r
           CROSS JOIN pg_control_system() s
           CROSS JOIN pg_control_checkpoint() c
           CROSS JOIN pg_control_recovery() k
           LEFT JOIN pg_stat_wal_receiver w ON true
      """;

  static Sight of(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the server answered with no row");
      }
      boolean recovery = row.getBoolean("recovery");
      boolean exhausted = row.getBoolean("exhausted");
      return new Sight(
          recovery,
          row.getLong("timeline"),
          lsn(row, "received"),
          lsn(row, "replayed"),
          !recovery || exhausted || row.getBoolean("received_here"),
          exhausted,
          row.getString("archive"),
          row.getBoolean("paused"),
          row.getBoolean("copied"),
          row.getString("source"),
          row.getLong("receiver"),
          row.getBoolean("streaming"),
          row.getLong("received_tli"),
          row.getBoolean("restarts"),
          row.getString("sync_names"),
          row.getString("identifier"),
          ServerLife.startedUs(row.getString("started")));
    }
  }

  /// A standby that is told to receive nothing, neither from a primary nor from an archive, and
  /// does not.
  boolean still() {
    return recovery && source.isEmpty() && archive.isEmpty() && receiver == 0;
  }

  /// Nothing that an archive gave before is still being replayed: all is, or the replay is paused.
  boolean settled() {
    return exhausted || paused;
  }

  NodeReport.Hindrance hindrance() {
    return paused
        ? NodeReport.Hindrance.REPLAY_PAUSED
        : copied ? NodeReport.Hindrance.BASE_BACKUP : NodeReport.Hindrance.NONE;
  }

  private static Lsn lsn(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null ? Lsn.ZERO : Lsn.parse(text);
  }
}
