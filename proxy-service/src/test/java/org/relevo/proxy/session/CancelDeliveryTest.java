package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// What becomes of a server connection whose statement is cancelled, in transaction mode, with room
/// for one.
class CancelDeliveryTest {
  private static final CancelKey SERVERS =
      new CancelKey(SessionLab.SERVER_PROCESS, ByteString.copyOf(SessionLab.SECRET));

  private final SessionLab lab = new SessionLab(PoolMode.TRANSACTION, 1);
  private final EmbeddedChannel ana = lab.start(Map.of());
  private final EmbeddedChannel server = lab.server(0);
  private EmbeddedChannel ben = ana;
  private CancelKey key = SERVERS;

  @BeforeEach
  void anaIsServed() {
    lab.acceptLogin(server);
    key = key(lab.outbound(ana));
    ben = lab.login(Map.of());
    lab.send(ana, query("SELECT 1"));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 1");
  }

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  @Test
  void theServerThatHasActedServesTheNextClient() {
    EmbeddedChannel requester = cancel();
    ByteBuf expected = Unpooled.buffer();
    FrontendMessages.cancelRequest(expected, SERVERS);
    assertThat(lab.outbound(lab.server(1))).isEqualTo(ByteBufUtil.getBytes(expected));
    lab.send(server, error("57014", "canceled"), ready('I'));
    lab.send(ben, query("SELECT 2"));
    assertThat(lab.outbound(server)).isEmpty();
    var _ = lab.server(1).close();
    assertThat(lab.messages(server)).containsExactly("Q SELECT 2");
    assertThat(requester.isOpen()).isFalse();
  }

  @Test
  void aRequestThatMayStillArriveMeetsNobodyElse() {
    EmbeddedChannel requester = cancel();
    lab.send(server, ready('I'));
    lab.send(ben, query("SELECT 2"));
    lab.pass(CancelDelivery.LIMIT_MS);
    assertThat(requester.isOpen()).isFalse();
    assertThat(lab.server(1).isOpen()).isFalse();
    assertThat(lab.messages(server)).containsExactly("X");
    lab.acceptLogin(lab.server(2));
    assertThat(lab.messages(lab.server(2))).containsExactly("Q SELECT 2");
    assertThat(ana.isOpen()).isTrue();
  }

  private EmbeddedChannel cancel() {
    EmbeddedChannel requester = lab.connectClient();
    ByteBuf request = lab.allocator().buffer();
    FrontendMessages.cancelRequest(request, key);
    lab.send(requester, request);
    return requester;
  }

  /// The key at the end of a greeting.
  private static CancelKey key(byte[] greeting) {
    int end = greeting.length - ready('I').length;
    return new CancelKey(
        Unpooled.wrappedBuffer(greeting).getInt(end - 8),
        ByteString.copyOf(Arrays.copyOfRange(greeting, end - 4, end)));
  }
}
