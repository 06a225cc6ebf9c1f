package org.relevo.proxy.sql.classify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.SessionSyntax.Bytes;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.sql.grammar.GrammarTables;

class StatementClassifierTest {
  private static final SessionSyntax SYNTAX = new SessionSyntax(18, true, Bytes.UTF8);

  private final StatementClassifier classifier = new StatementClassifier();

  private StatementClass classify(String sql) {
    return classify(sql, SYNTAX);
  }

  private StatementClass classify(String sql, SessionSyntax syntax) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    return classifier.classify(bytes, bytes.length, syntax);
  }

  @Test
  void statementsHaveTheirPlaces() {
    String sql = " /* é */ SELECT 1 ; ;BEGIN;\nEXPLAIN  SELECT 2 ";
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    List<String> pieces =
        classify(sql).statements().stream()
            .map(s -> new String(bytes, s.from(), s.to() - s.from(), StandardCharsets.UTF_8))
            .toList();
    assertEquals(List.of("SELECT 1", "BEGIN", "EXPLAIN  SELECT 2"), pieces);
    SqlStatement inner = classify(sql).statements().get(2).inner();
    assertNotNull(inner);
    assertEquals("SELECT 2", new String(bytes, inner.from(), inner.to() - inner.from(), UTF_8));
  }

  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  @Test
  void onlyTheGivenBytesAreRead() {
    byte[] bytes = "SELECT 1 FROM a; DELETE FROM a".getBytes(UTF_8);
    assertTrue(classifier.classify(bytes, 15, SYNTAX).single());
  }

  @Test
  void whatAnotherSettingWouldReadOtherwiseIsReadAsTheSessionDoes() {
    // With backslashes in strings the literal goes on, and the DELETE is part of it.
    String sql = "SELECT '\\'; DELETE FROM a; --'";
    assertEquals(2, classify(sql).statements().size());
    SessionSyntax old = new SessionSyntax(18, false, Bytes.UTF8);
    assertEquals(1, classify(sql, old).statements().size());
    assertTrue(classify(sql, old).first().readOnly());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SJIS", "BIG5", "GBK", "GB18030", "UHC", "JOHAB", "SHIFT_JIS_2004", "win949", "?"})
  void encodingsWhoseBytesLookLikeAsciiAreReadOnlyWhenAllIsAscii(String encoding) {
    SessionSyntax syntax = SessionSyntax.of(18, true, encoding);
    assertEquals(Bytes.UNSAFE, syntax.bytes());
    assertTrue(classify("SELECT 'a'", syntax).parsed());
    // 0x83 0x5C: one character whose second byte is a backslash.
    byte[] bytes = "SELECT E'\u0083\\'; DELETE FROM a".getBytes(StandardCharsets.ISO_8859_1);
    StatementClass found = classifier.classify(bytes, bytes.length, syntax);
    assertFalse(found.parsed());
    assertEquals(StatementKind.UNKNOWN, found.first().kind());
  }

  @ParameterizedTest
  @CsvSource({
    "UTF8,UTF8",
    "utf-8,UTF8",
    "Unicode,UTF8",
    "LATIN1,ASCII_SAFE",
    "LATIN9,ASCII_SAFE",
    "ISO_8859_5,ASCII_SAFE",
    "WIN1252,ASCII_SAFE",
    "windows1251,ASCII_SAFE",
    "EUC_JP,ASCII_SAFE",
    "SQL_ASCII,ASCII_SAFE",
    "KOI8R,ASCII_SAFE",
    "MULE_INTERNAL,ASCII_SAFE",
    "WIN936,UNSAFE"
  })
  void encodingsAreKnownByTheirNames(String name, Bytes expected) {
    assertEquals(expected, SessionSyntax.bytes(name));
  }

  @Test
  void namesInOtherEncodingsAreNotGuessed() {
    SessionSyntax latin = SessionSyntax.of(18, true, "LATIN1");
    byte[] value = "SELECT 'é' FROM a".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(classifier.classify(value, value.length, latin).parsed());
    byte[] name = "SELECT 1 FROM é".getBytes(StandardCharsets.ISO_8859_1);
    assertFalse(classifier.classify(name, name.length, latin).parsed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/*NO LOAD BALANCE*/ SELECT 1 | true | ''",
        "'  /*no load balance*/SELECT 1' | true | ''",
        "/* NO LOAD BALANCE */ SELECT 1 | false | ''",
        "/*other*/ /*NO LOAD BALANCE*/ SELECT 1 | false | ''",
        "SELECT /*NO LOAD BALANCE*/ 1 | false | ''",
        "/*+ relevo: node=standby */ SELECT 1 | false | standby",
        "/*+relevo:node=1*/ SELECT 1 | false | 1",
        "/*+ SeqScan(a) relevo: node = node-2 ; */ SELECT 1 | false | node-2",
        "/* x */ -- y | false | ''",
        "/*x*/ /*+ relevo: node=primary */ SELECT 1 | false | primary",
        "/*NO LOAD BALANCE*/ /*+ relevo: node=primary */ SELECT 1 | true | primary",
        "/* relevo: node=standby */ SELECT 1 | false | ''",
        "SELECT '/*+ relevo: node=standby */' | false | ''",
        "SELECT 1 /*+ relevo: node=standby */ | false | ''",
        "/*+ relevo: node=x */ SELEKT | false | x"
      })
  void hintsAreReadAtTheBeginning(String sql, boolean noLoadBalance, String node) {
    assertEquals(new StatementClass.Hints(noLoadBalance, node), classify(sql).hints());
  }

  @Test
  void commentsAtTheBeginningAreNoticed() {
    assertTrue(classify(" -- x\nSELECT 1").leadingComment());
    assertTrue(classify("/**/SELECT 1").leadingComment());
    assertFalse(classify("SELECT 1 -- x").leadingComment());
  }

  @Test
  void tooLongTextsAreUnknown() {
    byte[] bytes = new byte[StatementClassifier.MAX_BYTES + 1];
    Arrays.fill(bytes, (byte) ' ');
    byte[] begin = "/*NO LOAD BALANCE*/ SELECT 1".getBytes(UTF_8);
    System.arraycopy(begin, 0, bytes, 0, begin.length);
    StatementClass found = classifier.classify(bytes, bytes.length, SYNTAX);
    assertEquals(StatementKind.UNKNOWN, found.first().kind());
    assertTrue(found.hints().noLoadBalance());
    assertTrue(classifier.classify(bytes, bytes.length - 1, SYNTAX).first().readOnly());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT %s1",
        "SELECT * FROM %s",
        "SELECT (%s",
        "%sSELECT 1",
        "WITH a AS (%s",
        "SELECT 1; %s",
        "SELECT f(%s"
      })
  void deepAndLongTextsEndInTimeThatGrowsWithThem(String form) {
    for (String piece :
        List.of("(", "a,", "-", "((SELECT ", "WITH a AS (SELECT 1) SELECT * FROM a; ", "f(", "[")) {
      String sql = form.formatted(piece.repeat(200_000 / piece.length()));
      Assertions.assertTimeout(Duration.ofSeconds(5), () -> classify(sql));
    }
  }

  @Test
  void manyWithQueriesAreGivenUp() {
    StringBuilder sql = new StringBuilder("WITH a0 AS (SELECT 1)");
    for (int i = 1; i < 2000; i++) {
      sql.append(", a").append(i).append(" AS (SELECT * FROM b").append(i).append(')');
    }
    sql.append(" SELECT 1");
    assertEquals(StatementKind.UNKNOWN, classify(sql.toString()).first().kind());
    assertEquals("SELECT read", ClassText.of(classify("SELECT 1"), "SELECT 1"));
  }

  @Test
  void manyNamesAreGivenUp() {
    StringBuilder sql = new StringBuilder("SELECT 1 FROM a");
    for (int i = 0; i < 5000; i++) {
      sql.append(", a").append(i);
    }
    assertEquals(StatementKind.UNKNOWN, classify(sql.toString()).first().kind());
    // What was collected is not told of the next text.
    assertEquals(List.of(), classify("SELECT 1").first().reads());
  }

  @Test
  void manyRowsOfCallsAreStillUnderstood() {
    StringBuilder sql = new StringBuilder("INSERT INTO a VALUES (1, now())");
    for (int i = 0; i < 5000; i++) {
      sql.append(", (f('").append(i).append("'), now())");
    }
    SqlStatement insert = classify(sql.toString()).first();
    assertEquals(StatementKind.INSERT, insert.kind());
    assertEquals(5001, insert.details().spots().size());
    assertTrue(insert.functions().size() < 100);
  }

  @Test
  void namesWithWrongEscapesAreGivenUp() {
    assertFalse(classify("SELECT 1 FROM U&\"\\zzzz\"").parsed());
    assertTrue(classify("SELECT 1 FROM U&\"\\0061\"").parsed());
  }

  @Test
  void constantsDoNotChangeTheFingerprint() {
    long one = classify("SELECT a FROM b WHERE c = 1").fingerprint();
    assertEquals(one, classify("select a from b where c = $1").fingerprint());
    assertNotEquals(one, classify("SELECT a FROM b WHERE d = 1").fingerprint());
  }

  @Test
  void nonsenseIsUnknownButNeverThrows() {
    Random random = new Random(42);
    List<StatementTable.Row> rows = StatementTable.rows();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = rows.get(random.nextInt(rows.size())).sql().getBytes(UTF_8);
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      int major = GrammarTables.OLDEST + random.nextInt(6);
      SessionSyntax syntax = new SessionSyntax(major, random.nextBoolean(), Bytes.UTF8);
      assertFalse(classifier.classify(bytes, bytes.length, syntax).statements().isEmpty());
    }
  }

  @Test
  void aNewerServersTextsAreReadByTheNewestGrammar() {
    assertTrue(classify("SELECT 1", new SessionSyntax(19, true, Bytes.UTF8)).parsed());
    assertFalse(
        classify(
                "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE",
                new SessionSyntax(14, true, Bytes.UTF8))
            .parsed());
  }
}
