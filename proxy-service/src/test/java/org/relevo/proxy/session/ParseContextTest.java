package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.server.VarSet;

class ParseContextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "search_path",
        "role",
        "session_authorization",
        "client_encoding",
        "datestyle",
        "timezone",
        "standard_conforming_strings",
        "backslash_quote",
        "row_security",
        "array_nulls",
        "transform_null_equals",
        "default_text_search_config",
        "xmloption",
        "app.tenant"
      })
  void whatAStatementMayMeanByItCounts(String name) {
    VarSet settings = VarSet.of(Map.of(name, "x"));
    assertThat(ParseContext.of(settings)).isEqualTo(settings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application_name", "statement_timeout", "extra_float_digits", "work_mem"})
  void whatNeverChangesAMeaningDoesNot(String name) {
    assertThat(ParseContext.of(VarSet.of(Map.of(name, "x")))).isSameAs(VarSet.EMPTY);
  }

  @Test
  void theOthersStay() {
    VarSet mixed = VarSet.of(Map.of("application_name", "a", "search_path", "b"));
    assertThat(ParseContext.of(mixed)).isEqualTo(VarSet.of(Map.of("search_path", "b")));
    assertThat(mixed.values()).hasSize(2);
  }
}
