package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ConfigOutcome;
import org.relevo.jmx.contract.ConfigSetting;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// The service with a file of pgpool-II 2.2 that replicated statements to two servers, each of
/// which takes writes: only addresses, ports and passwords are set anew.
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PgpoolFileIT {
  @TempDir static Path folder;
  private static LabServer first;
  private static LabServer second;
  private static ServiceLab lab;
  private static JavaProgram program;

  @BeforeAll
  static void start() throws Exception {
    first = LabServer.primary(folder, "pg0", Map.of());
    second = LabServer.primary(folder, "pg1", Map.of());
    // The service logs in at each with what the client has shown.
    String verifier =
        first.ask("SELECT rolpassword FROM pg_authid WHERE rolname = '" + LabServer.USER + "'");
    second.execute("ALTER ROLE " + LabServer.USER + " PASSWORD '" + verifier + "'");
    lab = new ServiceLab(folder.resolve("service"), first.port(), second.port());
    Map<String, String> adapted = new LinkedHashMap<>(lab.settings);
    lab.settings.clear();
    lab.set(
        "include",
        Path.of(
            Objects.requireNonNull(ProxyConfig.class.getResource("pgpool-2.2-replication.conf"))
                .toURI()));
    lab.settings.putAll(adapted);
    lab.set("socket_dir", folder);
    lab.set("work_dir", folder);
    lab.set("health_check_period", "1");
    lab.set("primary_wait_timeout", "1s");
    program = lab.startAndAwait();
  }

  @AfterAll
  static void stop() throws IOException {
    lab.close();
    second.close();
    first.close();
  }

  @Test
  @Order(1)
  void itStartsWithWarningsThatNameWhatToDo() throws IOException {
    List<String> warnings;
    try (Stream<String> lines = Files.lines(lab.log())) {
      warnings = lines.filter(line -> line.contains(" config.")).toList();
    }
    assertThat(warnings)
        .filteredOn(line -> line.contains("config.warning replication_mode"))
        .singleElement()
        .asString()
        .contains("taken as backend_clustering_mode = 'native_replication'");
    assertThat(warnings).allMatch(line -> line.contains(" WARN "));
    assertThat(warnings).filteredOn(line -> line.contains("config.ignored")).hasSize(17);
  }

  @Test
  @Order(2)
  void clientsWriteToBothServers() throws Exception {
    Await.until("a server serves", () -> !port().isEmpty());
    try (JmxConnection console = lab.console()) {
      assertThat(console.cluster().getStatus().mode()).isEqualTo("native_replication");
      assertThat(console.cluster().getStatus().primaryNodeId()).isZero();
      assertThat(console.cluster().getNodes())
          .extracting(NodeInfo::status)
          .containsExactly(NodeStatus.UP, NodeStatus.UP);
    }
    try (Connection client = lab.connect();
        Statement statement = client.createStatement()) {
      statement.execute("CREATE TABLE everywhere (id serial PRIMARY KEY, at timestamptz, v float)");
      statement.execute(
          "INSERT INTO everywhere (at, v) SELECT now(), random() FROM generate_series(1, 9)");
    }
    String rows = "SELECT md5(string_agg(b::text, ',' ORDER BY id)) FROM everywhere b";
    assertThat(second.ask(rows)).isEqualTo(first.ask(rows));
    assertThat(second.ask("SELECT count(*) FROM everywhere")).isEqualTo("9");
  }

  @Test
  @Order(3)
  void aHangupReadsTheFileAgain() throws Exception {
    append("\nmax_clients = 7\nproxy_id = 'other'\n");
    program.signal("HUP");
    awaitLog("config.reloaded by=SIGHUP changes=2");
    try (JmxConnection console = lab.console()) {
      ConfigSetting clients = setting(console, "num_init_children");
      assertThat(clients.value()).isEqualTo("7");
      assertThat(clients.place()).startsWith(lab.config() + ":");
      assertThat(setting(console, "proxy_id").awaitsRestart()).isTrue();
      assertThat(setting(console, "port").awaitsRestart()).isFalse();

      append("\nport = none\n");
      program.signal("HUP");
      awaitLog("config.refused " + lab.config() + ":");
      assertThat(console.config().check().problems()).singleElement().asString().contains("port");
      assertThat(setting(console, "num_init_children").value()).isEqualTo("7");

      append("\nport = " + lab.port + "\nmax_clients = 8\n");
      ConfigOutcome outcome = console.config().reload();
      assertThat(outcome.applied()).isTrue();
      assertThat(setting(console, "num_init_children").value()).isEqualTo("8");
      assertThat(Files.readString(lab.log()))
          .contains("config.changed num_init_children '7' -> '8'")
          .contains("config.restart-needed proxy_id 'lab' -> 'other' (needs a restart)")
          .contains("config.reloaded by=\"admin (ADMIN)\"");
      assertThat(program.process().isAlive()).isTrue();
    }
  }

  @Test
  @Order(4)
  void theOtherServerIsServedWhenTheFirstIsGone() throws Exception {
    first.close();
    Await.until(
        "writes go on",
        () -> {
          try (Connection client = lab.connect();
              Statement statement = client.createStatement()) {
            assertThat(statement.executeUpdate("INSERT INTO everywhere (v) VALUES (1)"))
                .isEqualTo(1);
            return true;
          }
        });
    assertThat(second.ask("SELECT count(*) FROM everywhere WHERE v = 1")).isEqualTo("1");
    try (JmxConnection console = lab.console()) {
      assertThat(console.cluster().getNodes().getFirst().status()).isEqualTo(NodeStatus.DETACHED);
    }
  }

  private static ConfigSetting setting(JmxConnection console, String name) {
    return console.config().getSettings().stream()
        .filter(setting -> setting.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String port() {
    try (Connection connection = lab.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW port")) {
      return result.next() ? result.getString(1) : "";
    } catch (SQLException _) {
      return ""; // not heard of the server yet
    }
  }

  private static void append(String text) throws IOException {
    Files.writeString(lab.config(), text, StandardOpenOption.APPEND);
  }

  private static void awaitLog(String text) {
    Await.until(
        () -> "no " + text + " in the log, which ends " + lastLines(),
        () -> Files.readString(lab.log()).contains(text));
  }

  private static List<String> lastLines() throws IOException {
    List<String> lines = Files.readAllLines(lab.log());
    return lines.subList(Math.max(0, lines.size() - 10), lines.size());
  }
}
