package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.DefinitionChanges;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.testkit.TestRouter;

/// A primary dies with a COMMIT on its way, and its standby takes over: what the client is told is
/// what became of its rows.
@Timeout(180)
class CommitOutcomeIT {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final String NEXT_XID =
      "SELECT x + ((age('3'::xid)::bigint + 3 - x) & 4294967295)"
          + " FROM (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS x) s";
  private static final String WAITERS =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = '%s'";

  @TempDir Path folder;
  private ReplicatedPair pair;
  private FixedViews views;
  private ProxyServer proxy;
  private ServerLife old;

  @BeforeEach
  void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary().execute("CREATE TABLE t (a int)");
    pair.level();
  }

  private void serve(PoolMode mode, Duration wait) throws Exception {
    Duration limit = Duration.ofSeconds(10);
    views = new FixedViews(pair.primary().port(), pair.standby().port());
    proxy =
        ProxyServer.start(
            TestAccess.settings(
                0,
                2,
                new SessionSettings(50, limit, limit, wait, false),
                TestAccess.pools(mode, 5)),
            views,
            TestAccess.of(pair.primary().port()));
    proxy.route((_, _, _) -> new TestRouter(), DefinitionChanges.UNHEARD);
    proxy.fence().until(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    old = life(0);
    proxy.lives(new Succession(Optional.of(old), Optional.empty(), 0, 0));
  }

  @AfterEach
  void stop() throws Exception {
    proxy.close();
    pair.close();
    LEAKS.assertNone();
  }

  private ServerLife life(int node) throws SQLException {
    String started =
        (node == 0 ? pair.primary() : pair.standby()).ask("SELECT " + ServerLife.STARTED_SQL);
    return new ServerLife(new BackendId(node), ServerLife.startedUs(started));
  }

  private Connection connect(String queries) throws SQLException {
    Connection connection =
        Proxies.connect(proxy, "trusty", "", Map.of("preferQueryMode", queries));
    connection.setAutoCommit(false);
    return connection;
  }

  private static CompletableFuture<String> commit(Connection connection) {
    return Background.run(() -> {
      connection.commit();
      return "";
    });
  }

  /// From now on commits are in the log, on their way to the standby, and wait.
  private void commitsWait() throws SQLException {
    pair.primary().execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    pair.primary().execute("SELECT pg_reload_conf()");
    pair.primary().await("SHOW synchronous_standby_names", "nobody");
  }

  private void primaryDies() throws Exception {
    pair.primary().signal("KILL");
    views.noPrimary("it is gone");
  }

  /// What an agent does, and tells.
  private Succession promoted() throws Exception {
    long below = Long.parseLong(pair.standby().ask(NEXT_XID));
    pair.standby().execute("SELECT pg_promote(true, 60)");
    long from = Long.parseLong(pair.standby().ask(NEXT_XID));
    return new Succession(Optional.of(life(1)), Optional.of(old), below, from);
  }

  private void takesOver(Succession lives) {
    proxy.lives(lives);
    views.primary(1);
  }

  private static String state(CompletableFuture<String> committed) throws Exception {
    try {
      return committed.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return ((SQLException) e.getCause()).getSQLState();
    }
  }

  private static void goesOn(Connection connection) throws SQLException {
    connection.rollback();
    Proxies.run(connection, "INSERT INTO t VALUES (100)");
    connection.commit();
    assertThat(Proxies.one(connection, "SELECT count(*) FROM t WHERE a = 100")).isEqualTo("1");
    connection.commit();
  }

  @ParameterizedTest
  @CsvSource({"TRANSACTION, simple", "TRANSACTION, extended", "SESSION, extended"})
  void whatReachedTheStandbyIsASuccess(PoolMode mode, String queries) throws Exception {
    serve(mode, Duration.ofSeconds(60));
    try (Connection connection = connect(queries)) {
      for (int i = 0; i < 8; i++) {
        Proxies.run(connection, "INSERT INTO t VALUES (0)");
        connection.commit();
      }
      commitsWait();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      CompletableFuture<String> committed = commit(connection);
      pair.standby().await("SELECT count(*) FROM t WHERE a = 1", "1");
      assertThat(committed).isNotDone();
      primaryDies();
      Succession lives = promoted();
      assertThat(committed).isNotDone();
      takesOver(lives);
      assertThat(state(committed)).isEmpty();
      goesOn(connection);
    }
  }

  @Test
  void whatWasNotCommittedThereWasRolledBack() throws Exception {
    pair.primary()
        .execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep(100) WHERE new.a = 1; RETURN new; END'");
    pair.primary()
        .execute(
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t"
                + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()");
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(60));
    try (Connection connection = connect("simple")) {
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      String xid = Proxies.one(connection, "SELECT pg_current_xact_id()");
      CompletableFuture<String> committed = commit(connection);
      pair.primary().await(WAITERS.formatted("PgSleep"), "1");
      pair.standby().await("SELECT (%s) > %s".formatted(NEXT_XID, xid), "t");
      primaryDies();
      Succession lives = promoted();
      assertThat(lives.settledBelow()).isGreaterThan(Long.parseLong(xid));
      takesOver(lives);
      assertThat(state(committed)).isEqualTo("40001");
      goesOn(connection);
      assertThat(pair.standby().ask("SELECT count(*) FROM t WHERE a = 1")).isEqualTo("0");
    }
  }

  /// Its number is given out again: to a transaction that is committed.
  @Test
  void whatNeverGotThereWasRolledBackThoughItsNumberWasNot() throws Exception {
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(60));
    pair.standby().execute("ALTER SYSTEM SET primary_conninfo = ''");
    pair.standby().execute("SELECT pg_reload_conf()");
    pair.standby().await("SELECT count(*) FROM pg_stat_wal_receiver", "0");
    try (Connection connection = connect("simple")) {
      commitsWait();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      long xid = Long.parseLong(Proxies.one(connection, "SELECT pg_current_xact_id()"));
      CompletableFuture<String> committed = commit(connection);
      pair.primary().await(WAITERS.formatted("SyncRep"), "1");
      primaryDies();
      Succession lives = promoted();
      assertThat(xid).isGreaterThanOrEqualTo(lives.freshFrom());
      while (Long.parseLong(pair.standby().ask("SELECT pg_current_xact_id()")) < xid) {
        // its number is used
      }
      assertThat(pair.standby().ask("SELECT pg_xact_status('%d'::xid8)".formatted(xid)))
          .isEqualTo("committed");
      takesOver(lives);
      assertThat(state(committed)).isEqualTo("40001");
      goesOn(connection);
      assertThat(pair.standby().ask("SELECT count(*) FROM t WHERE a = 1")).isEqualTo("0");
    }
  }

  @Test
  void whatCannotBeProvenIsNotKnown() throws Exception {
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(60));
    try (Connection connection = connect("simple")) {
      commitsWait();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      CompletableFuture<String> committed = commit(connection);
      pair.standby().await("SELECT count(*) FROM t WHERE a = 1", "1");
      primaryDies();
      Succession lives = promoted();
      takesOver(new Succession(lives.now(), lives.before(), 1, lives.freshFrom() + 100));
      assertThat(state(committed)).isEqualTo("08007");
      goesOn(connection);
    }
  }

  @Test
  void withoutAPrimaryItIsNotKnownAfterTheLimit() throws Exception {
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(2));
    try (Connection connection = connect("simple")) {
      commitsWait();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      CompletableFuture<String> committed = commit(connection);
      pair.primary().await(WAITERS.formatted("SyncRep"), "1");
      primaryDies();
      assertThat(state(committed)).isEqualTo("08007");
    }
  }

  /// The server lives: it knows, and says so when its standbys have it.
  @Test
  void aConnectionThatIsLostAloneIsAskedForAtTheSameServer() throws Exception {
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(60));
    try (Connection connection = connect("extended")) {
      commitsWait();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      CompletableFuture<String> committed = commit(connection);
      pair.primary().await(WAITERS.formatted("SyncRep"), "1");
      pair.primary()
          .execute(
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                  + " WHERE wait_event = 'SyncRep'");
      // The one that asks waits as the COMMIT did.
      pair.primary()
          .await(
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
                  + " AND query LIKE '%pg_xact_status%'",
              "1");
      assertThat(committed).isNotDone();
      pair.primary().execute("ALTER SYSTEM RESET synchronous_standby_names");
      pair.primary().execute("SELECT pg_reload_conf()");
      assertThat(state(committed)).isEmpty();
      goesOn(connection);
    }
  }

  /// The question runs in the client's transaction: when it is broken off, so is the COMMIT.
  @Test
  void aTransactionThatFailsWithTheQuestionIsToldSo() throws Exception {
    pair.primary().execute("CREATE ROLE barred LOGIN");
    pair.primary().execute("GRANT ALL ON t TO trusty, barred");
    pair.primary()
        .execute("REVOKE EXECUTE ON FUNCTION pg_current_xact_id_if_assigned() FROM public");
    serve(PoolMode.TRANSACTION, Duration.ofSeconds(60));
    try (Connection connection = connect("extended")) {
      Proxies.run(connection, "SET ROLE barred");
      connection.commit();
      Proxies.run(connection, "INSERT INTO t VALUES (1)");
      assertThatThrownBy(connection::commit)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
      connection.rollback();
      assertThat(Proxies.one(connection, "SELECT count(*) FROM t WHERE a = 1")).isEqualTo("0");
      connection.commit();
    }
  }
}
