package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;
import static org.relevo.proxy.session.SessionLab.string;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolMode;

/// Two clients share one server connection in transaction mode.
class PooledSessionTest {
  private static final byte[] SYNC = message('S');
  private static final byte[] EXECUTE = message('E', "\0", "\0\0\0\0");

  private final SessionLab lab = new SessionLab(PoolMode.TRANSACTION, 1);
  private final EmbeddedChannel ana = lab.login(Map.of());
  private final EmbeddedChannel ben = lab.login(Map.of());
  private final EmbeddedChannel server = lab.server(0);

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  @Test
  void aClientWaitsForTheEndOfTheOthersTransaction() {
    lab.send(ana, query("BEGIN"));
    lab.send(server, ready('T'));
    lab.outbound(ana);
    lab.outbound(server);
    lab.send(ben, query("SELECT 2"));
    assertThat(lab.outbound(server)).isEmpty();
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(server)).containsExactly("Q COMMIT");
    lab.send(server, ready('I'));
    assertThat(lab.outbound(ana)).isEqualTo(ready('I'));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 2");
    lab.send(server, ready('I'));
    assertThat(lab.outbound(ana)).isEmpty();
    assertThat(lab.outbound(ben)).isEqualTo(ready('I'));
    assertThat(lab.servers()).isEqualTo(1);
  }

  @Test
  void aServerThatLeavesBetweenTransactionsIsReplaced() {
    var _ = server.close();
    lab.settle();
    assertThat(ana.isOpen()).isTrue();
    lab.send(ana, query("SELECT 1"));
    lab.acceptLogin(lab.server(1));
    assertThat(lab.messages(lab.server(1))).containsExactly("Q SELECT 1");
    lab.send(lab.server(1), ready('I'));
    assertThat(lab.outbound(ana)).isEqualTo(ready('I'));
  }

  @Test
  void aMessageInPiecesIsOneServersAlone() {
    byte[] notice = message('N', "x".repeat(30) + "\0");
    lab.send(ana, query("SELECT 1"));
    lab.send(server, ready('I'), Arrays.copyOf(notice, 20));
    lab.outbound(server);
    lab.send(ben, query("SELECT 2"));
    assertThat(lab.outbound(server)).isEmpty();
    lab.send(ana, query("SELECT 3"));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 3");
    lab.send(server, Arrays.copyOfRange(notice, 20, notice.length), ready('I'));
    assertThat(lab.text(ana)).isEqualTo(string(ready('I'), notice, ready('I')));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 2");
    lab.send(server, ready('I'));
    assertThat(lab.servers()).isEqualTo(1);
  }

  @Test
  void aClientOfHalfAMessageIsLetGo() {
    lab.send(ana, query("SELECT 1"));
    lab.send(server, ready('I'), Arrays.copyOf(message('N', "x".repeat(30)), 20));
    var _ = server.close();
    lab.settle();
    assertThat(ana.isOpen()).isFalse();
    assertThat(ben.isOpen()).isTrue();
  }

  @Test
  void oneNameMayMeanTwoStatements() {
    lab.send(ana, parse("s", "SELECT 'ana'"), SYNC);
    assertThat(lab.messages(server)).containsExactly("P relevo_0 SELECT 'ana'", "S");
    lab.send(server, message('1'), ready('I'));
    lab.send(ben, parse("s", "SELECT 'ben'"), SYNC);
    assertThat(lab.messages(server)).containsExactly("P relevo_1 SELECT 'ben'", "S");
    lab.send(server, message('1'), ready('I'));
    lab.outbound(ana);
    lab.outbound(ben);

    lab.send(ana, bind("s"), EXECUTE, SYNC);
    assertThat(lab.messages(server)).containsExactly("B relevo_0", "E", "S");
    lab.send(server, message('2'), message('C', "SELECT 1\0"), ready('I'));
    lab.send(ben, bind("s"), EXECUTE, SYNC);
    assertThat(lab.messages(server)).containsExactly("B relevo_1", "E", "S");
    lab.send(server, message('2'), message('C', "SELECT 1\0"), ready('I'));
  }

  @Test
  void aKnownStatementIsNotPreparedAgainButAnswered() {
    lab.send(ana, parse("a", "SELECT 1"), SYNC);
    lab.send(server, message('1'), ready('I'));
    lab.outbound(server);
    lab.send(ben, parse("b", "SELECT 1"), bind("b"), EXECUTE, SYNC);
    assertThat(lab.messages(server)).containsExactly("B relevo_0", "E", "S");
    lab.send(server, message('2'), message('C', "SELECT 1\0"), ready('I'));
    assertThat(lab.text(ben)).startsWith("1\0\0\0\0042\0\0\0\004C").contains("SELECT 1");
  }

  @Test
  void theServerItselfSaysWhetherATransactionThatMayHaveFailedTakesAKnownStatement() {
    lab.send(ana, parse("a", "SELECT 1"), SYNC);
    lab.send(server, message('1'), ready('I'));
    lab.outbound(server);
    lab.send(ben, query("BEGIN"), query("SELECT fail()"), parse("b", "SELECT 1"), SYNC);
    assertThat(lab.messages(server)).contains("Q BEGIN", "Q SELECT fail()").hasSize(4);
    assertThat(lab.outbound(ben)).isEmpty();
  }

  @Test
  void anAnswerThatNoServerGivesDoesNotWaitForOne() {
    lab.send(ana, parse("a", "SELECT 1"), SYNC);
    lab.send(server, message('1'), ready('I'));
    lab.outbound(server);
    lab.send(ben, parse("b", "SELECT 1"), message('H'));
    assertThat(lab.messages(server)).containsExactly("H");
    assertThat(lab.outbound(ben)).isEqualTo(message('1'));
    lab.send(ben, message('C', "S", "b\0"), message('H'));
    assertThat(lab.outbound(ben)).isEqualTo(message('3'));
    lab.send(ben, SYNC);
    assertThat(lab.messages(server)).containsExactly("H", "S");
    lab.send(server, ready('I'));
    assertThat(lab.outbound(ben)).isEqualTo(ready('I'));
  }

  @Test
  void aCustomSettingFollowsItsClient() {
    lab.send(ana, parse("", "SET app.tenant = 5"), bind(""), EXECUTE, SYNC);
    lab.outbound(server);
    lab.send(server, message('1'), message('2'), message('C', "SET\0"), ready('I'));
    assertThat(lab.messages(server)).singleElement().asString().contains("'app.tenant'");
  }

  @Test
  void anErrorSpeaksOfTheClientsName() {
    lab.send(ana, parse("mine", "SELECT 1"), SYNC);
    lab.send(server, message('1'), ready('I'));
    lab.outbound(ana);
    lab.send(ana, bind("mine"), SYNC);
    lab.send(server, error("0A000", "cached plan of relevo_0 must not change"), ready('I'));
    assertThat(lab.text(ana)).contains("cached plan of mine must not change");
  }

  @Test
  void aStatementThatIsNotThereFailsInItsPlace() {
    lab.send(ana, bind("never"), EXECUTE, SYNC);
    assertThat(lab.messages(server)).containsExactly("P relevo: refused", "E", "S");
    lab.send(server, error("42601", "syntax error at or near \"relevo\""), ready('I'));
    assertThat(lab.text(ana)).contains("26000").contains("never").doesNotContain("syntax");
  }

  @Test
  void whatCannotBeSharedIsRefused() {
    lab.send(ana, query("LISTEN a"));
    assertThat(lab.messages(server)).containsExactly("Q relevo: refused");
    lab.send(server, error("42601", "syntax error"), ready('I'));
    assertThat(lab.text(ana)).contains("0A000").contains("LISTEN").doesNotContain("syntax");
  }

  @Test
  void aParseThatTheServerSkippedIsSentAgain() {
    lab.send(ana, parse("bad", "SELEC"), parse("good", "SELECT 1"), SYNC);
    assertThat(lab.messages(server))
        .containsExactly("P relevo_0 SELEC", "P relevo_1 SELECT 1", "S");
    lab.send(server, error("42601", "syntax error"), ready('I'));
    lab.send(ana, parse("good", "SELECT 1"), SYNC);
    assertThat(lab.messages(server)).containsExactly("P relevo_1 SELECT 1", "S");
    lab.send(server, message('1'), ready('I'));
    assertThat(lab.text(ana)).contains("42601");
  }

  @Test
  void aClientThatSaysGoodbyeLeavesTheServer() {
    lab.send(ana, message('X'));
    assertThat(ana.isOpen()).isFalse();
    assertThat(lab.outbound(server)).isEmpty();
    lab.send(ben, query("SELECT 2"));
    assertThat(lab.messages(server)).containsExactly("Q SELECT 2");
  }

  private static byte[] parse(String name, String sql) {
    return message('P', name + "\0", sql + "\0", "\0\0");
  }

  private static byte[] bind(String statement) {
    return message('B', "\0", statement + "\0", "\0\0\0\0\0\0");
  }
}
