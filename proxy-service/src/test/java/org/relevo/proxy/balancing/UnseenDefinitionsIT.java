package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// Definitions that are changed by what runs inside of functions, procedures and DO. A read that
/// becomes a write that way must not be sent to a standby, which would refuse it.
class UnseenDefinitionsIT {
  private static final String READS =
      "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql STABLE AS"
          + " 'BEGIN RETURN node(); END'";
  private static final String WRITES =
      "CREATE OR REPLACE FUNCTION f() RETURNS text LANGUAGE plpgsql VOLATILE AS"
          + " ''BEGIN INSERT INTO log VALUES (1); RETURN node(); END''";

  /// Calls after which the catalog is looked at, although they change nothing.
  private static final int SUSPECTED = 3;

  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary().execute("CREATE TABLE log (a int)");
    pair.primary()
        .execute(
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS $p$BEGIN EXECUTE '" + WRITES + "'; END$p$");
    pair.primary()
        .execute(
            "CREATE FUNCTION outer_one() RETURNS int LANGUAGE plpgsql AS"
                + " 'BEGIN CALL p(); RETURN 1; END'");
    pair.primary()
        .execute(
            "CREATE PROCEDURE harmless() LANGUAGE plpgsql AS"
                + " 'BEGIN CREATE TEMP TABLE own (a int) ON COMMIT DROP;"
                + " EXECUTE ''INSERT INTO log VALUES (1)''; END'");
    pair.primary()
        .execute(
            "CREATE PROCEDURE chatter() LANGUAGE plpgsql AS"
                + " 'BEGIN -- drop nothing, create a row\n INSERT INTO log VALUES (1); END'");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @BeforeEach
  void open() throws Exception {
    pair.primary().execute(READS);
    pair.level();
    proxy = new BalancedProxy(pair, new Choice(PoolMode.TRANSACTION, 10, "", 0, 1));
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
    LEAKS.assertNone();
  }

  enum How {
    DO("DO $d$BEGIN EXECUTE '" + WRITES + "'; END$d$"),
    DO_CALLS("DO 'BEGIN PERFORM outer_one(); END'"),
    CALL("CALL p()"),
    FUNCTION("SELECT outer_one()");

    private final String sql;

    How(String sql) {
      this.sql = sql;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReadThatHasBecomeAWriteIsThePrimarys(How how) throws Exception {
    for (LabClient.Kind kind : LabClient.Kind.values()) {
      pair.primary().execute(READS);
      pair.level();
      proxy.known();
      try (LabClient client = LabClient.of(kind, proxy.port());
          LabClient other = LabClient.of(kind, proxy.port())) {
        client.ask("CREATE OR REPLACE VIEW v AS SELECT 1"); // has the catalog read anew
        proxy.known();
        proxy.caughtUp();
        assertThat(other.ask("SELECT f()")).as(kind + " before").isEqualTo(port(1));
        client.ask(how.sql);
        assertThat(client.ask("SELECT f()")).as(kind + " afterwards").isEqualTo(port(0));
        assertThat(other.ask("SELECT f()")).as(kind + ", another").isEqualTo(port(0));
      }
    }
  }

  /// As long as nothing is defined, all reads of others go on being balanced: not one round of the
  /// primary's is allowed.
  @ParameterizedTest
  @EnumSource
  void whatDefinesNothingLeavesTheCatalogAsItIs(LabClient.Kind kind) throws Exception {
    try (LabClient client = LabClient.of(kind, proxy.port());
        LabClient other = LabClient.of(kind, proxy.port())) {
      for (String write :
          List.of(
              "CALL harmless()",
              "DO 'BEGIN INSERT INTO log VALUES (1); END'",
              "DO 'BEGIN PERFORM node(); CALL harmless(); END'",
              "INSERT INTO log VALUES (coalesce(length(node()), 1))",
              "WITH w AS (UPDATE log SET a = a + 1 RETURNING a) SELECT count(*) FROM w")) {
        for (int i = 0; i < 20; i++) {
          client.ask(write);
          assertThat(other.ask("SELECT f()")).as(write + ", round " + i).isEqualTo(port(1));
        }
      }
    }
  }

  /// What is suspected of definitions, and does not make any, is not suspected for good.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CALL chatter()",
        "DO 'BEGIN CREATE TABLE IF NOT EXISTS log (a int); END'",
        "SELECT unheard_of(1)",
      })
  void aFalseSuspicionEnds(String sql) throws Exception {
    try (LabClient client = LabClient.of(LabClient.Kind.SIMPLE, proxy.port());
        LabClient other = LabClient.of(LabClient.Kind.SIMPLE, proxy.port())) {
      for (int i = 0; i < 30; i++) {
        try {
          client.ask(sql);
        } catch (SQLException e) {
          assertThat(e.getSQLState()).isEqualTo("42883"); // there is no such function
        }
        if (i < SUSPECTED) {
          proxy.known();
        }
        assertThat(other.ask("SELECT f()")).as("round " + i).isEqualTo(port(1));
      }
    }
  }

  private static String port(int node) {
    return String.valueOf((node == 0 ? pair.primary() : pair.standby()).port());
  }
}
