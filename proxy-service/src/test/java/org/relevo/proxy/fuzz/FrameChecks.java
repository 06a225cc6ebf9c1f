package org.relevo.proxy.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.server.ServerStream;
import org.relevo.proxy.wire.FrameCutter;
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
    ServerStream stream = new ServerStream(recorder);
    ByteBuf in = Unpooled.wrappedBuffer(bytes).skipBytes(Math.min(1, bytes.length));
    try {
      while (in.isReadable()) {
        int size = Math.min(in.readableBytes(), Math.max(1, piece));
        stream.read(in.readRetainedSlice(size), UnpooledByteBufAllocator.DEFAULT);
      }
      assertThat(stream.atMessageStart())
          .isEqualTo(recorder.end == bytes.length || bytes.length < 2);
      heard.add(recorder.passed.toString());
      return false;
    } catch (WireException _) {
      return true;
    } finally {
      stream.release();
      in.release();
    }
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

  private static final class Recorder implements ServerStream.Sink {
    private final List<String> heard;
    private final StringBuilder passed = new StringBuilder();
    private int end = 1;

    Recorder(List<String> heard) {
      this.heard = heard;
    }

    @Override
    public ServerStream.Fate begins(byte tag, int bodyBytes) {
      assertThat(bodyBytes).isNotNegative();
      end += 5 + bodyBytes;
      heard.add(tag + ":" + bodyBytes);
      ServerStream.Fate[] fates = ServerStream.Fate.values();
      ServerStream.Fate fate = fates[(tag & 0x7F) % fates.length];
      // What is kept is allocated as a whole.
      return fate == ServerStream.Fate.KEEP && bodyBytes > LIMIT ? ServerStream.Fate.PASS : fate;
    }

    @Override
    public void pass(ByteBuf in) {
      passed.append(ByteBufUtil.hexDump(in));
      in.release();
    }

    @Override
    public void kept(byte tag, ByteBuf frame) {
      heard.add(ByteBufUtil.hexDump(frame));
      frame.release();
    }

    @Override
    public void ended(byte tag, byte lastByte) {
      heard.add("end " + tag);
    }
  }
}
