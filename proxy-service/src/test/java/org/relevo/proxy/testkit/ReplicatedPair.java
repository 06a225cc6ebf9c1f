package org.relevo.proxy.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.Map;

/// A primary and its streaming standby, for one test class. Role `trusty` needs no password;
/// `node()` is the port of the server that runs it, and counts as a read.
public final class ReplicatedPair implements AutoCloseable {
  private final LabServer primary;
  private final LabServer standby;

  public ReplicatedPair(Path folder) throws IOException, SQLException {
    primary = LabServer.primary(folder, "pg0", Map.of("max_connections", "200"));
    primary.execute("CREATE ROLE trusty LOGIN SUPERUSER");
    primary.execute(
        "CREATE FUNCTION node() RETURNS text LANGUAGE plpgsql STABLE AS"
            + " 'BEGIN RETURN current_setting(''port''); END'");
    Path rules = primary.data().resolve("pg_hba.conf");
    String others = Files.readString(rules);
    Files.writeString(rules, "host all trusty 127.0.0.1/32 trust\n");
    Files.writeString(rules, others, StandardOpenOption.APPEND);
    primary.execute("SELECT pg_reload_conf()");
    standby = LabServer.standby(folder, "pg1", primary);
  }

  public LabServer primary() {
    return primary;
  }

  public LabServer standby() {
    return standby;
  }

  /// The standby has all of the primary.
  public void level() throws SQLException {
    String written = primary.ask("SELECT pg_current_wal_insert_lsn()");
    standby.await("SELECT pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn", "t");
  }

  /// From here on the standby stays as it is.
  public void pause() throws SQLException {
    standby.execute("SELECT pg_wal_replay_pause()");
    standby.await("SELECT pg_get_wal_replay_pause_state()", "paused");
  }

  public void resume() throws SQLException {
    standby.execute("SELECT pg_wal_replay_resume()");
  }

  @Override
  public void close() throws IOException {
    standby.close();
    primary.close();
  }
}
