package org.relevo.proxy.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.recovery.StandbySetup;
import org.relevo.proxy.testkit.LabServer;

class WalEndIT {
  @TempDir Path folder;

  /// The end that is read is the one that recovery comes to, after kills and across segments.
  @Test
  void itIsWhereRecoveryEnds() throws Exception {
    try (LabServer server = LabServer.primary(folder, "pg", Map.of())) {
      StandbySetup.set(
          server.data(), Map.of("primary_conninfo", ""), ServerAccount.ownerOf(server.data()));
      server.execute("CREATE TABLE t (id bigserial, text text)");
      server.execute("INSERT INTO t (text) SELECT repeat('x', 500) FROM generate_series(1, 50000)");
      server.execute("SELECT pg_switch_wal()");
      server.execute("INSERT INTO t (text) SELECT repeat('y', 20000) FROM generate_series(1, 100)");
      Lsn flushed = Lsn.parse(server.ask("SELECT pg_current_wal_flush_lsn()"));
      server.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
      ControlFile control = ControlFile.read(server.data());
      assertThat(control.state()).isEqualTo(ControlFile.State.IN_PRODUCTION);
      WalEnd.Position crashed = WalEnd.find(server.data(), control);
      assertThat(crashed.end()).isGreaterThanOrEqualTo(flushed);
      assertThat(crashed.timeline()).isEqualTo(1);

      LocalServer local = LocalServer.open(LabServer.binaries(), server.data(), server.log());
      local.seal();
      server.start();
      server.await(
          "SELECT wait_event FROM pg_stat_activity WHERE backend_type = 'startup'",
          "RecoveryRetrieveRetryInterval");
      assertThat(crashed.end()).isEqualTo(Lsn.parse(server.ask("SELECT pg_last_wal_replay_lsn()")));
      server.stop();
      WalEnd.Position rested = WalEnd.find(server.data(), ControlFile.read(server.data()));
      assertThat(rested).isEqualTo(crashed);

      server.start();
      server.execute("SELECT pg_promote()");
      server.execute("INSERT INTO t (text) VALUES ('after')");
      Lsn promoted = Lsn.parse(server.ask("SELECT pg_current_wal_flush_lsn()"));
      server.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
      WalEnd.Position second = WalEnd.find(server.data(), ControlFile.read(server.data()));
      assertThat(second.timeline()).isEqualTo(2);
      assertThat(second.end()).isGreaterThanOrEqualTo(promoted);
    }
  }
}
