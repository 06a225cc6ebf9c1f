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
import org.relevo.proxy.sql.grammar.Fingerprint;
import org.relevo.proxy.sql.grammar.GrammarTables;
import org.relevo.proxy.sql.grammar.SqlLexer;
import org.relevo.proxy.sql.grammar.SqlParser;

/// Reading a text: the shortest that clients send, and what an object mapper makes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GrammarBenchmark {
  /// Which text.
  @Param({"BEGIN", "PGBENCH_SELECT", "PGBENCH_UPDATE", "MAPPER"})
  public String text = "";

  private final GrammarTables tables = GrammarTables.of(GrammarTables.NEWEST);
  private final SqlParser parser = new SqlParser();
  private final SqlLexer lexer = new SqlLexer();
  private final Fingerprint fingerprint = new Fingerprint();
  private byte[] sql = {};

  /// Makes the text.
  @Setup
  public void make() {
    String made =
        switch (text) {
          case "BEGIN" -> "BEGIN";
          case "PGBENCH_SELECT" -> "SELECT abalance FROM pgbench_accounts WHERE aid = 12345;";
          case "PGBENCH_UPDATE" ->
              "UPDATE pgbench_accounts SET abalance = abalance + -1234 WHERE aid = 12345;";
          default -> mapper();
        };
    sql = made.getBytes(StandardCharsets.UTF_8);
    if (parse() != SqlParser.Outcome.ACCEPTED) {
      throw new IllegalStateException("not accepted: " + made);
    }
  }

  /// About 2 kB: columns of five joined tables with aliases, a condition and a page.
  private static String mapper() {
    StringBuilder sql = new StringBuilder("select ");
    for (int table = 0; table < 5; table++) {
      for (int column = 0; column < 7; column++) {
        sql.append(table + column == 0 ? "" : ", ");
        sql.append(
            "t%d_.\"column_name_%d\" as column%d_%d_".formatted(table, column, column, table));
      }
    }
    sql.append(" from public.customer_order t0_");
    for (int table = 1; table < 5; table++) {
      sql.append(
          " left outer join public.order_part_%d t%d_ on t0_.id = t%d_.order_id"
              .formatted(table, table, table));
    }
    return sql.append(" where t0_.state in ($1, $2, $3) and (t1_.total > $4 or t1_.total is null)")
        .append(" and lower(t2_.name) like $5 escape '!' and t3_.created between $6 and $7")
        .append(" order by t0_.created desc, t0_.id limit $8 offset $9")
        .toString();
  }

  @Benchmark
  public boolean lex() {
    return lexer.scan(sql, 0, sql.length, tables.major(), true);
  }

  /// With its tree.
  @Benchmark
  public SqlParser.Outcome parse() {
    return parser.parse(tables, sql, 0, sql.length, true);
  }

  @Benchmark
  public long lexAndFingerprint() {
    lexer.scan(sql, 0, sql.length, tables.major(), true);
    return fingerprint.of(lexer.tokens());
  }
}
