package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.catalog.CatalogLab.effect;
import static org.relevo.proxy.catalog.CatalogLab.kind;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.relevo.jmx.pgctl.PgCtl;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// Definitions that change, seen and unseen, and servers that come and go.
class CatalogChangesIT {
  private static final System.Logger LOG = System.getLogger("catalog");

  @TempDir private static Path folder;

  private static LabServer primary;
  private Connection connection;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "primary", Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    primary.close();
  }

  @BeforeEach
  void objects() throws Exception {
    connection = CatalogLab.connect(primary.port());
    CatalogLab.run(
        connection,
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "GRANT USAGE ON SCHEMA public TO PUBLIC",
        "CREATE TABLE t (a int)",
        "CREATE SEQUENCE seq",
        "CREATE VIEW v AS SELECT 1::bigint AS a",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'");
  }

  @AfterEach
  void disconnect() throws Exception {
    connection.close();
  }

  @Test
  void aChangeThatWasSeenIsNeverAnsweredFromBefore() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.SELDOM, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
      for (int i = 0; i < 20; i++) {
        boolean writes = i % 2 == 0;
        lab.catalogs.changing(CatalogLab.DATABASE);
        CatalogLab.run(
            connection,
            writes
                ? "CREATE OR REPLACE VIEW v AS SELECT nextval('seq') AS a"
                : "CREATE OR REPLACE VIEW v AS SELECT 1::bigint AS a",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql "
                + (writes ? "VOLATILE" : "STABLE")
                + " AS 'SELECT 1'");
        assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);
        assertThat(effect(catalog, "f", 0)).isEqualTo(Effect.UNKNOWN);
        assertThat(effect(catalog, "public.f", 0)).isEqualTo(Effect.UNKNOWN);
        assertThat(effect(catalog, "lower", 1)).isEqualTo(Effect.UNKNOWN);
        assertThat(catalog.unnamed()).isEqualTo(Effect.UNKNOWN);
        assertThat(effect(catalog, "pg_catalog.lower", 1)).isEqualTo(Effect.READS);
        assertThat(kind(catalog, "pg_class")).isEqualTo(RelationKind.SYSTEM);
        assertThat(lab.status().state()).isEqualTo(CatalogState.STALE);
        lab.catalogs.changed(CatalogLab.DATABASE);
        Await.until("known again", () -> kind(catalog, "t") == RelationKind.TABLE);
        RelationKind first = kind(catalog, "v");
        assertThat(first).isEqualTo(writes ? RelationKind.WRITING_VIEW : RelationKind.VIEW);
        assertThat(effect(catalog, "f", 0)).isEqualTo(writes ? Effect.WRITES : Effect.READS);
      }
    }
  }

  /// Every kind of change that matters is found without being told.
  @Test
  void changesPastTheServiceAreFound() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      sees(
          catalog,
          "v",
          RelationKind.VIEW,
          RelationKind.WRITING_VIEW,
          "CREATE OR REPLACE VIEW v AS SELECT nextval('seq') AS a");
      sees(catalog, "t", RelationKind.TABLE, RelationKind.UNLOGGED, "ALTER TABLE t SET UNLOGGED");
      sees(catalog, "t", RelationKind.UNLOGGED, RelationKind.TABLE, "ALTER TABLE t SET LOGGED");
      sees(catalog, "new", RelationKind.UNKNOWN, RelationKind.TABLE, "CREATE TABLE new (a int)");
      sees(catalog, "new", RelationKind.TABLE, RelationKind.UNKNOWN, "ALTER TABLE new RENAME TO x");
      sees(catalog, "x", RelationKind.TABLE, RelationKind.UNKNOWN, "DROP TABLE x");
      seesOf(catalog, "f", Effect.READS, Effect.WRITES, "ALTER FUNCTION f() VOLATILE");
      seesOf(catalog, "f", Effect.WRITES, Effect.READS, "ALTER FUNCTION f() IMMUTABLE");
      seesOf(
          catalog,
          "f",
          Effect.READS,
          Effect.WRITES,
          "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql STABLE"
              + " AS 'SELECT nextval(''seq'')::int'");
      CatalogLab.run(
          connection,
          "CREATE TABLE g (a int)",
          "CREATE FUNCTION vol(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT $1'",
          "CREATE POLICY p ON g USING (vol(a) = 1)");
      sees(
          catalog,
          "g",
          RelationKind.TABLE,
          RelationKind.WRITING_VIEW,
          "ALTER TABLE g ENABLE ROW LEVEL SECURITY");
      sees(
          catalog,
          "g",
          RelationKind.WRITING_VIEW,
          RelationKind.TABLE,
          "ALTER POLICY p ON g USING (a = 1)");
      CatalogLab.run(connection, "CREATE UNLOGGED TABLE child (a int)");
      sees(catalog, "g", RelationKind.TABLE, RelationKind.UNLOGGED, "ALTER TABLE child INHERIT g");
    }
  }

  private void sees(
      Catalog catalog, String relation, RelationKind before, RelationKind after, String sql)
      throws Exception {
    Await.until(relation + " is " + before, () -> kind(catalog, relation) == before);
    CatalogLab.run(connection, sql);
    Await.until(sql, () -> kind(catalog, relation) == after);
  }

  private void seesOf(Catalog catalog, String function, Effect before, Effect after, String sql)
      throws Exception {
    Await.until(function + " is " + before, () -> effect(catalog, function, 0) == before);
    CatalogLab.run(connection, sql);
    Await.until(sql, () -> effect(catalog, function, 0) == after);
  }

  /// What applications do all the time costs no reading.
  @Test
  void ordinaryWorkDoesNotChangeTheFingerprint() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      CatalogLab.run(connection, "CREATE TEMP TABLE warm (a int)");
      lab.reread();
      CatalogStatus before = lab.status();
      CatalogLab.run(
          connection,
          "INSERT INTO t SELECT generate_series(1, 1000)",
          "CREATE TEMP TABLE mine (a int)",
          "CREATE TEMP VIEW mine_too AS SELECT * FROM mine",
          "CREATE INDEX ON t (a)",
          "VACUUM FULL t",
          "VACUUM ANALYZE",
          "TRUNCATE t",
          "SELECT nextval('seq')",
          "DROP VIEW mine_too",
          "DROP TABLE mine");
      Await.until(
          "looked twice since",
          () -> lab.status().checkedAtEpochMs() > before.checkedAtEpochMs() + 300);
      assertThat(lab.status().filledAtEpochMs()).isEqualTo(before.filledAtEpochMs());
      assertThat(kind(catalog, "t")).isEqualTo(RelationKind.TABLE);
    }
  }

  @Test
  void whatIsNotNamedIsFoundToo() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      unnamed(
          catalog,
          "CREATE TYPE pair AS (a int, b int);"
              + "CREATE FUNCTION to_pair(text) RETURNS pair LANGUAGE sql VOLATILE"
              + " AS 'SELECT 1, nextval(''seq'')::int';"
              + "CREATE CAST (text AS pair) WITH FUNCTION to_pair(text)",
          "DROP CAST (text AS pair)");
      unnamed(
          catalog,
          "CREATE FUNCTION vol(int) RETURNS bool LANGUAGE sql VOLATILE"
              + " AS 'SELECT true';"
              + "CREATE DOMAIN checked AS int CHECK (vol(VALUE))",
          "ALTER DOMAIN checked DROP CONSTRAINT checked_check");
      unnamed(
          catalog,
          "CREATE FUNCTION add(pair, pair) RETURNS int LANGUAGE sql VOLATILE"
              + " AS 'SELECT 1';"
              + "CREATE OPERATOR + (FUNCTION = add, LEFTARG = pair, RIGHTARG = pair)",
          "ALTER FUNCTION add(pair, pair) STABLE");
      unnamed(
          catalog,
          "CREATE FUNCTION any_row(anyelement) RETURNS int LANGUAGE sql VOLATILE"
              + " AS 'SELECT 1'",
          "DROP FUNCTION any_row");
      assertThat(lab.status().unnamed()).isEmpty();
    }
  }

  private void unnamed(Catalog catalog, String make, String undo) throws Exception {
    CatalogLab.run(connection, make);
    Await.until(make, () -> catalog.unnamed() == Effect.WRITES);
    CatalogLab.run(connection, undo);
    Await.until(undo, () -> catalog.unnamed() == Effect.READS);
  }

  /// Extensions that come with PostgreSQL do not make every statement a write.
  @Test
  void usualExtensionsHideNoWrites() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.SELDOM, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      List<String> made = new ArrayList<>();
      for (String extension :
          List.of(
              "citext",
              "hstore",
              "ltree",
              "cube",
              "seg",
              "isn",
              "intarray",
              "pg_trgm",
              "lo",
              "uuid-ossp",
              "unaccent",
              "btree_gist",
              "btree_gin",
              "tablefunc",
              "pgcrypto",
              "fuzzystrmatch",
              "earthdistance",
              "dict_int")) {
        String found =
            primary.ask(
                "SELECT count(*) FROM pg_available_extensions WHERE name = '" + extension + "'");
        if (found.equals("1")) {
          CatalogLab.run(
              connection, "CREATE EXTENSION IF NOT EXISTS \"" + extension + "\" SCHEMA public");
          made.add(extension);
        }
      }
      lab.reread();
      LOG.log(Level.INFO, "extensions {0}: {1}", made, lab.status().unnamed());
      assertThat(lab.status().unnamed()).isEmpty();
      assertThat(catalog.unnamed()).isEqualTo(Effect.READS);
    }
  }

  @Test
  void aServerThatIsRestartedChangesNothing() throws Exception {
    try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, primary.port())) {
      Catalog catalog = lab.of("postgres", "public");
      connection.close();
      primary.control().stop(PgCtl.StopMode.IMMEDIATE, LabServer.LIMIT);
      Await.until("the failure is told", () -> !lab.status().lastError().isEmpty());
      assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
      assertThat(lab.status().state()).isEqualTo(CatalogState.FILLED);
      long before = lab.status().checkedAtEpochMs();
      primary.start();
      Await.until("looked again", () -> lab.status().checkedAtEpochMs() > before);
      assertThat(lab.status().lastError()).isEmpty();
      assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
    }
  }

  @Test
  void aCatalogSurvivesItsPrimary() throws Exception {
    try (LabServer standby = LabServer.standby(folder, "standby", primary)) {
      // The first one is asked while there is no primary.
      try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, standby.port(), primary.port())) {
        lab.views.noPrimary("none was seen");
        Catalog catalog = lab.of("postgres", "public");
        assertThat(lab.status().nodeId()).isZero();
        assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);
        lab.views.primary(1);
        Await.until("read from the primary", () -> lab.status().nodeId() == 1);
        lab.views.noPrimary("it is gone");
        Await.until("read from the standby", () -> lab.status().nodeId() == 0);
        assertThat(kind(catalog, "v")).isEqualTo(RelationKind.VIEW);

        // A standby may lack what was changed, so it proves nothing.
        lab.catalogs.changing(CatalogLab.DATABASE);
        lab.catalogs.changed(CatalogLab.DATABASE);
        long changedAt = System.currentTimeMillis();
        Await.until("looked since", () -> lab.status().checkedAtEpochMs() > changedAt);
        assertThat(kind(catalog, "v")).isEqualTo(RelationKind.UNKNOWN);

        standby.execute("SELECT pg_promote()");
        standby.await("SELECT pg_is_in_recovery()", "f");
        lab.views.primary(0);
        Await.until("the new primary proves it", () -> kind(catalog, "v") == RelationKind.VIEW);
        standby.execute("CREATE OR REPLACE VIEW v AS SELECT nextval('seq') AS a");
        Await.until("its changes count", () -> kind(catalog, "v") == RelationKind.WRITING_VIEW);
      }
    }
  }
}
