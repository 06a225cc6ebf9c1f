package org.relevo.proxy.agent;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/// Whether commits wait for standbys is not what `SHOW synchronous_standby_names` says, but what
/// PostgreSQL's checkpointer has made of it in shared memory (`SyncRepUpdateSyncStandbysDefined`),
/// which may be late while it writes. There is no view of that: the process itself is looked at.
final class Checkpointer {
  private static final int HANGUP = 1;

  private Checkpointer() {}

  /// Returns once a change of settings, which this session has read already, has reached shared
  /// memory.
  static void await(Connection connection, Duration limit)
      throws SQLException, ActionFailure, InterruptedException {
    // Signals of one reload come in no order; once a second one has arrived here, all of the first
    // were sent.
    String before = loaded(connection);
    OwnServer.text(connection, "SELECT pg_reload_conf()");
    OwnServer.await(
        limit, () -> !loaded(connection).equals(before), () -> "settings were not read again");
    OwnServer.await(
        limit,
        () -> resting(connection),
        () -> "the checkpointer is busy and has not read synchronous_standby_names");
  }

  private static String loaded(Connection connection) throws SQLException {
    return OwnServer.text(connection, "SELECT pg_conf_load_time()");
  }

  /// It sleeps, no signal waits for it, and after that it is where it goes only with all signals
  /// dealt with.
  private static boolean resting(Connection connection) throws SQLException, IOException {
    long pid = Long.parseLong(text(connection, "pid"));
    String status = Files.readString(Path.of("/proc", String.valueOf(pid), "status"));
    boolean waits = false;
    for (String line : status.split("\n", -1)) {
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (line.startsWith("State:") && !value.startsWith("S")) {
        return false;
      }
      if (line.startsWith("SigPnd:") || line.startsWith("ShdPnd:")) {
        waits |= new BigInteger(value, 16).testBit(HANGUP - 1);
      }
    }
    String event = text(connection, "wait_event");
    return !waits && (event.equals("CheckpointerMain") || event.equals("CheckpointWriteDelay"));
  }

  private static String text(Connection connection, String column) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT " + column + " FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("there is no checkpointer");
      }
      return String.valueOf(row.getString(1));
    }
  }
}
