package org.relevo.jmx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.server.JmxConnector;
import org.relevo.jmx.server.JmxConnectorSettings;
import org.relevo.jmx.testkit.FakeService;
import org.relevo.jmx.testkit.TcpForwarder;

class JmxConnectionTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @TempDir static Path data;
  private static FakeService service;
  private static JmxConnector connector;

  @BeforeAll
  static void start() throws IOException {
    service = new FakeService();
    connector =
        JmxConnector.start(
            service.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), data));
  }

  @AfterAll
  static void stop() throws IOException {
    connector.close();
  }

  private static Endpoint endpoint() throws IOException {
    return Endpoint.direct("127.0.0.1", connector.port(), Trust.pem(connector.certificateFile()));
  }

  private static Login admin() throws IOException {
    return login("admin");
  }

  private static Login login(String user) throws IOException {
    return new Login(
        user, Files.readString(data.resolve("jmx").resolve(user + ".password")).strip());
  }

  @Test
  void everyTypedProxyReads() throws IOException {
    try (JmxConnection connection = JmxConnection.open(endpoint(), admin(), LIMIT)) {
      assertThat(connection.cluster().getStatus().clusterName()).isEqualTo("text");
      assertThat(connection.cluster().getNodes()).hasSize(1);
      assertThat(connection.pool().samplesSince(0)).hasSize(1);
      assertThat(connection.host().getLast().cpuLoad()).isEqualTo(0.5);
      assertThat(connection.consistency().getLastReport().tables()).hasSize(1);
      assertThat(connection.failover().planSwitchover(-1, "test").checks()).hasSize(1);
      assertThat(connection.gate().getStatus().closed()).isTrue();
      assertThat(connection.logs().tail("relevo", "", 10).lines()).hasSize(1);
      assertThat(connection.benchmark().samplesSince(0)).hasSize(1);
      assertThat(connection.node(0).getInfo().id()).isEqualTo(7);
      assertThat(connection.postgres(0).getLast().backends()).isEqualTo(7);
    }
  }

  /// RMI renews the leases of all connections to a service by the stub as it was received.
  @Test
  void leasesAreRenewedAsLongAsOneOfTwoConnectionsIsOpen() throws Exception {
    try (JmxConnection staying = JmxConnection.open(endpoint(), admin(), LIMIT)) {
      JmxConnection.open(endpoint(), admin(), LIMIT).close();
      try (Socket lease =
          SSLContext.getDefault().getSocketFactory().createSocket("127.0.0.1", connector.port())) {
        assertThat(lease.isConnected()).isTrue();
      }
      assertThat(staying.cluster().getStatus()).isNotNull();
    }
  }

  @Test
  void whatAnMBeanRefusesArrivesAsItsOwnException() throws IOException {
    service.answer(
        "abort",
        _ -> {
          throw new IllegalStateException("past the point of no return");
        });
    try (JmxConnection connection = JmxConnection.open(endpoint(), admin(), LIMIT)) {
      assertThatThrownBy(() -> connection.failover().abort("x"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("past the point of no return");
      assertThatThrownBy(() -> connection.node(9).getInfo())
          .isInstanceOf(MissingMBeanException.class)
          .hasMessageContaining("id=9");
    }
  }

  @Test
  void aMonitorIsToldWhichRoleIsMissing() throws IOException {
    try (JmxConnection connection = JmxConnection.open(endpoint(), login("monitor"), LIMIT)) {
      assertThatThrownBy(() -> connection.benchmark().stop())
          .isInstanceOf(RoleDeniedException.class)
          .hasMessageContaining("needs the role operator, user monitor has monitor");
    }
  }

  @Test
  void aWrongPasswordIsToldApart() throws IOException {
    assertThatThrownBy(() -> JmxConnection.open(endpoint(), new Login("admin", "guess"), LIMIT))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("wrong user or password");
  }

  @Test
  void anUntrustedCertificateFailsWithItsFingerprintAndThenConnectsByIt() throws IOException {
    Endpoint unknown = Endpoint.direct("127.0.0.1", connector.port(), new Trust.Nothing());
    UnknownCertificateException failure =
        catchThrowableOfType(
            UnknownCertificateException.class, () -> JmxConnection.open(unknown, admin(), LIMIT));
    assertThat(failure.differs()).isFalse();
    assertThat(failure.subject()).isEqualTo("CN=Relevo management");
    Endpoint trusted =
        Endpoint.direct(
            "127.0.0.1", connector.port(), new Trust.Fingerprint(failure.fingerprint()));
    try (JmxConnection connection = JmxConnection.open(trusted, admin(), LIMIT)) {
      assertThat(connection.cluster().getStatus()).isNotNull();
    }
  }

  @Test
  void anotherCertificateThanThePinnedOneIsRefused() throws IOException {
    Endpoint wrong =
        Endpoint.direct("127.0.0.1", connector.port(), new Trust.Fingerprint("ab".repeat(32)));
    UnknownCertificateException failure =
        catchThrowableOfType(
            UnknownCertificateException.class, () -> JmxConnection.open(wrong, admin(), LIMIT));
    assertThat(failure.differs()).isTrue();
  }

  @Test
  void nothingListeningIsUnreachable() throws IOException {
    Endpoint nobody = Endpoint.direct("127.0.0.1", FakeService.freePort(), endpoint().trust());
    assertThatThrownBy(() -> JmxConnection.open(nobody, admin(), LIMIT))
        .isInstanceOf(UnreachableException.class)
        .hasMessageContaining("is the service running?");
  }

  @Test
  void aServerThatDoesNotSpeakTlsIsToldApart() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (var socket = plain.accept()) {
              socket.getOutputStream().write("220 hello\r\n".getBytes(StandardCharsets.US_ASCII));
              socket.getInputStream().readAllBytes();
            } catch (IOException _) {
              // The client hung up, as expected.
            }
          });
      Endpoint wrong = Endpoint.direct("127.0.0.1", plain.getLocalPort(), new Trust.Nothing());
      assertThatThrownBy(() -> JmxConnection.open(wrong, admin(), LIMIT))
          .isInstanceOf(NotTlsException.class);
    }
  }

  @Test
  void aServerThatSaysNothingTimesOut() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Endpoint mute = Endpoint.direct("127.0.0.1", silent.getLocalPort(), new Trust.Nothing());
      long startedNs = System.nanoTime();
      assertThatThrownBy(() -> JmxConnection.open(mute, admin(), Duration.ofMillis(500)))
          .isInstanceOf(CallTimeoutException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - startedNs)).isLessThan(LIMIT);
    }
  }

  @Test
  void aCallThatPassesItsDeadlineEndsAndTheConnectionStillWorks() throws Exception {
    CountDownLatch hang = new CountDownLatch(1);
    service.answer(
        "longestGapMs",
        _ -> {
          hang.await();
          return 1L;
        });
    try (JmxConnection connection =
        JmxConnection.open(endpoint(), admin(), LIMIT, Duration.ofSeconds(2))) {
      connection.cluster().getStatus();
      assertThatThrownBy(() -> connection.benchmark().longestGapMs(0, 1))
          .isInstanceOf(CallTimeoutException.class)
          .hasMessageContaining("longestGapMs");
      assertThat(connection.cluster().getStatus()).isNotNull();
    } finally {
      hang.countDown();
    }
  }

  @Test
  void aClosedConnectionSaysSo() throws IOException {
    JmxConnection connection = JmxConnection.open(endpoint(), admin(), LIMIT);
    connection.close();
    connection.close();
    assertThat(connection.isClosed()).isTrue();
    assertThatThrownBy(() -> connection.cluster().getStatus())
        .isInstanceOf(ConnectionLostException.class);
  }

  @Test
  void aTunnelCarriesEverySocketAlsoWhenTheServiceNamesItselfOtherwise() throws Exception {
    try (TcpForwarder tunnel = new TcpForwarder(connector.port())) {
      Endpoint far =
          new Endpoint(
              "db1.invalid",
              9899,
              endpoint().trust(),
              Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), tunnel.port())));
      try (JmxConnection connection = JmxConnection.open(far, admin(), LIMIT)) {
        assertThat(connection.cluster().getStatus()).isNotNull();
        assertThat(tunnel.accepted()).isPositive();
        tunnel.cut();
        assertThatThrownBy(() -> connection.cluster().getStatus())
            .isInstanceOf(ConnectionLostException.class);
      }
    }
  }

  @Test
  void twoServicesThatNameThemselvesAlikeAreNotMixedUp(@TempDir Path otherData) throws Exception {
    FakeService other = new FakeService();
    other.answer("getStatus", new ClusterStatus("other", "", "", "", 1, 1, false, "", 1, 1));
    try (JmxConnector second =
            JmxConnector.start(
                other.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), otherData));
        TcpForwarder toFirst = new TcpForwarder(connector.port());
        TcpForwarder toSecond = new TcpForwarder(second.port());
        JmxConnection one =
            JmxConnection.open(
                Endpoint.direct("db.invalid", 9899, endpoint().trust())
                    .through(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), toFirst.port())),
                admin(),
                LIMIT);
        JmxConnection two =
            JmxConnection.open(
                Endpoint.direct("db.invalid", 9899, Trust.pem(second.certificateFile()))
                    .through(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), toSecond.port())),
                new Login(
                    "admin", Files.readString(otherData.resolve("jmx/admin.password")).strip()),
                LIMIT)) {
      for (int i = 0; i < 10; i++) {
        assertThat(one.cluster().getStatus().clusterName()).isEqualTo("text");
        assertThat(two.cluster().getStatus().clusterName()).isEqualTo("other");
      }
    }
  }

  @Test
  void theAddressThatAServiceAdvertisesNeedNotBeReachable(@TempDir Path dir) throws Exception {
    for (String listen : List.of("0.0.0.0", "::1")) {
      assumeTrue(!listen.contains(":") || hasIpv6Loopback());
      JmxConnectorSettings settings =
          new JmxConnectorSettings(
              listen,
              FakeService.freePort(),
              Optional.of("db1.invalid"),
              dir,
              50,
              Optional.empty(),
              JmxConnectorSettings.Patience.DEFAULT);
      String host = listen.contains(":") ? listen : "127.0.0.1";
      try (JmxConnector own = JmxConnector.start(service.mbeans, settings);
          JmxConnection connection =
              JmxConnection.open(
                  Endpoint.direct(host, own.port(), Trust.pem(own.certificateFile())),
                  new Login("admin", Files.readString(dir.resolve("jmx/admin.password")).strip()),
                  LIMIT)) {
        assertThat(own.host()).isEqualTo("db1.invalid");
        assertThat(connection.cluster().getStatus()).isNotNull();
      }
    }
  }

  private static boolean hasIpv6Loopback() {
    try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void eventsArriveOnceInOrderWithGapsAnnounced() throws Exception {
    FakeService own = new FakeService();
    own.emit(3, "a", "first kept");
    Path dir = Files.createTempDirectory(data, "events");
    try (JmxConnector server =
            JmxConnector.start(
                own.mbeans, JmxConnectorSettings.loopback(FakeService.freePort(), dir));
        JmxConnection connection =
            JmxConnection.open(
                Endpoint.direct("127.0.0.1", server.port(), Trust.pem(server.certificateFile())),
                new Login("monitor", Files.readString(dir.resolve("jmx/monitor.password")).strip()),
                LIMIT)) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      try (EventSubscription _ = connection.events(0, new Recorder(heard))) {
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("3 a first kept");
        own.emit(4, "b", "x");
        own.emit(7, "c", "y");
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          rest.add(heard.poll(20, TimeUnit.SECONDS));
        }
        assertThat(rest).containsExactly("4 b x", "gap 5-6", "7 c y");
      }
    }
  }

  private record Recorder(BlockingQueue<String> heard) implements EventListener {
    @Override
    public void event(EventRecord event) {
      heard.add(event.sequence() + " " + event.name() + " " + event.text());
    }

    @Override
    public void gap(long fromSequence, long toSequence) {
      heard.add("gap " + fromSequence + "-" + toSequence);
    }

    @Override
    public void ended(JmxException why) {
      heard.add("ended " + why.getMessage());
    }
  }
}
