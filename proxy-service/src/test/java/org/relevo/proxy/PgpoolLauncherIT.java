package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.Scripts;
import org.relevo.proxy.testkit.StockPcp;

/// Debian's packaged configuration of pgpool-II, run by `scripts/pgpool` in place of
/// `/usr/sbin/pgpool`: its files as they were installed, and behind them what an administrator
/// sets.
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PgpoolLauncherIT {
  private static final Path PACKAGED = Path.of("/etc/pgpool2");
  private static final List<String> FILES =
      List.of("pgpool.conf", "pcp.conf", "pool_hba.conf", "pool_passwd");

  @TempDir static Path folder;
  private static ReplicatedPair pair;
  private static ServiceLab lab;
  private static StockPcp stock;
  private static Path etc;
  private static Path pid;
  private static Path state;
  private static final List<Process> STARTED = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        FILES.stream().allMatch(name -> Files.isReadable(PACKAGED.resolve(name))),
        "needs the files of the package pgpool2, readable: " + PACKAGED);
    StockPcp.assumeInstalled();
    pair = new ReplicatedPair(folder);
    lab = new ServiceLab(folder.resolve("lab"), pair.primary().port(), pair.standby().port());
    etc = Files.createDirectories(folder.resolve("etc"));
    pid = folder.resolve("run/pgpool.pid");
    state = folder.resolve("state");
    for (String name : FILES) {
      Files.copy(PACKAGED.resolve(name), etc.resolve(name));
    }
    int pcpPort = NewCluster.freePort();
    stock = new StockPcp(pcpPort, folder.resolve("secrets"));
    String md5 = Scripts.run(folder, "pg_md5", StockPcp.PASSWORD).out();
    assertThat(md5).isEqualTo(StockPcp.md5(StockPcp.PASSWORD));
    append("pcp.conf", "dba:" + md5 + "\n");
    append("pgpool.conf", administered(pcpPort));
  }

  /// In the words of pgpool-II, but for the password's file and the ports that are ours alone.
  private static String administered(int pcpPort) throws IOException {
    Path password = Files.writeString(folder.resolve("password"), LabServer.PASSWORD + "\n");
    return """
    port = %d
    pcp_port = %d
    backend_hostname0 = '127.0.0.1'
    backend_port0 = %d
    backend_hostname1 = '127.0.0.1'
    backend_port1 = %d
    health_check_period = 1
    health_check_user = '%s'
    pid_file_name = '%s'
    logdir = '%s'
    health_check_password_file = '%s'
    data_directory = '%s'
    jmx_port = %d
    http_port = %d
    pcp_protocol_version = '4.3'
    """
        .formatted(
            lab.port,
            pcpPort,
            pair.primary().port(),
            pair.standby().port(),
            LabServer.USER,
            pid,
            folder.resolve("work"),
            password,
            state,
            lab.jmxPort,
            lab.httpPort);
  }

  private static void append(String name, String text) throws IOException {
    Files.writeString(etc.resolve(name), text, StandardOpenOption.APPEND);
  }

  @AfterAll
  static void stop() throws Exception {
    for (Process each : STARTED) {
      each.destroy();
      each.waitFor(30, TimeUnit.SECONDS);
    }
    if (pair != null) {
      if (Files.exists(pid)) {
        launcher("-m", "fast", "stop");
      }
      pair.close();
    }
  }

  private static Scripts.Ran launcher(String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("-f", etc.resolve("pgpool.conf").toString()));
    words.addAll(List.of(more));
    return Scripts.run(folder, "pgpool", words.toArray(String[]::new));
  }

  private static String log() throws IOException {
    Path log = state.resolve("relevo.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static void awaitServed(int starts) {
    Await.until(
        Duration.ofMinutes(2),
        () -> "it does not start: " + log(),
        () -> log().split("service.started", -1).length > starts);
    Await.until(
        Duration.ofMinutes(1),
        () -> "the servers are not used",
        () -> stock.nodes(2).equals(List.of("up primary", "up standby")));
  }

  private static String one(String sql) throws Exception {
    try (Connection client = lab.connect();
        Statement statement = client.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  /// As the package's unit starts it: `ExecStart=/usr/sbin/pgpool -n`.
  @Test
  @Order(1)
  void itServesInTheForeground() throws Exception {
    Process process =
        Scripts.of("pgpool", "-f", etc.resolve("pgpool.conf").toString(), "-n")
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    STARTED.add(process);
    awaitServed(1);
    assertThat(Files.readString(pid).strip()).isEqualTo("" + process.pid());
    assertThat(one("SELECT 6 * 7")).isEqualTo("42");
    assertThat(one("SHOW POOL_NODES")).isEqualTo("0");
    Path status = folder.resolve("work/pgpool_status");
    Await.until("the status is written", () -> Files.exists(status));
    assertThat(Files.readAllLines(status)).containsExactly("up", "up");
    assertThat(stock.run("pcp_detach_node", "-n", "1").errors()).isEmpty();
    Await.until("it is down", () -> Files.readAllLines(status).equals(List.of("up", "down")));
    // What the package sets and what is new are told, none of it as an error.
    assertThat(log()).contains("config.warning logdir").doesNotContain(" ERROR ");
  }

  @Test
  @Order(2)
  void aSecondOneIsRefused() throws Exception {
    Scripts.Ran second = launcher("-n");
    assertThat(second.exit()).isEqualTo(1);
    assertThat(second.errors()).contains("runs already", pid.toString());
  }

  @Test
  @Order(3)
  void reloadReadsTheFilesAgain() throws Exception {
    append("pgpool.conf", "num_init_children = 77\n");
    assertThat(launcher("reload").exit()).isZero();
    Await.until("it is read", () -> log().contains("config.changed num_init_children"));
    assertThat(one("PGPOOL SHOW num_init_children")).isEqualTo("77");
  }

  @Test
  @Order(4)
  void stopEndsItAndTakesThePidFileAway() throws Exception {
    Scripts.Ran stopped = launcher("-m", "fast", "stop");
    assertThat(stopped.exit()).as(stopped.errors()).isZero();
    assertThat(STARTED.getFirst().waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(STARTED.getFirst().exitValue()).isZero();
    assertThat(pid).doesNotExist();
    assertThat(launcher("stop").errors()).contains("no pid file " + pid);
    assertThat(launcher("reload").exit()).isEqualTo(1);
  }

  /// Without `-n` it returns; files in other places, and what was taken out is used again.
  @Test
  @Order(5)
  void itGoesToTheBackgroundWithFilesOfItsOwn() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Path pcp = Files.copy(etc.resolve("pcp.conf"), elsewhere.resolve("users.pcp"));
    Files.delete(etc.resolve("pcp.conf"));
    Path hba =
        Files.writeString(elsewhere.resolve("rules"), "host all all 127.0.0.1/32 scram-sha-256\n");
    Path key = Files.writeString(elsewhere.resolve("key"), "the key of all\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    append("pgpool.conf", "enable_pool_hba = on\nallow_clear_text_frontend_auth = off\n");
    Scripts.Ran entered =
        Scripts.run(
            folder,
            "pg_enc",
            "-k",
            key.toString(),
            "-m",
            "-u",
            LabServer.USER,
            "-f",
            etc.resolve("pgpool.conf").toString(),
            LabServer.PASSWORD);
    assertThat(entered.exit()).as(entered.errors()).isZero();
    assertThat(etc.resolve("pool_passwd")).content().startsWith(LabServer.USER + ":AES");
    Scripts.Ran started =
        launcher("-F", pcp.toString(), "-a", hba.toString(), "-k", key.toString(), "-D", "-C");
    assertThat(started.exit()).as(started.errors()).isZero();
    // Node 1 was taken out before; -D forgets that.
    awaitServed(2);
    assertThat(one("SELECT current_user")).isEqualTo(LabServer.USER);
    assertThat(launcher("-m", "i", "stop").exit()).isZero();
    assertThat(pid).doesNotExist();
  }

  @Test
  @Order(6)
  void whatItCannotDoIsNamed() throws Exception {
    assertThat(launcher("-Z").errors()).contains("-Z", "Usage: pgpool");
    assertThat(launcher("-m", "slow", "stop").errors()).contains("not 'slow'");
    assertThat(launcher("begin").errors()).contains("unknown command 'begin'");
    Scripts.Ran none = Scripts.run(folder, "pgpool", "-f", "/nowhere.conf");
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.errors()).contains("cannot read /nowhere.conf");
    assertThat(Scripts.run(folder, "pgpool", "-v").out()).startsWith("pgpool-II version");
    append("pgpool.conf", "port = none\n");
    Scripts.Ran wrong = launcher();
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.errors()).contains("pgpool.conf:", "port");
    assertThat(pid).doesNotExist();
  }
}
