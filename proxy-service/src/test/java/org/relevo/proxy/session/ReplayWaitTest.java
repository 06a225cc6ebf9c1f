package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.session.SessionLab.error;
import static org.relevo.proxy.session.SessionLab.message;
import static org.relevo.proxy.session.SessionLab.query;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.FakeFreshness;

/// Reads that must see what no standby has replayed yet.
class ReplayWaitTest extends NodesLab {
  private static final String READ = "/*1*/ SELECT 1";
  private static final Freshness.ServerWait THERE =
      new Freshness.ServerWait(new BackendId(1), "WAIT FOR LSN '0/7' WITH (TIMEOUT '9ms')");

  private final FakeFreshness fresh = router.fresh();

  private void late(Duration patience) {
    fresh.bound(new Lsn(7));
    fresh.patience(patience);
  }

  @Test
  void withoutPatienceThePrimaryAnswersAtOnce() {
    late(Duration.ZERO);
    lab.send(ana, query(READ));
    assertThat(fresh.waiting()).isZero();
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aReadWaitsForTheStandby() {
    late(Duration.ofMinutes(1));
    lab.send(ana, query(READ));
    assertThat(fresh.waiting()).isEqualTo(1);
    fresh.news(); // but none that helps
    lab.settle();
    assertThat(fresh.waiting()).isEqualTo(1);
    assertThat(lab.outbound(primary)).isEmpty();
    fresh.bound(null);
    fresh.news();
    lab.settle();
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q " + READ);
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aBatchWaitsAsAWholeAndWritesDoNot() {
    late(Duration.ofMinutes(1));
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).hasSize(1);
    answered(primary, "INSERT 0 1", 'I');
    clientSees("INSERT 0 1", 'I');
    lab.send(ana, parse("", READ), bind(""), EXECUTE, SYNC);
    assertThat(fresh.waiting()).isEqualTo(1);
    fresh.bound(null);
    fresh.news();
    lab.settle();
    assertThat(lab.text(standby())).contains(READ);
  }

  @Test
  void whenTimeIsOverThePrimaryAnswers() {
    late(Duration.ofMillis(20));
    lab.send(ana, query(READ));
    assertThat(lab.outbound(primary)).isEmpty();
    Await.until(
        "the read is sent to the primary",
        () -> {
          fresh.news();
          lab.settle();
          return lab.messages(primary).equals(List.of("Q " + READ));
        });
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void aReadThatWaitsIsCancelled() {
    late(Duration.ofMinutes(1));
    lab.send(ana, query(READ));
    lab.shard().sessions().forEach(Session::cancelQueued);
    assertThat(lab.text(ana)).contains("57014").endsWith(SessionLab.string(SessionLab.ready('I')));
    fresh.news();
    lab.settle();
    assertThat(lab.outbound(primary)).isEmpty();
    lab.send(ana, query("INSERT INTO t VALUES (1)"));
    assertThat(lab.messages(primary)).hasSize(1);
  }

  @Test
  void aNewConnectionIsUsedOnceItsServerWasSampled() {
    fresh.proven(false);
    lab.send(ana, query(READ));
    EmbeddedChannel standby = standby();
    assertThat(lab.outbound(standby)).isEmpty();
    assertThat(fresh.waiting()).isEqualTo(1);
    fresh.proven(true);
    fresh.news();
    lab.settle();
    assertThat(lab.messages(standby)).containsExactly("Q " + READ);
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void withoutASampleThePrimaryAnswers() {
    fresh.proven(false);
    lab.send(ana, query(READ));
    EmbeddedChannel standby = standby();
    fresh.news();
    lab.settle();
    assertThat(lab.outbound(standby)).isEmpty();
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  // ------------------------------------------------------------------ servers that wait

  @Test
  void aServerThatCanWaitsByItself() {
    late(Duration.ofMinutes(1));
    fresh.server(THERE);
    lab.send(ana, query(READ));
    EmbeddedChannel standby = standby();
    assertThat(lab.messages(standby)).containsExactly("Q " + THERE.statement());
    lab.send(standby, message('T', "\0\0"), row("success"), complete("WAIT"), ready());
    assertThat(lab.messages(standby)).containsExactly("Q " + READ);
    answered(standby, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
    assertThat(lab.outbound(primary)).isEmpty();
  }

  @Test
  void itHasWaitedInVain() {
    late(Duration.ofMinutes(1));
    fresh.server(THERE);
    lab.send(ana, parse("", READ), bind(""), EXECUTE, SYNC);
    EmbeddedChannel standby = standby();
    lab.outbound(standby);
    lab.send(standby, error("57014", "timed out while waiting"), ready());
    assertThat(lab.text(primary)).contains(READ);
    assertThat(lab.outbound(ana)).isEmpty();
    assertThat(fresh.lacking()).isEmpty();
  }

  @Test
  void itDoesNotKnowTheStatement() {
    late(Duration.ofMinutes(1));
    fresh.server(THERE);
    lab.send(ana, query(READ));
    EmbeddedChannel standby = standby();
    lab.outbound(standby);
    lab.send(standby, error("42601", "syntax error"), ready());
    assertThat(fresh.lacking()).containsExactly(new BackendId(1));
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    assertThat(lab.outbound(ana)).isEmpty();
  }

  @Test
  void itDiesMeanwhile() {
    late(Duration.ofMinutes(1));
    fresh.server(THERE);
    lab.send(ana, query(READ));
    EmbeddedChannel standby = standby();
    lab.outbound(standby);
    var _ = standby.close();
    lab.settle();
    assertThat(lab.messages(primary)).containsExactly("Q " + READ);
    answered(primary, "SELECT 1", 'I');
    clientSees("SELECT 1", 'I');
  }

  @Test
  void inATransactionItIsNotAsked() {
    late(Duration.ofMinutes(1));
    fresh.server(THERE);
    lab.send(ana, query("BEGIN"));
    clientSees("BEGIN", 'T');
    lab.send(ana, query(READ));
    assertThat(fresh.waiting()).isEqualTo(1);
    assertThat(lab.servers()).isEqualTo(1);
  }

  private static byte[] ready() {
    return SessionLab.ready('I');
  }
}
