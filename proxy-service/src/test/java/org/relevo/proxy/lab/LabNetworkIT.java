package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.testkit.Await;

/// The lab's own wires, freezes and kills do what scenarios rely on.
class LabNetworkIT {
  @TempDir private Path folder;

  @Test
  void wiresAreCutOneWayOnOpenConnectionsTooAndMachinesFreezeAndDie() throws Exception {
    assumeTrue(LabNetwork.available(), "needs root and network namespaces");
    try (LabNetwork network = LabNetwork.create()) {
      network.add("a");
      network.add("b");
      LabServers servers = new LabServers(folder, network);
      servers.primary("a", Map.of());
      servers.standby("b", "node1", "a");
      LabMember a = new LabMember("a", 0, network, servers, folder.resolve("a"), List.of());
      LabMember b = new LabMember("b", 1, network, servers, folder.resolve("b"), List.of());
      try (Connection open = a.connectServer();
          Statement statement = open.createStatement();
          Connection reader = b.connect(LabServers.PORT, 2);
          Statement reading = reader.createStatement()) {
        statement.execute("CREATE TABLE seen (n int)");
        await(reading, "SELECT to_regclass('seen') IS NOT NULL", "t");

        network.cut("a", "b"); // what a sends is lost, what b sends arrives
        statement.execute("INSERT INTO seen VALUES (1)");
        String before = first(statement, "SELECT reply_time FROM pg_stat_replication");
        Await.until(
            "no reply of the standby",
            () -> !first(statement, "SELECT reply_time FROM pg_stat_replication").equals(before));
        assertThat(first(reading, "SELECT count(*) FROM seen")).isEqualTo("0");
        network.heal();
        await(reading, "SELECT count(*) FROM seen", "1");

        network.isolate("b");
        statement.execute("INSERT INTO seen VALUES (2)");
        assertThat(first(reading, "SELECT count(*) FROM seen")).isEqualTo("1");
        network.heal();
        await(reading, "SELECT count(*) FROM seen", "2");

        assertThat(network.processes("b")).contains(b.postmaster().orElseThrow());
        b.freeze();
        assertThatThrownBy(() -> reading.execute("SELECT 1")).isInstanceOf(SQLException.class);
        b.thaw();
        Await.until("b answers", () -> b.ask("SELECT 1").equals("1"));
        b.killAll();
        Await.until("b is dead", () -> network.processes("b").isEmpty());
      }
    }
  }

  private static void await(Statement statement, String sql, String wanted) {
    Await.until(sql, () -> first(statement, sql).equals(wanted));
  }

  private static String first(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }
}
