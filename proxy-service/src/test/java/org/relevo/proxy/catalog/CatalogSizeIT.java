package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.catalog.CatalogLab.effect;
import static org.relevo.proxy.catalog.CatalogLab.kind;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.contract.CatalogState;
import org.relevo.jmx.contract.CatalogStatus;
import org.relevo.proxy.routing.Catalog;
import org.relevo.proxy.routing.Catalog.Effect;
import org.relevo.proxy.routing.Catalog.RelationKind;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// A catalog of 10,000 relations and 5,000 functions: time, memory, limit.
class CatalogSizeIT {
  private static final System.Logger LOG = System.getLogger("catalog");

  @TempDir private static Path folder;

  private static LabServer primary;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    primary = LabServer.primary(folder, "primary", Map.of());
    connection = CatalogLab.connect(primary.port());
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    primary.close();
  }

  @Test
  void aLargeDatabaseIsReadInReasonableTime() throws Exception {
    CatalogLab.run(
        connection,
        "CREATE SCHEMA big",
        """
        DO $$ BEGIN
          FOR i IN 1..5000 LOOP
            EXECUTE format('CREATE FUNCTION big.function_with_a_name_%s(a int, b text)'
              || ' RETURNS int LANGUAGE sql %s AS ''SELECT $1 + length($2)''', i,
              CASE WHEN i % 2 = 0 THEN 'STABLE' ELSE 'VOLATILE' END);
          END LOOP; END $$
        """,
        """
        DO $$ BEGIN
          FOR i IN 1..9000 LOOP
            EXECUTE format('CREATE TABLE big.table_with_a_name_%s (a int, b text)', i);
            IF i % 1000 = 0 THEN COMMIT; END IF;
          END LOOP;
          FOR i IN 1..1000 LOOP
            EXECUTE format('CREATE VIEW big.view_with_a_name_%s AS SELECT a, lower(b) AS l,'
              || ' big.function_with_a_name_2(a, b) FROM big.table_with_a_name_%s', i, i);
          END LOOP; END $$
        """);
    try (CatalogLab lab = new CatalogLab(CatalogLab.SELDOM, primary.port())) {
      Catalog catalog = lab.of("postgres", "big");
      long first = lab.status().fillMs();
      lab.reread();
      long again = lab.status().fillMs();
      CatalogStatus status = lab.status();
      LOG.log(
          Level.INFO,
          "first {0} ms, again {1} ms, {2} functions, {3} relations, {4} bytes",
          first,
          again,
          status.functions(),
          status.relations(),
          status.bytes());
      assertThat(status.functions()).isGreaterThan(8000);
      assertThat(status.relations()).isGreaterThan(10_000);
      assertThat(again).isLessThan(20_000);
      assertThat(status.bytes()).isBetween(1_000_000L, 10_000_000L);
      assertThat(kind(catalog, "view_with_a_name_7")).isEqualTo(RelationKind.VIEW);
      assertThat(effect(catalog, "function_with_a_name_3", 2)).isEqualTo(Effect.WRITES);
      assertThat(effect(catalog, "function_with_a_name_4", 2)).isEqualTo(Effect.READS);
      lookTime(lab);

      // One more than the limit, and nothing is kept.
      lab.catalogs.apply(new CatalogSettings(Duration.ofHours(1), 15_000, Duration.ofHours(1)));
      lab.catalogs.bean().refresh("");
      Await.until("too large", () -> lab.status().state() == CatalogState.TOO_LARGE);
      assertThat(kind(catalog, "table_with_a_name_1")).isEqualTo(RelationKind.UNKNOWN);
      assertThat(lab.status().lastError()).contains("catalog_max_entries");
      assertThat(lab.status().bytes()).isZero();
    } finally {
      // In portions: each drop holds locks.
      CatalogLab.run(
          connection,
          """
          DO $$ DECLARE r record; n int := 0; BEGIN
            FOR r IN SELECT relname FROM pg_class
                     WHERE relnamespace = 'big'::regnamespace AND relkind = 'r' LOOP
              EXECUTE format('DROP TABLE big.%I CASCADE', r.relname);
              n := n + 1;
              IF n % 500 = 0 THEN COMMIT; END IF;
            END LOOP; END $$
          """,
          "DROP SCHEMA big CASCADE");
    }
  }

  private static void lookTime(CatalogLab lab) throws Exception {
    Catalog catalog = lab.of("postgres", "big");
    for (int i = 0; i < 4; i++) {
      long begun = System.nanoTime();
      lab.catalogs.changing(CatalogLab.DATABASE);
      lab.catalogs.changed(CatalogLab.DATABASE);
      Await.until("proved", () -> catalog.unnamed() == Effect.READS);
      LOG.log(
          Level.INFO,
          "from a change until a look finds nothing new: {0} ms",
          (System.nanoTime() - begun) / 1_000_000);
    }
  }
}
