package org.relevo.proxy.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScannerTest {
  private final List<String> heard = new ArrayList<>();
  private final FrameScanner scanner = new FrameScanner(new Recorder());

  @Test
  void everySplitGivesTheSameMessages() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ByteBuf stream = Unpooled.buffer();
      List<String> expected = new ArrayList<>();
      int messages = 1 + random.nextInt(20);
      for (int i = 0; i < messages; i++) {
        char tag = "QZDSE".charAt(random.nextInt(5));
        byte[] body = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(300)];
        random.nextBytes(body);
        stream.writeByte(tag).writeInt(4 + body.length).writeBytes(body);
        expected.add(tag + ":" + body.length);
        if (tag == 'Z') {
          expected.add("body " + Arrays.toString(Arrays.copyOf(body, Math.min(3, body.length))));
        }
      }
      heard.clear();
      FrameScanner split = new FrameScanner(new Recorder());
      while (stream.isReadable()) {
        ByteBuf piece = stream.readSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(40)));
        split.scan(piece);
        assertThat(piece.readerIndex()).isZero();
      }
      assertThat(heard).as("seed %d round %d", seed, round).isEqualTo(expected);
      assertThat(split.atMessageStart()).isTrue();
    }
  }

  @Test
  void scanOneStopsAtTheEndOfAMessage() {
    ByteBuf in = Unpooled.buffer();
    in.writeByte('Q').writeInt(6).writeShort(1).writeByte('S').writeInt(4).writeByte('Q');

    assertThat(scanner.scanOne(in)).isEqualTo(7);
    in.skipBytes(7);
    assertThat(scanner.scanOne(in)).isEqualTo(5);
    in.skipBytes(5);
    assertThat(scanner.scanOne(in)).isEqualTo(1);
    assertThat(scanner.atMessageStart()).isFalse();
    assertThat(heard).containsExactly("Q:2", "S:0");
  }

  @Test
  void aMessageOfAGigabyteCostsNothing() {
    ByteBuf header = Unpooled.buffer().writeByte('D').writeInt(WireLimits.MAX_MESSAGE_BYTES);
    scanner.scan(header);
    ByteBuf piece = Unpooled.wrappedBuffer(new byte[1 << 20]);
    for (int i = 0; i < 1023; i++) {
      scanner.scan(piece);
    }
    assertThat(scanner.atMessageStart()).isFalse();
    scanner.scan(piece.slice(0, (1 << 20) - 5));
    assertThat(scanner.atMessageStart()).isTrue();
    assertThat(heard).hasSize(1);
  }

  @Test
  void impossibleLengthsAreRefused() {
    for (int length : new int[] {3, 0, -1, Integer.MIN_VALUE, WireLimits.MAX_MESSAGE_BYTES + 1}) {
      FrameScanner fresh = new FrameScanner(new Recorder());
      ByteBuf in = Unpooled.buffer().writeByte('D').writeInt(length);
      assertThatThrownBy(() -> fresh.scan(in))
          .isInstanceOf(WireException.class)
          .hasMessage("message 'D' with impossible length " + length);
    }
  }

  @Test
  void theCutterGivesWholeMessagesAndTheRest() {
    try (FrameCutter cutter = new FrameCutter(Unpooled.buffer().alloc(), 100)) {
      ByteBuf in = Unpooled.buffer();
      in.writeByte('S').writeInt(6).writeShort(7).writeByte('Z').writeInt(5).writeByte('I');
      in.writeByte('D').writeInt(90);
      for (int i = 0; i < in.writerIndex(); i++) {
        cutter.add(in.slice(i, 1));
      }
      assertThat(cutter.hasMessage()).isTrue();
      assertThat(cutter.next().readableBytes()).isEqualTo(7);
      assertThat(cutter.next().getByte(5)).isEqualTo((byte) 'I');
      assertThat(cutter.hasMessage()).isFalse();
      assertThat(cutter.rest().readableBytes()).isEqualTo(5);
    }
  }

  @Test
  void theCutterRefusesWhatIsTooLongByItsHeader() {
    try (FrameCutter cutter = new FrameCutter(Unpooled.buffer().alloc(), 100)) {
      cutter.add(Unpooled.buffer().writeByte('R').writeInt(101));
      assertThatThrownBy(cutter::hasMessage).isInstanceOf(WireException.class);
    }
  }

  private final class Recorder implements FrameListener {
    @Override
    public int onHeader(byte tag, int bodyBytes) {
      heard.add((char) tag + ":" + bodyBytes);
      return tag == 'Z' ? 3 : 0;
    }

    @Override
    public void onBody(byte tag, byte[] body, int length) {
      heard.add("body " + Arrays.toString(Arrays.copyOf(body, length)));
    }
  }
}
