package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which texts of functions change definitions.
class DefinitionScanTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN CREATE TABLE t (a int); END",
        "BEGIN EXECUTE 'create or replace view ' || name || ' AS SELECT 1'; END",
        "BEGIN EXECUTE format('ALTER TABLE %I ADD a int', name); END",
        "DROP FUNCTION f()",
        "BEGIN CREATE TEMP TABLE a (x int); DROP TABLE b; END",
        "BEGIN CREATE UNIQUE INDEX i ON t (a); END",
        "BEGIN CREATE TEMP TABLE a (x int); CREATE INDEX i ON b (x); END",
        "create",
      })
  void defines(String body) {
    assertThat(DefinitionScan.in(body)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SELECT 1",
        "BEGIN INSERT INTO created VALUES (dropped); END",
        "BEGIN EXECUTE 'UPDATE ' || t || ' SET a = 1'; END",
        "BEGIN CREATE TEMP TABLE IF NOT EXISTS a (x int) ON COMMIT DROP; END",
        "BEGIN CREATE TEMPORARY TABLE a (x int); CREATE INDEX ON a (x); DROP TABLE IF EXISTS a; E",
        "BEGIN CREATE LOCAL TEMP TABLE a AS SELECT 1; ALTER TABLE a ADD b int; END",
      })
  void definesNothingThatLasts(String body) {
    assertThat(DefinitionScan.in(body)).isFalse();
  }
}
