package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.testkit.Background;

/// Networks between machines are cut while clients still reach all of them.
class IsolatedPrimaryIT extends LabCase {
  /// A lease, and what a busy machine is late.
  private static final long LAST_WRITE_MS = 3_000 + 500;

  @Override
  LabPlan plan() {
    return LabPlan.of(2, true);
  }

  @Test
  @Order(1)
  void anIsolatedPrimaryAcknowledgesNothingPastItsDeadlineAndRejoins() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    lab().execute(old, "CREATE TABLE direct (n bigint)");
    LabControl.awaitProvable(old);
    AtomicLong acknowledged = new AtomicLong();
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 8);
        WritingClients stayed = new WritingClients(lab(), List.of(old), 8);
        Connection open = old.connectServer()) {
      CompletableFuture<Long> direct = Background.run(() -> insert(open, acknowledged));
      Patience.until("a direct client writes", () -> acknowledged.get() > 0);
      long cut = System.nanoTime();
      lab().network().isolate(old.name);
      Patience.until(ClusterLab.SETTLED, () -> "no new primary " + lab().told(), next::isPrimary);
      assertThat(old.postmaster()).as("stopped before the other was promoted").isEmpty();
      direct.get();
      Patience.until("not served", () -> next.askThrough("SELECT count(*) FROM written") != null);
      assertThat((acknowledged.get() - cut) / 1_000_000)
          .as("last answer to a client that goes around the proxy, ms")
          .isLessThan(LAST_WRITE_MS);
      assertThat(stayed.lastWriteMs(cut)).isLessThan(LAST_WRITE_MS);

      lab().network().heal();
      lab().awaitServed();
      lab().awaitCalm();
      assertThat(lab().primary()).isSameAs(next);
      String rows = next.ask("SELECT count(*) FROM direct");
      assertThat(old.askThrough("SELECT count(*) FROM direct")).isEqualTo(rows);
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  /// @return rows that were acknowledged
  private static Long insert(Connection open, AtomicLong lastNs) {
    long n = 0;
    try (Statement statement = open.createStatement()) {
      while (true) {
        statement.executeUpdate("INSERT INTO direct VALUES (" + n + ")");
        lastNs.set(System.nanoTime());
        n++;
      }
    } catch (SQLException _) {
      return n; // it is stopped at last: that is what is waited for
    }
  }

  @Test
  @Order(2)
  void aPrimaryThatHearsAllButIsNotHeardIsReplacedOnlyOnceItsServerIsStopped() throws Exception {
    LabMember old = lab().primary();
    LabMember next = lab().standby();
    LabControl.awaitProvable(old);
    try (CheckerClient checker = new CheckerClient(lab(), lab().nodes(), 4, 5, 9)) {
      for (LabMember other : lab().members()) {
        if (other != old) {
          lab().network().cut(old.name, other.name);
        }
      }
      Patience.until(
          ClusterLab.SETTLED,
          () -> "no new primary " + lab().told(),
          () -> {
            boolean promoted = next.isPrimary();
            if (promoted) {
              assertThat(old.postmaster()).isEmpty();
            }
            return promoted;
          });
      lab().network().heal();
      lab().awaitServed();
      lab().awaitCalm();
      Verdict verdict = checker.verdict(next);
      assertThat(verdict.good()).as(verdict.toString()).isTrue();
    }
  }

  @Test
  @Order(3)
  void aCutBetweenPrimaryAndStandbyAloneIsNoFailover() throws Exception {
    LabMember primary = lab().primary();
    LabMember standby = lab().standby();
    LabControl.awaitProvable(primary);
    long epoch = LabControl.status(primary).epoch();
    try (WritingClients writers = new WritingClients(lab(), List.of(primary), 4)) {
      lab().network().cutBoth(primary.name, standby.name);
      // Commits wait for the standby until the members have agreed to do without it.
      writers.awaitAll();
      LabControl.await(primary, "waits for nobody", status -> status.waitForNodes().isEmpty());
      assertThat(writers.errors()).isEmpty();
      lab().network().heal();
      lab().awaitCalm();
      LabControl.awaitProvable(primary);
      writers.awaitAll();
      assertThat(writers.errors()).isEmpty();
    }
    assertThat(lab().primary()).isSameAs(primary);
    assertThat(LabControl.status(primary).epoch()).isEqualTo(epoch);
  }
}
