package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;

/// The number of a transaction is asked for together with its COMMIT, and what became of it when no
/// answer comes; a client whose server answers sees nothing of that.
class LostCommitTest extends NodesLab {
  private static final String XID = "Q SELECT pg_catalog.pg_current_xact_id_if_assigned()";
  private static final String OLD_START = "00000000000000aa";
  private static final String NEW_START = "00000000000000bb";
  private static final ServerLife OLD = new ServerLife(new BackendId(0), 0xaa);
  private static final ServerLife NEW = new ServerLife(new BackendId(1), 0xbb);
  private static final Succession SAME = new Succession(Optional.of(OLD), Optional.empty(), 0, 0);
  private static final Succession TAKEN_OVER =
      new Succession(Optional.of(NEW), Optional.of(OLD), 740, 745);

  @BeforeEach
  void primariesAreReplaced() {
    lab.replacesPrimaries();
    lab.lives(SAME);
  }

  private void begun() {
    begun(primary);
  }

  private void begun(EmbeddedChannel server) {
    lab.send(ana, query("BEGIN"));
    clientSees("BEGIN", 'T');
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(server)).containsExactly("Q BEGIN");
    answered(server, "BEGIN", 'T');
    assertThat(lab.messages(server)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(server, "INSERT 0 1", 'T');
    clientSees("INSERT 0 1", 'T');
  }

  private static byte[] described(int columns) {
    return message('T', "\0" + (char) columns);
  }

  private void tells(EmbeddedChannel server, String xid, String... start) {
    List<String> columns = new ArrayList<>(List.of(xid));
    columns.addAll(List.of(start));
    lab.send(
        server,
        described(columns.size()),
        row(columns.toArray(String[]::new)),
        complete("SELECT 1"),
        ready('T'));
  }

  /// The COMMIT is on its way under number 739, and the connection ends.
  private void lost(byte[]... commit) {
    begun();
    lab.send(ana, commit);
    assertThat(lab.messages(primary).getFirst()).startsWith(XID);
    tells(primary, "739", OLD_START);
    ends(primary);
    assertThat(lab.text(ana)).isEmpty();
  }

  private void ends(EmbeddedChannel server) {
    var _ = server.close();
    lab.settle();
  }

  private EmbeddedChannel next() {
    EmbeddedChannel next = lab.server(lab.servers() - 1);
    lab.acceptLogin(next);
    return next;
  }

  private void says(EmbeddedChannel server, String start, String status) {
    assertThat(lab.messages(server)).singleElement().asString().contains("pg_xact_status('739'");
    lab.send(server, described(3), row(start, status, "0/1"), complete("SELECT 1"), ready('I'));
  }

  private void goesOn(EmbeddedChannel server) {
    lab.send(ana, query("INSERT INTO t VALUES (2)"));
    assertThat(lab.messages(server)).containsExactly("Q INSERT INTO t VALUES (2)");
    answered(server, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
  }

  private void clientIsTold(String state) {
    assertThat(lab.text(ana)).contains(state).endsWith(SessionLab.string(ready('I')));
  }

  // ------------------------------------------------------------------ the question

  @Test
  void theNumberIsAskedForAheadOfACommitAndTheClientDoesNotSeeIt() {
    begun();
    lab.send(ana, query("COMMIT"));
    List<String> sent = lab.messages(primary);
    assertThat(sent).hasSize(2);
    assertThat(sent.getFirst()).startsWith(XID).contains("pg_postmaster_start_time");
    assertThat(sent.getLast()).isEqualTo("Q COMMIT");
    tells(primary, "739", OLD_START);
    assertThat(lab.text(ana)).isEmpty();
    answered(primary, "COMMIT", 'I');
    clientSees("COMMIT", 'I');

    // The server's life is known from now on.
    begun();
    lab.send(ana, query("END"));
    assertThat(lab.messages(primary)).containsExactly(XID, "Q END");
    lab.send(
        primary,
        described(1),
        row("740"),
        complete("SELECT 1"),
        ready('T'),
        complete("COMMIT"),
        ready('I'));
    clientSees("COMMIT", 'I');
    goesOn(primary);
  }

  @Test
  void aBatchThatCommitsIsAskedForToo() {
    begun();
    lab.send(ana, parse("", "COMMIT"), bind(""), EXECUTE, SYNC);
    List<String> sent = lab.messages(primary);
    assertThat(sent.getFirst()).startsWith(XID);
    assertThat(sent.get(1)).isEqualTo("P COMMIT");
    tells(primary, "739", OLD_START);
    lab.send(primary, message('1'), message('2'), complete("COMMIT"), ready('I'));
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('1'), message('2'), complete("COMMIT"), ready('I')));
  }

  @Test
  void whatHasNotWrittenOrDoesNotCommitIsNotAskedFor() {
    lab.send(ana, query("BEGIN"));
    lab.send(ana, query("SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q SELECT 1");
    answered(primary, "SELECT 1", 'T');
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT");
    answered(primary, "COMMIT", 'I');
    lab.text(ana);

    begun();
    lab.send(ana, query("ROLLBACK"));
    assertThat(lab.messages(primary)).containsExactly("Q ROLLBACK");
    answered(primary, "ROLLBACK", 'I');
    lab.text(ana);

    begun();
    lab.send(ana, query("COMMIT; SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT; SELECT 1");
    answered(primary, "COMMIT", 'I');
    lab.text(ana);

    begun();
    lab.send(ana, query("INSERT INTO t VALUES (3)"), query("COMMIT"));
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (3)", "Q COMMIT");
    answered(primary, "INSERT 0 1", 'T');
    answered(primary, "COMMIT", 'I');
  }

  @Test
  void anErrorOfTheQuestionIsTheCommitsOwn() {
    begun();
    lab.send(ana, query("COMMIT"));
    lab.messages(primary);
    byte[] canceled = SessionLab.error("57014", "canceling statement due to user request");
    lab.send(primary, canceled, ready('E'), complete("ROLLBACK"), ready('I'));
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(canceled, ready('I')));
    goesOn(primary);

    begun();
    lab.send(ana, parse("", "COMMIT"), bind(""), EXECUTE, SYNC);
    lab.messages(primary);
    lab.send(primary, canceled);
    lab.send(primary, ready('E'));
    lab.send(primary, message('1'), message('2'), complete("ROLLBACK"), ready('I'));
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(canceled, ready('I')));
    goesOn(primary);
  }

  @Test
  void afterAnErrorOfTheQuestionALossIsNoNews() {
    begun();
    lab.send(ana, query("COMMIT"));
    byte[] canceled = SessionLab.error("57014", "canceling statement due to user request");
    lab.send(primary, canceled, ready('E'));
    ends(primary);
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(canceled, ready('I')));
  }

  private static byte[] farewell() {
    return message('E', "SFATAL\0", "VFATAL\0", "C57P01\0", "Mterminating connection\0", "\0");
  }

  @Test
  void aServersFarewellIsNoAnswerToACommit() {
    begun();
    lab.send(ana, query("COMMIT"));
    lab.messages(primary);
    tells(primary, "739", OLD_START);
    lab.send(primary, farewell());
    ends(primary);
    assertThat(lab.text(ana)).isEmpty();
    says(next(), OLD_START, "aborted");
    clientIsTold("40001");
  }

  @Test
  void aServersFarewellInPlaceOfTheNumberLeavesTheOutcomeUnknown() {
    begun();
    lab.send(ana, query("COMMIT"));
    lab.messages(primary);
    lab.send(primary, farewell());
    ends(primary);
    clientIsTold("08007");
  }

  @Test
  void aCommitThatWasToldIsNotAskedFor() {
    begun();
    lab.send(ana, query("COMMIT"));
    tells(primary, "739", OLD_START);
    lab.send(primary, complete("COMMIT"));
    ends(primary);
    clientSees("COMMIT", 'I');
  }

  // ------------------------------------------------------------------ the outcome

  @Test
  void theSameServerSaysThatItWasCommitted() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    says(next, OLD_START, "committed");
    clientSees("COMMIT", 'I');
    goesOn(next);
  }

  @Test
  void aBatchGetsTheAnswersOfACommit() {
    lost(parse("", "COMMIT"), bind(""), EXECUTE, SYNC);
    says(next(), OLD_START, "committed");
    assertThat(lab.text(ana))
        .isEqualTo(SessionLab.string(message('1'), message('2'), complete("COMMIT"), ready('I')));
  }

  @Test
  void whatStillRunsIsAskedAgain() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    says(next, OLD_START, "in progress");
    assertThat(lab.text(ana)).isEmpty();
    lab.pass(100);
    says(next, OLD_START, "aborted");
    clientIsTold("40001");
    goesOn(next);
  }

  @Test
  void theSuccessorIsBelievedBelowItsBound() {
    lost(query("COMMIT"));
    lab.lives(TAKEN_OVER);
    lab.views().primary(1);
    ends(lab.server(lab.servers() - 1));
    lab.pass(100);
    EmbeddedChannel next = next();
    assertThat(lab.port(next)).isEqualTo(5433);
    says(next, NEW_START, "committed");
    clientSees("COMMIT", 'I');
  }

  @Test
  void whatNeverGotThereIsToldWithoutAsking() {
    begun();
    lab.send(ana, query("COMMIT"));
    tells(primary, "745", OLD_START);
    lab.views().noPrimary("it is gone");
    ends(primary);
    assertThat(lab.text(ana)).isEmpty();
    lab.lives(TAKEN_OVER);
    lab.views().primary(1);
    lab.shard().viewChanged();
    clientIsTold("40001");
  }

  @Test
  void anErrorSaysNothing() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    lab.messages(next);
    lab.send(next, SessionLab.error("42501", "permission denied"), ready('I'));
    clientIsTold("08007");
    goesOn(next);
  }

  @Test
  void aWaitThatWasBrokenOffSaysNothing() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    lab.messages(next);
    lab.send(
        next,
        described(3),
        row(OLD_START, "committed", "0/1"),
        message('N', "SWARNING\0", "VWARNING\0", "C01000\0", "Mcanceling wait\0", "\0"),
        complete("SELECT 1"),
        ready('I'));
    clientIsTold("08007");
  }

  @Test
  void whoeverDoesNotTellInTimeTellsNothing() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    assertThat(lab.messages(next)).hasSize(1);
    lab.send(ana, query("SELECT 2"));
    lab.pass(9_000);
    assertThat(lab.text(ana)).isEmpty();
    assertThat(lab.messages(next)).isEmpty();
    lab.pass(1_100);
    clientIsTold("08007");
    assertThat(next.isOpen()).isFalse();
    // What the client said meanwhile comes next.
    assertThat(lab.messages(next())).containsExactly("Q SELECT 2");
  }

  @Test
  void withoutAPrimaryTheClientGoesOnWaitingAfterItWasTold() {
    begun();
    lab.send(ana, query("COMMIT"));
    tells(primary, "739", OLD_START);
    lab.views().noPrimary("it is gone");
    ends(primary);
    lab.pass(9_900);
    assertThat(lab.text(ana)).isEmpty();
    lab.pass(200);
    clientIsTold("08007");
    assertThat(ana.isOpen()).isTrue();
  }

  @Test
  void aClientThatLeavesWhileItWaitsLeavesNothing() {
    lost(query("COMMIT"));
    EmbeddedChannel next = next();
    assertThat(lab.messages(next)).hasSize(1);
    ends(ana);
    assertThat(next.isOpen()).isFalse();
    lab.pass(11_000);
  }

  @Test
  void aBlockThatBeganUnseenMayHaveWritten() {
    router.active(false);
    lab.send(ana, query("BEGIN; INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).hasSize(1);
    lab.send(primary, complete("BEGIN"), complete("INSERT 0 1"), ready('T'));
    lab.text(ana);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(primary)).hasSize(2);
    tells(primary, "739", OLD_START);
    ends(primary);
    says(next(), OLD_START, "committed");
    clientSees("COMMIT", 'I');
  }
}
