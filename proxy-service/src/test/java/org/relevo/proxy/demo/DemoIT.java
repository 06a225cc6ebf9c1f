package org.relevo.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.LocalCredentials;
import org.relevo.jmx.contract.OperationState;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import tools.jackson.databind.JsonNode;

/// The demonstration as people run it.
@Timeout(240)
class DemoIT {
  private static final int BAD_ARGUMENTS = 7;
  private static final int CANNOT_START = 12;
  private static final int INTERRUPTED = 130;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void clientsOfBothServicesSurviveSwitchoversFromEither() throws Exception {
    open(folder);
    Path data = folder.resolve("demo");
    try (DemoLab demo = DemoLab.start(folder, "--headless", "--data", data.toString())) {
      Path file = demo.awaitReady();
      assertThat(file).isEqualTo(data.resolve("demo.json"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      JsonNode content = DemoLab.read(file);
      assertContract(content, data);
      occupiedFolderIsRefused(data);

      awaitLoad(demo);
      String url =
          "jdbc:postgresql://127.0.0.1:"
              + content.get("proxies").get(1).get("port").asInt()
              + "/"
              + content.get("database").asString();
      String user = content.get("user").asString();
      String password = content.get("password").asString();
      try (SteadyClients clients = new SteadyClients(url, user, password, 4);
          JmxConnection first = console(content.get("credentialsFile").asString())) {
        awaitProgress(clients);
        assertThat(control(data, "switchover", "--yes", "--wait"))
            .contains("done: node 1 is primary");
        awaitRoles(file, "standby", "primary");
        JsonNode listed = DemoLab.parse(control(data, "node", "list", "--json"));
        assertThat(listed.toString()).contains("PRIMARY").contains("STANDBY");

        awaitProgress(clients);
        try (JmxConnection second =
            console(data.resolve("proxies/1/state/jmx/credentials.json").toString())) {
          switchOver(second);
        }
        awaitRoles(file, "primary", "standby");
        awaitProgress(clients);
        clients.stop();
        assertThat(clients.errors()).isEmpty();
        assertThat(sum(url, user, password)).isEqualTo(clients.committed());
        assertThat(first.benchmark().getStatus().transactions()).isPositive();
        assertThat(first.benchmark().getStatus().lastError()).isEmpty();
        assertThat(first.benchmark().getStatus().errors()).isZero();
      }
      for (int service = 0; service < 2; service++) {
        assertThat(Files.readString(data.resolve("proxies/" + service + "/relevo.log")))
            .contains("row=P-050")
            .doesNotContain("row=P-070");
      }

      demo.program.signal("INT");
      assertThat(demo.program.awaitEnd(60)).isEqualTo(INTERRUPTED);
      assertThat(file).doesNotExist();
      assertThat(DemoLab.processesOf(data)).isEmpty();
      assertThat(data.resolve("nodes/0/data")).isDirectory();
    }
  }

  @Test
  void anInterruptEndsEverythingAndRemovesItsTemporaryFolder() throws Exception {
    try (DemoLab demo = DemoLab.start(folder, "--headless", "--nodes", "1", "--workload", "none")) {
      Path root = demo.awaitReady().getParent();
      assertThat(DemoLab.processesOf(root)).isNotEmpty();
      demo.program.signal("INT");
      assertThat(demo.program.awaitEnd(60)).isEqualTo(INTERRUPTED);
      assertThat(root).doesNotExist();
      assertThat(DemoLab.processesOf(root)).isEmpty();
    }
  }

  @Test
  void aKilledDemoLeavesNothingBehind() throws Exception {
    try (DemoLab demo = DemoLab.start(folder, "--headless", "--nodes", "1", "--workload", "none")) {
      Path root = demo.awaitReady().getParent();
      demo.program.signal("KILL");
      Await.until(
          Duration.ofSeconds(30),
          () -> "left: " + DemoLab.processesOf(root) + ", folder: " + Files.exists(root),
          () -> DemoLab.processesOf(root).isEmpty() && !Files.exists(root));
    }
  }

  @Test
  void aFolderWithOtherFilesIsRefusedUntouched() throws Exception {
    Path data = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(data.resolve("letter.txt"), "dear");
    refused(CANNOT_START, data + " is not empty", "--headless", "--data", data.toString());
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).containsExactly(data.resolve("letter.txt"));
    }
  }

  @Test
  void badOptionsAreOneLineAndExitCode7() throws Exception {
    refused(BAD_ARGUMENTS, "--nodes must be 1 to 8: 9", "--headless", "--nodes", "9");
    refused(BAD_ARGUMENTS, "--wurst", "--headless", "--wurst");
    refused(BAD_ARGUMENTS, "--workload must be", "--headless", "--workload", "much");
  }

  private void occupiedFolderIsRefused(Path data) throws Exception {
    refused(CANNOT_START, "still runs in " + data, "--headless", "--data", data.toString());
    assertThat(data.resolve("demo.json")).exists();
  }

  private void refused(int code, String said, String... arguments) throws Exception {
    try (DemoLab demo = DemoLab.start(folder, arguments)) {
      assertThat(demo.program.awaitEnd(30)).as(demo.program.errors()).isEqualTo(code);
      assertThat(demo.program.errors().lines()).singleElement().asString().contains(said);
    }
  }

  private static void assertContract(JsonNode content, Path data) {
    assertThat(content.propertyNames())
        .containsExactlyInAnyOrder(
            "mode",
            "user",
            "password",
            "database",
            "credentialsFile",
            "pcpUser",
            "pcpPassFile",
            "proxies",
            "nodes");
    assertThat(content.get("mode").asString()).isEqualTo("streaming");
    assertThat(Path.of(content.get("credentialsFile").asString())).isRegularFile();
    for (int id = 0; id < 2; id++) {
      JsonNode proxy = content.get("proxies").get(id);
      assertThat(proxy.propertyNames())
          .containsExactlyInAnyOrder("id", "host", "port", "pcpPort", "jmxPort", "httpPort", "pid");
      assertThat(ProcessHandle.of(proxy.get("pid").asLong())).isPresent();
      JsonNode node = content.get("nodes").get(id);
      assertThat(node.propertyNames())
          .containsExactlyInAnyOrder("id", "host", "port", "dataDir", "role", "status");
      assertThat(node.get("role").asString()).isEqualTo(id == 0 ? "primary" : "standby");
      assertThat(node.get("status").asString()).isEqualTo("up");
      assertThat(Path.of(node.get("dataDir").asString())).startsWith(data).isDirectory();
    }
  }

  private static void awaitLoad(DemoLab demo) {
    Await.until(
        () -> "no load: " + demo.program.output(), () -> demo.program.output().contains("running"));
  }

  private static void awaitProgress(SteadyClients clients) {
    long before = clients.committed();
    Await.until(
        () -> clients.committed() + " committed, errors " + clients.errors(),
        () -> clients.committed() > before + 100);
  }

  private static void awaitRoles(Path file, String role0, String role1) {
    List<String> wanted = List.of(role0 + " up", role1 + " up");
    Await.until(() -> "nodes are " + roles(file), () -> roles(file).equals(wanted));
  }

  private static List<String> roles(Path file) throws IOException {
    List<String> roles = new ArrayList<>();
    for (JsonNode node : DemoLab.read(file).get("nodes")) {
      roles.add(node.get("role").asString() + " " + node.get("status").asString());
    }
    return roles;
  }

  private String control(Path data, String... verb) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--data", data.toString()));
    arguments.addAll(List.of(verb));
    try (JavaProgram ctl =
        JavaProgram.start(folder, List.of(), "org.relevo.jmx.ctl.CtlMain", arguments)) {
      assertThat(ctl.awaitEnd(120)).as(ctl.errors() + ctl.output()).isZero();
      return ctl.output();
    }
  }

  private static void switchOver(JmxConnection service) {
    List<SwitchoverPlan> plans = new ArrayList<>();
    Await.until(
        () -> "no startable plan: " + plans.getLast(),
        () -> {
          plans.add(service.failover().planSwitchover(-1, "second"));
          return plans.getLast().startable();
        });
    SwitchoverPlan plan = plans.getLast();
    String id = service.failover().startSwitchover(plan.id(), plan.hash());
    Await.until(
        Duration.ofSeconds(90),
        () -> service.failover().operation(id).toString(),
        () -> service.failover().operation(id).state() == OperationState.SUCCEEDED);
  }

  private static JmxConnection console(String credentials) throws IOException {
    return LocalCredentials.read(Path.of(credentials)).open(LIMIT, LIMIT);
  }

  private static long sum(String url, String user, String password) throws Exception {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT sum(n) FROM steady")) {
      result.next();
      return result.getLong(1);
    }
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
