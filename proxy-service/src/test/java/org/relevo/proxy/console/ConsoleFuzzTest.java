package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.wire.FrontendMessages;

/// Conversations cut anywhere, slow readers, damaged bytes. A failing seed is in the test's name.
class ConsoleFuzzTest {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final List<String> TEXTS =
      List.of(
          "SHOW CLIENTS",
          "SHOW POOL_NODES",
          "SHOW TOTALS; BEGIN; SELECT 1",
          "SHOW STATS WHERE database = $1",
          "KILL CLIENT 1",
          "SHOW 'a",
          "DISCARD ALL",
          "");

  @AfterAll
  static void nothingIsLost() {
    LEAKS.assertNone();
  }

  static IntStream seeds() {
    return IntStream.range(0, 120);
  }

  /// A conversation that makes some sense.
  private static byte[] conversation(Random random) {
    ByteBuf out = Unpooled.buffer();
    for (int i = random.nextInt(1, 30); i > 0; i--) {
      String sql = TEXTS.get(random.nextInt(TEXTS.size()));
      switch (random.nextInt(6)) {
        case 0 -> FrontendMessages.query(out, sql);
        case 1 -> FrontendMessages.parse(out, "", sql, List.of(), StandardCharsets.UTF_8);
        case 2 ->
            FrontendMessages.bind(
                out, sql.contains("$1") ? List.of("shop") : List.of(), StandardCharsets.UTF_8);
        case 3 -> FrontendMessages.execute(out);
        case 4 -> out.writeByte('D').writeInt(6).writeByte('P').writeByte(0);
        default -> FrontendMessages.sync(out);
      }
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    out.release();
    return bytes;
  }

  private static MemorySink run(byte[] bytes, Random random, boolean cut) {
    MemorySink sink = new MemorySink();
    ConsoleSession session =
        new ConsoleSession(sink, new FakeSource(), new Viewer("boss", ConsoleRole.ADMIN, "test"));
    int at = 0;
    while (at < bytes.length) {
      int size = cut ? Math.min(bytes.length - at, 1 + random.nextInt(20)) : bytes.length;
      sink.writable = !cut || random.nextInt(4) > 0;
      session.input(Unpooled.wrappedBuffer(bytes, at, size));
      at += size;
      if (!cut || random.nextBoolean()) {
        sink.turn();
      }
    }
    sink.writable = true;
    session.writabilityChanged();
    sink.turn();
    session.closed();
    return sink;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void cutsAndPausesChangeNothing(int seed) {
    byte[] bytes = conversation(new Random(seed));
    assertThat(run(bytes, new Random(seed), true).received)
        .isEqualTo(run(bytes, new Random(seed), false).received);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damageEndsInAnswersOrAnEndNeverInAnException(int seed) {
    Random random = new Random(seed);
    byte[] bytes = conversation(random);
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    MemorySink sink = run(bytes, random, true);
    assertThat(sink.received)
        .noneMatch(message -> message.tag() == 'E' && message.sqlState().equals("XX000"));
  }
}
