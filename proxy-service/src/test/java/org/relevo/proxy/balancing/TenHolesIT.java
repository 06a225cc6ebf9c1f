package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.balancing.LabClient.Kind;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// Ten things that pgpool-II gets wrong, each on a primary and a standby whose replay is paused, in
/// every way that clients speak. All weight is the standby's, and but for (h) nothing is asked of
/// its position: what is right here is right by what the transaction did.
class TenHolesIT {
  private static final String COUNT = "SELECT count(*)::text FROM t";
  private static final String NODE = "SELECT node() FROM t LIMIT 1";
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE TABLE t (a int); CREATE SEQUENCE seq; CREATE SCHEMA other;"
                + "CREATE FUNCTION other.lower(int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT "
                + "$1'");
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @BeforeEach
  void rows() throws Exception {
    pair.primary().execute("TRUNCATE t; INSERT INTO t VALUES (0)");
    pair.level();
  }

  @AfterEach
  void stopProxy() throws Exception {
    pair.resume();
    proxy.close();
    LEAKS.assertNone();
  }

  private void begin(PoolMode mode, String consistency) throws Exception {
    proxy =
        new BalancedProxy(
            pair,
            new Choice(
                mode,
                5,
                "statement_level_load_balance = on & read_consistency = " + consistency,
                0,
                1));
    pair.pause();
  }

  /// What is done with one client.
  private interface Scene {
    /// @param before rows of the table on the primary
    void play(LabClient client, int before) throws Exception;
  }

  private void each(PoolMode mode, String consistency, List<Kind> kinds, Scene scene)
      throws Exception {
    begin(mode, consistency);
    for (Kind kind : kinds) {
      proxy.known(); // after a definition of the one before
      try (LabClient client = LabClient.of(kind, proxy.port())) {
        assertThat(client.ask(NODE)).as("%s reads on the standby", kind).isEqualTo(standby());
        scene.play(client, Integer.parseInt(pair.primary().ask("SELECT count(*) FROM t")));
      } catch (SQLException | AssertionError e) {
        throw new AssertionError(kind + ": " + e.getMessage(), e);
      }
    }
  }

  private static String standby() {
    return String.valueOf(pair.standby().port());
  }

  private static String primary() {
    return String.valueOf(pair.primary().port());
  }

  private static void sees(LabClient client, int rows) throws Exception {
    assertThat(client.ask(COUNT)).isEqualTo(String.valueOf(rows));
  }

  private static List<Kind> all() {
    return List.of(Kind.values());
  }

  /// Those that may send several statements as one string.
  private static List<Kind> ofStrings() {
    return all().stream().filter(Kind::takesStrings).toList();
  }

  /// (a) A transaction that rolls back to a savepoint after a write has still written.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void rollbackToASavepoint(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, before) -> {
          client.begin();
          client.ask("INSERT INTO t VALUES (1)");
          client.ask("SAVEPOINT a");
          client.ask("ROLLBACK TO a");
          sees(client, before + 1);
          client.commit();
        });
  }

  /// (b) A BEGIN within a transaction begins nothing.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void redundantBegin(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, before) -> {
          client.begin();
          client.ask("INSERT INTO t VALUES (1)");
          client.ask("BEGIN");
          sees(client, before + 1);
          client.commit();
        });
  }

  /// (c) SET LOCAL, SAVEPOINT and a cursor write nothing: reads stay balanced.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void whatWritesNothingPinsNothing(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, _) -> {
          client.begin();
          client.ask("SET LOCAL application_name = 'here'");
          assertThat(client.ask(NODE)).as("after SET LOCAL").isEqualTo(standby());
          assertThat(client.ask("SELECT current_setting('application_name')")).isEqualTo("here");
          client.ask("SAVEPOINT a");
          assertThat(client.ask(NODE)).as("after SAVEPOINT").isEqualTo(standby());
          client.ask("DECLARE c CURSOR FOR SELECT a + 1, a + 2 FROM t");
          assertThat(client.ask(NODE)).as("after DECLARE").isEqualTo(standby());
          assertThat(client.ask("FETCH 1 FROM c")).isEqualTo("1");
          client.commit();
        });
  }

  /// (d) A REPEATABLE READ transaction has one snapshot of one node.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void oneSnapshot(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, before) -> {
          client.ask("BEGIN ISOLATION LEVEL REPEATABLE READ");
          sees(client, before);
          pair.primary().execute("INSERT INTO t VALUES (2)");
          sees(client, before);
          client.ask("INSERT INTO t VALUES (1)");
          sees(client, before + 1);
          client.ask("COMMIT");
          client.ask("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          assertThat(client.ask(NODE)).isEqualTo(standby());
          sees(client, 1);
          client.ask("COMMIT");
        });
  }

  /// (e) A write that is not the first of its string is a write.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void aWriteBehindARead(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        ofStrings(),
        (client, before) -> {
          client.begin();
          client.ask("SELECT 1; INSERT INTO t VALUES (1)");
          sees(client, before + 1);
          client.commit();
        });
  }

  /// (f) What needs a transaction id, or is refused during recovery, is for the primary.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void functionsOfThePrimary(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, _) -> {
          for (String call :
              List.of(
                  "txid_current()",
                  "pg_current_xact_id()",
                  "nextval('seq')",
                  "pg_try_advisory_xact_lock(1)",
                  "pg_current_wal_lsn()",
                  "setval('seq', 5)")) {
            assertThatCode(() -> client.ask("SELECT (" + call + ")::text"))
                .as(call)
                .doesNotThrowAnyException();
            client.begin();
            client.ask(NODE);
            assertThatCode(() -> client.ask("SELECT (" + call + ")::text"))
                .as("%s in a transaction", call)
                .doesNotThrowAnyException();
            client.commit();
          }
        });
  }

  /// (g) COPY … TO STDOUT is looked at as a query is.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void copyOfWhatOnlyThePrimaryHas(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        List.of(Kind.SIMPLE, Kind.EXTENDED, Kind.NAMED),
        (client, _) -> {
          client.ask("COPY (SELECT nextval('seq')) TO STDOUT");
          client.ask("COPY t TO STDOUT");
          client.ask("BEGIN");
          client.ask("CREATE TEMP TABLE own (a int) ON COMMIT DROP");
          client.ask("COPY own TO STDOUT");
          client.ask("COMMIT");
          if (mode == PoolMode.SESSION) {
            client.ask("CREATE TEMP TABLE kept (a int)");
            client.ask("COPY kept TO STDOUT");
            client.ask("DROP TABLE kept");
          }
        });
  }

  /// (h) A session reads its own writes, and reads on the standby again when that has them.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void ownWrites(PoolMode mode) throws Exception {
    each(
        mode,
        "session",
        all(),
        (client, before) -> {
          client.ask("INSERT INTO t VALUES (1)");
          sees(client, before + 1);
          assertThat(client.ask(NODE)).isEqualTo(primary());
          pair.resume();
          Await.until("reads on the standby again", () -> client.ask(NODE).equals(standby()));
          sees(client, before + 1);
          pair.pause();
        });
  }

  /// (i) A string that begins a transaction begins it for what follows.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void aStringThatBegins(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        ofStrings(),
        (client, before) -> {
          client.ask("BEGIN; INSERT INTO t VALUES (1)");
          sees(client, before + 1);
          client.ask("ROLLBACK");
          assertThat(client.ask(NODE)).isEqualTo(standby());
          client.ask("BEGIN; SET LOCAL application_name = 'here'");
          assertThat(client.ask("SHOW application_name")).isEqualTo("here");
          client.ask("COMMIT");
          assertThat(client.ask("SHOW application_name")).isNotEqualTo("here");
        });
  }

  /// (j) A function is found by its schema and arguments, not by its bare name.
  @ParameterizedTest
  @EnumSource(names = {"SESSION", "TRANSACTION"})
  void functionsOfOneName(PoolMode mode) throws Exception {
    each(
        mode,
        "eventual",
        all(),
        (client, _) -> {
          assertThat(client.ask("SELECT lower(node()) FROM t LIMIT 1")).isEqualTo(standby());
          assertThat(client.ask("SELECT node() FROM t WHERE other.lower(1) = 1 LIMIT 1"))
              .isEqualTo(primary());
          assertThat(client.ask("SELECT lower(node()) FROM t LIMIT 1")).isEqualTo(standby());
        });
  }
}
