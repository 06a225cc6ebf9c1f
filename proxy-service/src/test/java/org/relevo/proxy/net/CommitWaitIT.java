package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.CommitWaits;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.RealServer;

/// A commit that waits for a standby is not cancelled: it would only be told as done too early.
@Timeout(120)
class CommitWaitIT extends TwoServers {
  private static final String WAITING =
      "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

  private final AtomicInteger passedOn = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();

  private void guard() {
    CommitWaits waits =
        new CommitWaits(
            List.of(
                new NodeSettings(
                    new BackendId(0),
                    "node0",
                    "127.0.0.1",
                    first.port(),
                    Optional.empty(),
                    Optional.empty(),
                    "postgres",
                    "postgres",
                    () -> RealServer.PASSWORD)));
    proxy.guardCancels((node, pid) ->
        waits
            .freeOfIt(node, pid)
            .thenApply(free -> {
              (free ? passedOn : held).incrementAndGet();
              return free;
            }));
  }

  @AfterEach
  void nobodyWaitsAnyMore() throws Exception {
    first.sql("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
  }

  private static boolean waiting() throws SQLException {
    return first.query(WAITING).equals("1");
  }

  @Test
  void aCommitThatWaitsForAStandbyIsNotCancelled() throws Exception {
    guard();
    first.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
    Await.until(
        "the server waits for a standby",
        () -> first.query("SHOW synchronous_standby_names").equals("nobody"));
    try (Connection connection = Proxies.connect(proxy, "app", "app");
        Statement insert = connection.createStatement()) {
      CompletableFuture<Integer> rows =
          Background.run(() -> insert.executeUpdate("INSERT INTO seen (client, n) VALUES (1, 1)"));
      Await.until("the commit waits", CommitWaitIT::waiting);
      insert.cancel();
      Await.until("the request was looked at", () -> held.get() == 1);
      assertThat(waiting()).isTrue();
      assertThat(rows).isNotDone();
      nobodyWaitsAnyMore();
      assertThat(rows.get(20, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(insert.getWarnings() == null).isTrue();
      assertThat(passedOn).hasValue(0);
    }
  }

  @Test
  void anythingElseIsCancelledAsEver() throws Exception {
    guard();
    try (Connection connection = Proxies.connect(proxy, "app", "app");
        Statement sleep = connection.createStatement()) {
      CompletableFuture<String> state =
          Background.run(() -> {
            try {
              sleep.execute("SELECT pg_sleep(60)");
              return "slept";
            } catch (SQLException e) {
              return e.getSQLState();
            }
          });
      Await.until(
          "it sleeps",
          () ->
              first
                  .query("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                  .equals("1"));
      sleep.cancel();
      assertThat(state.get(20, TimeUnit.SECONDS)).isEqualTo("57014");
      assertThat(passedOn).hasValue(1);
    }
  }
}
