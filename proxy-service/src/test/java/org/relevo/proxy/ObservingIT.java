package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.ctl.CtlMain;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;

/// What people see of servers and the machine, by the verbs of `relevo ctl`.
@Timeout(180)
class ObservingIT {
  @TempDir static Path folder;
  private static LabServer primary;
  private static LabServer standby;
  private static ServiceLab service;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "pg0", Map.of());
    standby = LabServer.standby(folder, "pg1", primary);
    service = new ServiceLab(folder.resolve("service"), primary.port(), standby.port());
    service.startAndAwait();
    try (Connection connection = service.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE things(id int PRIMARY KEY, name text)");
      statement.execute("INSERT INTO things SELECT g, 'x' FROM generate_series(1, 20000) g");
    }
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    standby.close();
    primary.close();
  }

  @Test
  void everyViewIsAVerb() throws IOException {
    List<String> csv =
        ctl(service, "pgstat", "1", "--csv", "-n", "2", "-c", "commits,wal").lines().toList();
    assertThat(csv).hasSize(3);
    assertThat(csv.getFirst()).isEqualTo("timestamp,commits,wal");
    assertThat(csv.getLast()).matches("\\S+Z,[\\d.]+,[\\d.]+");
    assertThat(ctl(service, "pgstat", "host", "-n", "1")).contains("io_wait");
    assertThat(ctl(service, "pgstat", "--history", "1", "-n", "1")).contains("rows_inserted");
    assertThat(ctl(service, "top", "--idle")).contains("walsender").contains("client backend");
    assertThat(ctl(service, "ps", "-n", "500")).contains("checkpointer").contains("walreceiver");
    assertThat(ctl(service, "locks")).contains("nobody waits");
    assertThat(ctl(service, "progress")).contains("PHASE");
    assertThat(ctl(service, "tables")).contains("public.things");
    assertThat(ctl(service, "indexes", "--json")).contains("things_pkey");
    assertThat(ctl(service, "cache")).contains("public.things").contains("pg_buffercache");
    assertThat(ctl(service, "advisor", "--rule", "configuration")).contains("fsync");
    assertThat(ctl(service, "logs", "merged", "--grep", "SERVICE.STARTED")).contains("relevo");
    assertThat(ctl(service, "consistency", "rows", "--pace", "100"))
        .contains("public.things")
        .contains("equal, 1 of 1 tables, 20000 rows in 5 ranges");
    try (Stream<Path> files = Files.list(service.data().resolve("history"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("host.1s", "postgres-0.60s", "postgres-1.10s");
    }
  }

  @Test
  void theAgentShowsTheSameWithoutServingClients() throws Exception {
    try (ServiceLab lab = new ServiceLab(folder.resolve("agent"), primary.port())) {
      lab.write();
      try (JavaProgram agent =
          JavaProgram.start(
              lab.folder,
              List.of(),
              "org.relevo.proxy.Main",
              List.of("agent", "--config", lab.config().toString()))) {
        Await.until(
            Duration.ofMinutes(1),
            () -> "no agent.started; it said: " + agent.errors(),
            () -> Files.exists(lab.log()) && Files.readString(lab.log()).contains("agent.started"));
        assertThat(ctl(lab, "pgstat", "--csv", "-n", "1")).contains("backends");
        assertThat(ctl(lab, "top", "--idle")).contains("walsender");
        assertThat(ctl(lab, "logs", "list")).contains("relevo");
        agent.signal("TERM");
        assertThat(agent.awaitEnd(15)).isZero();
        assertThat(Files.readString(lab.log())).contains("agent.stopped");
      }
    }
  }

  @Test
  void aPlanOfARunningSessionIsShown() throws SQLException {
    try (Connection connection = primary.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT name FROM things WHERE id = 7");
      int pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
      assertThat(ctl(service, "backend", "plan", "0", Integer.toString(pid)))
          .contains("things_pkey");
      assertThat(ctl(service, "backend", "terminate", "0", Integer.toString(pid), "--yes"))
          .contains("terminated");
    }
  }

  private static String ctl(ServiceLab lab, String... args) {
    List<String> all = new ArrayList<>(Arrays.asList(args));
    all.addAll(List.of("--data", lab.data().toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        CtlMain.execute(all.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    assertThat(exit).as(err + "\n" + out).isZero();
    return out.toString();
  }
}
