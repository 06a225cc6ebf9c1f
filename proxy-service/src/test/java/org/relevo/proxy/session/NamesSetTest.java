package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.StatementScan;

class NamesSetTest {
  private static boolean possible(String sql, int traits) {
    byte[] text = (sql + "\0").getBytes(StandardCharsets.UTF_8);
    return NamesSet.possible(text, text.length, traits);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET extra_float_digits = 3",
        " set application_name TO 'x'",
        "RESET work_mem",
        "SET TIME ZONE 'UTC'"
      })
  void aPlainSettingIsNone(String sql) {
    assertThat(possible(sql, StatementScan.SETS)).isFalse();
    assertThat(possible(sql, StatementScan.SETS | StatementScan.CUT)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = a",
        "SET Search_Path = a",
        "SET SCHEMA 'a'",
        "SET ROLE a",
        "SET SESSION AUTHORIZATION a",
        "RESET ALL",
        "DISCARD ALL",
        "SET U&\"se\\0061rch_p\\0061th\" = a",
        "SET work_mem = '1MB'; SELECT f()",
        "SELECT set_config('work_mem', '1MB', false)",
        "DO 'BEGIN END'"
      })
  void allElseMayBe(String sql) {
    assertThat(possible(sql, StatementScan.SETS)).isTrue();
  }
}
