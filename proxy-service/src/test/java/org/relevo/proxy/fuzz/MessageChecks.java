package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.WireException;

/// Bodies of messages: what could be read is written again and read again, with the same result.
final class MessageChecks {
  static final List<byte[]> SASL_SEEDS =
      List.of(
          body(out -> FrontendMessages.saslInitial(out, "SCRAM-SHA-256", "n,,n=,r=abc")),
          body(out -> FrontendMessages.saslInitial(out, "", "")),
          Codec.bytes("SCRAM-SHA-256\0\177\377\377\377n,,"));

  static final List<byte[]> KEY_SEEDS =
      List.of(new byte[8], new byte[36], new byte[260], new byte[261], new byte[] {0, 0, 0, 10});

  static final List<byte[]> STATUS_SEEDS =
      List.of(
          body(out -> BackendMessages.parameterStatus(out, "TimeZone", "UTC")),
          Codec.bytes("\0\0"),
          Codec.bytes("name\0value"));

  static final List<byte[]> ROW_SEEDS =
      List.of(
          Codec.bytes("\0\2\0\0\0\1a\377\377\377\377"),
          Codec.bytes("\0\0"),
          Codec.bytes("\377\377\177\377\377\377"));

  static final List<byte[]> ERROR_SEEDS =
      List.of(
          body(out -> BackendError.of("FATAL", "28P01", "no").withHint("try").writeTo(out)),
          Codec.bytes("\0"),
          Codec.bytes("Mtext without an end"));

  private MessageChecks() {}

  static void saslInitial(byte[] bytes) {
    Map.Entry<String, String> read;
    try {
      read = FrontendMessages.readSaslInitial(bytes, bytes.length);
    } catch (WireException _) {
      return;
    }
    byte[] again = body(out -> FrontendMessages.saslInitial(out, read.getKey(), read.getValue()));
    // A name of broken UTF-8 is longer the second time, its data with zero bytes too.
    assertThat(FrontendMessages.readSaslInitial(again, again.length)).isEqualTo(read);
  }

  static void keyData(byte[] bytes) {
    try {
      CancelKey key = BackendMessages.readKeyData(bytes);
      assertThat(body(out -> BackendMessages.backendKeyData(out, key))).isEqualTo(bytes);
    } catch (WireException _) {
      assertThat(bytes.length < 8 || bytes.length > 260).isTrue();
    }
  }

  static void parameterStatus(byte[] bytes) {
    // The scanner gives an array that may be longer than the message.
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 3);
    Map.Entry<String, String> read;
    try {
      read = BackendMessages.readParameterStatus(longer, bytes.length);
    } catch (WireException _) {
      return;
    }
    byte[] again =
        body(out -> BackendMessages.parameterStatus(out, read.getKey(), read.getValue()));
    assertThat(BackendMessages.readParameterStatus(again, again.length)).isEqualTo(read);
  }

  static void dataRow(byte[] bytes) {
    try {
      List<@Nullable String> row = BackendMessages.readDataRow(bytes, StandardCharsets.ISO_8859_1);
      int content = row.stream().mapToInt(value -> value == null ? 0 : value.length()).sum();
      assertThat(2 + 4 * row.size() + content).isLessThanOrEqualTo(bytes.length);
    } catch (WireException _) {
      assertThat(bytes.length).isLessThan(1 << 20);
    }
  }

  static void authentication(byte[] bytes) {
    try {
      var _ = BackendMessages.authenticationKind(bytes);
    } catch (WireException _) {
      assertThat(bytes.length).isLessThan(4);
    }
  }

  static void error(byte[] bytes) {
    BackendError read;
    try {
      read = BackendError.read(bytes);
    } catch (WireException _) {
      return;
    }
    assertThat(read.sqlState()).isNotNull();
    assertThat(read.message()).isNotNull();
    assertThat(BackendError.read(body(read::writeTo))).isEqualTo(read);
  }

  /// What follows the header of the one message that is written.
  private static byte[] body(java.util.function.Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out.skipBytes(5));
  }
}
