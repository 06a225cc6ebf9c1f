package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.StockPcp;

/// Debian's own `pcp_*` programs (pgpool-II 4.3) against the service.
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PcpToolsIT {
  @TempDir static Path folder;
  private static ReplicatedPair pair;
  private static ServiceLab lab;
  private static JavaProgram program;
  private static StockPcp stock;

  @BeforeAll
  static void start() throws Exception {
    StockPcp.assumeInstalled();
    pair = new ReplicatedPair(folder);
    int pcpPort = NewCluster.freePort();
    lab = new ServiceLab(folder.resolve("service"), pair.primary().port(), pair.standby().port());
    stock = new StockPcp(pcpPort, lab.folder);
    lab.set("pcp_port", pcpPort);
    lab.set("pcp_socket_dir", folder);
    lab.set("pcp_protocol_version", "4.3");
    lab.set("backend_weight1", "3");
    lab.set("health_check_period", "200ms");
    program = lab.startAndAwait();
    Await.until("both servers are up", () -> nodes().equals(List.of("up primary", "up standby")));
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
      pair.close();
    }
  }

  private static StockPcp.Ran pcp(String tool, String... more) throws Exception {
    return stock.run(tool, more);
  }

  private static List<String> nodes() throws Exception {
    return stock.nodes(2);
  }

  /// The programs have a word for empty texts.
  private static String shown(String text) {
    return text.isEmpty() ? "none" : text;
  }

  @Test
  @Order(1)
  void countsAndNodes() throws Exception {
    assertThat(pcp("pcp_node_count").out()).isEqualTo("2");
    assertThat(stock.runAt(folder.toString(), "pcp_node_count").out()).isEqualTo("2");
    Map<String, String> node = pcp("pcp_node_info", "-v", "-n", "1").fields();
    assertThat(node)
        .containsEntry("Hostname", "127.0.0.1")
        .containsEntry("Port", "" + pair.standby().port())
        .containsEntry("Status", "2")
        .containsEntry("Weight", "0.750000")
        .containsEntry("Status Name", "up")
        .containsEntry("Backend Status Name", "up")
        .containsEntry("Role", "standby")
        .containsEntry("Backend Role", "standby")
        .containsEntry("Replication State", "streaming");
    assertThat(node.get("Last Status Change")).startsWith("20");
    assertThat(pcp("pcp_node_info", "-n", "9").errors()).contains("invalid node ID : 9");
  }

  /// The same figures by both ways.
  @Test
  @Order(2)
  void nodesAsInTheConsole() throws Exception {
    try (Connection client = lab.connect();
        Statement statement = client.createStatement();
        ResultSet rows = statement.executeQuery("SHOW POOL_NODES")) {
      for (String id : List.of("0", "1")) {
        assertThat(rows.next()).isTrue();
        Map<String, String> node = pcp("pcp_node_info", "-v", "-n", id).fields();
        assertThat(rows.getString("node_id")).isEqualTo(id);
        assertThat(node.get("Port")).isEqualTo(rows.getString("port"));
        assertThat(node.get("Weight")).isEqualTo(rows.getString("lb_weight"));
        assertThat(node.get("Status Name")).isEqualTo(rows.getString("status"));
        assertThat(node.get("Role")).isEqualTo(rows.getString("role"));
        assertThat(node.get("Backend Role")).isEqualTo(rows.getString("pg_role"));
        assertThat(node.get("Replication State"))
            .isEqualTo(shown(rows.getString("replication_state")));
        assertThat(node.get("Last Status Change")).isEqualTo(rows.getString("last_status_change"));
      }
    }
  }

  @Test
  @Order(3)
  void processesSettingsAndProbes() throws Exception {
    try (Connection client = lab.connect();
        Statement statement = client.createStatement()) {
      client.setAutoCommit(false);
      statement.execute("SELECT 1");
      String[] count = pcp("pcp_proc_count").out().split("\\s+");
      assertThat(count).hasSizeGreaterThanOrEqualTo(1);
      String process = count[count.length - 1];
      Map<String, String> info = pcp("pcp_proc_info", "-v", "-P", process).fields();
      assertThat(info)
          .containsEntry("Database", "postgres")
          .containsEntry("Username", LabServer.USER)
          .containsEntry("Connected", "1");
      assertThat(info.get("PID")).isEqualTo(process);
    }
    StockPcp.Ran status = pcp("pcp_pool_status");
    assertThat(status.out()).contains("name : backend_weight1\nvalue: 3\n");
    assertThat(status.out()).doesNotContain(LabServer.PASSWORD);
    Map<String, String> probes = pcp("pcp_health_check_stats", "-v", "-n", "0").fields();
    assertThat(probes)
        .containsEntry("Node Id", "0")
        .containsEntry("Status", "up")
        .containsEntry("Role", "primary")
        .containsEntry("Fail Count", "0");
    assertThat(Long.parseLong(probes.get("Total Count"))).isPositive();
    assertThat(probes.get("Last Successful Health Check")).startsWith("20");
    assertThat(pcp("pcp_watchdog_info").errors()).contains("there is no watchdog");
  }

  @Test
  @Order(4)
  void aServerIsTakenOutAndUsedAgain() throws Exception {
    assertThat(pcp("pcp_detach_node", "-n", "1").errors()).isEmpty();
    assertThat(nodes()).containsExactly("up primary", "down standby");
    assertThat(Files.readString(lab.log()))
        .contains("recovery.detached node=node1 actor=\"dba@127.0.0.1");
    assertThat(pcp("pcp_recovery_node", "-n", "1").errors()).contains("ERROR:");
    assertThat(pcp("pcp_attach_node", "-n", "1").errors()).isEmpty();
    Await.until("the standby serves", () -> nodes().equals(List.of("up primary", "up standby")));
    assertThat(pcp("pcp_recovery_node", "-n", "0").errors()).contains("is the primary");
    assertThat(pcp("pcp_detach_node", "-g", "-n", "1").errors()).isEmpty();
    assertThat(nodes()).containsExactly("up primary", "down standby");
    assertThat(pcp("pcp_attach_node", "-n", "1").errors()).isEmpty();
  }

  @Test
  @Order(5)
  void promotionIsASwitchoverOrRefused() throws Exception {
    // Nothing here can stop and start the servers: no pg_bindir.
    StockPcp.Ran refused = pcp("pcp_promote_node", "-n", "1");
    assertThat(refused.errors()).startsWith("ERROR:").isNotBlank();
    assertThat(nodes().getFirst()).isEqualTo("up primary");
  }

  @Test
  @Order(6)
  void theConfigurationIsReadAgain() throws Exception {
    Files.writeString(lab.config(), Files.readString(lab.config()) + "\nbackend_weight1 = '1'\n");
    assertThat(pcp("pcp_reload_config").errors()).isEmpty();
    assertThat(pcp("pcp_node_info", "-v", "-n", "1").fields()).containsEntry("Weight", "0.500000");
    Files.writeString(lab.config(), Files.readString(lab.config()) + "\nport = 'x'\n");
    assertThat(pcp("pcp_reload_config").errors()).contains("port");
  }

  @Test
  @Order(7)
  void aWrongPasswordIsRefused() throws Exception {
    stock.password("wrong");
    StockPcp.Ran refused = pcp("pcp_node_count");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.errors()).contains("authentication failed");
    stock.rightPassword();
  }

  @Test
  @Order(8)
  void theServiceStops() throws Exception {
    assertThat(pcp("pcp_stop_pgpool", "-m", "fast").errors()).isEmpty();
    assertThat(program.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(program.process().exitValue()).isZero();
  }
}
