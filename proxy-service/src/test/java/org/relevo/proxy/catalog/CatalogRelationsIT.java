package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.catalog.CatalogLab.effect;
import static org.relevo.proxy.catalog.CatalogLab.kind;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.testkit.LabServer;

/// What relations of a real server are, and what runs when they are read.
class CatalogRelationsIT {
  @TempDir private static Path folder;

  private static LabServer primary;
  private static Connection connection;
  private static CatalogLab lab;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "primary", Map.of());
    connection = CatalogLab.connect(primary.port());
    CatalogLab.run(
        connection,
        "CREATE SCHEMA one",
        "CREATE SCHEMA shut",
        "GRANT USAGE ON SCHEMA one TO PUBLIC",
        "CREATE SEQUENCE seq",
        "CREATE FUNCTION vol(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
        "CREATE FUNCTION calm(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1'",
        "CREATE OPERATOR <%> (FUNCTION = vol, RIGHTARG = int)",
        "CREATE TABLE t (id serial PRIMARY KEY, a int, b timestamptz DEFAULT clock_timestamp())",
        "CREATE TABLE parts (k int) PARTITION BY LIST (k)",
        "CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1)",
        "CREATE UNLOGGED TABLE un (a int)",
        "CREATE TABLE mixed (k int) PARTITION BY LIST (k)",
        "CREATE TABLE mixed1 PARTITION OF mixed FOR VALUES IN (1) PARTITION BY LIST (k)",
        "CREATE UNLOGGED TABLE mixed11 PARTITION OF mixed1 FOR VALUES IN (1)",
        "CREATE MATERIALIZED VIEW mat AS SELECT vol(1)",
        "CREATE FOREIGN DATA WRAPPER nothing",
        "CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing",
        "CREATE FOREIGN TABLE far (a int) SERVER nowhere",
        "CREATE VIEW good AS SELECT lower('A'), calm(a) + 1 AS x, now() FROM t WHERE a = 1",
        "CREATE VIEW bad AS SELECT vol(a) FROM t",
        "CREATE VIEW over_good AS SELECT * FROM good",
        "CREATE VIEW over_bad AS SELECT count(*) FROM (SELECT 1 FROM bad) b",
        "CREATE VIEW over_over_bad AS SELECT (SELECT count(*) FROM over_bad)",
        "CREATE VIEW takes_number AS SELECT nextval('seq')",
        "CREATE VIEW needs_xid AS SELECT txid_current()",
        "CREATE VIEW by_operator AS SELECT <%> a FROM t",
        "CREATE VIEW locking AS SELECT a FROM t FOR UPDATE",
        "CREATE VIEW over_unlogged AS SELECT * FROM un",
        "CREATE VIEW over_far AS SELECT * FROM far",
        "CREATE VIEW over_system AS SELECT relname FROM pg_class",
        "CREATE VIEW over_sequence AS SELECT last_value FROM seq",
        "CREATE VIEW strange AS SELECT a AS \":funcid 1574 \" FROM t",
        "CREATE TABLE secret (a int)",
        "ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON secret USING (vol(a) = 1)",
        "CREATE TABLE guarded (a int)",
        "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON guarded USING (a = current_setting('app.tenant')::int)",
        "CREATE TABLE has_computed (a int)",
        "CREATE FUNCTION computed(has_computed) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
        "CREATE TABLE has_calm (a int)",
        "CREATE FUNCTION calm(has_calm) RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'",
        "CREATE FUNCTION reads_bad() RETURNS bigint LANGUAGE sql STABLE"
            + " AS 'SELECT count(*) FROM over_bad'",
        "CREATE FUNCTION reads_good() RETURNS bigint LANGUAGE sql STABLE"
            + " AS 'SELECT count(*) FROM over_good'",
        "CREATE TABLE one.t (a int)",
        "CREATE VIEW one.v AS SELECT vol(1)",
        "CREATE TABLE shut.v (a int)",
        "CREATE VIEW v AS SELECT 1 AS a",
        "CREATE TABLE one.pg_class (a int)",
        "CREATE ROLE walker",
        "ALTER ROLE walker SET search_path = one",
        "CREATE ROLE local_walker",
        "ALTER ROLE local_walker SET search_path = one",
        "ALTER ROLE local_walker IN DATABASE postgres SET search_path = public, shut",
        "CREATE TEMP TABLE fleeting (a int)");
    if (primary.ask("SELECT current_setting('server_version_num')::int >= 140000").equals("t")) {
      CatalogLab.run(
          connection,
          "CREATE FUNCTION atomic_bad() RETURNS bigint LANGUAGE sql STABLE"
              + " BEGIN ATOMIC SELECT count(*) FROM over_bad; END",
          "CREATE FUNCTION atomic_good() RETURNS bigint LANGUAGE sql STABLE"
              + " BEGIN ATOMIC SELECT count(*) + random() FROM over_good; END");
    }
    lab = new CatalogLab(CatalogLab.SELDOM, primary.port());
  }

  @AfterAll
  static void stop() throws Exception {
    lab.close();
    connection.close();
    primary.close();
  }

  @Test
  void relationsAreWhatTheyAre() {
    Catalog catalog = lab.of("postgres", "public");
    assertThat(kind(catalog, "t")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(catalog, "public.t")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(catalog, "parts")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(catalog, "mat")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(catalog, "un")).isEqualTo(RelationKind.UNLOGGED);
    assertThat(kind(catalog, "mixed")).isEqualTo(RelationKind.UNLOGGED);
    assertThat(kind(catalog, "mixed1")).isEqualTo(RelationKind.UNLOGGED);
    assertThat(kind(catalog, "far")).isEqualTo(RelationKind.FOREIGN);
    assertThat(kind(catalog, "seq")).isEqualTo(RelationKind.SEQUENCE);
    assertThat(kind(catalog, "pg_class")).isEqualTo(RelationKind.SYSTEM);
    assertThat(kind(catalog, "pg_catalog.pg_stat_activity")).isEqualTo(RelationKind.SYSTEM);
    assertThat(kind(catalog, "information_schema.tables")).isEqualTo(RelationKind.SYSTEM);
    assertThat(kind(catalog, "tables")).isEqualTo(RelationKind.UNKNOWN);
    assertThat(kind(catalog, "missing")).isEqualTo(RelationKind.UNKNOWN);
    // Temporary ones are the session's to know.
    assertThat(kind(catalog, "fleeting")).isEqualTo(RelationKind.UNKNOWN);
    assertThat(kind(catalog, "pg_temp.fleeting")).isEqualTo(RelationKind.TEMPORARY);
  }

  @Test
  void viewsAreFollowedToTheirEnd() {
    Catalog catalog = lab.of("postgres", "public");
    assertThat(kind(catalog, "good")).isEqualTo(RelationKind.VIEW);
    assertThat(kind(catalog, "over_good")).isEqualTo(RelationKind.VIEW);
    assertThat(kind(catalog, "strange")).isIn(RelationKind.VIEW, RelationKind.WRITING_VIEW);
    for (String writing :
        new String[] {
          "bad", "over_bad", "over_over_bad", "takes_number", "needs_xid", "by_operator", "locking"
        }) {
      assertThat(kind(catalog, writing)).as(writing).isEqualTo(RelationKind.WRITING_VIEW);
    }
    assertThat(kind(catalog, "over_unlogged")).isEqualTo(RelationKind.UNLOGGED);
    assertThat(kind(catalog, "over_far")).isEqualTo(RelationKind.FOREIGN);
    assertThat(kind(catalog, "over_system")).isEqualTo(RelationKind.SYSTEM);
    assertThat(kind(catalog, "over_sequence")).isEqualTo(RelationKind.SEQUENCE);
  }

  @Test
  void whatRunsBehindATableCounts() {
    Catalog catalog = lab.of("postgres", "public");
    assertThat(kind(catalog, "secret")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(kind(catalog, "has_computed")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(kind(catalog, "has_calm")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(catalog, "guarded")).isEqualTo(RelationKind.TABLE);
    assertThat(effect(catalog, "reads_bad", 0)).isEqualTo(Effect.WRITES);
    assertThat(effect(catalog, "reads_good", 0)).isEqualTo(Effect.READS);
    if (effect(catalog, "atomic_bad", 0) != Effect.UNKNOWN) {
      assertThat(effect(catalog, "atomic_bad", 0)).isEqualTo(Effect.WRITES);
      assertThat(effect(catalog, "atomic_good", 0)).isEqualTo(Effect.READS);
    }
  }

  @Test
  void theFirstSchemaThatHasTheNameCounts() {
    assertThat(kind(lab.of("postgres", "one, public"), "v")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(kind(lab.of("postgres", "public, one"), "v")).isEqualTo(RelationKind.VIEW);
    // A role that may not use the first schema reads the second one's.
    assertThat(kind(lab.of("postgres", "shut, one"), "v")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(kind(lab.of("postgres", "shut"), "v")).isEqualTo(RelationKind.TABLE);
    assertThat(kind(lab.of("postgres", "one"), "pg_class")).isEqualTo(RelationKind.SYSTEM);
    assertThat(kind(lab.of("postgres", "one, pg_catalog"), "pg_class"))
        .isEqualTo(RelationKind.TABLE);
    assertThat(kind(lab.of("postgres", ""), "t")).isEqualTo(RelationKind.UNKNOWN);
  }

  @Test
  void sessionsBeginWithTheirRolesSearchPath() {
    assertThat(kind(lab.ofRole("walker"), "v")).isEqualTo(RelationKind.WRITING_VIEW);
    assertThat(kind(lab.ofRole("local_walker"), "v")).isEqualTo(RelationKind.VIEW);
    assertThat(kind(lab.ofRole("postgres"), "v")).isEqualTo(RelationKind.VIEW);
    // The default path begins with the role's own schema; this one is not open, so both count.
    assertThat(kind(lab.ofRole("shut"), "v")).isEqualTo(RelationKind.VIEW);
  }

  @Test
  void nothingIsUnnamedAtFirst() {
    assertThat(lab.of("postgres", "public").unnamed()).isEqualTo(Effect.READS);
    assertThat(lab.status().unnamed()).isEmpty();
  }
}
