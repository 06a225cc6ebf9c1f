package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.NewCluster;
import org.relevo.proxy.Main;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.RealServer;

/// Whatever passes, the proxy keeps a few buffers of it.
@Timeout(120)
class BoundedMemoryIT {
  private static final int MIB = 1 << 20;
  private static final int SMALL_BUFFER = 16 * 1024;

  /// Far above what one connection may hold, far below what passes.
  private static final long MOST_BYTES = 24L * MIB;

  @TempDir static Path folder;
  private static RealServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @Test
  void aRowOf300MegabytesPassesAServiceWithASmallHeap() throws Exception {
    int port = NewCluster.freePort();
    Path password = folder.resolve("password");
    Files.writeString(password, RealServer.PASSWORD + "\n");
    Files.writeString(folder.resolve("pool_hba.conf"), "host all trusty 127.0.0.1/32 trust\n");
    Path config = folder.resolve("relevo.conf");
    Files.writeString(
        config,
        """
        port = %d
        jmx_port = %d
        backend_hostname0 = '127.0.0.1'
        backend_port0 = %d
        health_check_password_file = '%s'
        enable_pool_hba = on
        data_directory = '%s'
        """
            .formatted(
                port, NewCluster.freePort(), server.port(), password, folder.resolve("service")));
    Path output = folder.resolve("service.out");
    Process service =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      Await.until(
          () -> "the service answers: " + Files.readString(output), () -> answers(service, port));
      long bytes = 300L * MIB;
      try (RawClient client = new RawClient(port, "trusty", 0)) {
        client.send(
            RawClient.query("SELECT repeat('x', 300 * 1024 * 1024)", StandardCharsets.UTF_8));
        InputStream in = client.in();
        assertThat(in.read()).isEqualTo('T');
        skipMessage(in);
        assertThat(in.read()).isEqualTo('D');
        in.skipNBytes(4 + 2 + 4);
        byte[] piece = new byte[MIB];
        for (long seen = 0; seen < bytes; ) {
          int count = in.read(piece, 0, (int) Math.min(piece.length, bytes - seen));
          assertThat(count).as("stream ended after %d bytes", seen).isPositive();
          for (int i = 0; i < count; i += 997) {
            assertThat(piece[i]).isEqualTo((byte) 'x');
          }
          seen += count;
        }
        assertThat(client.untilReady(1).getFirst().tag()).isEqualTo('C');
      }
      assertThat(service.isAlive()).isTrue();
    } finally {
      service.destroy();
      if (!service.waitFor(20, TimeUnit.SECONDS)) {
        service.destroyForcibly();
      }
    }
  }

  @Test
  void aClientThatDoesNotReadStopsItsServer() throws Exception {
    try (ProxyServer proxy = proxy();
        RawClient client = new RawClient(proxy.address().getPort(), "trusty", SMALL_BUFFER)) {
      long before = PlatformDependent.usedDirectMemory();
      client.send(
          RawClient.query(
              "SET application_name TO 'slow'; SELECT repeat('y', 1000000)"
                  + " FROM generate_series(1, 150)",
              StandardCharsets.UTF_8));
      Await.until(
          "the server waits",
          () ->
              server
                  .query("SELECT wait_event FROM pg_stat_activity WHERE application_name = 'slow'")
                  .equals("ClientWrite"));
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
      try (Connection other = Proxies.connect(proxy, "app", "app")) {
        assertThat(Proxies.one(other, "SELECT 'not disturbed'")).isEqualTo("not disturbed");
      }

      long rows =
          client.untilReady(1).stream()
              .filter(message -> message.tag() == 'D' && message.content().length() == 1_000_006)
              .count();

      assertThat(rows).isEqualTo(150);
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
    }
  }

  @Test
  void aServerThatDoesNotReadStopsItsClient() throws Exception {
    int statements = 60;
    try (ProxyServer proxy = proxy();
        Connection holder = server.connect();
        RawClient client = new RawClient(proxy.address().getPort(), "trusty", 0)) {
      Proxies.run(holder, "SELECT pg_advisory_lock(9)");
      long before = PlatformDependent.usedDirectMemory();
      byte[] large =
          RawClient.query("SELECT length('" + "z".repeat(MIB) + "')", StandardCharsets.UTF_8);
      CompletableFuture<Integer> sending =
          Background.run(() -> {
            client.send(RawClient.query("SELECT pg_advisory_lock(9)", StandardCharsets.UTF_8));
            int sent = 0;
            for (; sent < statements; sent++) {
              client.send(large);
            }
            return sent;
          });
      Await.until(
          "the server waits for the lock",
          () ->
              server
                  .query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
                  .equals("1"));
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
      assertThat(sending).isNotDone();

      Proxies.run(holder, "SELECT pg_advisory_unlock(9)");

      List<RawClient.Message> answers = client.untilReady(1 + statements);
      assertThat(sending.get(10, TimeUnit.SECONDS)).isEqualTo(statements);
      assertThat(answers.stream().filter(message -> message.tag() == 'E')).isEmpty();
      assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(MOST_BYTES);
    }
  }

  private static ProxyServer proxy() throws IOException {
    return Proxies.start(new FixedViews(server.port()), server.port());
  }

  private static boolean answers(Process service, int port) {
    if (!service.isAlive()) {
      throw new AssertionError("the service ended with code " + service.exitValue());
    }
    try (Connection connection =
        DriverManager.getConnection(
            "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "trusty", "")) {
      return connection.isValid(5);
    } catch (SQLException _) {
      return false; // not yet
    }
  }

  private static void skipMessage(InputStream in) throws IOException {
    int length = 0;
    for (int i = 0; i < 4; i++) {
      length = length << 8 | in.read();
    }
    in.skipNBytes(length - 4);
  }
}
