package org.relevo.proxy.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// The protocol, message by message.
class ConsoleSessionTest {
  private static final LeakWatch LEAKS = new LeakWatch();

  private final FakeSource source = new FakeSource();
  private final MemorySink sink = new MemorySink();
  private final ConsoleSession session = session(ConsoleRole.ADMIN);

  private ConsoleSession session(ConsoleRole role) {
    return new ConsoleSession(sink, source, new Viewer("boss", role, "test"));
  }

  @AfterEach
  void close() {
    session.closed();
  }

  @AfterAll
  static void nothingIsLost() {
    LEAKS.assertNone();
  }

  private static void parse(ByteBuf out, String name, String sql, Integer... types) {
    FrontendMessages.parse(out, name, sql, List.of(types), StandardCharsets.UTF_8);
  }

  private static void bind(ByteBuf out, String... values) {
    FrontendMessages.bind(out, List.of(values), StandardCharsets.UTF_8);
  }

  private static void message(ByteBuf out, char tag, String body) {
    out.writeByte(tag);
    out.writeInt(4 + body.length());
    out.writeCharSequence(body, StandardCharsets.ISO_8859_1);
  }

  @Test
  void theWelcomeEndsTheLogin() {
    session.welcome(new CancelKey(1, ByteString.copyOf(new byte[4])));
    assertThat(sink.tags()).matches("RS{12}KZ");
    assertThat(sink.received.get(1).body()).isEqualTo("server_version\00018.0 (Relevo 1.2.3)\0");
  }

  @Test
  void aSimpleQueryGetsRowsAndStaysIdle() {
    sink.query(session, "SHOW STATE");
    assertThat(sink.tags()).isEqualTo("TDDDCZ");
    assertThat(sink.last('C').body()).isEqualTo("SHOW\0");
    assertThat(sink.last('Z').body()).isEqualTo("I");
    sink.query(session, "BEGIN");
    assertThat(sink.tags()).isEqualTo("CZ");
    assertThat(sink.last('Z').body()).isEqualTo("I");
    sink.query(session, "  ; -- nothing");
    assertThat(sink.tags()).isEqualTo("IZ");
  }

  @Test
  void severalStatementsAreReadBeforeTheFirstRuns() {
    sink.query(session, "PAUSE shop; SHOW STATE; SELECT 1, 'a'");
    assertThat(sink.tags()).isEqualTo("CTDDDCTDCZ");
    assertThat(sink.last('C').body()).isEqualTo("SELECT 1\0");
    source.acts.clear();
    sink.query(session, "PAUSE shop; SHOW NONSENSE");
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(source.acts).isEmpty();
  }

  @Test
  void anErrorEndsAScript() {
    sink.query(session, "KILL CLIENT 99; SHOW STATE");
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("42704");
  }

  @Test
  void manyStatementsDoNotExhaustTheStack() {
    sink.query(session, "begin;".repeat(2000));
    assertThat(sink.tags()).isEqualTo("C".repeat(2000) + "Z");
  }

  @Test
  void anActIsDoneInTheNameOfTheRole() {
    sink.query(session, "KILL CLIENT 2");
    assertThat(sink.tags()).isEqualTo("CZ");
    assertThat(sink.last('C').body()).isEqualTo("KILL_CLIENT\0");
    assertThat(source.acts).containsExactly("boss@test KILL_CLIENT 2");
  }

  @Test
  void aDefectEndsTheConnectionWithXx000() {
    sink.query(session, "RELOAD");
    assertThat(sink.tags()).isEqualTo("E");
    assertThat(sink.last('E').sqlState()).isEqualTo("XX000");
    assertThat(sink.closed).isTrue();
  }

  @Test
  void whatFollowsAPauseWaitsForIt() {
    source.paused = new CompletableFuture<>();
    sink.query(session, "PAUSE");
    assertThat(sink.tags()).isEmpty();
    sink.query(session, "SELECT 1");
    assertThat(sink.tags()).isEmpty();
    source.paused.complete(null);
    sink.turn();
    assertThat(sink.tags()).isEqualTo("CZTDCZ");
  }

  @Test
  void aCanceledPauseIsTakenBack() {
    source.paused = new CompletableFuture<>();
    sink.query(session, "PAUSE shop; SELECT 1");
    session.cancel();
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("57014");
    assertThat(source.acts).containsExactly("boss@test PAUSE shop", "boss@test RESUME shop");
    source.paused.complete(null);
    sink.turn();
    assertThat(sink.tags()).isEqualTo("EZ");
    session.cancel();
    assertThat(sink.tags()).as("nothing to cancel").isEqualTo("EZ");
  }

  @Test
  void aLongResultGoesInPiecesAsTheClientReads() {
    source.clients = 3000;
    sink.writable = false;
    ByteBuf bytes = sink.alloc().buffer();
    FrontendMessages.query(bytes, "SHOW CLIENTS");
    session.input(bytes);
    bytes.release();
    assertThat(sink.tags()).isEmpty();
    int turns = 0;
    sink.writable = true;
    session.writabilityChanged();
    int first = sink.received.size();
    assertThat(first).isBetween(100, 2000);
    while (!sink.tasks.isEmpty()) {
      sink.tasks.remove().run();
      turns++;
    }
    assertThat(turns).isGreaterThan(3);
    assertThat(sink.largestWrite).isLessThan(20_000);
    assertThat(sink.tags()).isEqualTo("T" + "D".repeat(3000) + "CZ");
  }

  @Test
  void aResultStopsWhileTheClientDoesNotRead() {
    source.clients = 1000;
    sink.query(session, "SHOW CLIENTS LIMIT 3");
    assertThat(sink.tags()).isEqualTo("TDDDCZ");
    ByteBuf bytes = sink.alloc().buffer();
    FrontendMessages.query(bytes, "SHOW CLIENTS");
    session.input(bytes);
    bytes.release();
    sink.writable = false;
    sink.turn();
    int stopped = sink.received.size();
    session.writabilityChanged();
    assertThat(sink.received).hasSize(stopped);
    sink.writable = true;
    session.writabilityChanged();
    sink.turn();
    assertThat(sink.last('Z').body()).isEqualTo("I");
  }

  @Test
  void aClientThatSendsOnWhileItsAnswerWaitsIsHeld() {
    source.paused = new CompletableFuture<>();
    sink.query(session, "PAUSE");
    for (int i = 0; i < 40; i++) {
      sink.query(session, "SELECT '" + "x".repeat(4000) + "'");
    }
    assertThat(sink.reading).isFalse();
    source.paused.complete(null);
    sink.turn();
    assertThat(sink.reading).isTrue();
    assertThat(sink.tags()).isEqualTo("CZ" + "TDCZ".repeat(40));
  }

  @Test
  void theExtendedProtocolDescribesBindsAndExecutes() {
    sink.send(
        session,
        out -> {
          parse(out, "", "SHOW POOLS WHERE user = $1");
          message(out, 'D', "S\0");
          bind(out, "app");
          message(out, 'D', "P\0");
          FrontendMessages.execute(out);
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("1tT2TDCZ");
    assertThat(sink.last('t').body()).isEqualTo("\0\1\0\0\0\u0019");
    sink.send(
        session,
        out -> {
          parse(out, "", "RESUME $1");
          message(out, 'D', "S\0");
          bind(out, "shop");
          FrontendMessages.execute(out);
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("1tn2CZ");
    assertThat(source.acts).containsExactly("boss@test RESUME shop");
  }

  @Test
  void anErrorSkipsToTheNextSync() {
    sink.send(
        session,
        out -> {
          parse(out, "", "SHOW NONSENSE");
          bind(out);
          FrontendMessages.execute(out);
          FrontendMessages.query(out, "PAUSE");
          FrontendMessages.sync(out);
          parse(out, "", "SELECT 1");
          bind(out);
          FrontendMessages.execute(out);
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("EZ12DCZ");
    assertThat(source.acts).isEmpty();
  }

  @Test
  void aPortalCanBeReadInParts() {
    sink.send(
        session,
        out -> {
          parse(out, "s", "SHOW STATE");
          message(out, 'B', "p\0s\0\0\0\0\0\0\0");
          message(out, 'E', "p\0\0\0\0\2");
          message(out, 'E', "p\0\0\0\0\2");
          message(out, 'E', "p\0\0\0\0\0");
          FrontendMessages.sync(out);
          message(out, 'E', "p\0\0\0\0\0");
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("12DDsDCCZEZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("34000");
  }

  @Test
  void namesAreChecked() {
    sink.send(
        session,
        out -> {
          parse(out, "s", "SELECT 1");
          FrontendMessages.sync(out);
          parse(out, "s", "SELECT 1");
          FrontendMessages.sync(out);
        });
    assertThat(sink.last('E').sqlState()).isEqualTo("42P05");
    sink.query(session, "DEALLOCATE s; DEALLOCATE s");
    assertThat(sink.tags()).isEqualTo("CEZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("26000");
    sink.send(
        session,
        out -> {
          parse(out, "", "SELECT 1; SELECT 2");
          FrontendMessages.sync(out);
          parse(out, "", "KILL CLIENT $1");
          message(out, 'B', "\0\0\0\0\0\0\0\0");
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("EZ1EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("08P01");
  }

  @Test
  void preparedStatementsAreBounded() {
    sink.send(
        session,
        out -> {
          for (int i = 0; i < 1001; i++) {
            parse(out, "s" + i, "SELECT 1");
          }
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("1".repeat(1000) + "EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("54000");
  }

  @Test
  void binaryIntegersAreReadAsParameters() {
    sink.send(
        session,
        out -> {
          parse(out, "", "KILL CLIENT $1", 20);
          message(out, 'B', "\0\0\0\1\0\1\0\1\0\0\0\10\0\0\0\0\0\0\0\2\0\0");
          FrontendMessages.execute(out);
          FrontendMessages.sync(out);
        });
    assertThat(sink.tags()).isEqualTo("12CZ");
    assertThat(source.acts).containsExactly("boss@test KILL_CLIENT 2");
  }

  @Test
  void functionCallsAreRefused() {
    sink.send(session, out -> message(out, 'F', "\0\0\0\1\0\0\0\0\0\0"));
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo("0A000");
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6"})
  void brokenMessagesEndTheConnection(int which) {
    sink.send(
        session,
        out -> {
          switch (which) {
            case 1 -> message(out, 'Q', "unterminated");
            case 2 -> message(out, 'B', "\0\0\0\0\377\377");
            case 3 -> message(out, 'P', "\0SELECT 1\0\0\1");
            case 4 -> message(out, 'z', "");
            case 5 -> out.writeByte('Q').writeInt(Integer.MAX_VALUE);
            default -> message(out, 'B', "\0\0\0\0\0\1\177\377\377\377\0\0");
          }
        });
    assertThat(sink.tags()).isEqualTo("E");
    assertThat(sink.last('E').sqlState()).isEqualTo("08P01");
    assertThat(sink.closed).isTrue();
  }

  @Test
  void aClientThatIsGoneIsNotWrittenTo() {
    source.loops = new CompletableFuture<>();
    sink.query(session, "SHOW CLIENTS");
    session.closed();
    source.loops.complete(null);
    sink.turn();
    assertThat(sink.tags()).isEmpty();
  }

  @Test
  void terminateCloses() {
    sink.send(session, FrontendMessages::terminate);
    assertThat(sink.tags()).isEmpty();
    assertThat(sink.closed).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "SET client_encoding TO 'LATIN1', 0A000",
    "SET port = 5, 55P02",
    "PGPOOL SET port TO 5, 55P02",
    "PGPOOL SET prot TO 5, 42704",
    "PGPOOL SHOW prot, 42704",
    "PGPOOL RESET prot, 42704",
    "SELECT current_setting('nope'), 42704",
  })
  void settingsThatCannotBeChangedAreToldSo(String sql, String state) {
    sink.query(session, sql);
    assertThat(sink.tags()).isEqualTo("EZ");
    assertThat(sink.last('E').sqlState()).isEqualTo(state);
  }
}
