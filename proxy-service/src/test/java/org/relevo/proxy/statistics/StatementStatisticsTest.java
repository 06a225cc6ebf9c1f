package org.relevo.proxy.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.StatementInfo;
import org.relevo.jmx.contract.StatementNode;
import org.relevo.jmx.contract.StatementOrder;
import org.relevo.jmx.contract.StatementsStatus;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;

class StatementStatisticsTest {
  private static final BackendId PRIMARY = new BackendId(0);
  private static final BackendId STANDBY = new BackendId(3);

  private final StatementClassifier classifier = new StatementClassifier();
  private final StatementStatistics one = new StatementStatistics();
  private final StatementStatistics two = new StatementStatistics();
  private final AllStatements all = new AllStatements(List.of(one, two));

  private StatementEntry entry(StatementStatistics loop, String user, String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    StatementClass facts =
        classifier.classify(text, text.length, SessionSyntax.of(18, true, "UTF8"));
    return loop.entry(facts, "shop", user, text, text.length, true);
  }

  @Test
  void loopsAreSummedUpByShapeDatabaseAndUser() {
    all.limit(100);
    entry(one, "app", "SELECT * FROM t WHERE a = 1").answered(PRIMARY, 2_000_000, 3, false);
    entry(one, "app", "select * from t where a = 'x'").answered(STANDBY, 1_000_000, 4, false);
    entry(two, "app", "SELECT * FROM t WHERE a = $1").answered(STANDBY, 6_000_000, 0, true);
    entry(two, "other", "SELECT * FROM t WHERE a = 1").answered(PRIMARY, 1_000_000, 1, false);
    List<StatementInfo> rows = all.top(10, StatementOrder.TOTAL_TIME);
    assertThat(rows)
        .extracting(
            StatementInfo::user,
            StatementInfo::text,
            StatementInfo::calls,
            StatementInfo::errors,
            StatementInfo::rows,
            StatementInfo::totalMs,
            StatementInfo::meanMs,
            StatementInfo::maxMs)
        .containsExactly(
            tuple("app", "select * from t where a = ?", 3L, 1L, 7L, 9.0, 3.0, 6.0),
            tuple("other", "select * from t where a = ?", 1L, 0L, 1L, 1.0, 1.0, 1.0));
    assertThat(rows.getFirst().nodes())
        .containsExactly(new StatementNode(0, 1, 2.0), new StatementNode(3, 2, 7.0));
    assertThat(rows.getFirst().p50Ms()).isBetween(1.87, 2.13);
    assertThat(rows.getFirst().p99Ms()).isBetween(5.6, 6.0);
  }

  @Test
  void ordersAndLimitsAreKept() {
    all.limit(100);
    entry(one, "app", "SELECT 1").answered(PRIMARY, 9_000_000, 1, false);
    for (int i = 0; i < 3; i++) {
      entry(one, "app", "SELECT 1, 2").answered(PRIMARY, 1_000_000, 0, i == 0);
    }
    assertThat(first(StatementOrder.TOTAL_TIME)).isEqualTo("select ?");
    assertThat(first(StatementOrder.MEAN_TIME)).isEqualTo("select ?");
    assertThat(first(StatementOrder.P99_TIME)).isEqualTo("select ?");
    assertThat(first(StatementOrder.ROWS)).isEqualTo("select ?");
    assertThat(first(StatementOrder.CALLS)).isEqualTo("select ?, ?");
    assertThat(first(StatementOrder.ERRORS)).isEqualTo("select ?, ?");
  }

  private String first(StatementOrder order) {
    List<StatementInfo> rows = all.top(1, order);
    assertThat(rows).hasSize(1);
    return rows.getFirst().text();
  }

  @Test
  void theLeastUsedAreDropped() {
    all.limit(200);
    for (int i = 0; i < 1000; i++) {
      for (int often = 0; often < 10; often++) {
        StatementEntry kept = entry(one, "app", "SELECT a" + often + " FROM often");
        kept.answered(PRIMARY, 1000, 1, false);
      }
      entry(one, "app", "SELECT b" + i + " FROM seldom").answered(PRIMARY, 1000, 1, false);
    }
    StatementsStatus status = all.status();
    assertThat(status.capacity()).isEqualTo(200);
    assertThat(status.entries()).isBetween(95, 100);
    assertThat(status.droppedTotal()).isEqualTo(1010 - status.entries());
    assertThat(all.top(10, StatementOrder.CALLS))
        .allSatisfy(row -> {
          assertThat(row.text()).endsWith("from often");
          assertThat(row.calls()).isEqualTo(1000);
        });
  }

  @Test
  void anotherLimitCountsFromTheNextNewStatementOn() {
    all.limit(20);
    for (int i = 0; i < 9; i++) {
      entry(one, "app", "SELECT a" + i).answered(PRIMARY, 1000, 1, false);
    }
    all.limit(4);
    entry(one, "app", "SELECT x").answered(PRIMARY, 1000, 1, false);
    assertThat(all.status()).isEqualTo(new StatementsStatus(2, 4, 8));
    all.limit(1000);
    entry(one, "app", "SELECT y").answered(PRIMARY, 1000, 1, false);
    assertThat(all.status()).isEqualTo(new StatementsStatus(3, 1000, 8));
    all.limit(0);
    assertThat(entry(one, "app", "SELECT x")).isNull();
    assertThat(all.status()).isEqualTo(new StatementsStatus(0, 0, 0));
  }

  @Test
  void aResetForgetsEverything() {
    all.limit(2);
    entry(one, "app", "SELECT a").answered(PRIMARY, 1000, 1, false);
    entry(one, "app", "SELECT b").answered(PRIMARY, 1000, 1, false);
    assertThat(all.status().droppedTotal()).isEqualTo(1);
    all.reset();
    assertThat(all.top(10, StatementOrder.CALLS)).isEmpty();
    assertThat(all.status()).isEqualTo(new StatementsStatus(0, 2, 0));
    entry(one, "app", "SELECT a").answered(PRIMARY, 1000, 1, false);
    assertThat(all.top(10, StatementOrder.CALLS)).hasSize(1);
  }

  @Test
  void noValueIsShown() {
    all.limit(100);
    String secret = "s3cret";
    List<String> texts =
        List.of(
            "ALTER ROLE app PASSWORD '" + secret + "'",
            "SELECT E'\\'" + secret + "', $x$" + secret + "$x$, U&'" + secret + "' -- " + secret,
            "SELECT '" + secret.repeat(1000) + "'",
            "SELECT $$" + secret.repeat(1000) + "$$",
            "SELEC " + secret);
    for (String sql : texts) {
      entry(one, "app", sql).answered(PRIMARY, 1000, 0, false);
    }
    assertThat(all.top(10, StatementOrder.CALLS))
        .hasSizeBetween(3, texts.size())
        .noneSatisfy(row -> assertThat(row.text()).contains(secret))
        .anySatisfy(row -> assertThat(row.text()).isEqualTo(ShapeText.UNKNOWN))
        .anySatisfy(row -> assertThat(row.text()).isEqualTo("alter role app password ?"));
  }

  @Test
  void aStatementWithAnEntryAllocatesNothing() {
    all.limit(100);
    byte[] text = "SELECT 1".getBytes(StandardCharsets.UTF_8);
    StatementClass facts =
        classifier.classify(text, text.length, SessionSyntax.of(18, true, "UTF8"));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    count(facts, text, 10);
    long before = threads.getCurrentThreadAllocatedBytes();
    count(facts, text, 100_000);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
  }

  private void count(StatementClass facts, byte[] text, int times) {
    for (int i = 0; i < times; i++) {
      StatementEntry entry = one.entry(facts, "shop", "app", text, text.length, true);
      entry.answered(STANDBY, i * 1000L, 1, false);
    }
  }
}
