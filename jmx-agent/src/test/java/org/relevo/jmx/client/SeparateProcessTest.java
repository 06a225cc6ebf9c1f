package org.relevo.jmx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.testkit.FakeService;
import org.relevo.jmx.testkit.ServiceProcess;
import org.relevo.jmx.testkit.StockConsole;

/// With the service in a process of its own.
@Timeout(180)
class SeparateProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static ServiceProcess service;

  @BeforeAll
  static void start() throws IOException {
    service = ServiceProcess.start(data);
  }

  @AfterAll
  static void stop() throws Exception {
    service.close();
  }

  private static Path jmx(String name) {
    return data.resolve("jmx").resolve(name);
  }

  private static JmxConnection open(Duration limit, Duration callLimit) throws IOException {
    return JmxConnection.open(
        Endpoint.direct("127.0.0.1", service.port(), Trust.pem(jmx("certificate.pem"))),
        new Login("admin", Files.readString(jmx("admin.password")).strip()),
        limit,
        callLimit);
  }

  @Test
  void aFrozenServiceTimesOutWithinTheDeadlineAndIsUsableAfterwards() throws Exception {
    JmxConnection before = open(LIMIT, Duration.ofSeconds(1));
    try {
      assertThat(before.host().getLast()).isNotNull();
      service.freeze();
      long startedNs = System.nanoTime();
      assertThatThrownBy(() -> before.host().getLast()).isInstanceOf(CallTimeoutException.class);
      assertThatThrownBy(() -> open(Duration.ofSeconds(1), Duration.ofSeconds(1)))
          .isInstanceOf(CallTimeoutException.class);
      before.close();
      // 1 s + 1 s + 2 s for closing, with room for a loaded machine.
      assertThat(Duration.ofNanos(System.nanoTime() - startedNs))
          .isLessThan(Duration.ofSeconds(10));
    } finally {
      service.thaw();
      before.close();
    }
    try (JmxConnection after = open(LIMIT, LIMIT)) {
      assertThat(after.host().getLast()).isNotNull();
    }
  }

  @Test
  void aStockConsoleReadsEverythingWithClassesOfTheJdkOnly(@TempDir Path console) throws Exception {
    Path classes = console.resolve("org/relevo/jmx/testkit");
    Files.createDirectories(classes);
    String file = StockConsole.class.getSimpleName() + ".class";
    try (InputStream in = StockConsole.class.getResourceAsStream(file)) {
      Files.copy(in, classes.resolve(file));
    }
    Process process =
        new ProcessBuilder(
                ServiceProcess.java(),
                "-cp",
                console.toString(),
                "-Djavax.net.ssl.trustStore=" + trustStore(console),
                "-Djavax.net.ssl.trustStorePassword=public",
                StockConsole.class.getName(),
                Integer.toString(service.port()),
                "monitor",
                jmx("monitor.password").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    for (var name : FakeService.BEANS.keySet()) {
      assertThat(said).contains(name.toString());
    }
    assertThat(said)
        .contains(ObjectNames.CLUSTER + " Status composite of 10")
        .contains(ObjectNames.CLUSTER + " Nodes array of 1 composite of 18")
        .contains(ObjectNames.LOGS + " Sources array of 1 composite of 5")
        .contains("samplesSince array of 1 composite of 12")
        .contains("stub javax.management.remote.rmi.RMIServerImpl_Stub true")
        .containsPattern("uptime \\d+");
  }

  private static Path trustStore(Path dir) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(jmx("certificate.pem"))) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      store.setCertificateEntry("relevo", certificate);
    }
    Path file = dir.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, "public".toCharArray());
    }
    return file;
  }

  @Test
  void theServiceListensOnOneLoopbackPortOnly() throws Exception {
    try (JmxConnection connection = open(LIMIT, LIMIT)) {
      assertThat(connection.cluster().getStatus()).isNotNull();
      assertThat(listening(service.pid())).containsExactly("127.0.0.1:" + service.port());
    }
  }

  private static List<String> listening(long pid) throws IOException {
    List<String> inodes = new ArrayList<>();
    Pattern socket = Pattern.compile("socket:\\[(\\d+)]");
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      for (Path file : files.toList()) {
        Matcher matcher = socket.matcher(Files.readSymbolicLink(file).toString());
        if (matcher.matches()) {
          inodes.add(matcher.group(1));
        }
      }
    }
    List<String> found = new ArrayList<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "net", table))) {
        String[] columns = line.strip().split("\\s+", -1);
        if (columns.length > 9 && columns[3].equals("0A") && inodes.contains(columns[9])) {
          found.add(address(columns[1]));
        }
      }
    }
    return found;
  }

  private static String address(String hex) {
    String[] parts = hex.split(":", -1);
    int port = Integer.parseInt(parts[1], 16);
    boolean loopback =
        parts[0].equals("0100007F") || parts[0].equals("0000000000000000FFFF00000100007F");
    return (loopback ? "127.0.0.1" : parts[0]) + ":" + port;
  }
}
