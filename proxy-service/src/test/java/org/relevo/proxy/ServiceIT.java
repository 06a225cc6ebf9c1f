package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;
import org.relevo.proxy.testkit.StockConsole;

/// The service as people run it: a process with a configuration file.
@Timeout(180)
class ServiceIT {
  private static final int BAD_ARGUMENTS = 7;
  private static final int CANNOT_START = 12;

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
  }

  @AfterAll
  static void stop() throws IOException {
    service.close();
    standby.close();
    primary.close();
  }

  @Test
  void clientsReachThePrimary() throws SQLException {
    try (Connection connection = connected(service);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT current_setting('port')")) {
      assertThat(result.next()).isTrue();
      assertThat(result.getString(1)).isEqualTo(Integer.toString(primary.port()));
    }
  }

  @Test
  void aConsoleWithJdkClassesOnlyReadsEveryAttribute() throws Exception {
    Path jdkOnly = folder.resolve("console");
    String file = StockConsole.class.getName().replace('.', '/') + ".class";
    Path target = jdkOnly.resolve(file);
    Files.createDirectories(target.getParent());
    try (InputStream in = StockConsole.class.getResourceAsStream("StockConsole.class")) {
      Files.copy(in, target);
    }
    Path jmx = service.data().resolve("jmx");
    try (JavaProgram console =
        JavaProgram.start(
            folder,
            List.of(
                "-cp",
                jdkOnly.toString(),
                "-Djavax.net.ssl.trustStore=" + trustStore(jmx.resolve("certificate.pem")),
                "-Djavax.net.ssl.trustStorePassword=public"),
            StockConsole.class.getName(),
            List.of(
                Integer.toString(service.jmxPort),
                "monitor",
                jmx.resolve("monitor.password").toString()))) {
      assertThat(console.awaitEnd(60)).as(console.errors()).isZero();
      String read = console.output();
      for (String bean :
          new String[] {
            "type=Cluster Nodes",
            "type=Config Settings",
            "type=Node,id=0 ",
            "type=Node,id=1 ",
            "type=Pool,name=all ",
            "type=Postgres,id=0 ",
            "type=Postgres,id=1 ",
            "type=Host ",
            "type=Consistency ",
            "type=Failover Current",
            "type=Failover History",
            "type=Gate ",
            "type=Recovery ",
            "type=Logs Sources",
            "type=Benchmark "
          }) {
        assertThat(read).contains("org.relevo:" + bean);
      }
      assertThat(read.lines()).noneMatch(line -> line.endsWith(" null"));
    }
  }

  @Test
  void aStopRequestEndsItInOrder() throws Exception {
    for (String signal : new String[] {"TERM", "INT"}) {
      try (ServiceLab lab = new ServiceLab(folder.resolve("stop-" + signal), primary.port())) {
        JavaProgram program = lab.startAndAwait();
        try (Connection connection = connected(lab)) {
          program.signal(signal);
          assertThat(program.awaitEnd(15)).isZero();
          assertThat(connection.isValid(5)).isFalse();
        }
        for (int port : new int[] {lab.port, lab.jmxPort}) {
          new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        }
        assertThat(program.errors()).isEmpty();
        assertThat(lab.data().resolve("relevo.pid")).doesNotExist();
        assertThat(Files.readString(lab.log())).contains("service.stopped");
      }
    }
  }

  @Test
  void badConfigurationIsOneLineAndExitCode7() throws Exception {
    ServiceLab lab = new ServiceLab(folder.resolve("unknown-key"), primary.port());
    lab.set("helth_check_period", "1");
    refused(
        lab,
        BAD_ARGUMENTS,
        lab.config() + ":" + lab.settings.size(),
        "helth_check_period",
        "'health_check_period'");

    lab = new ServiceLab(folder.resolve("no-password"), primary.port());
    lab.set("health_check_password_file", "/nowhere/password");
    refused(lab, BAD_ARGUMENTS, lab.config() + ":", "health_check_password_file", "/nowhere");

    try (JavaProgram program =
        JavaProgram.start(
            folder,
            List.of(),
            "org.relevo.proxy.Main",
            List.of("--config", "/nowhere/relevo.conf"))) {
      assertThat(program.awaitEnd(30)).isEqualTo(BAD_ARGUMENTS);
      assertThat(program.errors().lines()).singleElement().asString().contains("/nowhere/relevo");
    }
  }

  @Test
  void aFileCanBeCheckedWithoutStarting() throws Exception {
    ServiceLab lab = new ServiceLab(folder.resolve("check"), primary.port());
    Files.writeString(lab.config(), "backend_hostname0 = a\nsocket_dir = /tmp\nmax_pool = 2\n");
    try (JavaProgram program =
        JavaProgram.start(
            folder,
            List.of(),
            "org.relevo.proxy.Main",
            List.of("--check", "--config", lab.config().toString()))) {
      assertThat(program.awaitEnd(30)).as(program.errors()).isZero();
      assertThat(program.output().lines())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("warning: socket_dir (" + lab.config() + ":2)"),
              line -> assertThat(line).startsWith("ignored: max_pool ("),
              line -> assertThat(line).isEqualTo(lab.config() + " can be used"));
      assertThat(program.errors()).isEmpty();
    }
  }

  @Test
  void whatCannotBeHadIsOneLineAndExitCode12() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      ServiceLab lab = new ServiceLab(folder.resolve("port"), primary.port());
      lab.set("port", port);
      refused(lab, CANNOT_START, "127.0.0.1:" + port, "in use", "listen_addresses or port");

      lab = new ServiceLab(folder.resolve("jmx-port"), primary.port());
      lab.set("jmx_port", port);
      refused(lab, CANNOT_START, "127.0.0.1:" + port, "in use", "jmx_port");
    }
    ServiceLab lab = new ServiceLab(folder.resolve("bindir"), primary.port());
    lab.set("pg_bindir", folder.resolve("console-without-programs"));
    refused(lab, CANNOT_START, "pg_bindir", "console-without-programs");

    lab = new ServiceLab(folder.resolve("second"), primary.port());
    lab.set("data_directory", service.data());
    JavaProgram second = lab.launch();
    assertThat(second.awaitEnd(30)).isEqualTo(CANNOT_START);
    assertThat(second.errors().lines())
        .singleElement()
        .asString()
        .contains(service.data().toString(), "in use by process");
    try (JmxConnection console = service.console()) {
      assertThat(console.cluster().getNodes()).hasSize(2);
    }

    Path file = Files.createFile(folder.resolve("a-file"));
    lab = new ServiceLab(folder.resolve("data-is-file"), primary.port());
    lab.set("data_directory", file);
    refused(lab, CANNOT_START, "data_directory", file.toString());
  }

  @Test
  void anUnreachableServerIsToldToConsolesAndClients() throws Exception {
    int nobody = NewCluster.freePort();
    try (ServiceLab lab = new ServiceLab(folder.resolve("unreachable"), nobody)) {
      lab.set("health_check_max_retries", "1");
      lab.set("primary_wait_timeout", "1s");
      lab.startAndAwait();
      try (JmxConnection console = lab.console()) {
        Await.until(
            () -> "nodes are " + console.cluster().getNodes(),
            () -> console.cluster().getNodes().getFirst().status() == NodeStatus.DOWN);
        NodeInfo node = console.cluster().getNodes().getFirst();
        assertThat(node.statusReason()).contains("refused");
      }
      assertThatThrownBy(lab::connect)
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getSQLState()).isIn("57P03", "08006");
                assertThat(e.getMessage()).contains("no node that answers takes writes");
              });
    }
  }

  private static void refused(ServiceLab lab, int code, String... said) throws Exception {
    try (JavaProgram program = lab.launch()) {
      assertThat(program.awaitEnd(30)).as(program.errors()).isEqualTo(code);
      assertThat(program.errors().lines()).as("lines").hasSize(1);
      assertThat(program.errors()).contains(said);
      assertThat(program.output()).isEmpty();
      assertThat(lab.data().resolve("relevo.pid")).doesNotExist();
    }
  }

  /// A client as soon as the service has found the primary.
  private static Connection connected(ServiceLab lab) {
    List<Connection> found = new ArrayList<>();
    Await.until(
        "a client gets in",
        () -> {
          try {
            return found.add(lab.connect());
          } catch (SQLException _) {
            return false; // not heard of every node yet
          }
        });
    return found.getFirst();
  }

  private static Path trustStore(Path certificate) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "relevo", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    Path file = folder.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "public".toCharArray());
    }
    return file;
  }
}
