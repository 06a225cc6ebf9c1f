package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.sql.QualifiedName;

class BodyScanTest {
  private static BodyScan.Found in(String body) {
    return BodyScan.in(
        body, name -> name.equals("nextval") || name.equals("MyFunc"), name -> name.equals("v"));
  }

  @Test
  void callsAreFoundInWhateverSpelling() {
    assertThat(in("SELECT NextVal('s')").calls()).containsExactly(new QualifiedName("", "nextval"));
    assertThat(in("SELECT pg_catalog . nextval ('s')").calls())
        .containsExactly(new QualifiedName("pg_catalog", "nextval"));
    assertThat(in("SELECT \"Odd\".\"MyFunc\"\n(1)").calls())
        .containsExactly(new QualifiedName("Odd", "MyFunc"));
    assertThat(in("a.b.nextval(1)").calls()).containsExactly(new QualifiedName("b", "nextval"));
  }

  @Test
  void aNameWithoutParenthesisIsNoCall() {
    assertThat(in("SELECT nextval, nextvalue(1) FROM t")).isEqualTo(BodyScan.Found.NOTHING);
  }

  /// A string may be run, and a quote within one must not hide what follows.
  @Test
  void quotesHideNothing() {
    assertThat(in("EXECUTE 'SELECT nextval(''s'')'").calls()).hasSize(1);
    assertThat(in("SELECT '\"' || nextval('s')").calls()).hasSize(1);
    assertThat(in("-- it's \"\nSELECT nextval('s')").calls()).hasSize(1);
  }

  @Test
  void relationsAreFound() {
    assertThat(in("SELECT * FROM public.V").relations()).containsExactly("v");
    assertThat(in("SELECT * FROM w").relations()).isEmpty();
  }
}
