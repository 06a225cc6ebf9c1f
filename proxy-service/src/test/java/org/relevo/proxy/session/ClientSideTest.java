package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// A session between two channels without sockets. The allocator counts: what a test leaves behind
/// fails it.
class ClientSideTest {
  private static final int MAX_CLIENTS = 2;
  private static final byte[] SECRET = {1, 2, 3, 4};

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final FixedViews views = new FixedViews(5432);
  private final EmbeddedChannel client = channel();
  private @Nullable EmbeddedChannel server;
  private final LoopShard shard = new LoopShard(client.eventLoop());
  private final SessionHub hub =
      new SessionHub(
          views,
          (_, _, _, _, handler) -> {
            EmbeddedChannel connected = channel();
            connected.pipeline().addLast(handler);
            connected.pipeline().fireChannelActive();
            server = connected;
            return connected.newSucceededFuture();
          },
          new SessionSettings(
              MAX_CLIENTS,
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              Duration.ofSeconds(10),
              false));

  ClientSideTest() {
    client.pipeline().addLast(new ClientSide(hub, shard));
    client.pipeline().fireChannelActive();
  }

  @AfterEach
  void nothingIsLeft() {
    client.finishAndReleaseAll();
    if (server != null) {
      server.finishAndReleaseAll();
    }
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
    assertThat(shard.sessions()).isEmpty();
  }

  @Test
  void theClientGetsAKeyOfOurOwnWithTheServersProcess() {
    byte[] answer = login();
    ByteBuf in = Unpooled.wrappedBuffer(answer);
    assertThat(in.readByte()).isEqualTo((byte) 'R');
    in.skipBytes(in.readInt() - 4);
    assertThat(in.readByte()).isEqualTo((byte) 'K');
    assertThat(in.readInt()).isEqualTo(12);
    assertThat(in.readInt()).isEqualTo(77);
    byte[] secret = ByteBufUtil.getBytes(in.readSlice(4));
    assertThat(secret).isNotEqualTo(SECRET);
    assertThat(in.readByte()).isEqualTo((byte) 'Z');
  }

  @Test
  void whateverThePiecesAndTheGateEveryByteArrivesOnce() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    login();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    boolean closed = false;
    for (int round = 0; round < 400; round++) {
      ByteBuf query = Unpooled.buffer();
      FrontendMessages.query(query, "SELECT '" + "x".repeat(random.nextInt(200)) + "'");
      byte[] bytes = ByteBufUtil.getBytes(query);
      sent.writeBytes(bytes);
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(60));
        toProxy(client, allocator.buffer().writeBytes(bytes, at, piece));
        at += piece;
        if (random.nextInt(10) == 0) {
          closed = !closed;
          if (closed) {
            shard.closeGate(() -> {});
          } else {
            shard.openGate();
          }
        }
      }
      arrived.writeBytes(outbound(server()));
      if (random.nextInt(3) == 0) {
        answerAll(arrived);
      }
    }
    shard.openGate();
    arrived.writeBytes(outbound(server()));
    assertThat(arrived.toByteArray()).as("seed %d", seed).isEqualTo(sent.toByteArray());
  }

  @Test
  void behindAClosedGateOneTransactionEndsAndTheNextWaits() {
    login();
    toProxy(client, query("BEGIN"));
    outbound(server());
    toProxy(server(), ready('T'));
    AtomicInteger settled = new AtomicInteger();
    shard.closeGate(settled::incrementAndGet);
    assertThat(shard.busyCount()).isEqualTo(1);
    toProxy(client, query("COMMIT"));
    assertThat(outbound(server())).isNotEmpty();
    assertThat(settled).hasValue(0);

    toProxy(server(), ready('I'));
    toProxy(client, query("SELECT 1"));

    assertThat(settled).hasValue(1);
    assertThat(outbound(server())).isEmpty();
    shard.openGate();
    assertThat(outbound(server())).isNotEmpty();
  }

  @Test
  void aClientThatLeavesWhileItWaitsLeavesNothing() {
    login();
    shard.closeGate(() -> {});
    toProxy(client, query("SELECT 1"));
    var _ = client.close();
    client.runPendingTasks();
    assertThat(shard.sessions()).isEmpty();
    assertThat(hub.admit()).isTrue();
    hub.dismiss();
  }

  @Test
  void anImpossibleLengthEndsTheSessionWithAReason() {
    login();
    toProxy(client, allocator.buffer().writeByte('Q').writeInt(-5));
    assertThat(text(outbound(client))).contains("08P01").contains("impossible length -5");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aServerThatDisappearsBetweenMessagesIsToldWithAState() {
    login();
    var _ = server().close();
    server().runPendingTasks();
    client.runPendingTasks();
    assertThat(text(outbound(client))).contains("08006");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aServerThatBreaksOffInsideAMessageIsNotAnsweredFor() {
    login();
    toProxy(server(), allocator.buffer().writeByte('D').writeInt(1000).writeByte('x'));
    outbound(client);
    var _ = server().close();
    server().runPendingTasks();
    client.runPendingTasks();
    assertThat(outbound(client)).isEmpty();
    assertThat(client.isOpen()).isFalse();
  }

  private byte[] login() {
    ByteBuf packet = allocator.buffer();
    FrontendMessages.startup(packet, 0, Map.of("user", "ana"));
    byte[] startup = ByteBufUtil.getBytes(packet);
    toProxy(client, packet);
    server().runPendingTasks();
    assertThat(outbound(server())).isEqualTo(startup);
    ByteBuf answer = allocator.buffer();
    BackendMessages.authentication(answer, BackendMessages.AUTH_OK, new byte[0]);
    BackendMessages.backendKeyData(answer, new CancelKey(77, ByteString.copyOf(SECRET)));
    BackendMessages.readyForQuery(answer, 'I');
    toProxy(server(), answer);
    return outbound(client);
  }

  /// Answers every query that has arrived, as long as that lets more arrive.
  private void answerAll(ByteArrayOutputStream arrived) {
    int answers = shard.sessions().getFirst().pending().owed();
    for (int i = 0; i < answers; i++) {
      toProxy(server(), ready('I'));
    }
    arrived.writeBytes(outbound(server()));
    outbound(client);
  }

  private EmbeddedChannel server() {
    if (server == null) {
      throw new AssertionError("no connection to a server was made");
    }
    return server;
  }

  private EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    return channel;
  }

  private ByteBuf query(String sql) {
    ByteBuf out = allocator.buffer();
    FrontendMessages.query(out, sql);
    return out;
  }

  private ByteBuf ready(char status) {
    ByteBuf out = allocator.buffer();
    BackendMessages.readyForQuery(out, status);
    return out;
  }

  /// Gives bytes to a channel as if its peer had sent them.
  private static void toProxy(EmbeddedChannel from, ByteBuf bytes) {
    from.pipeline().fireChannelRead(bytes);
    from.pipeline().fireChannelReadComplete();
    from.runPendingTasks();
  }

  private static byte[] outbound(EmbeddedChannel channel) {
    channel.runPendingTasks();
    channel.flush();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
    return all.toByteArray();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
