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
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.QueryText;
import org.relevo.proxy.routing.Reason;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.Router;
import org.relevo.proxy.routing.RoutingView;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.classify.StatementClassifier;
import org.relevo.proxy.testkit.FakeSession;
import org.relevo.proxy.testkit.Nodes;
import org.relevo.proxy.testkit.Rules;

/// From a text to its node: a text that is read and understood anew, one that differs from others
/// in a number, and one that is known.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {
  private static final SessionSyntax SYNTAX = new SessionSyntax(18, true, SessionSyntax.Bytes.UTF8);
  private static final String LETTERS = "aaaaaaaa";
  private static final String DIGITS = "1000000";

  /// Which text.
  @Param({"select", "update", "orm"})
  public String text = "";

  private final StatementClassifier classifier = new StatementClassifier();
  private final Router router = new Router(Rules.of("statement_level_load_balance = on"));
  private final RoutingView view = Nodes.of("0:primary, 1:standby replayed=2000");
  private final SessionState session = FakeSession.of("must=1000");
  private byte[] bytes = {};
  private int letters;
  private int digits;
  private int count;

  /// Makes the text; letters and digits of it change.
  @Setup
  public void prepare() {
    String sql =
        switch (text) {
          case "select" -> "SELECT abalance FROM pgbench_accounts WHERE aid = 1000000;";
          case "update" ->
              "UPDATE pgbench_accounts SET abalance = abalance + -1234 WHERE aid = 1000000;";
          default -> orm();
        };
    sql += " -- " + LETTERS;
    bytes = sql.getBytes(StandardCharsets.UTF_8);
    letters = sql.indexOf(LETTERS);
    digits = sql.indexOf(DIGITS);
    Route route = parsed();
    Reason wanted = text.equals("update") ? Reason.WRITE : Reason.BALANCED;
    if (route.reason() != wanted) {
      throw new IllegalStateException("goes by " + route.reason());
    }
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

  /// A text never seen before.
  @Benchmark
  public Route parsed() {
    int number = count++;
    for (int at = letters; at < letters + LETTERS.length(); at++) {
      bytes[at] = (byte) ('a' + number % 26);
      number /= 26;
    }
    return route();
  }

  /// Another constant, as texts of the simple protocol have.
  @Benchmark
  public Route otherNumber() {
    int number = count++;
    for (int at = digits + DIGITS.length() - 1; at >= digits; at--) {
      bytes[at] = (byte) ('0' + number % 10);
      number /= 10;
    }
    return route();
  }

  /// The same bytes again.
  @Benchmark
  public Route same() {
    return route();
  }

  private Route route() {
    StatementClass found = classifier.classify(bytes, bytes.length, SYNTAX);
    return router.route(found, QueryText.NONE, session, view, Plain.CATALOG, () -> 0.7);
  }

  /// Of ordinary tables, and functions that read.
  private enum Plain implements Catalog {
    CATALOG;

    @Override
    public Effect effect(FunctionCall call) {
      return Effect.READS;
    }

    @Override
    public Effect operator(QualifiedName name) {
      return Effect.READS;
    }

    @Override
    public RelationKind kind(QualifiedName relation) {
      return RelationKind.TABLE;
    }
  }
}
