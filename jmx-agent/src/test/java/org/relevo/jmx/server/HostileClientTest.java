package org.relevo.jmx.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.Endpoint;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.Login;
import org.relevo.jmx.client.Trust;
import org.relevo.jmx.contract.ObjectNames;
import org.relevo.jmx.testkit.FakeService;

/// Whoever sends what no console sends is refused and counted, and a console that works meanwhile
/// does not notice.
@Timeout(180)
class HostileClientTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MOST = 40;

  @TempDir static Path data;
  private static FakeService service;
  private static JmxConnector connector;
  private static JmxConnection good;
  private long before;

  @BeforeAll
  static void start() throws IOException {
    service = new FakeService();
    connector =
        JmxConnector.start(
            service.mbeans,
            JmxConnectorSettings.loopback(FakeService.freePort(), data)
                .with(
                    MOST,
                    new JmxConnectorSettings.Patience(
                        Duration.ofSeconds(3), Duration.ofMillis(700))));
    good = open("admin");
  }

  private static JmxConnection open(String user) throws IOException {
    return JmxConnection.open(
        Endpoint.direct("127.0.0.1", connector.port(), Trust.pem(connector.certificateFile())),
        new Login(user, Files.readString(data.resolve("jmx/" + user + ".password")).strip()),
        LIMIT);
  }

  @AfterAll
  static void stop() throws IOException {
    good.close();
    connector.close();
  }

  @BeforeEach
  void count() {
    before = connector.refusalsTotal();
  }

  @AfterEach
  void nobodyElseIsHurt() {
    assertThat(good.cluster().getStatus()).isNotNull();
  }

  private long refused() {
    return connector.refusalsTotal() - before;
  }

  private void awaitRefused(long atLeast) throws InterruptedException {
    long deadlineNs = System.nanoTime() + LIMIT.toNanos();
    while (refused() < atLeast) {
      assertThat(System.nanoTime()).as("refused %d", refused()).isLessThan(deadlineNs);
      Thread.sleep(10);
    }
  }

  private static Socket plain() throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.port()));
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static SSLSocket encrypted() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            JmxConnectorTest.trustingAll()
                .getSocketFactory()
                .createSocket(plain(), "127.0.0.1", connector.port(), true);
    socket.startHandshake();
    return socket;
  }

  /// Reads until the other side has ended it.
  private static void awaitEnd(Socket socket) throws IOException {
    try {
      var _ = socket.getInputStream().readAllBytes();
    } catch (EOFException | java.net.SocketException | javax.net.ssl.SSLException _) {
      // Ended by force, which is an end too.
    }
  }

  @Test
  void bytesThatAreNoTls() throws Exception {
    Random random = new Random(7);
    for (int i = 0; i < 30; i++) {
      byte[] bytes = new byte[1 + random.nextInt(2000)];
      random.nextBytes(bytes);
      try (Socket socket = plain()) {
        try {
          socket.getOutputStream().write(bytes);
          socket.shutdownOutput();
        } catch (IOException _) {
          // It was ended while being told.
        }
        awaitEnd(socket);
      }
    }
    awaitRefused(30);
  }

  @Test
  void bytesThatAreNoRmiInsideOfTls() throws Exception {
    try (SSLSocket socket = encrypted()) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      awaitEnd(socket);
    }
    awaitRefused(1);
  }

  /// A stream of objects that is endless, behind RMI's own greeting.
  @Test
  void rubbishBehindTheGreeting() throws Exception {
    byte[] call = new byte[4096];
    new Random(3).nextBytes(call);
    for (byte kind : new byte[] {0x50, 0x52, 0x54, (byte) 0xff}) {
      try (SSLSocket socket = encrypted()) {
        OutputStream out = socket.getOutputStream();
        out.write(new byte[] {'J', 'R', 'M', 'I', 0, 2, 0x4c});
        out.write(kind);
        out.write(call);
        out.flush();
        awaitEnd(socket);
      } catch (IOException e) {
        assertThat(e).isInstanceOfAny(javax.net.ssl.SSLException.class, IOException.class);
      }
    }
  }

  @Test
  void whoSaysNothingIsSentAway() throws Exception {
    try (Socket first = plain()) {
      SSLSocket second = encrypted();
      awaitEnd(first); // within the time for the handshake
      awaitEnd(second); // within the time between two requests
    }
    awaitRefused(2);
  }

  /// One byte at a time does not make the handshake last longer.
  @Test
  void aSlowHandshakeEnds() throws Exception {
    try (Socket socket = plain()) {
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {0x16, 3, 1, 0x40, 0, 1});
      long deadlineNs = System.nanoTime() + LIMIT.toNanos();
      while (refused() < 1) {
        assertThat(System.nanoTime()).as("it goes on").isLessThan(deadlineNs);
        Thread.sleep(20);
        try {
          out.write(0);
        } catch (IOException _) {
          break; // it was ended
        }
      }
    }
    awaitRefused(1);
  }

  /// An idle console is given up, and comes back by itself.
  @Test
  void anIdleConnectionIsGivenUp() throws Exception {
    try (JmxConnection idle = open("monitor")) {
      assertThat(idle.cluster().getStatus()).isNotNull();
      Thread.sleep(1500); // beyond the limit, which is what is looked at
      assertThat(idle.cluster().getStatus()).isNotNull();
    }
  }

  /// Counts how often it is read from a stream.
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1L;
    static final AtomicInteger READ = new AtomicInteger();

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      READ.incrementAndGet();
    }
  }

  @Test
  void objectsInPlaceOfAPasswordAreNotRead() throws Exception {
    for (Object wrong :
        new Object[] {
          new Gadget(),
          new Object[] {new Gadget(), "x"},
          new String[10_000],
          "x".repeat(100_000),
          new ArrayList<>(List.of("admin", "x"))
        }) {
      Throwable thrown = catchThrowable(() -> RawLogin.with(connector, wrong));
      assertThat(thrown)
          .as("%s", wrong.getClass())
          .satisfiesAnyOf(
              t -> assertThat(t).hasStackTraceContaining("REJECTED"),
              t -> assertThat(t).hasMessageContaining("Authentication failed"));
    }
    awaitRefused(5);
    assertThat(Gadget.READ).hasValue(0);
  }

  @Test
  void objectsInPlaceOfArgumentsAreNotRead() throws Exception {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    for (Object wrong : new Object[] {new Gadget(), List.of(new Gadget()), nested}) {
      assertThatThrownBy(() ->
              good.call(
                  "a call",
                  LIMIT,
                  server ->
                      server.invoke(
                          ObjectNames.FAILOVER,
                          "abort",
                          new Object[] {wrong},
                          new String[] {"java.lang.String"})))
          .hasStackTraceContaining("REJECTED");
    }
    awaitRefused(3);
    assertThat(Gadget.READ).hasValue(0);
    assertThat(
            good.<Boolean>call(
                "still", LIMIT, server -> server.isRegistered(new ObjectName("a:b=c"))))
        .isFalse();
  }

  @Test
  void wrongPasswordsAreCounted() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() ->
              JmxConnection.open(
                      Endpoint.direct(
                          "127.0.0.1", connector.port(), Trust.pem(connector.certificateFile())),
                      new Login("admin", "guess"),
                      LIMIT)
                  .close())
          .hasMessageContaining("password");
    }
    awaitRefused(3);
  }

  @Test
  void connectionsBeyondTheLimitAreCounted() throws Exception {
    List<Socket> many = new ArrayList<>();
    try {
      for (int i = 0; i < MOST + 5; i++) {
        many.add(plain());
      }
      awaitRefused(1);
    } finally {
      for (Socket each : many) {
        each.close();
      }
    }
  }
}
