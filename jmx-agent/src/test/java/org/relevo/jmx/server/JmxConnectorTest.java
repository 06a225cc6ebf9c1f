package org.relevo.jmx.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIClientSocketFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.testkit.FakeService;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class JmxConnectorTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static FakeService service;
  private static JmxConnector connector;

  @BeforeAll
  static void start() throws IOException {
    service = new FakeService();
    service.answer("getCaller", _ -> Caller.current().toString());
    connector =
        JmxConnector.start(
            service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), data));
  }

  @AfterAll
  static void stop() throws IOException {
    connector.close();
  }

  private static String password(Path dir, String user) throws IOException {
    return Files.readString(dir.resolve("jmx").resolve(user + ".password")).strip();
  }

  private static JmxConnection open(JmxConnector to, Path dir, String user) throws IOException {
    return JmxConnection.open(
        Endpoint.direct("127.0.0.1", to.port(), Trust.pem(to.certificateFile())),
        new Login(user, password(dir, user)),
        LIMIT);
  }

  @Test
  void everythingInTheCredentialDirectoryIsPrivate() throws IOException {
    Path jmx = data.resolve("jmx");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(jmx)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(jmx)) {
      List<Path> all = files.toList();
      assertThat(all)
          .extracting(file -> file.getFileName().toString())
          .containsExactlyInAnyOrder(
              "keystore.p12",
              "keystore.password",
              "certificate.pem",
              "password",
              "monitor.password",
              "operator.password",
              "admin.password",
              "credentials.json");
      for (Path file : all) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as("%s", file)
            .isEqualTo("rw-------");
      }
    }
    assertThat(Files.readString(jmx.resolve("password")))
        .contains("admin:admin:pbkdf2-sha512$")
        .doesNotContain(password(data, "admin"));
  }

  @Test
  void theCredentialsFileLogsInAsAdministrator() throws IOException {
    JsonNode file =
        JsonMapper.builder().build().readTree(Files.readString(connector.credentialsFile()));
    try (JmxConnection connection =
        JmxConnection.open(
            Endpoint.direct(
                file.get("host").asString(),
                file.get("port").asInt(),
                Trust.pem(Path.of(file.get("certificate").asString()))),
            new Login(file.get("user").asString(), file.get("password").asString()),
            LIMIT)) {
      assertThat(connection.cluster().getCaller()).isEqualTo("admin (ADMIN)");
    }
    assertThat(Caller.current()).isEqualTo(Caller.LOCAL);
  }

  @Test
  void theCertificateNamesLoopbackAndTheListenAddress() throws Exception {
    assertThat(
            SelfSignedCertificate.alternativeNames(
                List.of("10.1.2.3", "fe80::1", "db1.example", "a b")))
        .containsExactly(
            "dns:localhost",
            "ip:127.0.0.1",
            "ip:0:0:0:0:0:0:0:1",
            "ip:10.1.2.3",
            "ip:fe80:0:0:0:0:0:0:1",
            "dns:db1.example");
  }

  @Test
  void aPlainTextClientIsRefusedAndLoggedOnce() throws IOException {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(RefusalLog.class);
    log.start();
    logger.addAppender(log);
    try {
      for (int i = 0; i < 3; i++) {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), connector.port())) {
          plain.setSoTimeout(20_000);
          plain.getOutputStream().write("JRMI\0\2K".getBytes(StandardCharsets.US_ASCII));
          byte[] answer = plain.getInputStream().readAllBytes();
          // Nothing but a TLS alert.
          assertThat(answer.length).isLessThan(20);
        } catch (IOException reset) {
          assertThat(reset).hasMessageContaining("reset");
        }
      }
      assertThat(log.list.stream().map(ILoggingEvent::getFormattedMessage))
          .filteredOn(line -> line.contains("reason=not-tls client=127.0.0.1"))
          .hasSize(1);
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void olderTlsIsRefused() throws Exception {
    try (SSLSocket socket = (SSLSocket) trustingAll().getSocketFactory().createSocket()) {
      socket.connect(
          new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), connector.port()));
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(javax.net.ssl.SSLException.class);
    }
  }

  @Test
  void nobodyCanPutAnotherObjectIntoTheRegistryAndARemovedNameComesBack() throws Exception {
    RMIClientSocketFactory sockets =
        (host, port) -> trustingAll().getSocketFactory().createSocket(host, port);
    Registry registry = LocateRegistry.getRegistry("127.0.0.1", connector.port(), sockets);
    assertThat(registry.list()).containsExactly("jmxrmi");
    assertThatThrownBy(() -> registry.rebind("jmxrmi", LocateRegistry.getRegistry(1)))
        .hasStackTraceContaining("REJECTED");
    registry.unbind("jmxrmi");
    assertThat(connector.bindAgainIfMissing()).isTrue();
    try (JmxConnection connection = open(connector, data, "monitor")) {
      assertThat(connection.cluster().getStatus()).isNotNull();
    }
  }

  @Test
  void aPortInUseIsNamedInOneLineAndNothingIsWritten(@TempDir Path other) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() ->
              JmxConnector.start(
                  service.mbeans, JmxConnectorSettings.loopback(taken.getLocalPort(), other)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
          .hasMessageContaining("jmx_port")
          .message()
          .satisfies(text -> assertThat(text.lines()).hasSize(1));
      assertThat(other.resolve("jmx")).doesNotExist();
    }
  }

  @Test
  void aSecondStartKeepsKeyAndUsersAndFollowsThePort(@TempDir Path dir) throws IOException {
    JmxConnector first =
        JmxConnector.start(
            service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), dir));
    String pem = Files.readString(first.certificateFile());
    String users = Files.readString(dir.resolve("jmx/password"));
    first.close();
    first.close();
    Files.delete(dir.resolve("jmx/operator.password"));
    int port = FakeService.freePort();
    try (JmxConnector second =
        JmxConnector.start(service.mbeans, JmxConnectorSettings.loopback(port, dir))) {
      assertThat(Files.readString(second.certificateFile())).isEqualTo(pem);
      assertThat(Files.readString(dir.resolve("jmx/password"))).isEqualTo(users);
      assertThat(dir.resolve("jmx/operator.password")).doesNotExist();
      assertThat(Files.readString(second.credentialsFile())).contains(Integer.toString(port));
      try (JmxConnection connection = open(second, dir, "admin")) {
        assertThat(connection.cluster().getStatus()).isNotNull();
      }
    }
  }

  @Test
  void aDamagedOrOpenPasswordFileStopsTheStart(@TempDir Path dir) throws IOException {
    JmxConnector.start(service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), dir))
        .close();
    Path file = dir.resolve("jmx/password");
    String good = Files.readString(file);
    PrivateFiles.write(file, good + "carol:boss:x\n");
    int port = FakeService.freePort();
    assertThatThrownBy(
            () -> JmxConnector.start(service.mbeans, JmxConnectorSettings.loopback(port, dir)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("password line 5");
    PrivateFiles.write(file, good);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(
            () -> JmxConnector.start(service.mbeans, JmxConnectorSettings.loopback(port, dir)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chmod 600");
    // A failed start leaves the port free.
    new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
  }

  @Test
  void connectionsBeyondTheLimitAreRefused(@TempDir Path dir) throws IOException {
    int port = FakeService.freePort();
    JmxConnectorSettings settings =
        JmxConnectorSettings.loopback(port, dir).with(2, JmxConnectorSettings.Patience.DEFAULT);
    try (JmxConnector _ = JmxConnector.start(service.mbeans, settings);
        Socket one = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket two = new Socket(InetAddress.getLoopbackAddress(), port);
        Socket three = new Socket(InetAddress.getLoopbackAddress(), port)) {
      three.setSoTimeout(20_000);
      assertThat(three.getInputStream().read()).isEqualTo(-1);
      assertThat(one.isConnected() && two.isConnected()).isTrue();
    }
  }

  @Test
  void eachFailureOfAHostWaitsLongerUpToALimit() throws IOException {
    LoginCheck check =
        new LoginCheck(
            PasswordFile.open(data.resolve("jmx/password")), new RefusalLog(System::nanoTime));
    assertThat(check.nextDelay("h")).isEqualTo(Duration.ofMillis(100));
    assertThat(check.nextDelay("h")).isEqualTo(Duration.ofMillis(200));
    assertThat(check.nextDelay("other")).isEqualTo(Duration.ofMillis(100));
    Duration last = Duration.ZERO;
    for (int i = 0; i < 100; i++) {
      last = check.nextDelay("h");
    }
    assertThat(last).isEqualTo(LoginCheck.LONGEST_DELAY);
    assertThatThrownBy(() -> check.authenticate(null)).isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> check.authenticate(new String[] {"admin"}))
        .isInstanceOf(SecurityException.class);
  }

  @Test
  void usersAddedWhileItRunsMayLogIn(@TempDir Path dir) throws IOException {
    try (JmxConnector own =
        JmxConnector.start(
            service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), dir))) {
      Path file = dir.resolve("jmx/password");
      String line =
          PasswordFile.line(
              "carol",
              org.relevo.jmx.contract.Role.OPERATOR,
              "a long word",
              new java.security.SecureRandom());
      PrivateFiles.write(file, Files.readString(file) + line + "\n");
      Endpoint endpoint =
          Endpoint.direct("127.0.0.1", own.port(), Trust.pem(own.certificateFile()));
      try (JmxConnection connection =
          JmxConnection.open(endpoint, new Login("carol", "a long word"), LIMIT)) {
        assertThat(connection.cluster().getCaller()).isEqualTo("carol (OPERATOR)");
      }
    }
  }

  static SSLContext trustingAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          null,
          new TrustManager[] {
            new X509TrustManager() {
              @Override
              public void checkClientTrusted(X509Certificate[] chain, String type) {}

              @Override
              public void checkServerTrusted(X509Certificate[] chain, String type) {}

              @Override
              public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
              }
            }
          },
          null);
      return context;
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
