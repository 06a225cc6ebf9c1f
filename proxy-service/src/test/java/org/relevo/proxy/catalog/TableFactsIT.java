package org.relevo.proxy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LabServer;

/// Facts of tables of a real server.
class TableFactsIT {
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

  /// What statement replication needs to know of a table.
  @Test
  void factsOfATableAreReadWhenTheyAreAskedFor() throws Exception {
    CatalogLab.run(
        connection,
        "CREATE FUNCTION vol() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1'",
        "CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE TABLE facts (a serial, b int GENERATED ALWAYS AS IDENTITY, c int DEFAULT 5,"
            + " d timestamptz DEFAULT now(), e int DEFAULT vol(), f int,"
            + " g int GENERATED ALWAYS AS (c + 1) STORED, PRIMARY KEY (f, a))",
        "CREATE TRIGGER t1 BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION fire()",
        "CREATE TABLE plain (a int)",
        "CREATE RULE r AS ON INSERT TO plain DO ALSO SELECT 1");
    try (CatalogLab lab = new CatalogLab(CatalogLab.OFTEN, primary.port())) {
      TableFacts facts = facts(lab, "facts").orElseThrow();
      assertThat(facts.columns())
          .extracting(column -> column.name() + " " + column.value())
          .containsExactly(
              "a SEQUENCE",
              "b IDENTITY",
              "c CONSTANT",
              "d STABLE",
              "e VOLATILE",
              "f NONE",
              "g GENERATED");
      assertThat(facts.primaryKey()).containsExactly("f", "a");
      assertThat(facts.triggers())
          .containsExactly(new TableFacts.Trigger("t1", new QualifiedName("public", "fire"), true));
      assertThat(facts.rules()).isFalse();
      assertThat(facts(lab, "plain").orElseThrow().rules()).isTrue();
      assertThat(facts(lab, "missing")).isEmpty();
      CatalogLab.run(connection, "ALTER TABLE facts ALTER e SET DEFAULT 7");
      Await.until(
          "the change is found",
          () ->
              facts(lab, "facts").orElseThrow().columns().get(4).value()
                  == TableFacts.Value.CONSTANT);
    }
  }

  private static Optional<TableFacts> facts(CatalogLab lab, String table) throws Exception {
    return lab.catalogs
        .table(CatalogLab.DATABASE, new QualifiedName("public", table))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
