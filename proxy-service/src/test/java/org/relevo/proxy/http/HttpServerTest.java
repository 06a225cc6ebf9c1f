package org.relevo.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.net.ManagementPort;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.testkit.Seeds;

@Timeout(60)
class HttpServerTest {
  @TempDir Path folder;

  private final AtomicInteger made = new AtomicInteger();
  private volatile boolean primary = true;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = start(Optional.empty());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpServer start(Optional<Path> users) throws IOException {
    return start(Optional.empty(), Optional.empty(), users);
  }

  private HttpServer start(Optional<Path> certificate, Optional<Path> key, Optional<Path> users)
      throws IOException {
    return HttpServer.start(
        new ManagementPort.Place("http", List.of("127.0.0.1"), 0, List.of()),
        certificate,
        key,
        users,
        this::figures,
        new Checks() {
          @Override
          public Answer ready() {
            return new Answer(true, "ready");
          }

          @Override
          public Answer primary() {
            return new Answer(primary, "as set");
          }

          @Override
          public Answer replica() {
            return new Answer(false, "none");
          }

          @Override
          public Answer leader() {
            return new Answer(true, "leader");
          }
        });
  }

  private Metrics figures() {
    made.incrementAndGet();
    Metrics all = new Metrics();
    all.info("relevo_service", "Name.", "version", "a\"b\\c\nd");
    all.counter("relevo_received_bytes", "bytes", "Bytes.", 17, "node", "0");
    all.counter("relevo_received_bytes", "bytes", "Bytes.", 18.5, "node", "1");
    all.gauge("relevo_unknown", "", "Nobody knows.", Double.NaN);
    return all;
  }

  private HttpResponse<String> get(HttpServer from, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.address().getPort() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void figuresAreOpenMetrics() throws Exception {
    HttpResponse<String> open =
        get(server, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
    assertThat(open.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/openmetrics-text");
    Map<String, OpenMetricsParser.Family> families = OpenMetricsParser.parse(open.body());
    assertThat(families.get("relevo_received_bytes").samples)
        .containsEntry("node=\"0\"", 17.0)
        .containsEntry("node=\"1\"", 18.5);
    assertThat(open.body()).contains("version=\"a\\\"b\\\\c\\nd\"");
    HttpResponse<String> old = get(server, "/metrics");
    assertThat(old.headers().firstValue("Content-Type").orElseThrow()).contains("0.0.4");
    assertThat(old.body())
        .contains("# TYPE relevo_received_bytes_total counter\n")
        .doesNotContain("# EOF", "# UNIT");
  }

  @Test
  void whoAsksAtTheSameTimeGetsTheSame() throws Exception {
    for (int i = 0; i < 20; i++) {
      assertThat(get(server, "/metrics").statusCode()).isEqualTo(200);
    }
    assertThat(made.get()).isLessThan(20);
  }

  @Test
  void checksAnswerByStatus() throws Exception {
    assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    assertThat(get(server, "/health/ready").body()).isEqualTo("ready\n");
    assertThat(get(server, "/primary?x=y").statusCode()).isEqualTo(200);
    primary = false;
    assertThat(get(server, "/primary").statusCode()).isEqualTo(503);
    assertThat(get(server, "/replica").statusCode()).isEqualTo(503);
    assertThat(get(server, "/leader").statusCode()).isEqualTo(200);
    assertThat(get(server, "/passwd").statusCode()).isEqualTo(404);
  }

  @Test
  void figuresMayNeedAPassword() throws Exception {
    Path users = folder.resolve("users");
    Files.writeString(users, "# who\nprometheus:pass:word\n");
    try (HttpServer guarded = start(Optional.of(users))) {
      assertThat(get(guarded, "/metrics").statusCode()).isEqualTo(401);
      assertThat(get(guarded, "/metrics", "Authorization", basic("prometheus:no")).statusCode())
          .isEqualTo(401);
      assertThat(get(guarded, "/metrics", "Authorization", basic("# who")).statusCode())
          .isEqualTo(401);
      assertThat(
              get(guarded, "/metrics", "Authorization", basic("prometheus:pass:word")).statusCode())
          .isEqualTo(200);
      // Load balancers know no password.
      assertThat(get(guarded, "/primary").statusCode()).isEqualTo(200);
      assertThat(guarded.refusalsTotal()).isEqualTo(3);
    }
  }

  @Test
  void httpsShowsTheCertificateAndAsksForThePasswordInside() throws Exception {
    Pki authority = new Pki("monitoring");
    Pki.Issued issued = authority.issue("relevo", "127.0.0.1");
    Path users = Files.writeString(folder.resolve("users"), "prometheus:word\n");
    try (HttpServer secure =
            start(
                Optional.of(issued.writeCertificate(folder.resolve("cert.pem"))),
                Optional.of(issued.writeKey(folder.resolve("key.pem"))),
                Optional.of(users));
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(authority)).build()) {
      URI metrics = URI.create("https://127.0.0.1:" + secure.address().getPort() + "/metrics");
      HttpRequest.Builder request = HttpRequest.newBuilder(metrics);
      HttpResponse.BodyHandler<String> text = HttpResponse.BodyHandlers.ofString();
      assertThat(client.send(request.build(), text).statusCode()).isEqualTo(401);
      HttpResponse<String> answer =
          client.send(request.header("Authorization", basic("prometheus:word")).build(), text);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("relevo_received_bytes");
      // Plain text gets no answer at all.
      try (Socket plain =
          new Socket(InetAddress.ofLiteral("127.0.0.1"), secure.address().getPort())) {
        plain.setSoTimeout(10_000);
        plain
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(plain.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .doesNotContain("HTTP");
      }
      assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
    }
  }

  private static SSLContext trusting(Pki authority) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", authority.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String basic(String login) {
    return "Basic "
        + java.util.Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aFamilyHasALimit() {
    Metrics all = new Metrics();
    for (int i = 0; i < Metrics.MOST_SAMPLES + 5; i++) {
      all.gauge("relevo_many", "", "Many.", i, "n", Integer.toString(i));
    }
    assertThat(all.dropped()).isEqualTo(5);
    assertThat(all.text(true).lines()).hasSize(Metrics.MOST_SAMPLES + 3);
  }

  @Test
  void rubbishHurtsNobodyElse() throws Exception {
    Random random = new Random(Seeds.first());
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[1 + random.nextInt(4000)];
      random.nextBytes(bytes);
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes);
      } catch (IOException _) {
        // The server may have ended the connection first.
      }
    }
    assertThat(answer("POST /metrics HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")).contains("405");
    assertThat(answer("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n")).contains("400");
    assertThat(answer("GET / HTTP/1.1\r\nX: " + "a".repeat(20_000) + "\r\n\r\n")).contains("400");
    assertThat(answer("GET /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"))
        .containsPattern("413|400");
    assertThat(server.refusalsTotal()).isPositive();
    assertThat(get(server, "/health/live").statusCode()).isEqualTo(200);
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(server.address().getAddress(), server.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private String answer(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes(12), StandardCharsets.UTF_8);
    }
  }

  /// However slowly a request trickles in, it ends.
  @Test
  void aSlowClientIsSentAway() throws Exception {
    server.silenceMs(300);
    try (Socket slow = connect()) {
      Thread trickle =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    slow.getOutputStream().write('G');
                    Thread.sleep(20);
                  }
                } catch (IOException | InterruptedException _) {
                  // The server has ended it, or the test is over.
                }
              });
      assertThat(ended(slow)).isTrue();
      trickle.interrupt();
    }
    assertThat(server.refusalsTotal()).isPositive();
  }

  private static boolean ended(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return e.getMessage().contains("reset");
    }
  }

  @Test
  void thereIsALimitOfConnections() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 256; i++) {
        silent.add(connect());
      }
      try (Socket more = connect()) {
        assertThat(more.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket each : silent) {
        each.close();
      }
    }
    Await.until("places are free", () -> get(server, "/health/live").statusCode() == 200);
  }
}
