package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.FrameListener;
import org.relevo.proxy.wire.FrameScanner;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.WireException;

/// Streams of messages. The first byte says how the rest is split into pieces.
final class FrameChecks {
  static final List<byte[]> SEEDS =
      List.of(
          StartupChecks.bytes(out -> FrontendMessages.query(out.writeByte(0), "SELECT 1")),
          StartupChecks.bytes(out -> {
            out.writeByte(3);
            FrontendMessages.parse(out, "s", "SELECT $1", List.of(25), StandardCharsets.UTF_8);
            FrontendMessages.bind(out, List.of("a", ""), StandardCharsets.UTF_8);
            FrontendMessages.execute(out);
            FrontendMessages.sync(out);
            FrontendMessages.terminate(out);
          }),
          StartupChecks.bytes(out -> out.writeByte(1).writeByte('Z').writeInt(5).writeByte('I')),
          StartupChecks.bytes(out -> out.writeByte(7).writeByte('D').writeInt(3)));

  private static final int LIMIT = 4096;

  private FrameChecks() {}

  /// However the stream is split, the same messages are heard, and the same end comes.
  static void scanner(byte[] bytes) {
    List<String> whole = new ArrayList<>();
    List<String> split = new ArrayList<>();
    boolean wholeFails = scan(whole, bytes, bytes.length);
    boolean splitFails = scan(split, bytes, bytes.length == 0 ? 1 : 1 + (bytes[0] & 0x0F));
    assertThat(split).isEqualTo(whole);
    assertThat(splitFails).isEqualTo(wholeFails);
  }

  private static boolean scan(List<String> heard, byte[] bytes, int piece) {
    Recorder recorder = new Recorder(heard);
    FrameScanner scanner = new FrameScanner(recorder);
    ByteBuf in = Unpooled.wrappedBuffer(bytes).skipBytes(Math.min(1, bytes.length));
    try {
      while (in.isReadable()) {
        scanner.scan(in.readSlice(Math.min(in.readableBytes(), Math.max(1, piece))));
      }
    } catch (WireException _) {
      return true;
    }
    assertThat(scanner.atMessageStart())
        .isEqualTo(recorder.end == bytes.length || bytes.length < 2);
    return false;
  }

  /// Nothing is added, lost or read beyond the limit, and every byte comes out once.
  static void cutter(byte[] bytes) {
    int piece = bytes.length == 0 ? 1 : 1 + (bytes[0] & 0x0F);
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    ByteBuf out = Unpooled.buffer();
    try (FrameCutter cutter = new FrameCutter(UnpooledByteBufAllocator.DEFAULT, LIMIT)) {
      while (in.isReadable()) {
        cutter.add(in.readSlice(Math.min(in.readableBytes(), piece)));
        while (cutter.hasMessage()) {
          ByteBuf message = cutter.next();
          assertThat(message.readableBytes()).isBetween(5, 1 + LIMIT);
          assertThat(message.getInt(1)).isEqualTo(message.readableBytes() - 1);
          out.writeBytes(message);
        }
      }
      out.writeBytes(cutter.rest());
    } catch (WireException _) {
      return;
    }
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(bytes);
  }

  private static final class Recorder implements FrameListener {
    private final List<String> heard;
    private int end = 1;

    Recorder(List<String> heard) {
      this.heard = heard;
    }

    @Override
    public int onHeader(byte tag, int bodyBytes) {
      assertThat(bodyBytes).isNotNegative();
      end += 5 + bodyBytes;
      heard.add(tag + ":" + bodyBytes);
      return tag & 0x1F;
    }

    @Override
    public void onBody(byte tag, byte[] body, int length) {
      assertThat(length).isLessThanOrEqualTo(tag & 0x1F);
      heard.add(Arrays.toString(Arrays.copyOf(body, length)));
    }
  }
}
