package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
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
import org.relevo.jmx.pgctl.FileTrees;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.Scripts;
import org.relevo.proxy.testkit.StockPcp;

/// What Debian's own `pcp_*` programs have done, where the service may start and stop the servers:
/// a lost standby copied anew, roles exchanged, the log rotated, the service stopped; then the
/// members of a quorum.
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PcpActsIT {
  private static final Duration LONG = Duration.ofSeconds(90);

  @TempDir static Path folder;
  private static LabServer first;
  private static LabServer second;
  private static ServiceLab lab;
  private static StockPcp stock;
  private static JavaProgram program;

  @BeforeAll
  static void start() throws Exception {
    StockPcp.assumeInstalled();
    first = LabServer.primary(folder, "pg0", Map.of());
    second = LabServer.standby(folder, "pg1", first);
    lab = new ServiceLab(folder.resolve("service"), first.port(), second.port());
    int pcpPort = NewCluster.freePort();
    stock = new StockPcp(pcpPort, lab.folder);
    lab.set("pcp_port", pcpPort);
    lab.set("pcp_protocol_version", "4.3");
    lab.set("pg_bindir", LabServer.binaries().bin());
    lab.set("backend_data_directory0", first.data());
    lab.set("backend_data_directory1", second.data());
    lab.set("postgres_log_file0", first.log());
    lab.set("postgres_log_file1", second.log());
    lab.set("health_check_period", "200ms");
    lab.set("health_check_max_retries", "1");
    lab.set("health_check_retry_delay", "100ms");
    program = lab.startAndAwait();
    awaitNodes("up primary", "up standby");
  }

  @AfterAll
  static void stop() throws IOException {
    if (lab != null) {
      lab.close();
      second.close();
      first.close();
    }
  }

  private static void awaitNodes(String... expected) {
    Await.until(
        LONG,
        () -> "nodes are not " + List.of(expected) + " but " + nodes(),
        () -> nodes().equals(List.of(expected)));
  }

  private static List<String> nodes() {
    try {
      return stock.nodes(2);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void done(StockPcp.Ran ran, String tool) {
    assertThat(ran.errors()).isEmpty();
    assertThat(ran.exit()).isZero();
    assertThat(ran.out()).isEqualTo(tool + " -- Command Successful");
  }

  private static void newer(String tool) throws Exception {
    if (StockPcp.has(tool)) {
      done(stock.run(tool), tool);
      return;
    }
    // The article's form of the command line.
    Scripts.Ran ran =
        Scripts.run(
            folder,
            tool,
            "60",
            "127.0.0.1",
            lab.settings.getOrDefault("pcp_port", ""),
            "dba",
            StockPcp.PASSWORD);
    assertThat(ran.exit()).as(ran.errors()).isZero();
  }

  @Test
  @Order(1)
  void aLostStandbyIsCopiedAnew() throws Exception {
    try (Connection client = lab.connect();
        Statement statement = client.createStatement()) {
      statement.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
    }
    second.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
    FileTrees.delete(second.data());
    awaitNodes("up primary", "down standby");
    done(stock.run("pcp_recovery_node", "-n", "1"), "pcp_recovery_node");
    // The program ends when the server serves, not when it was only asked for.
    assertThat(nodes()).containsExactly("up primary", "up standby");
    second.await("SELECT count(*) FROM kept", "1000");
    second.await("SELECT pg_is_in_recovery()", "t");
    assertThat(Files.readString(lab.log())).contains("dba@127.0.0.1 over PCP");
  }

  @Test
  @Order(2)
  void aPromotionExchangesTheRoles() throws Exception {
    done(stock.run("pcp_promote_node", "-n", "1"), "pcp_promote_node");
    awaitNodes("up standby", "up primary");
    second.await("SELECT pg_is_in_recovery()", "f");
    first.await("SELECT pg_is_in_recovery()", "t");
    try (Connection client = lab.connect();
        Statement statement = client.createStatement()) {
      statement.execute("INSERT INTO kept VALUES (1001)");
    }
    first.await("SELECT count(*) FROM kept", "1001");
    // What is the primary already is no candidate.
    assertThat(stock.run("pcp_promote_node", "-n", "1").errors()).startsWith("ERROR:");
  }

  @Test
  @Order(3)
  void theLogIsRotated() throws Exception {
    Path old = lab.log().resolveSibling("relevo.log.1");
    assertThat(old).doesNotExist();
    // Programs that came with 4.6; those of Debian 12 are older, then ours ask.
    newer("pcp_log_rotate");
    assertThat(old).exists().content().contains("service.started");
    done(stock.run("pcp_reload_config"), "pcp_reload_config");
    newer("pcp_invalidate_query_cache");
    assertThat(lab.log()).content().contains("config.reloaded").doesNotContain("service.started");
  }

  @Test
  @Order(4)
  void aSmartStopWaitsForClients() throws Exception {
    try (Connection client = lab.connect();
        Statement statement = client.createStatement()) {
      done(stock.run("pcp_stop_pgpool", "-m", "smart"), "pcp_stop_pgpool");
      Await.until("it is told", () -> Files.readString(lab.log()).contains("mode=s"));
      statement.execute("SELECT 1");
      assertThat(program.process().isAlive()).isTrue();
    }
    assertThat(program.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(program.process().exitValue()).isZero();
  }

  @Test
  @Order(5)
  void theMembersOfAQuorumAreTheWatchdog() throws Exception {
    int here = NewCluster.freePort();
    int there = NewCluster.freePort();
    lab.set("quorum_members", "lab=127.0.0.1:%d, w=127.0.0.1:%d:witness".formatted(here, there));
    lab.set("member_name", "lab");
    lab.set("backend_member0", "lab");
    lab.set("backend_member1", "lab");
    Path witness = Files.createDirectories(folder.resolve("witness"));
    Path config = witness.resolve("witness.conf");
    Files.writeString(
        config,
        """
        quorum_members = '%s'
        member_name = 'w'
        data_directory = '%s'
        """
            .formatted(lab.settings.get("quorum_members"), witness.resolve("state")));
    try (JavaProgram _ =
        JavaProgram.start(
            witness,
            List.of(),
            "org.relevo.proxy.Main",
            List.of("witness", "--config", config.toString()))) {
      lab.restart();
      Await.until(
          LONG,
          () -> "no quorum is shown",
          () -> stock.run("pcp_watchdog_info", "-v").out().contains("QUORUM EXIST"));
      StockPcp.Ran all = stock.run("pcp_watchdog_info", "-v");
      assertThat(all.fields())
          .containsEntry("Total Nodes", "2")
          .containsEntry("Remote Nodes", "1")
          .containsEntry("Quorum state", "QUORUM EXIST")
          .containsEntry("Alive Remote Nodes", "1");
      List<Map<String, String>> members =
          all.objects().stream().filter(fields -> fields.containsKey("Node Name")).toList();
      assertThat(members).extracting(each -> each.get("Node Name")).containsExactly("lab", "w");
      assertThat(members)
          .extracting(each -> each.get("Host Name") + " " + each.get("Watchdog port"))
          .containsExactly("127.0.0.1 " + here, "127.0.0.1 " + there);
      assertThat(members)
          .extracting(each -> each.get("Status Name"))
          .containsExactlyInAnyOrder("LEADER", "STANDBY");
      assertThat(stock.run("pcp_watchdog_info", "-n", "9").errors())
          .contains("there is no watchdog node 9");
    }
  }
}
