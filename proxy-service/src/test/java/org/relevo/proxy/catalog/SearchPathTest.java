package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchPathTest {
  private static List<String> names(String setting) {
    return SearchPath.parse(setting).orElseThrow().names();
  }

  @Test
  void namesAreFoldedAndUnquoted() {
    assertThat(names("\"$user\", public")).containsExactly("$user", "public");
    assertThat(names("One ,TWO")).containsExactly("one", "two");
    assertThat(names("\"One\",\"a \"\"b\"\" , c\"")).containsExactly("One", "a \"b\" , c");
    assertThat(names("  one\t")).containsExactly("one");
    assertThat(names("\"\"")).containsExactly("");
    assertThat(names("")).isEmpty();
    assertThat(names(" ")).isEmpty();
  }

  @Test
  void namesAreCutAsTheServerCutsThem() {
    assertThat(names("a".repeat(70))).containsExactly("a".repeat(63));
    assertThat(names("é".repeat(40))).containsExactly("é".repeat(31));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "one,", ",one", "one,,two", "one two", "\"one", "\"one\"two"})
  void whatTheServerRefusesIsNotKnown(String setting) {
    assertThat(SearchPath.parse(setting)).isEmpty();
  }

  @Test
  void anEndlessTextIsNotRead() {
    assertThat(SearchPath.parse("a,".repeat(100_000) + "a")).isEmpty();
  }
}
