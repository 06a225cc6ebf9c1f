package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.WireLimits;

/// First packets.
final class StartupChecks {
  static final List<byte[]> SEEDS =
      List.of(
          startup(0, Map.of("user", "ana")),
          startup(2, Map.of("user", "ana", "database", "shop", "options", "-c a=b")),
          startup(0, Map.of("user", "ana", "replication", "database", "_pq_.x", "1")),
          bytes(out -> out.writeInt(8).writeInt(80_877_103)),
          bytes(out -> out.writeInt(8).writeInt(80_877_104)),
          bytes(out -> out.writeInt(8).writeInt(2 << 16)),
          cancel(4),
          cancel(32),
          Codec.bytes("GET / HTTP/1.1\r\n\r\n"));

  private StartupChecks() {}

  /// Arriving at once or byte by byte, the answer is the same; an incomplete packet is left alone.
  static void check(byte[] bytes) {
    ByteBuf whole = Unpooled.wrappedBuffer(bytes);
    StartupRequest request = StartupParser.parse(whole);
    if (request instanceof StartupRequest.Incomplete) {
      assertThat(whole.readerIndex()).isZero();
      assertThat(bytes.length).isLessThan(WireLimits.MAX_STARTUP_BYTES);
    }
    StartupRequest slowly = new StartupRequest.Incomplete();
    for (int i = 0; i <= bytes.length && slowly instanceof StartupRequest.Incomplete; i++) {
      slowly = StartupParser.parse(Unpooled.wrappedBuffer(bytes, 0, i));
    }
    if (request instanceof StartupRequest.Malformed) {
      assertThat(slowly).isInstanceOf(StartupRequest.Malformed.class);
    } else {
      assertThat(slowly).isEqualTo(request);
    }
    if (request instanceof StartupRequest.Startup startup) {
      assertThat(startup.packet().length()).isEqualTo(whole.readerIndex());
      assertThat(startup.parameters().size())
          .isLessThanOrEqualTo(WireLimits.MAX_STARTUP_PARAMETERS);
      assertThat(startup.database()).isNotNull();
      assertThat(startup.replication()).isIn(true, false);
    }
  }

  private static byte[] startup(int minor, Map<String, String> parameters) {
    return bytes(out -> FrontendMessages.startup(out, minor, parameters));
  }

  private static byte[] cancel(int keyBytes) {
    CancelKey key = new CancelKey(7, ByteString.copyOf(new byte[keyBytes]));
    return bytes(out -> FrontendMessages.cancelRequest(out, key));
  }

  static byte[] bytes(java.util.function.Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return ByteBufUtil.getBytes(out);
  }
}
