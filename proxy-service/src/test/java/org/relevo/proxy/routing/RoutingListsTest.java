package org.relevo.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.testkit.FakeSession;

/// Expressions of the settings against names and texts that clients choose.
class RoutingListsTest {
  @Test
  void partsAreFoundWithTheirPlacesAndBracketsKeepTheirCommas() throws Exception {
    assertThat(ListReader.parts(" a, b{1,2} ,,[,]c,d\\,e", ','))
        .isEqualTo(
            List.of(
                new ListReader.Part("a", 2),
                new ListReader.Part("b{1,2}", 5),
                new ListReader.Part("[,]c", 14),
                new ListReader.Part("d,e", 19)));
    assertThat(ListReader.parts("", ',')).isEmpty();
  }

  @Test
  void anExpressionIsForTheWholeNameInAnyCase() throws Exception {
    NamePatterns names = NamePatterns.of("f_.*,^get$,S\\.x");
    assertThat(names.match(new QualifiedName("", "F_a"))).isTrue();
    assertThat(names.match(new QualifiedName("", "af_a"))).isFalse();
    assertThat(names.match(new QualifiedName("", "get"))).isTrue();
    assertThat(names.match(new QualifiedName("", "gets"))).isFalse();
    assertThat(names.match(new QualifiedName("s", "x"))).isTrue();
    assertThat(names.match(new QualifiedName("", "x"))).isFalse();
  }

  @Test
  void aPatternMatchesTextsOverLinesWithoutTheirEnds() throws Exception {
    QueryPatterns patterns = QueryPatterns.of("SELECT.*FROM secret;.*a\\;b.*");
    assertThat(patterns.match(() -> " select *\n from secret ; \n x")).isFalse();
    assertThat(patterns.match(() -> " select *\nfrom secret ; \n")).isTrue();
    assertThat(patterns.match(() -> "x a;b y")).isTrue();
    assertThat(patterns.match(() -> "SELECT 1 FROM secrets")).isFalse();
    assertThat(patterns.match(() -> "x".repeat(QueryPatterns.MAX_TEXT + 1)))
        .as("not looked at")
        .isTrue();
  }

  /// What takes a backtracking engine for ever, or its stack, takes this one a moment.
  @Test
  void noTextTakesLong() throws Exception {
    QueryPatterns patterns = QueryPatterns.of("(a+)+b;(x|y|xy)*z;(.*)(.*)(.*)(.*)(.*)q");
    String hostile = "a".repeat(20_000) + "xy".repeat(20_000);
    assertThat(
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> patterns.match(() -> hostile)))
        .isFalse();
  }

  @Test
  void namesThatClientsInventAreNotRememberedWithoutEnd() throws Exception {
    Redirects redirects =
        Redirects.of(
            Redirects.PreferenceList.of(""),
            Redirects.PreferenceList.of(""),
            Redirects.PreferenceList.of("app[0-9]+:1"));
    for (int i = 0; i < 3 * Redirects.MAX_REMEMBERED; i++) {
      assertThat(redirects.of(FakeSession.of("app=app" + i)).node()).isEqualTo(1);
    }
    assertThat(redirects.of(FakeSession.of("app=other"))).isEqualTo(Preference.NONE);
    assertThat(redirects.of(FakeSession.of("app=app1" + "x".repeat(10_000))))
        .isEqualTo(Preference.NONE);
    assertThat(redirects.of(FakeSession.of(""))).isEqualTo(Preference.NONE);
  }

  @Test
  void oneExpressionMayHaveAColon() throws Exception {
    Redirects redirects =
        Redirects.of(
            Redirects.PreferenceList.of(""),
            Redirects.PreferenceList.of("a:b:standby(0.25), c : 3 ( .5 )"),
            Redirects.PreferenceList.of(""));
    assertThat(redirects.of(FakeSession.of("db=a:b")))
        .isEqualTo(new Preference(Preference.Kind.STANDBY, -1, 0.25));
    assertThat(redirects.of(FakeSession.of("db=c")))
        .isEqualTo(new Preference(Preference.Kind.NODE, 3, 0.5));
  }
}
