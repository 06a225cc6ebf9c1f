package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private final SqlLexer lexer = new SqlLexer();
  private final Fingerprint fingerprint = new Fingerprint();

  @Test
  void whatDoesNotCountIsLeftOut() {
    long shape = of("SELECT a FROM t WHERE b = 1");
    for (String same :
        new String[] {
          "select A from T where B=$1;",
          "/* x */ SELECT a -- y\n FROM \"t\" WHERE b = 'text';;",
          "SELECT a FROM t WHERE b = -1.5e3",
          "SELECT a FROM t WHERE b = E'\\'' -- z",
        }) {
      assertThat(of(same)).as(same).isEqualTo(shape);
    }
  }

  @Test
  void otherShapesDiffer() {
    Set<Long> found = new HashSet<>();
    String[] texts = {
      "SELECT a FROM t WHERE b = 1",
      "SELECT a FROM t WHERE b = c",
      "SELECT a FROM t WHERE b <> 1",
      "SELECT a FROM \"T\" WHERE b = 1",
      "SELECT c9 FROM t",
      "SELECT aw FROM t",
      "SELECT f(1)",
      "SELECT f(1, 2)",
      "SELECT 1",
      "SELECT 1, 2",
      "SELECT a - 1",
      "SELECT a 1",
      "",
    };
    for (String text : texts) {
      assertThat(found.add(of(text))).as(text).isTrue();
    }
  }

  @Test
  void listsAreAsOneItem() {
    assertAlike("SELECT 1 FROM t WHERE a IN (1)", "SELECT 1 FROM t WHERE a in ($1, -2, 'c')");
    assertAlike("SELECT 1 WHERE a IN ($1::int)", "SELECT 1 WHERE a IN ($1::int, $2::int)");
    assertAlike("SELECT ARRAY[1]", "SELECT ARRAY[1, 2, 3]");
    assertAlike("SELECT 1 WHERE (a, b) IN ((1, 2))", "SELECT 1 WHERE (a, b) IN ((1, 2), (3, 4))");
    assertThat(of("SELECT 1 WHERE a IN (1, b)")).isNotEqualTo(of("SELECT 1 WHERE a IN (1)"));
    assertThat(of("SELECT 1 WHERE a IN (b, b)")).isNotEqualTo(of("SELECT 1 WHERE a IN (b)"));
  }

  @Test
  void rowsAreAsOne() {
    assertAlike(
        "INSERT INTO t VALUES (1, now(), DEFAULT)",
        "INSERT INTO t VALUES ($1, now(), DEFAULT), ($2, now(), DEFAULT), ('x', now(), DEFAULT)");
    assertThat(of("INSERT INTO t VALUES (1, 2)")).isNotEqualTo(of("INSERT INTO t VALUES (1)"));
  }

  @Test
  void theTextHasNoValuesAndIsShort() {
    assertText(
        "select count(*), \"A\" from s.t where b = ? and c in (?, ...) and d::text = ?",
        "SELECT COUNT(*),\"A\" FROM S.T WHERE b='secret' AND c IN (1,2) AND d :: text=$$x$$;");
    assertText(
        "insert into t(a, b) values (?, ?), ...", "INSERT INTO t (a, b) VALUES (1, 2), (3, 4)");
    assertText("create role x password ?", "CREATE ROLE x PASSWORD 'secret'");
    assertText("select ?", "SELECT 'secret");
    of("SELECT " + "x".repeat(1000));
    assertThat(fingerprint.text(20)).isEqualTo("select xxxxxxxxxx...").hasSize(20);
  }

  @Test
  void strayParenthesesAreBorne() {
    assertThat(of(")))((([]")).isNotEqualTo(of(")))((([["));
    assertThat(of("(".repeat(100_000))).isNotZero();
  }

  private void assertText(String text, String of) {
    of(of);
    assertThat(fingerprint.text(200)).isEqualTo(text);
  }

  private void assertAlike(String one, String other) {
    assertThat(of(other)).isEqualTo(of(one));
  }

  private long of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    lexer.scan(bytes, 0, bytes.length, 18, true);
    return fingerprint.of(lexer.tokens());
  }
}
