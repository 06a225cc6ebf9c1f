package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.TestAccess;

/// Orders of messages that drivers seldom use, and broken peers.
@Timeout(180)
class ProtocolIT {
  @TempDir static Path folder;
  private static RealServer server;

  private ProxyServer proxy;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void startProxy() throws IOException {
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(
                    20,
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    false)),
            new FixedViews(server.port()),
            TestAccess.of(server.port()));
  }

  @AfterEach
  void stopProxy() throws IOException {
    proxy.close();
    server.start();
  }

  @Test
  void pipelinesFlushesAndErrorsAreAnsweredAsByTheServer() throws Exception {
    try (ScriptedClient proxied = login();
        ScriptedClient direct = ScriptedClient.login(server.port())) {
      for (ScriptedClient client : List.of(proxied, direct)) {
        ByteBuf out = Unpooled.buffer();
        ScriptedClient.run(out, "SELECT 1");
        ScriptedClient.message(out, 'S', "");
        ScriptedClient.run(out, "SELECT 1/0");
        ScriptedClient.run(out, "SELECT 2");
        ScriptedClient.message(out, 'S', "");
        ScriptedClient.message(out, 'B', "\0nothing\0\0\0\0\0\0\0");
        ScriptedClient.message(out, 'S', "");
        ScriptedClient.run(out, "SELECT 3");
        ScriptedClient.message(out, 'H', "");
        client.send(out);
      }
      for (int i = 0; i < 3; i++) {
        assertThat(proxied.readUntil('Z')).isEqualTo(direct.readUntil('Z'));
      }
      assertThat(proxied.readUntil('C')).isEqualTo(direct.readUntil('C'));
      for (ScriptedClient client : List.of(proxied, direct)) {
        ByteBuf out = Unpooled.buffer();
        ScriptedClient.run(out, "COPY (SELECT 1) TO STDOUT");
        ScriptedClient.message(out, 'S', "");
        ScriptedClient.message(out, 'Q', "SELECT 4\0");
        client.send(out);
      }
      assertThat(proxied.readUntil('Z')).isEqualTo(direct.readUntil('Z'));
      assertThat(proxied.readUntil('Z')).isEqualTo(direct.readUntil('Z'));
    }
  }

  @Test
  void aPipelineLongerThanTheBoundIsReadInTurn() throws Exception {
    int count = 200_000;
    try (ScriptedClient client = login()) {
      CompletableFuture<Boolean> writing =
          Background.run(() -> {
            ByteBuf syncs = Unpooled.buffer(count * 5);
            for (int i = 0; i < count; i++) {
              ScriptedClient.message(syncs, 'S', "");
            }
            client.send(syncs);
            return true;
          });
      for (int i = 0; i < count; i++) {
        assertThat(client.read().tag()).isEqualTo('Z');
      }
      assertThat(writing.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void copyInTheExtendedProtocolSwallowsItsSyncAndStillSettles() throws Exception {
    try (ScriptedClient client = login()) {
      client.query("CREATE TEMP TABLE c (a int)");
      client.readUntil('Z');
      ByteBuf out = Unpooled.buffer();
      ScriptedClient.run(out, "COPY c FROM STDIN");
      ScriptedClient.message(out, 'S', "");
      client.send(out);
      assertThat(client.readUntil('G')).isEqualTo("12G");
      ByteBuf data = Unpooled.buffer();
      ScriptedClient.message(data, 'd', "1\n2\n");
      ScriptedClient.message(data, 'c', "");
      ScriptedClient.message(data, 'S', "");
      client.send(data);
      assertThat(client.readUntil('Z')).isEqualTo("CZ");
      proxy
          .gate()
          .hold("copy", Duration.ofSeconds(10))
          .toCompletableFuture()
          .get(5, TimeUnit.SECONDS);
      proxy.gate().release("copy");
    }
  }

  @Test
  void aStartUpPacketMayArriveByteByByteButNotForEver() throws Exception {
    try (ScriptedClient client = ScriptedClient.connect(proxy.address().getPort());
        ScriptedClient silent = ScriptedClient.connect(proxy.address().getPort())) {
      ByteBuf startup = Unpooled.buffer();
      org.relevo.proxy.wire.FrontendMessages.startup(
          startup, 0, Map.of("user", "trusty", "database", "postgres"));
      while (startup.isReadable()) {
        client.send(startup.readSlice(1));
      }
      assertThat(client.readUntil('Z')).startsWith("R").endsWith("KZ");
      assertThat(silent.atEnd()).isTrue();
    }
  }

  @Test
  void anImpossibleLengthIsAProtocolViolation() throws Exception {
    try (ScriptedClient client = login()) {
      client.send(Unpooled.buffer().writeByte('Q').writeInt(-5));
      ScriptedClient.Message error = client.read();
      assertThat(error.tag()).isEqualTo('E');
      assertThat(error.body()).contains("08P01").contains("impossible length -5");
      assertThat(client.atEnd()).isTrue();
    }
  }

  @Test
  void aKilledServerIsToldAsLostConnection() throws Exception {
    try (ScriptedClient client = login()) {
      server.stop(PgCtl.StopMode.IMMEDIATE);
      ScriptedClient.Message error = client.read();
      while (error.tag() == 'N') { // the server's own warning comes first
        error = client.read();
      }
      assertThat(error.tag()).isEqualTo('E');
      assertThat(error.body()).containsAnyOf("08006", "57P02");
      assertThat(client.atEnd()).isTrue();
    }
    Await.until(
        "nothing is left", () -> proxy.poolBean(() -> "test").getInfo().serverConnections() == 0);
  }

  private ScriptedClient login() throws IOException {
    return ScriptedClient.login(proxy.address().getPort());
  }
}
