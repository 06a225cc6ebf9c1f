package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.TestRouter;

/// One client of transaction mode that is sent to a primary (node 0) and a standby (node 1).
class SessionNodesTest {
  private static final byte[] SYNC = message('S');
  private static final byte[] EXECUTE = message('E', "\0", "\0\0\0\0");

  private final TestRouter router = new TestRouter();
  private final SessionLab lab = new SessionLab(PoolMode.TRANSACTION, 2, router);
  private final EmbeddedChannel ana = lab.login(Map.of());
  private final EmbeddedChannel primary = lab.server(0);

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  /// The standby's connection, which has been asked for just now.
  private EmbeddedChannel standby() {
    EmbeddedChannel server = lab.server(lab.servers() - 1);
    assertThat(lab.port(server)).isEqualTo(5433);
    lab.acceptLogin(server);
    return server;
  }

  private void answered(EmbeddedChannel server, String tag, char status) {
    lab.send(server, complete(tag), ready(status));
  }

  private static byte[] complete(String tag) {
    return message('C', tag + "\0");
  }

  private void clientSees(String tag, char status) {
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(complete(tag), ready(status)));
  }

  // ------------------------------------------------------------------ outside transactions

  @Test
  void aReadGoesToTheStandbyAndAWriteToThePrimary() {
    lab.send(ana, query("/*1*/ SELECT 1"));
    assertThat(lab.outbound(primary)).isEmpty();
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 1");
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
    assertThat(lab.outbound(standby)).isEmpty();
  }

  @Test
  void aRouterThatSleepsIsNotAsked() {
    router.active(false);
    lab.send(ana, query("/*1*/ SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'I');
    lab.send(ana, query("BEGIN"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    lab.outbound(ana);
    router.active(true);
    lab.send(ana, query("/*1*/ SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'T');
  }

  @Test
  void whatIsSentAheadGoesToTheNextNodeWhenAllIsAnswered() {
    lab.send(ana, query("/*1*/ SELECT 1"), query("INSERT INTO t VALUES (1)"));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 1");
    assertThat(lab.outbound(primary)).isEmpty();
    answered(standby, "SELECT 1", 'I');
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'I');
    assertThat(lab.text(ana)).contains("SELECT 1").contains("INSERT 0 1");
  }

  @Test
  void aSettingFollowsToTheOtherNode() {
    lab.send(ana, query("SET work_mem = '1MB'"));
    assertThat(lab.messages(primary)).containsExactly("Q SET work_mem = '1MB'");
    answered(primary, "SET", 'I');
    clientSees("SET", 'I');
    assertThat(lab.messages(primary)).singleElement().asString().startsWith("Q SELECT 's'");
    lab.send(primary, row("s", "work_mem", "1MB"), complete("SELECT 1"), ready('I'));
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    assertThat(lab.text(standby)).contains("set_config").contains("work_mem").doesNotContain("Q");
    lab.send(standby, message('1'), message('2'), complete("SELECT 1"), ready('I'));
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 1");
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aStandbyThatCannotBeReachedIsReplacedByThePrimary() {
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel refused = lab.server(1);
    lab.outbound(refused);
    lab.send(refused, error("53300", "too many clients"));
    var _ = refused.close();
    lab.settle();
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  // ------------------------------------------------------------------ transactions

  @Test
  void aTransactionThatDoesNothingReachesNoNode() {
    lab.send(ana, query("START TRANSACTION"));
    clientSees("START TRANSACTION", 'T');
    lab.send(ana, query("SAVEPOINT a"), query("COMMIT"));
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(complete("SAVEPOINT"), ready('T'), complete("COMMIT"), ready('I')));
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(lab.servers()).isEqualTo(1);
  }

  @Test
  void theFirstWriteMovesTheTransactionToThePrimary() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    assertThat(lab.outbound(standby)).isEmpty();
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    answered(standby, "ROLLBACK", 'I');
    answered(primary, "INSERT 0 1", 'T');
    clientSees("INSERT 0 1", 'T');
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 2");
    answered(primary, "SELECT 1", 'T');
    lab.outbound(ana);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT");
    answered(primary, "COMMIT", 'I');
    clientSees("COMMIT", 'I');
    assertThat(lab.outbound(standby)).isEmpty();
  }

  private EmbeddedChannel readInTransaction(String begin) {
    lab.send(ana, query(begin));
    clientSees("BEGIN", 'T');
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q " + begin);
    answered(standby, "BEGIN", 'T');
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 1");
    answered(standby, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
    return standby;
  }

  @Test
  void theEndOfAReadingTransactionIsTheStandbysToSay() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(standby)).containsExactly("Q COMMIT");
    answered(standby, "COMMIT", 'I');
    clientSees("COMMIT", 'I');
    assertThat(lab.outbound(primary)).isEmpty();
  }

  @Test
  void whatShapesATransactionIsToldToTheNextNode() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("SET LOCAL app.x = '1'"), query("SAVEPOINT a"));
    assertThat(lab.messages(standby)).containsExactly("Q SET LOCAL app.x = '1'");
    answered(standby, "SET", 'T');
    assertThat(lab.messages(standby)).containsExactly("Q SAVEPOINT a");
    answered(standby, "SAVEPOINT", 'T');
    lab.outbound(ana);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary))
        .containsExactly("Q BEGIN", "Q SET LOCAL app.x = '1'", "Q SAVEPOINT a");
    answered(primary, "BEGIN", 'T');
    answered(primary, "SET", 'T');
    assertThat(lab.outbound(primary)).isEmpty();
    answered(primary, "SAVEPOINT", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'T');
    clientSees("INSERT 0 1", 'T');
  }

  @Test
  void aSettingThatFailedIsToldToNobody() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("SAVEPOINT a"));
    answered(standby, "SAVEPOINT", 'T');
    lab.send(ana, query("SET LOCAL nonsense = 1"));
    lab.send(standby, error("42704", "unrecognized configuration parameter"), ready('E'));
    lab.outbound(standby);
    lab.outbound(ana);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(standby)).containsExactly("Q INSERT INTO t VALUES (1)");
    lab.send(standby, error("25P02", "current transaction is aborted"), ready('E'));
    lab.send(ana, query("ROLLBACK TO a"));
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK TO a");
    answered(standby, "ROLLBACK", 'T');
    lab.outbound(ana);
    lab.send(ana, query("INSERT INTO t VALUES (2)"));
    assertThat(lab.messages(primary))
        .containsExactly("Q BEGIN", "Q SAVEPOINT a", "Q ROLLBACK TO a");
  }

  @Test
  void aNodeThatRefusesWhatItIsToldIsNotUsed() {
    lab.send(ana, query("BEGIN"), query("SET LOCAL ext.x = 1"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q SET LOCAL ext.x = 1");
    answered(primary, "SET", 'T');
    lab.outbound(ana);
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q BEGIN", "Q SET LOCAL ext.x = 1");
    lab.send(standby, complete("BEGIN"), ready('T'), error("42704", "no such"), ready('E'));
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
    answered(standby, "ROLLBACK", 'I');
  }

  @Test
  void allNodesButThePrimaryAreRolledBackAtTheEnd() {
    lab.send(ana, query("BEGIN"), query("INSERT INTO t VALUES (1)"));
    answered(primary, "BEGIN", 'T');
    answered(primary, "INSERT 0 1", 'T');
    router.readsOn();
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    answered(standby, "BEGIN", 'T');
    answered(standby, "SELECT 1", 'T');
    lab.outbound(standby);
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT");
    answered(primary, "COMMIT", 'I');
    clientSees("COMMIT", 'I');
    answered(standby, "ROLLBACK", 'I');
  }

  @Test
  void theEndWaitsForThePrimaryWhenTheStandbyHasFailed() {
    lab.send(ana, query("BEGIN"), query("INSERT INTO t VALUES (1)"));
    answered(primary, "BEGIN", 'T');
    answered(primary, "INSERT 0 1", 'T');
    router.readsOn();
    lab.send(ana, query("/*1*/ SELECT 1/0"));
    EmbeddedChannel standby = standby();
    answered(standby, "BEGIN", 'T');
    lab.send(standby, error("22012", "division by zero"), ready('E'));
    lab.outbound(standby);
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(primary)).containsExactly("Q ROLLBACK");
    assertThat(lab.outbound(standby)).isEmpty();
    answered(primary, "ROLLBACK", 'I');
    assertThat(lab.messages(standby)).containsExactly("Q COMMIT");
    answered(standby, "ROLLBACK", 'I');
    clientSees("ROLLBACK", 'I');
  }

  @Test
  void aStringWithBeginKeepsWhatFollowsOnThePrimary() {
    lab.send(ana, query("BEGIN; INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN; INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'T');
    lab.outbound(ana);
    router.readsOn();
    lab.send(ana, query("/*1*/ SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
  }

  @Test
  void oneSnapshotStaysOnOneNode() {
    EmbeddedChannel standby = readInTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ");
    lab.send(ana, query("SELECT 2"));
    assertThat(lab.messages(standby)).containsExactly("Q SELECT 2");
    answered(standby, "SELECT 1", 'T');
    lab.send(ana, query("COMMIT"));
    answered(standby, "COMMIT", 'I');
    lab.outbound(ana);
    lab.send(ana, query("SELECT 3"));
    assertThat(lab.messages(primary)).containsExactly("Q SELECT 3");
    answered(primary, "SELECT 1", 'I');
  }

  @Test
  void aCursorStaysWhereItIs() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("/*1*/ DECLARE c CURSOR FOR SELECT 1"));
    answered(standby, "DECLARE CURSOR", 'T');
    lab.outbound(standby);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    answered(primary, "BEGIN", 'T');
    answered(primary, "INSERT 0 1", 'T');
    assertThat(lab.outbound(standby)).isEmpty();
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, query("FETCH 1 FROM c"));
    assertThat(lab.messages(standby)).containsExactly("Q FETCH 1 FROM c");
    answered(standby, "FETCH 1", 'T');
    clientSees("FETCH 1", 'T');
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT");
    answered(primary, "COMMIT", 'I');
    answered(standby, "ROLLBACK", 'I');
  }

  @Test
  void aStandbyThatLeavesAnIdleTransactionIsNotMissed() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query("SAVEPOINT a"));
    answered(standby, "SAVEPOINT", 'T');
    lab.outbound(ana);
    lab.send(standby, error("57P01", "terminating connection"));
    var _ = standby.close();
    lab.settle();
    assertThat(lab.outbound(ana)).isEmpty();
    lab.send(ana, query("/*1*/ SELECT 2"));
    EmbeddedChannel other = standby();
    assertThat(lab.messages(other)).containsExactly("Q BEGIN", "Q SAVEPOINT a");
    answered(other, "BEGIN", 'T');
    answered(other, "SAVEPOINT", 'T');
    assertThat(lab.messages(other)).containsExactly("Q /*1*/ SELECT 2");
    answered(other, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
  }

  @Test
  void aSnapshotThatIsGoneEndsTheSession() {
    EmbeddedChannel standby = readInTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ");
    var _ = standby.close();
    lab.settle();
    assertThat(ana.isOpen()).isFalse();
    assertThat(lab.text(ana)).contains("08006");
  }

  @Test
  void whatWaitsTooLongFailsTheTransactionThatNobodyKnows() {
    lab.send(ana, query("BEGIN"), query("SAVEPOINT a"));
    lab.outbound(ana);
    EmbeddedChannel ben = lab.login(Map.of());
    EmbeddedChannel eve = lab.login(Map.of());
    lab.send(ben, query("INSERT INTO t VALUES (1)"));
    lab.send(eve, query("INSERT INTO t VALUES (2)"));
    lab.acceptLogin(lab.server(1));
    lab.send(ana, query("INSERT INTO t VALUES (3)"));
    for (Session session : lab.shard().sessions()) {
      session.cancelQueued(); // ana's alone is in a queue
    }
    assertThat(lab.text(ana)).contains("57014").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, query("INSERT INTO t VALUES (3)"));
    assertThat(lab.text(ana)).contains("25P02").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, parse("", "SELECT 1"), bind(""), EXECUTE, SYNC);
    assertThat(lab.text(ana)).contains("25P02").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, query("ROLLBACK TO a"));
    clientSees("ROLLBACK", 'T');
    lab.send(ana, query("COMMIT"));
    clientSees("COMMIT", 'I');
    lab.send(primary, complete("INSERT 0 1"), ready('I'));
    lab.send(lab.server(1), complete("INSERT 0 1"), ready('I'));
  }

  // ------------------------------------------------------------------ extended protocol

  @Test
  void aBatchThatBeginsGoesToOneNodeAsAWhole() {
    lab.send(ana, parse("", "BEGIN"), bind(""), EXECUTE);
    assertThat(lab.servers()).isEqualTo(1);
    lab.send(ana, parse("", "/*1*/ SELECT 1"), bind(""), EXECUTE, SYNC);
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby))
        .containsExactly("P BEGIN", "B", "E", "P /*1*/ SELECT 1", "B", "E", "S");
    lab.send(
        standby,
        message('1'),
        message('2'),
        complete("BEGIN"),
        message('1'),
        message('2'),
        complete("SELECT 1"),
        ready('T'));
    lab.outbound(ana);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(standby)).containsExactly("Q ROLLBACK");
    answered(standby, "ROLLBACK", 'I');
    answered(primary, "INSERT 0 1", 'T');
  }

  @Test
  void aBatchWithAWriteGoesToThePrimaryAsAWhole() {
    lab.send(
        ana,
        parse("", "/*1*/ SELECT 1"),
        bind(""),
        EXECUTE,
        parse("", "INSERT INTO t VALUES (1)"),
        bind(""),
        EXECUTE,
        SYNC);
    assertThat(lab.messages(primary)).hasSize(7);
    assertThat(lab.servers()).isEqualTo(1);
    lab.send(primary, error("42P01", "no table"), ready('I'));
  }

  @Test
  void aBeginByItselfIsAnsweredInTheExtendedProtocolToo() {
    lab.send(ana, parse("b", "BEGIN"), bind("b"), message('D', "P\0"), EXECUTE, SYNC);
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(
                message('1'), message('2'), message('n'), complete("BEGIN"), ready('T')));
    assertThat(lab.outbound(primary)).isEmpty();
    lab.send(ana, query("COMMIT"));
    clientSees("COMMIT", 'I');
    lab.send(ana, bind("b"), EXECUTE, SYNC);
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('2'), complete("BEGIN"), ready('T')));
    lab.send(ana, parse("", "INSERT INTO t VALUES (1)"), bind(""), EXECUTE, SYNC);
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("P INSERT INTO t VALUES (1)", "B", "E", "S");
    lab.send(primary, message('1'), message('2'), complete("INSERT 0 1"), ready('T'));
  }

  @Test
  void aPreparedStatementFollowsItsClient() {
    lab.send(ana, parse("s", "/*1*/ SELECT 1"), SYNC);
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("P relevo_0 /*1*/ SELECT 1", "S");
    lab.send(standby, message('1'), ready('I'));
    lab.send(ana, query("BEGIN; INSERT INTO t VALUES (1)"));
    answered(primary, "INSERT 0 1", 'T');
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, bind("s"), EXECUTE, SYNC);
    assertThat(lab.messages(primary))
        .containsExactly("P relevo_0 /*1*/ SELECT 1", "B relevo_0", "E", "S");
    lab.send(primary, message('1'), message('2'), complete("SELECT 1"), ready('T'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('2'), complete("SELECT 1"), ready('T')));
  }

  @Test
  void aPortalStaysWhereItIs() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, parse("", "/*1*/ SELECT 1"), bind("p", ""), executeOf("p"), SYNC);
    assertThat(lab.messages(standby)).containsExactly("P /*1*/ SELECT 1", "B p", "E p", "S");
    lab.send(standby, message('1'), message('2'), message('s'), ready('T'));
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    answered(primary, "BEGIN", 'T');
    answered(primary, "INSERT 0 1", 'T');
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, executeOf("p"), SYNC);
    assertThat(lab.messages(standby)).containsExactly("E p", "S");
    lab.send(standby, complete("SELECT 1"), ready('T'));
    clientSees("SELECT 1", 'T');
  }

  @Test
  void aBatchThatPausesGoesToThePrimary() {
    lab.send(ana, parse("", "/*1*/ SELECT 1"), message('D', "S\0"), message('H'));
    assertThat(lab.messages(primary)).containsExactly("P /*1*/ SELECT 1", "D S", "H");
    lab.send(primary, message('1'), message('t', "\0\0"), message('n'));
    lab.send(ana, bind(""), EXECUTE, SYNC);
    assertThat(lab.messages(primary)).containsExactly("B", "E", "S");
    lab.send(primary, message('2'), complete("SELECT 1"), ready('I'));
  }

  static byte[] parse(String name, String sql) {
    return message('P', name + "\0", sql + "\0", "\0\0");
  }

  static byte[] bind(String statement) {
    return bind("", statement);
  }

  static byte[] bind(String portal, String statement) {
    return message('B', portal + "\0", statement + "\0", "\0\0\0\0\0\0");
  }

  private static byte[] executeOf(String portal) {
    return message('E', portal + "\0", "\0\0\0\0");
  }

  static byte[] row(String... values) {
    return SessionLab.dataRow(values);
  }
}
