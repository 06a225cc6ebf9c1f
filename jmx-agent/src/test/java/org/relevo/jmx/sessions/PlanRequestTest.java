package org.relevo.jmx.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanRequestTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SELECT 1 ; ",
        "SELECT ';' FROM \"a;b\"",
        "UPDATE t SET a = 'it''s; fine' WHERE b = $1"
      })
  void oneStatementIsExplained(String text) {
    assertThat(PlanRequest.refusal(target(text))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ; ",
        "SELECT 1; DROP TABLE t",
        "SELECT E'\\'; DROP TABLE t --'",
        "SELECT $$'$$; DROP TABLE t --'",
        "SELECT 1 -- '\n; DROP TABLE t --'",
        "SELECT 1 /* ' */; DROP TABLE t /* ' */",
        "SELECT ';' /* */"
      })
  void anythingElseIsRefused(String text) {
    assertThat(PlanRequest.refusal(target(text))).isNotEmpty();
  }

  private static PlanRequest.Target target(String text) {
    return new PlanRequest.Target(1, "db", "user", text, false);
  }
}
