package org.relevo.proxy.sql.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SessionSyntax.Bytes;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.testkit.Seeds;

/// Answers that are kept: found for texts that mean the same, and for no others.
class AnswerCacheTest {
  private static final SessionSyntax SYNTAX = new SessionSyntax(18, true, Bytes.UTF8);
  private static final int MUTANTS = 4_000;

  private final StatementClassifier classifier = new StatementClassifier();

  private StatementClass classify(String sql) {
    return classify(sql, SYNTAX);
  }

  private StatementClass classify(String sql, SessionSyntax syntax) {
    byte[] bytes = sql.getBytes(UTF_8);
    return classifier.classify(bytes, bytes.length, syntax);
  }

  @Test
  void aSmallTextIsReadUntilItHasComeTwice() {
    String sql = "SELECT a FROM b";
    StatementClass first = classify(sql);
    StatementClass second = classify(sql);
    assertThat(second).isNotSameAs(first);
    assertThat(classify(sql)).isSameAs(second);
    // Other settings and other bytes are other texts.
    assertThat(classify(sql, new SessionSyntax(17, true, Bytes.UTF8))).isNotSameAs(second);
    assertThat(classify("SELECT a FROM c").first().reads())
        .isEqualTo(List.of(new QualifiedName("", "c")));
  }

  @Test
  void theCacheForgets() {
    String kept = "SELECT a FROM b";
    classify(kept);
    StatementClass answer = classify(kept);
    for (int i = 0; i < 10_000; i++) {
      classify("SELECT a" + i);
    }
    assertThat(classify(kept))
        .as("texts that came once have taken nobody's place")
        .isSameAs(answer);
    for (int i = 0; i < 10_000; i++) {
      classify("SELECT a" + i + " FROM a");
      classify("SELECT a" + i + " FROM a");
    }
    assertThat(classify(kept)).isNotSameAs(answer);
  }

  @Test
  void textsWithTheSameHashAreToldApart() {
    AnswerCache cache = new AnswerCache();
    StatementClass one = StatementClass.unknown(1);
    byte[] text = {1};
    byte[] other = {2};
    cache.seen(7, text, 1, FreeNumbers.NONE, SYNTAX, one);
    cache.seen(7, text, 1, FreeNumbers.NONE, SYNTAX, one);
    assertThat(cache.find(7, text, 1, SYNTAX)).isSameAs(one);
    assertThat(cache.find(7, other, 1, SYNTAX)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT abalance FROM pgbench_accounts WHERE aid = #;",
        "SELECT a FROM b WHERE aid=#",
        "SELECT a FROM b WHERE c IN (#,#, #) LIMIT #",
        "UPDATE pgbench_accounts SET abalance = abalance + -# WHERE aid = #;",
        "INSERT INTO h (t, b) VALUES (#, #, CURRENT_TIMESTAMP), (#, 1, now())",
        "DELETE FROM a WHERE b2 < #; SELECT t3.c4 FROM t3 WHERE 7 = #"
      })
  void aNumberMayBeAnother(String shape) {
    classify(shape.replace("#", "1234567"));
    StatementClass kept = classify(shape.replace("#", "7654321"));
    assertThat(classify(shape.replace("#", "0000000"))).isSameAs(kept);
    assertThat(classify(shape.replace("#", "9999999"))).isSameAs(kept);
    assertThat(classify(shape.replace("#", "123456"))).isNotSameAs(kept);
    assertThat(classify(shape.replace("#", "12345.7"))).isNotSameAs(kept);
    assertThat(classify(shape.replace("#", "$234567"))).isNotSameAs(kept);
    assertThat(classify(shape.replace("#", "a234567"))).isNotSameAs(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_cancel_backend(#)",
        "SELECT 1 FROM t#",
        "SELECT '#' FROM t",
        "SELECT \"c#\" FROM t",
        "SELECT $# FROM t",
        "SELECT 0x# FROM t",
        "SELECT 1.# FROM t",
        "SELECT 1e# FROM t",
        "SELECT 1_# FROM t",
        "SELECT 1 /* # */ FROM t",
        "/*+ relevo: node=# */ SELECT 1",
        "SELECT #123456789 FROM t",
        "SET statement_timeout = #",
        "FETCH # FROM c",
        "EXPLAIN SELECT #",
        "DECLARE c CURSOR FOR SELECT #"
      })
  void otherDigitsAreExact(String shape) {
    for (int digit = 1; digit < 4; digit++) {
      String sql = shape.replace("#", String.valueOf(digit));
      classify(sql);
      StatementClass kept = classify(sql);
      assertThat(classify(sql)).isSameAs(kept);
      assertThat(classify(shape.replace("#", String.valueOf(digit + 4)))).isNotSameAs(kept);
    }
  }

  /// Whatever digits of a text change: the answer is that of reading it.
  @Test
  void keptAnswersAreThoseOfReading() {
    List<String> texts =
        List.of(
            "SELECT 10, 20 FROM t1 WHERE a = 30 AND b IN (1,22,333)",
            "SELECT 0x10, 0b1, 1_000, 1.5, .5, 5., 1e10, 1..2, 2147483647, 2147483648 FROM t",
            "SELECT a[1], a[1:2], -5, +5, 5--5\n, 6/*7*/, 8 AS c9, 1||2, 3^4, 5%6 FROM t10, t11",
            "SELECT '10' '20', E'\\x31', U&'\\0031', $1, $2, $a1$10$a1$, B'1', X'1F', \"a1\"",
            "SELECT f(10), g(h(20)), set_config('a', '1', true), nextval('s1'), coalesce(1, 2)",
            "UPDATE t SET a = 10, b = 20 WHERE c BETWEEN 100 AND 200 RETURNING 5",
            "INSERT INTO t1 VALUES (1, 22), (333, now())",
            "DELETE FROM t WHERE a = 10; SELECT 20; SELECT 30 FROM b",
            "SELECT 1::numeric(10,2), cast(5 as varchar(20)), float(24) '1', interval '1' day",
            "SET a = 10; SELECT 1",
            "BEGIN; SELECT 100; COMMIT",
            "WITH a AS (SELECT 1) SELECT 10 FROM a WHERE b = 5x",
            "SELECT 10a, 20_b, 1_0, 0x, 0xfg, 0o17, 00, 007",
            "LOCK t1; FETCH 10 FROM c1; PREPARE p1 AS SELECT 10; EXECUTE p1(10)",
            "SELECT pg_cancel_backend(10), pg_terminate_backend(20)",
            "/* 10 */ SELECT 10 -- 20");
    long seed = Seeds.first();
    Random random = new Random(seed);
    StatementClassifier reader = new StatementClassifier();
    for (int major : new int[] {13, 15, 18}) {
      SessionSyntax syntax = new SessionSyntax(major, true, Bytes.UTF8);
      for (int i = 0; i < MUTANTS; i++) {
        String text = texts.get(random.nextInt(texts.size()));
        byte[] sql = text.getBytes(UTF_8);
        for (int at = 0; at < sql.length; at++) {
          if (sql[at] >= '0' && sql[at] <= '9' && random.nextInt(3) == 0) {
            sql[at] = (byte) ('0' + random.nextInt(10));
          }
        }
        assertThat(classifier.classify(sql, sql.length, syntax))
            .as("seed %d: %s", seed, new String(sql, UTF_8))
            .isEqualTo(reader.read(sql, sql.length, syntax));
      }
    }
  }
}
