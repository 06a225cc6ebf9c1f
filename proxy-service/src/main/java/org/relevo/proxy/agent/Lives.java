package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.relevo.proxy.cluster.Life;

/// The lives of the own server as a primary, and what numbers of transactions of one are worth in
/// the next: enough to believe what the server says of a transaction whose client never heard of
/// its end.
///
/// Owner: thread-safe; the running action tells of beginnings, the watch asks.
final class Lives {
  /// The number that is given out next. A snapshot ends at the newest transaction that is over,
  /// which leaves out those that were running when a primary died; `age` counts from the next one.
  private static final String NEXT =
      """
      SELECT x + ((age('3'::xid)::bigint + 3 - x) & 4294967295)
      FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS x) s
      """;

  /// The same as the end of a crash's recovery, or a stop in order, has written it; later
  /// checkpoints begin before their own record.
  private static final String AT_START =
      """
      SELECT redo_lsn = checkpoint_lsn,
             split_part(next_xid, ':', 1)::bigint * 4294967296
                 + split_part(next_xid, ':', 2)::bigint
      FROM pg_control_checkpoint()
      """;

  private final NodeFiles files;
  private Life told = Life.NONE;

  Lives(NodeFiles files) {
    this.files = files;
  }

  /// A life may begin from now on.
  ///
  /// @return the one of before; 0 when it is not known
  synchronized long begins() throws IOException {
    long last = files.life();
    files.forgetLife();
    told = Life.NONE;
    return last;
  }

  /// Number of the next transaction; of a standby: of the primary's, as far as it has replayed.
  static long next(Connection connection) throws SQLException {
    return Long.parseLong(OwnServer.text(connection, NEXT));
  }

  /// It takes writes since a moment ago; see [#keep].
  ///
  /// @param next what [#next] said before that
  synchronized Life promoted(Connection connection, long next) throws SQLException {
    told = new Life(Sight.of(connection).startedUs(), 0, next, next(connection));
    return told;
  }

  /// Keeps a life for the next one to follow. Until then it is one that nothing is known of.
  void keep(Life life) throws IOException {
    files.life(life.startedUs());
  }

  /// It was started in place, as a primary.
  ///
  /// @param last what [#begins] said
  synchronized void started(Connection connection, long last) throws SQLException, IOException {
    long startedUs = Sight.of(connection).startedUs();
    long from = next(connection);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(AT_START)) {
      boolean exact = row.next() && row.getBoolean(1) && last != 0;
      told = new Life(startedUs, last, exact ? row.getLong(2) : 0, exact ? row.getLong(2) : from);
    }
    keep(told);
  }

  /// What is told of the life that is seen.
  ///
  /// @param acting whether it may be told in a moment with more
  synchronized Life of(Sight sight, boolean acting) throws IOException {
    if (told.startedUs() == sight.startedUs()) {
      return told;
    }
    // Until then a crash of a backend would begin another life under the same name.
    if (acting || sight.restartsAfterCrash()) {
      return Life.NONE;
    }
    if (files.life() != sight.startedUs()) {
      files.life(sight.startedUs());
    }
    told = new Life(sight.startedUs(), 0, 0, 0);
    return told;
  }
}
