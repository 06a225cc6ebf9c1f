package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StartupParserTest {
  @Test
  void aStartupPacketIsReadOnceItIsComplete() {
    ByteBuf packet = Unpooled.buffer();
    FrontendMessages.startup(packet, 2, Map.of("user", "ana", "database", "shop"));
    int length = packet.readableBytes();
    for (int bytes = 0; bytes < length; bytes++) {
      assertThat(StartupParser.parse(packet.slice(0, bytes)))
          .isInstanceOf(StartupRequest.Incomplete.class);
    }

    StartupRequest.Startup startup = (StartupRequest.Startup) StartupParser.parse(packet);

    assertThat(startup.minor()).isEqualTo(2);
    assertThat(startup.user()).isEqualTo("ana");
    assertThat(startup.database()).isEqualTo("shop");
    assertThat(startup.replication()).isFalse();
    assertThat(startup.packet().length()).isEqualTo(length);
    assertThat(packet.isReadable()).isFalse();
  }

  @Test
  void requestsForEncryptionAreToldApart() {
    assertThat(StartupParser.parse(ints(8, 80_877_103))).isEqualTo(new StartupRequest.SslRequest());
    assertThat(StartupParser.parse(ints(8, 80_877_104)))
        .isEqualTo(new StartupRequest.GssEncRequest());
    assertThat(StartupParser.parse(ints(12, 80_877_103, 0)))
        .isInstanceOf(StartupRequest.Malformed.class);
  }

  @Test
  void cancelKeysMayBeShortOrLong() {
    for (int bytes : new int[] {4, 32, 256}) {
      CancelKey key = new CancelKey(77, ByteString.copyOf(new byte[bytes]));
      ByteBuf packet = Unpooled.buffer();
      FrontendMessages.cancelRequest(packet, key);
      assertThat(StartupParser.parse(packet)).isEqualTo(new StartupRequest.Cancel(key));
    }
    for (int bytes : new int[] {0, 3, 257}) {
      ByteBuf packet = Unpooled.buffer();
      FrontendMessages.cancelRequest(packet, new CancelKey(77, ByteString.copyOf(new byte[bytes])));
      assertThat(StartupParser.parse(packet)).isInstanceOf(StartupRequest.Malformed.class);
    }
  }

  @Test
  void otherProtocolsAreToldByTheirFirstBytes() {
    for (String bytes : new String[] {"GET / HTTP/1.1\r\n", "SSH-2.0-x", "\u0016\u0003\u0001"}) {
      ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
      assertThat(StartupParser.parse(in.slice(0, 1))).isInstanceOf(StartupRequest.Malformed.class);
    }
  }

  @Test
  void hostileLengthsAreRefusedBeforeTheBodyArrives() {
    for (int length : new int[] {0, 4, 7, WireLimits.MAX_STARTUP_BYTES + 1, 0x00FF_FFFF}) {
      assertThat(StartupParser.parse(ints(length))).isInstanceOf(StartupRequest.Malformed.class);
    }
  }

  @Test
  void olderProtocolsAreKnownAsSuch() {
    assertThat(StartupParser.parse(ints(8, 2 << 16)))
        .isEqualTo(new StartupRequest.OtherVersion(2, 0));
    assertThat(StartupParser.parse(ints(8, 0x7FFF_0000)))
        .isInstanceOf(StartupRequest.Malformed.class);
  }

  @Test
  void brokenParameterListsAreRefused() {
    assertThat(StartupParser.parse(ints(8, 3 << 16)))
        .isInstanceOf(StartupRequest.Malformed.class); // no terminator
    ByteBuf noValue = Unpooled.buffer().writeInt(13).writeInt(3 << 16);
    noValue.writeCharSequence("user\0", StandardCharsets.UTF_8);
    assertThat(StartupParser.parse(noValue)).isInstanceOf(StartupRequest.Malformed.class);
    ByteBuf many = Unpooled.buffer().writeInt(0).writeInt(3 << 16);
    for (int i = 0; i <= WireLimits.MAX_STARTUP_PARAMETERS; i++) {
      many.writeCharSequence("p" + i + "\0v\0", StandardCharsets.UTF_8);
    }
    many.writeByte(0).setInt(0, many.writerIndex());
    assertThat(StartupParser.parse(many)).isInstanceOf(StartupRequest.Malformed.class);
  }

  @Test
  void noiseNeverThrows() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 5000; round++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      ByteBuf in = Unpooled.buffer();
      in.writeInt(noise.length + 8).writeInt(random.nextBoolean() ? 3 << 16 : 80_877_102);
      in.writeBytes(noise);
      assertThat(StartupParser.parse(in)).as("seed %d", seed).isNotNull();
    }
  }

  @Test
  void replicationIsReadAsPostgresReadsBooleans() {
    assertThat(startup("replication", "database").replication()).isTrue();
    assertThat(startup("replication", "1").replication()).isTrue();
    assertThat(startup("replication", "off").replication()).isFalse();
  }

  private static StartupRequest.Startup startup(String name, String value) {
    ByteBuf packet = Unpooled.buffer();
    FrontendMessages.startup(packet, 0, Map.of("user", "ana", name, value));
    return (StartupRequest.Startup) StartupParser.parse(packet);
  }

  private static ByteBuf ints(int... values) {
    ByteBuf out = Unpooled.buffer();
    for (int value : values) {
      out.writeInt(value);
    }
    return out;
  }
}
