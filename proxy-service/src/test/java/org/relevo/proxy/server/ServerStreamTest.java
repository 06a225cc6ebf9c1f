package org.relevo.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.wire.WireException;

/// What becomes of a message is told by its tag: `k` is kept, `x` dropped, anything else passed;
/// behind an `i` a message `!` is put in. The allocator counts what is left behind.
class ServerStreamTest {
  private static final byte[] INSERTED = message('!', "");

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final Recorder recorder = new Recorder();
  private final ServerStream stream = new ServerStream(recorder);

  @AfterEach
  void nothingIsLeft() {
    stream.release();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  /// Keeps, in the order of the calls, what the client would get and what was told.
  private final class Recorder implements ServerStream.Sink {
    private final ByteArrayOutputStream client = new ByteArrayOutputStream();
    private final List<String> told = new ArrayList<>();
    private int passes;
    private boolean counts;

    @Override
    public boolean countsRows() {
      return counts;
    }

    @Override
    public ServerStream.Fate begins(byte tag, int bodyBytes) {
      told.add("begins " + (char) tag + " " + bodyBytes);
      return switch (tag) {
        case 'k' -> ServerStream.Fate.KEEP;
        case 'x', 'y' -> ServerStream.Fate.DROP;
        default -> ServerStream.Fate.PASS;
      };
    }

    @Override
    public void pass(ByteBuf in) {
      passes++;
      client.writeBytes(ByteBufUtil.getBytes(in));
      in.release();
    }

    @Override
    public void kept(byte tag, ByteBuf frame) {
      told.add("kept " + (char) tag + " " + frame.toString(5, frame.getInt(1) - 4, LATIN));
      assertThat(frame.readableBytes()).isEqualTo(frame.getInt(1) + 1);
      assertThat(frame.getByte(0)).isEqualTo(tag);
      client.writeBytes(ByteBufUtil.getBytes(frame)); // as an error goes to the client
      frame.release();
    }

    @Override
    public void ended(byte tag, byte lastByte) {
      told.add("ended " + (char) tag + " " + lastByte);
      if (tag == 'i' || tag == 'y') {
        stream.passed();
        client.writeBytes(INSERTED);
      }
    }
  }

  private static final java.nio.charset.Charset LATIN = StandardCharsets.ISO_8859_1;

  @Test
  void oneBufferOfMessagesForTheClientIsPassedAsItIs() {
    byte[] bytes = concat(message('D', "row"), message('C', "SELECT 1"), message('Z', "I"));
    read(bytes);
    assertThat(recorder.passes).isEqualTo(1);
    assertThat(recorder.client.toByteArray()).isEqualTo(bytes);
    assertThat(recorder.told)
        .containsExactly(
            "begins D 3", "ended D 0", "begins C 8", "ended C 0", "begins Z 1", "ended Z 73");
    assertThat(stream.atMessageStart()).isTrue();
    assertThat(stream.lastTag()).isEqualTo((byte) 'Z');
  }

  @Test
  void aDroppedMessageLeavesNoTrace() {
    read(concat(message('1', ""), message('x', "secret"), message('x', ""), message('2', "")));
    assertThat(recorder.client.toByteArray()).isEqualTo(concat(message('1', ""), message('2', "")));
  }

  @Test
  void whatIsPutInStandsBehindWhatCameBefore() {
    read(concat(message('i', "a"), message('D', "b")));
    assertThat(recorder.client.toByteArray())
        .isEqualTo(concat(message('i', "a"), INSERTED, message('D', "b")));
  }

  @Test
  void everyCutGivesTheSame() {
    byte[] bytes = mixed();
    read(bytes);
    byte[] client = recorder.client.toByteArray();
    List<String> told = List.copyOf(recorder.told);
    assertThat(client).isEqualTo(mixedForClient());
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        again();
        read(java.util.Arrays.copyOfRange(bytes, 0, first));
        read(java.util.Arrays.copyOfRange(bytes, first, second));
        read(java.util.Arrays.copyOfRange(bytes, second, bytes.length));
        assertThat(recorder.client.toByteArray()).as("cut %d, %d", first, second).isEqualTo(client);
        assertThat(recorder.told).as("cut %d, %d", first, second).isEqualTo(told);
      }
    }
  }

  @Test
  void singleBytesGiveTheSame() {
    byte[] bytes = mixed();
    for (byte b : bytes) {
      read(new byte[] {b});
    }
    assertThat(recorder.client.toByteArray()).isEqualTo(mixedForClient());
    assertThat(stream.atMessageStart()).isTrue();
  }

  @Test
  void anyMessagesInAnyPiecesGiveTheSame() {
    long seed = Long.getLong("relevo.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      for (int i = random.nextInt(20); i >= 0; i--) {
        char tag = "DDxkiyZ".charAt(random.nextInt(7));
        byte[] message = message(tag, "b".repeat(random.nextInt(12)));
        sent.writeBytes(message);
        expected.writeBytes(tag == 'x' || tag == 'y' ? new byte[0] : message);
        expected.writeBytes(tag == 'i' || tag == 'y' ? INSERTED : new byte[0]);
      }
      recorder.client.reset();
      byte[] bytes = sent.toByteArray();
      for (int at = 0; at < bytes.length; ) {
        int piece = Math.min(bytes.length - at, 1 + random.nextInt(30));
        read(java.util.Arrays.copyOfRange(bytes, at, at + piece));
        at += piece;
      }
      assertThat(recorder.client.toByteArray())
          .as("seed %d round %d", seed, round)
          .isEqualTo(expected.toByteArray());
    }
  }

  @Test
  void aBufferIsReadFromItsReaderIndex() {
    ByteBuf in = buffer(concat(new byte[] {9, 9}, message('x', "a"), message('D', "b")));
    in.skipBytes(2);
    stream.read(in, allocator);
    assertThat(recorder.client.toByteArray()).isEqualTo(message('D', "b"));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 0, -1, Integer.MIN_VALUE, 0x4000_0000, Integer.MAX_VALUE})
  void anImpossibleLengthIsRefused(int length) {
    byte[] header = Unpooled.buffer(5).writeByte('D').writeInt(length).array();
    assertThatThrownBy(() -> read(header))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("0x44 with impossible length " + length);
    assertThat(stream.lastTag()).isZero();
  }

  @Test
  void anImpossibleLengthInPiecesIsRefused() {
    read(concat(message('D', "a"), new byte[] {'D', -1, -1}));
    assertThat(stream.atMessageStart()).isFalse();
    assertThatThrownBy(() -> read(new byte[] {-1, -1, 0}))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("impossible length -1");
  }

  @Test
  void aStreamThatEndsInsideAKeptMessageLeavesNothing() {
    read(java.util.Arrays.copyOf(message('k', "body"), 7));
    assertThat(stream.atMessageStart()).isFalse();
    assertThat(allocator.metric().usedHeapMemory()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "INSERT 0 5, 5",
    "SELECT 120, 120",
    "COPY 0, 0",
    "BEGIN, 0",
    "CREATE TABLE, 0",
    "FETCH 99999999999999999999, 0",
    "X 1x, 0",
    "12, 12"
  })
  void rowsAreTheNumberAtTheEndOfACommandTag(String tag, long rows) {
    byte[] bytes = concat(message('C', "SELECT 77\0"), message('C', tag + "\0"));
    recorder.counts = true;
    for (int size : new int[] {1, 2, 3, bytes.length}) {
      for (int at = 0; at < bytes.length; at += size) {
        read(java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
      }
      assertThat(stream.rows()).as("in pieces of %d", size).isEqualTo(rows);
    }
  }

  @Test
  void rowsThatNobodyWantsAreNotRead() {
    read(message('C', "SELECT 77\0"));
    assertThat(stream.rows()).isZero();
  }

  @Test
  void aSinkThatFailsLeavesNothing() {
    ServerStream failing =
        new ServerStream(
            new ServerStream.Sink() {
              @Override
              public ServerStream.Fate begins(byte tag, int bodyBytes) {
                throw new WireException("not here");
              }

              @Override
              public void pass(ByteBuf in) {
                in.release();
              }

              @Override
              public void kept(byte tag, ByteBuf frame) {
                frame.release();
              }

              @Override
              public void ended(byte tag, byte lastByte) {
                throw new IllegalStateException("nothing has begun");
              }
            });
    assertThatThrownBy(() -> failing.read(buffer(message('D', "a")), allocator))
        .isInstanceOf(WireException.class)
        .hasMessage("not here");
  }

  private static byte[] mixed() {
    return concat(
        message('x', ""),
        message('D', "abc"),
        message('k', "error"),
        message('i', ""),
        message('y', "gone"),
        message('k', ""),
        message('Z', "T"));
  }

  private static byte[] mixedForClient() {
    return concat(
        message('D', "abc"),
        message('k', "error"),
        message('i', ""),
        INSERTED,
        INSERTED,
        message('k', ""),
        message('Z', "T"));
  }

  private void again() {
    assertThat(stream.atMessageStart()).isTrue();
    recorder.client.reset();
    recorder.told.clear();
  }

  private void read(byte[] bytes) {
    stream.read(buffer(bytes), allocator);
  }

  private ByteBuf buffer(byte[] bytes) {
    return allocator.buffer().writeBytes(bytes);
  }

  private static byte[] message(char tag, String body) {
    ByteBuf out = Unpooled.buffer();
    out.writeByte(tag)
        .writeInt(4 + body.length())
        .writeCharSequence(body, StandardCharsets.US_ASCII);
    return ByteBufUtil.getBytes(out);
  }

  private static byte[] concat(byte[]... parts) {
    return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(parts));
  }
}
