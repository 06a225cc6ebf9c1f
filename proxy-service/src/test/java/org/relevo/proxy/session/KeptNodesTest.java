package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.NodesLab.bind;
import static org.relevo.proxy.session.NodesLab.parse;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;
import static org.relevo.proxy.session.SessionLab.ready;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.TestRouter;

/// One client of session mode that is sent to a primary (node 0) and a standby (node 1): both
/// connections are kept.
class KeptNodesTest {
  private static final byte[] SYNC = message('S');
  private static final byte[] EXECUTE = message('E', "\0", "\0\0\0\0");

  private final SessionLab lab = new SessionLab(PoolMode.SESSION, 2, new TestRouter());
  private final EmbeddedChannel ana = lab.login(Map.of());
  private final EmbeddedChannel primary = lab.server(0);
  private final EmbeddedChannel standby = readOnce();

  @AfterEach
  void nothingIsLeft() {
    lab.close();
  }

  private EmbeddedChannel readOnce() {
    lab.send(ana, query("/*1*/ SELECT 1"));
    EmbeddedChannel server = lab.server(1);
    assertThat(lab.port(server)).isEqualTo(5433);
    lab.acceptLogin(server);
    assertThat(lab.messages(server)).containsExactly("Q /*1*/ SELECT 1");
    answered(server, "SELECT 1", 'I');
    lab.outbound(ana);
    return server;
  }

  private void answered(EmbeddedChannel server, String tag, char status) {
    lab.send(server, message('C', tag + "\0"), ready(status));
  }

  private void clientSees(String tag, char status) {
    assertThat(lab.text(ana)).isEqualTo(SessionLab.string(message('C', tag + "\0"), ready(status)));
  }

  /// This service may not use the primary at the moment: a connection of before is no exception,
  /// neither for what is tried again nor for what leaves the standby.
  @Test
  void nothingGoesToAPrimaryThatMayNotBeUsed() {
    lab.send(ana, query("/*1*/ SELECT 2"));
    lab.fence().until(System.nanoTime());
    var _ = standby.close();
    lab.settle();
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(primary.isOpen()).isFalse();
    lab.pass(10_000);
    assertThat(lab.text(ana)).contains("40001").endsWith(SessionLab.string(ready('I')));
    lab.fence().until(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    EmbeddedChannel next = lab.server(lab.servers() - 1);
    lab.acceptLogin(next);
    assertThat(lab.messages(next)).containsExactly("Q INSERT INTO t VALUES (1)");
  }

  @Test
  void aWriteDoesNotGoToAPrimaryThatMayNotBeUsed() {
    lab.fence().until(System.nanoTime());
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.outbound(primary)).isEmpty();
    assertThat(primary.isOpen()).isFalse();
  }

  @Test
  void bothConnectionsAreKept() {
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'I');
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 2");
    answered(standby, "SELECT 1", 'I');
    assertThat(lab.servers()).isEqualTo(2);
  }

  @Test
  void aSettingIsAskedForWhenTheNodeChanges() {
    lab.send(ana, query("SET work_mem = '1MB'"));
    answered(primary, "SET", 'I');
    lab.send(ana, query("SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q SET work_mem = '1MB'", "Q SELECT 1");
    answered(primary, "SELECT 1", 'I');
    lab.outbound(ana);
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.messages(primary)).singleElement().asString().startsWith("Q SELECT 's'");
    lab.send(
        primary,
        SessionLab.dataRow("s", "work_mem", "1MB"),
        message('C', "SELECT 1\0"),
        ready('I'));
    assertThat(lab.text(standby)).contains("set_config").contains("work_mem");
    lab.send(standby, message('1'), message('2'), message('C', "SELECT 1\0"), ready('I'));
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 2");
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aPreparedStatementFollows() {
    lab.send(ana, parse("s", "INSERT INTO t VALUES (1)"), SYNC);
    assertThat(lab.messages(primary)).containsExactly("P relevo_0 INSERT INTO t VALUES (1)", "S");
    lab.send(primary, message('1'), ready('I'));
    lab.send(ana, parse("r", "/*1*/ SELECT 1"), bind("r"), EXECUTE, SYNC);
    assertThat(lab.messages(standby))
        .containsExactly("P relevo_1 /*1*/ SELECT 1", "B relevo_1", "E", "S");
    lab.send(standby, message('1'), message('2'), message('C', "SELECT 1\0"), ready('I'));
    lab.send(ana, bind("s"), EXECUTE, SYNC);
    assertThat(lab.messages(primary)).containsExactly("B relevo_0", "E", "S");
    lab.send(primary, message('2'), message('C', "INSERT 0 1\0"), ready('I'));
  }

  @Test
  void aSessionThatListensStaysOnThePrimary() {
    lab.send(ana, query("LISTEN a"));
    answered(primary, "LISTEN", 'I');
    lab.outbound(primary);
    lab.outbound(ana);
    lab.send(ana, query("/*1*/ SELECT 1"));
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 1");
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aSnapshotIsTakenWhereTheTemporaryTablesAre() {
    lab.send(ana, query("CREATE TEMP TABLE mine"));
    answered(primary, "CREATE TABLE", 'I');
    lab.send(ana, query("/*1*/ SELECT 2"));
    answered(standby, "SELECT 1", 'I');
    lab.messages(primary);
    lab.messages(standby);
    lab.send(ana, query("BEGIN READ ONLY"), query("/*1*/ SELECT 3"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN READ ONLY");
    answered(primary, "BEGIN", 'T');
    assertThat(lab.messages(primary)).containsExactly("Q /*1*/ SELECT 3");
    answered(primary, "SELECT 1", 'T');
    assertThat(lab.messages(standby)).isEmpty();
  }

  @Test
  void aStandbyThatLeavesIsNotMissed() {
    var _ = standby.close();
    lab.settle();
    assertThat(ana.isOpen()).isTrue();
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(primary, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
  }

  @Test
  void aPrimaryThatLeavesAtRestIsReplaced() {
    var _ = primary.close();
    lab.settle();
    assertThat(lab.text(ana)).isEmpty();
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    EmbeddedChannel next = lab.server(2);
    lab.acceptLogin(next);
    assertThat(lab.messages(next)).containsExactly("Q INSERT INTO t VALUES (1)");
    answered(next, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
  }

  @Test
  void aPrimaryThatAloneHasSomethingOfTheSessionEndsIt() {
    lab.send(ana, query("LISTEN news"));
    answered(primary, "LISTEN", 'I');
    lab.outbound(ana);
    var _ = primary.close();
    lab.settle();
    assertThat(ana.isOpen()).isFalse();
    assertThat(lab.text(ana)).contains("08006");
  }

  @Test
  void whatATransactionHasSetIsAskedForBeforeAReadElsewhere() {
    lab.send(ana, query("BEGIN"));
    lab.outbound(ana);
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.messages(standby)).containsExactly("Q BEGIN");
    answered(standby, "BEGIN", 'T');
    lab.outbound(standby);
    answered(standby, "SELECT 1", 'T');
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).containsExactly("Q BEGIN");
    answered(primary, "BEGIN", 'T');
    lab.outbound(primary);
    answered(primary, "INSERT 0 1", 'T');
    lab.send(ana, query("SET app.user = 'ana'"));
    lab.outbound(primary);
    answered(primary, "SET", 'T');
    lab.outbound(standby);
    lab.send(ana, query("COMMIT"));
    assertThat(lab.messages(primary)).containsExactly("Q COMMIT");
    answered(primary, "COMMIT", 'I');
    lab.send(ana, query("/*1*/ SHOW app.user"));
    assertThat(lab.messages(primary)).singleElement().asString().startsWith("Q SELECT 's'");
    assertThat(lab.messages(standby)).doesNotContain("Q /*1*/ SHOW app.user");
  }

  @Test
  void behindAClosedGateThereIsOnlyThePrimary() {
    lab.shard().closeGate(() -> {});
    lab.settle();
    assertThat(ana.isOpen()).isTrue();
    lab.send(ana, query("/*1*/ SELECT 2"));
    assertThat(lab.outbound(standby)).isEmpty();
    lab.shard().openGate();
    lab.settle();
    assertThat(lab.messages(standby)).containsExactly("Q /*1*/ SELECT 2");
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void statementsAreCountedByNode() {
    NodeCounts counts = lab.shard().nodes();
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    lab.send(primary, SessionLab.error("42P01", "no table"), ready('I'));
    assertThat(counts.of(new BackendId(1), NodeCounts.Kind.SELECT)).isEqualTo(1);
    assertThat(counts.of(new BackendId(0), NodeCounts.Kind.SELECT)).isZero();
    assertThat(counts.of(new BackendId(0), NodeCounts.Kind.INSERT)).isEqualTo(1);
    assertThat(counts.of(new BackendId(0), NodeCounts.Kind.ERROR)).isEqualTo(1);
  }

  @Test
  void theClientIsToldOfTheNode() {
    lab.hub().tellNodes(false, true);
    lab.send(ana, query("/*1*/ SELECT 2"));
    answered(standby, "SELECT 1", 'I');
    assertThat(lab.text(ana))
        .startsWith("N")
        .contains("DB node id: 1 backend pid: 77 statement: /*1*/ SELECT 2")
        .endsWith(SessionLab.string(message('C', "SELECT 1\0"), ready('I')));
  }
}
