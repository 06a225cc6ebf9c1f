package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.sql.StatementScan;

class StatementCatalogTest {
  private final StatementCatalog catalog = new StatementCatalog(1, 4);

  @Test
  void equalContentIsOneStatement() {
    SharedStatement first = of("SELECT 1", VarSet.EMPTY);
    assertThat(catalog.knewLast()).isFalse();
    assertThat(of("SELECT 1", VarSet.EMPTY)).isSameAs(first);
    assertThat(catalog.knewLast()).isTrue();
    assertThat(of("SELECT 2", VarSet.EMPTY)).isNotSameAs(first);
    assertThat(catalog.knewLast()).isFalse();
    assertThat(catalog.size()).isEqualTo(2);
  }

  @Test
  void equalTextUnderOtherSettingsIsAnotherStatement() {
    VarSet path = VarSet.of(Map.of("search_path", "a"));
    SharedStatement plain = of("SELECT 1", VarSet.EMPTY);
    SharedStatement under = of("SELECT 1", path);
    assertThat(under).isNotSameAs(plain);
    assertThat(under.context()).isEqualTo(path);
    assertThat(of("SELECT 1", VarSet.of(Map.of("search_path", "a")))).isSameAs(under);
    assertThat(of("SELECT 1", VarSet.EMPTY)).isSameAs(plain);
  }

  @Test
  void equalTextWithOtherTypesIsAnotherStatement() {
    byte[] untyped = body("SELECT $1");
    byte[] typed = java.util.Arrays.copyOf(untyped, untyped.length + 4);
    typed[untyped.length - 1] = 1;
    SharedStatement first = catalog.of(untyped, untyped.length, 9, VarSet.EMPTY, true);
    assertThat(catalog.of(typed, typed.length, 9, VarSet.EMPTY, true)).isNotSameAs(first);
  }

  @Test
  void theGivenBytesAreNotKept() {
    byte[] scratch = java.util.Arrays.copyOf(body("SELECT 1"), 100);
    int length = body("SELECT 1").length;
    SharedStatement statement = catalog.of(scratch, length, 8, VarSet.EMPTY, true);
    scratch[0] = 'X';
    assertThat(statement.text()).isEqualTo(body("SELECT 1"));
  }

  @Test
  void aStatementKnowsItsTraits() {
    assertThat(of("LISTEN a", VarSet.EMPTY).traits()).isEqualTo(StatementScan.LISTENS);
    byte[] body = body("SELECT '\\'; LISTEN a");
    int text = body.length - 3;
    assertThat(catalog.alone(body, body.length, text, VarSet.EMPTY, true).traits())
        .isEqualTo(StatementScan.LISTENS);
    assertThat(catalog.alone(body, body.length, text, VarSet.EMPTY, false).traits()).isZero();
  }

  @Test
  void aStatementAloneIsNobodyElses() {
    byte[] body = body("SELECT 1");
    SharedStatement alone = catalog.alone(body, body.length, 8, VarSet.EMPTY, true);
    assertThat(catalog.size()).isZero();
    assertThat(of("SELECT 1", VarSet.EMPTY)).isNotSameAs(alone);
    assertThat(catalog.knewLast()).isFalse();
  }

  @Test
  void namesDifferBetweenLoops() {
    Set<Long> ids = new HashSet<>();
    for (int loop = 0; loop < 4; loop++) {
      StatementCatalog own = new StatementCatalog(loop, 4);
      for (int i = 0; i < 50; i++) {
        byte[] body = body("SELECT " + i);
        assertThat(ids.add(own.of(body, body.length, 8, VarSet.EMPTY, true).id())).isTrue();
        assertThat(ids.add(own.alone(body, body.length, 8, VarSet.EMPTY, true).id())).isTrue();
      }
    }
    assertThat(ids).hasSize(400);
  }

  @Test
  void afterClearingEverythingIsNew() {
    SharedStatement before = of("SELECT 1", VarSet.EMPTY);
    catalog.clear();
    assertThat(catalog.size()).isZero();
    SharedStatement after = of("SELECT 1", VarSet.EMPTY);
    assertThat(after).isNotSameAs(before);
    assertThat(after.id()).isNotEqualTo(before.id());
  }

  @Test
  void itsNumberIsBoundedAndWhatIsUsedStays() {
    SharedStatement used = of("SELECT used", VarSet.EMPTY);
    for (int i = 0; i < 40_000; i++) {
      of("SELECT " + i, VarSet.EMPTY);
      if (i % 1000 == 0) {
        assertThat(of("SELECT used", VarSet.EMPTY)).as("round %d", i).isSameAs(used);
      }
    }
    assertThat(catalog.size()).isBetween(1000, 1 << 14);
  }

  @Test
  void itsBytesAreBounded() {
    String large = " ".repeat(8 << 20);
    for (int i = 0; i < 20; i++) {
      of("SELECT " + i + large, VarSet.EMPTY);
      assertThat(catalog.size()).isLessThanOrEqualTo(7);
    }
    for (int i = 0; i < 100; i++) {
      of("SELECT " + i, VarSet.EMPTY);
    }
    assertThat(catalog.size()).isGreaterThanOrEqualTo(100);
  }

  private SharedStatement of(String sql, VarSet context) {
    byte[] body = body(sql);
    return catalog.of(body, body.length, body.length - 3, context, true);
  }

  /// The query, its terminator and the number of types.
  private static byte[] body(String sql) {
    return (sql + "\0\0\0").getBytes(StandardCharsets.UTF_8);
  }
}
