package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.testkit.Await;

/// A standby that dies under a read.
class SecondTryTest extends NodesLab {
  private static final String READ = "/*1*/ SELECT 1";

  private EmbeddedChannel asked(byte[]... messages) {
    lab.send(ana, messages);
    EmbeddedChannel standby = standby();
    assertThat(lab.text(standby)).contains(READ);
    return standby;
  }

  private void dies(EmbeddedChannel server) {
    var _ = server.close();
    lab.settle();
  }

  private static byte[] fatal() {
    return SessionLab.fatal("57P01", "terminating connection");
  }

  @Test
  void thePrimaryGetsTheQueryAndTheClientSeesNothing() {
    dies(asked(query(READ)));
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
  }

  @Test
  void itsFarewellIsNotPassedOn() {
    EmbeddedChannel standby = asked(query(READ));
    lab.send(standby, fatal());
    dies(standby);
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aBatchIsTriedAgainAsAWhole() {
    EmbeddedChannel standby = asked(parse("", READ), bind(""), EXECUTE, SYNC);
    lab.send(standby, fatal());
    dies(standby);
    assertThat(lab.messages(primary)).hasSize(4).first().asString().contains(READ);
    lab.send(primary, message('1'), message('2'), complete("SELECT 1"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('1'), message('2'), complete("SELECT 1"), ready('I')));
  }

  @Test
  void aNameThatTheBatchGivesIsFreeForTheSecondTry() {
    dies(asked(parse("mine", READ), bind("mine"), EXECUTE, SYNC));
    assertThat(lab.messages(primary)).first().asString().contains(READ);
    lab.send(primary, message('1'), message('2'), complete("SELECT 1"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('1'), message('2'), complete("SELECT 1"), ready('I')));
    lab.send(ana, bind("mine"), EXECUTE, SYNC);
    EmbeddedChannel next = standby();
    assertThat(lab.text(next)).contains(READ);
  }

  @Test
  void whatTheServiceHasAnsweredIsNotAnsweredTwice() {
    EmbeddedChannel standby = asked(parse("one", READ), SYNC);
    lab.send(standby, message('1'), ready('I'));
    lab.outbound(ana);
    lab.send(ana, parse("two", READ), bind("two"), EXECUTE, SYNC);
    assertThat(lab.messages(standby)).first().asString().startsWith("B");
    dies(standby);
    assertThat(lab.messages(primary)).first().asString().contains(READ);
    lab.send(primary, message('1'), message('2'), complete("SELECT 1"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('1'), message('2'), complete("SELECT 1"), ready('I')));
  }

  @Test
  void onceTheClientHasSeenSomethingItIsTold() {
    EmbeddedChannel standby = asked(query(READ));
    lab.send(standby, row("1"));
    lab.send(standby, fatal());
    dies(standby);
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('I')));
  }

  private static byte[] columns() {
    return message('T', "\0\0");
  }

  @Test
  void whatComesBeforeTheFirstRowIsTakenBack() {
    EmbeddedChannel standby = asked(query(READ));
    lab.send(standby, columns(), fatal());
    dies(standby);
    assertThat(lab.text(ana)).isEmpty();
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    lab.send(primary, columns(), row("1"), complete("SELECT 1"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(columns(), row("1"), complete("SELECT 1"), ready('I')));
  }

  @Test
  void whatWasPreparedStaysPrepared() {
    EmbeddedChannel standby =
        asked(parse("mine", READ), bind("mine"), message('D', "P\0"), EXECUTE, SYNC);
    lab.send(standby, message('1'), message('2'), columns(), fatal());
    dies(standby);
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(message('1')));
    assertThat(lab.messages(primary)).first().asString().contains(READ);
    lab.send(
        primary, message('1'), message('2'), columns(), row("1"), complete("SELECT 1"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(message('2'), columns(), row("1"), complete("SELECT 1"), ready('I')));
  }

  @Test
  void columnsThatComeAloneAreNotHeldBack() {
    EmbeddedChannel standby = asked(query(READ));
    lab.send(standby, columns());
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(columns()));
    lab.send(standby, fatal());
    dies(standby);
    assertThat(lab.text(ana)).contains("40001");
    assertThat(lab.outbound(primary)).isEmpty();
  }

  @Test
  void anErrorOfTheReadIsItsAnswer() {
    EmbeddedChannel standby = asked(query(READ));
    lab.send(standby, error("22012", "division by zero"), ready('I'));
    assertThat(lab.text(ana)).contains("22012");
    assertThat(lab.outbound(primary)).isEmpty();
  }

  @Test
  void thereIsNoThirdTry() {
    dies(asked(query(READ)));
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    dies(primary);
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('I')));
  }

  /// The primary's idle connection is gone too, and it lets nobody in.
  private EmbeddedChannel diesWithThePrimary() {
    EmbeddedChannel standby = asked(query(READ));
    dies(primary);
    dies(standby);
    EmbeddedChannel next = lab.server(lab.servers() - 1);
    assertThat(lab.port(next)).isEqualTo(5432);
    return next;
  }

  @Test
  void withoutAPrimaryTheReadMayBeRepeatedAndTheSessionGoesOn() {
    lab.send(diesWithThePrimary(), SessionLab.fatal("57P03", "the database system is starting up"));
    assertThat(lab.text(ana))
        .contains("40001", "starting up", "may be repeated")
        .endsWith(SessionLab.string(ready('I')));
    lab.send(ana, query(READ));
    assertThat(lab.messages(standby())).containsExactly("Q " + READ);
  }

  @Test
  void whereThePrimaryIsReplacedTheReadWaitsForIt() {
    lab.fence().until(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    lab.send(diesWithThePrimary(), SessionLab.fatal("57P03", "the system is starting up"));
    assertThat(lab.outbound(ana)).isEmpty();
    int before = lab.servers();
    Await.until(
        "the primary is asked again",
        () -> {
          lab.pass(50);
          return lab.servers() > before;
        });
    EmbeddedChannel next = lab.server(before);
    lab.acceptLogin(next);
    assertThat(lab.port(next)).isEqualTo(5432);
    assertThat(lab.messages(next)).containsExactly("Q " + READ);
    answered(next, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void afterTheSecondTryThePrimaryIsNeededAsEver() {
    dies(asked(query(READ)));
    lab.outbound(primary);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
    dies(primary);
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    lab.send(lab.server(lab.servers() - 1), SessionLab.fatal("57P03", "the system is starting up"));
    assertThat(lab.text(ana)).contains("FATAL", "57P03").doesNotContain("40001");
  }

  @Test
  void inATransactionTheClientIsTold() {
    EmbeddedChannel standby = readInTransaction("BEGIN");
    lab.send(ana, query(READ));
    lab.outbound(standby);
    dies(standby);
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('E')));
  }

  @Test
  void whatWasSentAheadIsNotLostNorReordered() {
    EmbeddedChannel standby = asked(query(READ), query("INSERT INTO t VALUES (1)"));
    dies(standby);
    assertThat(lab.messages(primary)).containsExactly("Q " + READ, "Q INSERT INTO t VALUES (1)");
    answered(primary, "SELECT 1", 'I');
    answered(primary, "INSERT 0 1", 'I');
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(
                complete("SELECT 1"), ready('I'), complete("INSERT 0 1"), ready('I')));
  }

  @Test
  void whatWaitsForTheReadIsNotTakenForIt() {
    EmbeddedChannel standby = asked(query(READ), query("START TRANSACTION"));
    dies(standby);
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    assertThat(lab.outbound(ana)).isEmpty();
    answered(primary, "SELECT 1", 'I');
    assertThat(lab.text(ana))
        .isEqualTo(
            SessionLab.string(
                complete("SELECT 1"), ready('I'), complete("START TRANSACTION"), ready('T')));
  }

  @Test
  void aBatchThatHasComeInPartIsReadFromItsStartAfterwards() {
    byte[] bind = bind("");
    EmbeddedChannel standby = asked(query(READ), parse("", "/*1*/ SELECT 22222222"), bind);
    dies(standby);
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
    lab.send(ana, EXECUTE, SYNC);
    assertThat(lab.text(standby())).contains("22222222");
  }

  @Test
  void twoReadsOnTheirWayAreNotTriedAgain() {
    EmbeddedChannel standby = asked(query(READ), query("/*1*/ SELECT 2"));
    assertThat(lab.outbound(standby)).isEmpty(); // both have been read by asked()
    dies(standby);
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(lab.text(ana).split("40001", -1)).hasSize(3);
  }
}
