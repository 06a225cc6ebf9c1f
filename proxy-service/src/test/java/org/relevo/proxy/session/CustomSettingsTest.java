package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "SET app.tenant = 5 | app.tenant",
        "set session App.Tenant to 'x' | app.tenant",
        "SELECT 1; SET\tapp.tenant=5 | app.tenant",
        "SELECT set_config('app.tenant', '5', false) | app.tenant",
        "SELECT pg_catalog.SET_CONFIG ( 'App.tenant' , '5', false) | app.tenant",
        "SET a.b.c = 1 | a.b.c",
        "SET _a.b$1 = 1 | _a.b$1"
      })
  void aCustomSettingIsKnownByName(String sql, String name) {
    assertThat(names(sql)).containsExactly(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SET work_mem = 1",
        "SET LOCAL app.tenant = 5",
        "SELECT set_config('work_mem', '5', false)",
        "SELECT set_config($1, '5', false)",
        "SELECT a.b FROM a",
        "UPDATE t SET a = b.c"
      })
  void othersAreNot(String sql) {
    assertThat(names(sql)).isEmpty();
  }

  @Test
  void onlyTheGivenLengthIsRead() {
    byte[] text = "SET a.b = 1; SET c.d = 2".getBytes(StandardCharsets.US_ASCII);
    assertThat(CustomSettings.names(text, 12)).containsExactly("a.b");
  }

  @Test
  void theirNumberIsBounded() {
    StringBuilder sql = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      sql.append("SET a.b").append(i).append(" = 1;");
    }
    assertThat(names(sql.toString())).hasSize(64);
  }

  @Test
  void aNameLongerThanTheServersIsNoName() {
    assertThat(names("SET " + "a".repeat(70) + ".b = 1")).isEmpty();
  }

  private static Set<String> names(String sql) {
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    return CustomSettings.names(text, text.length);
  }
}
