package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// One client of transaction mode that is sent to a primary (node 0) and a standby (node 1).
class SessionNodesTest extends NodesLab {
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
  void aSettingSentBehindACopyIsToldToTheNextNode() {
    lab.send(ana, query("BEGIN"));
    clientSees("BEGIN", 'T');
    router.readsOn();
    lab.send(
        ana, query("COPY t FROM STDIN"), message('d', "row\n"), message('c'), query("SET x = 1"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary))
        .containsExactly("Q COPY t FROM STDIN", "d row", "c", "Q SET x = 1");
    lab.send(primary, message('G', "\0\0\0"), complete("COPY 1"), ready('T'));
    lab.outbound(ana);
    answered(primary, "SET", 'T');
    clientSees("SET", 'T');
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q BEGIN", "Q SET x = 1");
    answered(standby, "BEGIN", 'T');
    answered(standby, "SET", 'T');
    answered(standby, "SELECT 1", 'T');
    clientSees("SELECT 1", 'T');
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
  void whatAStandbyRefusesStaysOnThePrimary() {
    for (String begin : List.of("BEGIN READ WRITE", "BEGIN ISOLATION LEVEL SERIALIZABLE")) {
      lab.send(ana, query(begin));
      clientSees("BEGIN", 'T');
      lab.send(ana, query("/*1*/ SELECT 1"));
      assertThat(lab.messages(primary)).containsExactly("Q " + begin);
      answered(primary, "BEGIN", 'T');
      assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
      answered(primary, "SELECT 1", 'T');
      lab.send(ana, query("COMMIT"));
      answered(primary, "COMMIT", 'I');
      lab.outbound(ana);
      lab.outbound(primary);
    }
    assertThat(lab.servers()).isEqualTo(1);
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
  void aSnapshotThatIsGoneFailsTheTransaction() {
    EmbeddedChannel standby = readInTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ");
    var _ = standby.close();
    lab.settle();
    assertThat(lab.text(ana)).isEmpty();
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('E')));
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
}
