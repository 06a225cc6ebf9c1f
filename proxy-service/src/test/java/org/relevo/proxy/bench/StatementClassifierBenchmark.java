package org.relevo.proxy.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;

/// What it costs to know what a text is: with other digits each time, as texts with constants in
/// them have, and found again, as those of prepared statements. [RouteBenchmark] has texts that are
/// parsed each time.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StatementClassifierBenchmark {
  private static final SessionSyntax SYNTAX = new SessionSyntax(18, true, SessionSyntax.Bytes.UTF8);

  /// Which text.
  @Param({"begin", "select", "update", "insert", "orm"})
  public String text = "";

  private final StatementClassifier classifier = new StatementClassifier();
  private byte[] bytes = {};
  private int digits;
  private int count;

  /// Makes the text; it has seven digits that may change.
  @Setup
  public void prepare() {
    String sql =
        switch (text) {
          case "begin" -> "BEGIN /* 1000000 */";
          case "select" -> "SELECT abalance FROM pgbench_accounts WHERE aid = 1000000;";
          case "update" ->
              "UPDATE pgbench_accounts SET abalance = abalance + -1234 WHERE aid = 1000000;";
          case "insert" ->
              "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) "
                  + "VALUES (10, 1, 1000000, -1234, CURRENT_TIMESTAMP);";
          default -> orm();
        };
    bytes = sql.getBytes(StandardCharsets.UTF_8);
    digits = sql.indexOf("1000000");
  }

  /// What a mapper writes: 2 kB, 40 columns, 6 joins.
  private static String orm() {
    StringBuilder sql = new StringBuilder("SELECT ");
    for (int i = 0; i < 40; i++) {
      sql.append(i == 0 ? "" : ", ");
      sql.append("t%d.column_%d AS column%d_%d_".formatted(i % 7, i, i, i % 7));
    }
    sql.append(" FROM shop.orders t0");
    for (int i = 1; i < 7; i++) {
      sql.append(
          " LEFT OUTER JOIN shop.relation_%d t%d ON t0.id = t%d.order_id".formatted(i, i, i));
    }
    sql.append(" WHERE t0.customer_id = 1000000 AND lower(t1.name) LIKE lower($1)");
    sql.append(" AND t2.state IN ('open', 'paid', 'sent') AND t0.created >= $2");
    sql.append(" AND EXISTS (SELECT 1 FROM shop.notes n WHERE n.order_id = t0.id)");
    while (sql.length() < 1960) {
      sql.append(" AND t3.value_of_it <> 17");
    }
    return sql.append(" ORDER BY t0.created DESC, t0.id ASC LIMIT 50 OFFSET 0").toString();
  }

  /// Only its digits differ.
  @Benchmark
  public StatementClass different() {
    int number = count++;
    for (int at = digits + 6; at >= digits; at--) {
      bytes[at] = (byte) ('0' + number % 10);
      number /= 10;
    }
    return classifier.classify(bytes, bytes.length, SYNTAX);
  }

  /// A text seen before.
  @Benchmark
  public StatementClass same() {
    return classifier.classify(bytes, bytes.length, SYNTAX);
  }
}
