package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.pool.PoolMode;

/// What holds in session and in transaction mode alike.
@ParameterizedClass
@EnumSource(
    value = PoolMode.class,
    names = {"SESSION", "TRANSACTION"})
class ClientSideTest {
  private final PoolMode mode;
  private final SessionLab lab;

  ClientSideTest(PoolMode mode) {
    this.mode = mode;
    this.lab = new SessionLab(mode, 1);
  }

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  @Test
  void theClientGetsAKeyOfOurOwn() {
    EmbeddedChannel client = lab.start(Map.of());
    lab.acceptLogin(lab.server(0));
    ByteBuf in = Unpooled.wrappedBuffer(lab.outbound(client));
    assertThat(in.readByte()).isEqualTo((byte) 'R');
    in.skipBytes(in.readInt() - 4);
    assertThat(in.readByte()).isEqualTo((byte) 'S');
    in.skipBytes(in.readInt() - 4);
    assertThat(in.readByte()).isEqualTo((byte) 'K');
    assertThat(in.readInt()).isEqualTo(12);
    int process = in.readInt();
    assertThat(process == SessionLab.SERVER_PROCESS).isEqualTo(mode == PoolMode.SESSION);
    byte[] secret = ByteBufUtil.getBytes(in.readSlice(4));
    assertThat(secret).isNotEqualTo(SessionLab.SECRET);
    assertThat(in.readByte()).isEqualTo((byte) 'Z');
  }

  @Test
  void whateverThePiecesAndTheGateEveryByteArrivesOnce() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    EmbeddedChannel client = lab.login(Map.of());
    EmbeddedChannel server = lab.server(0);
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream arrived = new ByteArrayOutputStream();
    boolean closed = false;
    for (int round = 0; round < 400; round++) {
      byte[] bytes = query("SELECT '" + "x".repeat(random.nextInt(200)) + "'");
      sent.writeBytes(bytes);
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(60));
        lab.send(client, Arrays.copyOfRange(bytes, at, at + piece));
        at += piece;
        if (random.nextInt(10) == 0) {
          closed = !closed;
          if (closed) {
            lab.shard().closeGate(() -> {});
          } else {
            lab.shard().openGate();
          }
        }
      }
      arrived.writeBytes(lab.outbound(server));
      if (random.nextInt(3) == 0) {
        answerAll(client, server, arrived);
      }
    }
    lab.shard().openGate();
    for (int i = 0; i < 500 && arrived.size() < sent.size(); i++) {
      answerAll(client, server, arrived);
    }
    assertThat(arrived.toByteArray()).as("seed %d", seed).isEqualTo(sent.toByteArray());
  }

  /// Answers every query that has arrived.
  private void answerAll(
      EmbeddedChannel client, EmbeddedChannel server, ByteArrayOutputStream arrived) {
    var connection = lab.shard().sessions().getFirst().lease().connection();
    int answers = connection == null ? 0 : connection.outstanding().owed();
    for (int i = 0; i < answers; i++) {
      lab.send(server, ready('I'));
    }
    arrived.writeBytes(lab.outbound(server));
    lab.outbound(client);
  }

  @Test
  void behindAClosedGateOneTransactionEndsAndTheNextWaits() {
    EmbeddedChannel client = lab.login(Map.of());
    EmbeddedChannel server = lab.server(0);
    lab.send(client, query("BEGIN"));
    lab.outbound(server);
    lab.send(server, ready('T'));
    AtomicInteger settled = new AtomicInteger();
    lab.shard().closeGate(settled::incrementAndGet);
    assertThat(lab.shard().busyCount()).isEqualTo(1);
    lab.send(client, query("COMMIT"));
    assertThat(lab.messages(server)).containsExactly("Q COMMIT");
    assertThat(settled).hasValue(0);

    lab.send(server, ready('I'));
    lab.send(client, query("SELECT 1"));

    assertThat(settled).hasValue(1);
    assertThat(lab.outbound(server)).isEmpty();
    lab.shard().openGate();
    assertThat(lab.messages(server)).containsExactly("Q SELECT 1");
  }

  @Test
  void aClientThatLeavesWhileItWaitsLeavesNothing() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.shard().closeGate(() -> {});
    lab.send(client, query("SELECT 1"));
    var _ = client.close();
    lab.settle();
    assertThat(lab.shard().sessions()).isEmpty();
    for (int i = 0; i < SessionLab.MAX_CLIENTS; i++) {
      assertThat(lab.hub().admit(false)).isTrue();
    }
    assertThat(lab.hub().admit(false)).isFalse();
  }

  @Test
  void aClientThatLeavesInsideATransactionLeavesACleanServer() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.send(client, query("BEGIN"));
    lab.send(lab.server(0), ready('T'));
    var _ = client.close();
    lab.settle();
    assertThat(lab.messages(lab.server(0))).containsExactly("Q BEGIN", "Q ABORT", "Q DISCARD ALL");
  }

  @Test
  void aClientThatLeavesInsideAnAnswerTakesItsServerWithIt() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.send(client, query("SELECT 1"));
    lab.send(lab.server(0), lab.allocator().buffer().writeByte('D').writeInt(1000).writeByte('x'));
    var _ = client.close();
    lab.settle();
    assertThat(lab.server(0).isOpen()).isFalse();
  }

  @Test
  void anImpossibleLengthEndsTheSessionWithAReason() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.send(client, lab.allocator().buffer().writeByte('Q').writeInt(-5));
    assertThat(lab.text(client)).contains("08P01").contains("impossible length -5");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aServerThatDisappearsBetweenMessagesIsToldWithAState() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.send(client, query("SELECT 1"));
    var _ = lab.server(0).close();
    lab.settle();
    assertThat(lab.text(client)).contains("08006");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aServerThatBreaksOffInsideAMessageIsNotAnsweredFor() {
    EmbeddedChannel client = lab.login(Map.of());
    lab.send(client, query("SELECT 1"));
    lab.send(lab.server(0), lab.allocator().buffer().writeByte('D').writeInt(1000).writeByte('x'));
    lab.outbound(client);
    var _ = lab.server(0).close();
    lab.settle();
    assertThat(lab.outbound(client)).isEmpty();
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void aServerThatRefusesTheLoginIsQuotedToTheClient() {
    EmbeddedChannel client = lab.start(Map.of("database", "nowhere"));
    lab.send(lab.server(0), error("3D000", "database \"nowhere\" does not exist"));
    assertThat(lab.text(client)).contains("FATAL").contains("3D000").contains("nowhere");
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void oneClientTooManyIsRefused() {
    for (int i = 0; i < SessionLab.MAX_CLIENTS; i++) {
      assertThat(lab.start(Map.of()).isOpen()).isTrue();
    }
    EmbeddedChannel late = lab.start(Map.of());
    assertThat(lab.text(late)).contains("53300");
    assertThat(late.isOpen()).isFalse();
  }

  @Test
  void settingsOfTheStartUpPacketAreGivenToTheServerBeforeTheGreeting() {
    EmbeddedChannel client = lab.start(Map.of("options", "-c work_mem=1MB", "DateStyle", "German"));
    EmbeddedChannel server = lab.server(0);
    lab.acceptLogin(server);
    assertThat(lab.outbound(client)).isEmpty();
    assertThat(lab.messages(server)).contains("B datestyle German", "B work_mem 1MB").endsWith("S");
    lab.send(server, message('S', "DateStyle\0", "German\0"), ready('I'));
    assertThat(lab.text(client)).contains("DateStyle\0German\0").contains("Z");
    lab.send(client, query("SELECT 1"));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 1");
  }
}
