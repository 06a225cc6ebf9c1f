package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.SqlState;

class MessagesTest {
  @Test
  void errorsKeepAllTheirFields() {
    BackendError error =
        new BackendError(
            Map.of('S', "ERROR", 'C', "23505", 'M', "duplicate", 'n', "pk", 'z', "unknown field"));
    assertThat(BackendError.read(body(error))).isEqualTo(error);
    BackendError own = BackendError.fatal(SqlState.CONNECTION_FAILURE, "gone").withHint("wait");
    assertThat(BackendError.read(body(own)).sqlState()).isEqualTo("08006");
    assertThat(BackendError.read(new byte[0]).message()).isEmpty();
  }

  @Test
  void truncatedMessagesAreRefusedOrShortNeverMisread() {
    byte[] whole = body(BackendError.fatal(SqlState.ADMIN_SHUTDOWN, "bye"));
    for (int length = 0; length < whole.length - 1; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        assertThat(BackendError.read(cut).fields().size()).isLessThan(5);
      } catch (WireException e) {
        assertThat(e).hasMessageContaining("unterminated");
      }
    }
  }

  @Test
  void severitiesAreKnownInAnyLanguage() {
    for (String severity : new String[] {"ERROR", "FATAL", "PANIC"}) {
      ByteBuf frame = Unpooled.buffer();
      Map<Character, String> fields = new LinkedHashMap<>();
      fields.put('S', "FEHLER");
      fields.put('V', severity);
      fields.put('C', "57P01");
      new BackendError(fields).writeTo(frame);
      assertThat(BackendError.severity(frame)).isEqualTo((byte) severity.charAt(0));
      for (int length = 5; length < frame.writerIndex(); length++) {
        assertThat(BackendError.severity(frame.slice(0, length)))
            .isIn((byte) 'E', (byte) severity.charAt(0));
      }
    }
  }

  @Test
  void parameterStatusIsReadBack() {
    ByteBuf out = Unpooled.buffer();
    BackendMessages.parameterStatus(out, "TimeZone", "UTC");
    byte[] body = body(out);
    assertThat(BackendMessages.readParameterStatus(body, body.length))
        .isEqualTo(Map.entry("TimeZone", "UTC"));
    assertThatThrownBy(() -> BackendMessages.readParameterStatus(body, body.length - 1))
        .isInstanceOf(WireException.class);
  }

  @Test
  void keyDataMayBeShortOrLong() {
    for (int bytes : new int[] {4, 32, 256}) {
      CancelKey key = new CancelKey(5, ByteString.copyOf(new byte[bytes]));
      ByteBuf out = Unpooled.buffer();
      BackendMessages.backendKeyData(out, key);
      assertThat(BackendMessages.readKeyData(body(out))).isEqualTo(key);
    }
    assertThatThrownBy(() -> BackendMessages.readKeyData(new byte[7]))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> BackendMessages.readKeyData(new byte[300]))
        .isInstanceOf(WireException.class);
  }

  @Test
  void rowsOfAHostileServerAreRefused() {
    ByteBuf row = Unpooled.buffer().writeShort(2).writeInt(1).writeByte('a').writeInt(-1);
    assertThat(BackendMessages.readDataRow(bytes(row), StandardCharsets.UTF_8))
        .containsExactly("a", null);
    for (int length : new int[] {-2, 2, Integer.MAX_VALUE}) {
      ByteBuf bad = Unpooled.buffer().writeShort(1).writeInt(length).writeByte('a');
      assertThatThrownBy(() -> BackendMessages.readDataRow(bytes(bad), StandardCharsets.UTF_8))
          .isInstanceOf(WireException.class);
    }
    assertThatThrownBy(
            () -> BackendMessages.readDataRow(new byte[] {127, 127}, StandardCharsets.UTF_8))
        .isInstanceOf(WireException.class);
  }

  @Test
  void saslLengthsThatOverlapAreRefused() {
    ByteBuf out = Unpooled.buffer();
    FrontendMessages.saslInitial(out, Scram.MECHANISM, "n,,n=,r=abc");
    byte[] body = body(out);
    assertThat(FrontendMessages.readSaslInitial(body, body.length))
        .isEqualTo(Map.entry(Scram.MECHANISM, "n,,n=,r=abc"));
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] bad = body.clone();
      bad[Scram.MECHANISM.length() + 1 + random.nextInt(4)] = (byte) (1 + random.nextInt(255));
      if (!Arrays.equals(bad, body)) {
        assertThatThrownBy(() -> FrontendMessages.readSaslInitial(bad, bad.length))
            .isInstanceOf(WireException.class);
      }
    }
  }

  private static byte[] body(BackendError error) {
    ByteBuf out = Unpooled.buffer();
    error.writeTo(out);
    return body(out);
  }

  private static byte[] body(ByteBuf message) {
    assertThat(message.getInt(1)).isEqualTo(message.readableBytes() - 1);
    return bytes(message.skipBytes(5));
  }

  private static byte[] bytes(ByteBuf in) {
    byte[] out = new byte[in.readableBytes()];
    in.readBytes(out);
    return out;
  }
}
