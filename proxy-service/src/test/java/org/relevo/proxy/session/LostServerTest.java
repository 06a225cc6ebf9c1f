package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/// What a client is told when its primary is gone, and that it goes on.
class LostServerTest extends NodesLab {
  private static final String FAREWELL = "terminating connection due to administrator command";

  private static byte[] fatal() {
    return message('E', "SFATAL\0", "VFATAL\0", "C57P01\0", "M" + FAREWELL + "\0", "\0");
  }

  private void goesOn() {
    lab.send(ana, query("INSERT INTO t VALUES (2)"));
    EmbeddedChannel next = lab.server(lab.servers() - 1);
    lab.acceptLogin(next);
    assertThat(lab.messages(next)).containsExactly("Q INSERT INTO t VALUES (2)");
    answered(next, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
  }

  private void begun() {
    lab.send(ana, query("BEGIN"));
    clientSees("BEGIN", 'T');
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'T');
    clientSees("INSERT 0 1", 'T');
  }

  private void ends(EmbeddedChannel server) {
    var _ = server.close();
    lab.settle();
  }

  @Test
  void anAutocommitWriteIsNotKnown() {
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    ends(primary);
    assertThat(lab.text(ana)).contains("08007").endsWith(SessionLab.string(ready('I')));
    goesOn();
  }

  @Test
  void theEndOfAWritingTransactionIsNotKnown() {
    begun();
    lab.send(ana, query("COMMIT"));
    ends(primary);
    assertThat(lab.text(ana)).contains("08007").endsWith(SessionLab.string(ready('I')));
    goesOn();
  }

  @Test
  void aTransactionThatRunsIsRolledBack() {
    begun();
    lab.send(ana, query("INSERT INTO t VALUES (3)"));
    ends(primary);
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, query("INSERT INTO t VALUES (4)"));
    assertThat(lab.text(ana)).contains("25P02").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, query("ROLLBACK"));
    clientSees("ROLLBACK", 'I');
    goesOn();
  }

  @Test
  void aTransactionAtRestIsToldWithItsNextStatement() {
    begun();
    ends(primary);
    assertThat(lab.text(ana)).isEmpty();
    lab.send(ana, query("INSERT INTO t VALUES (3)"));
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('E')));
    lab.send(ana, query("COMMIT"));
    clientSees("ROLLBACK", 'I');
    goesOn();
  }

  @Test
  void aCommitAfterTheLossIsNoSuccess() {
    begun();
    ends(primary);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.text(ana)).contains("40001").doesNotContain("COMMIT");
  }

  @Test
  void aBatchIsLeftOutUpToItsSync() {
    lab.send(ana, parse("", "INSERT INTO t VALUES (1)"), bind(""), EXECUTE, message('H'));
    ends(primary);
    assertThat(lab.text(ana)).contains("08007").doesNotContain(SessionLab.string(ready('I')));
    lab.send(ana, bind(""), EXECUTE, SYNC);
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(ready('I')));
    goesOn();
  }

  @Test
  void theServersFarewellIsNotTheClients() {
    begun();
    lab.send(primary, fatal());
    lab.settle();
    assertThat(lab.text(ana)).isEmpty();
    lab.send(ana, query("ROLLBACK"));
    clientSees("ROLLBACK", 'I');
    goesOn();
  }

  @Test
  void everyStatementOnTheWayIsAnswered() {
    lab.send(ana, query("INSERT INTO t VALUES (1)"), query("INSERT INTO t VALUES (2)"));
    ends(primary);
    String told = lab.text(ana);
    assertThat(told.split("08007", -1)).hasSize(3);
    goesOn();
  }

  @Test
  void aLimitOfTheServerStillEndsTheSession() {
    begun();
    lab.send(
        primary,
        message('E', "SFATAL\0", "VFATAL\0", "C25P03\0", "Mterminating connection\0", "\0"));
    ends(primary);
    assertThat(lab.text(ana)).contains("25P03");
    assertThat(ana.isOpen()).isFalse();
  }

  @Test
  void aMessageThatIsHalfPassedOnEndsTheSession() {
    lab.send(ana, query("INSERT INTO t VALUES (1) RETURNING *"));
    lab.send(primary, new byte[] {'D', 0, 0, 1, 0, 0});
    ends(primary);
    assertThat(ana.isOpen()).isFalse();
  }
}
