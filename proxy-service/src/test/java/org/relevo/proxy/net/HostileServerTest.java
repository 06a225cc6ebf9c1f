package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// Servers that say what PostgreSQL never says.
@Timeout(60)
class HostileServerTest {
  private static final LeakWatch LEAKS = new LeakWatch();

  private ServerSocket listener;
  private ProxyServer proxy;

  @BeforeEach
  void start() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                1,
                new SessionSettings(
                    10,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(2),
                    false)),
            new FixedViews(listener.getLocalPort()),
            TestAccess.open());
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    listener.close();
    LEAKS.assertNone();
  }

  @Test
  void aServerThatClosesDuringLoginIsNamed() throws Exception {
    ScriptedClient.Message error = answerTo(Unpooled.EMPTY_BUFFER);
    assertThat(error.tag()).isEqualTo('E');
    assertThat(error.body()).contains("08006").contains("node0 (127.0.0.1:").contains("login");
  }

  @Test
  void impossibleAndHugeLengthsEndTheLogin() throws Exception {
    for (int length : new int[] {0, 3, -1, Integer.MIN_VALUE, 70_000, Integer.MAX_VALUE}) {
      ScriptedClient.Message error = answerTo(Unpooled.buffer().writeByte('R').writeInt(length));
      assertThat(error.body()).as("length %d", length).contains("08006");
    }
  }

  @Test
  void shortMessagesOfEveryKindEndTheLogin() throws Exception {
    for (char tag : new char[] {'R', 'K', 'S'}) {
      ScriptedClient.Message error =
          answerTo(Unpooled.buffer().writeByte(tag).writeInt(5).writeByte(1));
      assertThat(error.body()).as("tag %s", tag).contains("08006");
    }
  }

  @Test
  void noiseAfterLoginEndsTheSessionAndNothingElse() throws Exception {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      CompletableFuture<Socket> accepted = Background.run(() -> loggedIn(listener.accept()));
      try (ScriptedClient client = ScriptedClient.login(proxy.address().getPort());
          Socket server = accepted.get()) {
        byte[] noise = new byte[5 + random.nextInt(200)];
        random.nextBytes(noise);
        if (round < 2) {
          noise[0] = 'E'; // the start of an error is not an error
        }
        noise[1] |= (byte) 0x80; // a length that cannot be
        server.getOutputStream().write(noise);
        ScriptedClient.Message error = client.read();
        assertThat(error.tag()).as("seed %d", seed).isEqualTo('E');
        assertThat(client.atEnd()).isTrue();
      }
    }
    // Each side closes by itself; neither is told before the other.
    Await.until(
        "all are gone",
        () ->
            proxy.poolBean(() -> "test").getInfo().serverConnections() == 0
                && proxy.poolBean(() -> "test").getInfo().clients() == 0);
  }

  @Test
  void theClientsCancelKeyIsNeverTheServers() throws Exception {
    CompletableFuture<Socket> accepted = Background.run(() -> loggedIn(listener.accept()));
    try (ScriptedClient client = ScriptedClient.connect(proxy.address().getPort())) {
      ByteBuf startup = Unpooled.buffer();
      FrontendMessages.startup(startup, 0, Map.of("user", "trusty"));
      client.send(startup);
      accepted.get().close();
      ScriptedClient.Message message = client.read();
      while (message.tag() != 'K') {
        message = client.read();
      }
      assertThat(message.body().substring(0, 4)).isEqualTo("\0\0\0\7");
      assertThat(message.body()).doesNotEndWith("\1\1\1\1");
    }
  }

  @Test
  void aCancelForNobodyEndsInSilence() throws Exception {
    try (ScriptedClient client = ScriptedClient.connect(proxy.address().getPort())) {
      ByteBuf request = Unpooled.buffer();
      FrontendMessages.cancelRequest(request, new CancelKey(7, ByteString.copyOf(new byte[4])));
      client.send(request);
      assertThat(client.atEnd()).isTrue();
    }
    assertThat(proxy.poolBean(() -> "test").getInfo().cancelRequestsTotal()).isEqualTo(1);
  }

  /// What a client gets when the server answers its start-up packet so, and closes.
  private ScriptedClient.Message answerTo(ByteBuf answer) throws Exception {
    CompletableFuture<Boolean> served =
        Background.run(() -> {
          try (Socket server = listener.accept()) {
            readStartup(server);
            OutputStream out = server.getOutputStream();
            answer.readBytes(out, answer.readableBytes());
            out.flush();
          }
          return true;
        });
    try (ScriptedClient client = ScriptedClient.connect(proxy.address().getPort())) {
      ByteBuf startup = Unpooled.buffer();
      FrontendMessages.startup(startup, 0, Map.of("user", "trusty"));
      client.send(startup);
      ScriptedClient.Message message = client.read();
      assertThat(client.atEnd()).isTrue();
      served.get();
      return message;
    }
  }

  private static Socket loggedIn(Socket server) throws IOException {
    readStartup(server);
    ByteBuf out = Unpooled.buffer();
    BackendMessages.authentication(out, BackendMessages.AUTH_OK, new byte[0]);
    BackendMessages.parameterStatus(out, "server_version", "18");
    BackendMessages.backendKeyData(
        out, new CancelKey(7, ByteString.copyOf(new byte[] {1, 1, 1, 1})));
    BackendMessages.readyForQuery(out, 'I');
    out.readBytes(server.getOutputStream(), out.readableBytes());
    server.getOutputStream().flush();
    return server;
  }

  private static void readStartup(Socket server) throws IOException {
    byte[] length = server.getInputStream().readNBytes(4);
    int bytes = (length[2] & 0xFF) << 8 | (length[3] & 0xFF);
    assertThat(server.getInputStream().readNBytes(bytes - 4)).hasSize(bytes - 4);
  }
}
