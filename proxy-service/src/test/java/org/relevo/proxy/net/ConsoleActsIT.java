package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;

/// What administrators do to the traffic.
@Timeout(180)
class ConsoleActsIT extends LiveConsole {
  @Test
  void pauseLetsTransactionsEndAndHoldsNewOnes() throws Exception {
    Connection console = admin();
    Connection other = admin();
    Connection worker = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    CompletableFuture<String> paused =
        Background.run(() -> {
          run(console, "PAUSE postgres");
          return "paused";
        });
    Await.until("the pause holds", () -> cell(other, "SHOW DATABASES", "paused").equals("1"));
    assertThat(Proxies.one(worker, "SELECT 'goes on'")).isEqualTo("goes on");
    assertThat(paused).isNotDone();
    worker.commit();
    assertThat(paused.get(20, TimeUnit.SECONDS)).isEqualTo("paused");
    assertThat(server.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"))
        .isEqualTo("0");

    CompletableFuture<String> held = Background.run(() -> Proxies.one(worker, "SELECT 'later'"));
    Await.until("it waits", () -> cell(other, "SHOW POOLS", "cl_waiting").equals("1"));
    assertThat(held).isNotDone();
    assertThat(cell(other, "SHOW STATE WHERE key = 'paused'", "value")).isEqualTo("no");
    run(other, "RESUME postgres");
    assertThat(held.get(20, TimeUnit.SECONDS)).isEqualTo("later");
    assertThat(cell(other, "SHOW DATABASES", "paused")).isEqualTo("0");
    assertThatThrownBy(() -> run(other, "RESUME postgres")).hasMessageContaining("is not paused");
  }

  @Test
  void pauseOfAllTakesThoseInTheQueueToo() throws Exception {
    Connection console = admin();
    Connection worker = app();
    Connection queued = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    CompletableFuture<String> waiting =
        Background.run(() -> Proxies.one(queued, "SELECT 'served'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));
    CompletableFuture<String> paused =
        Background.run(() -> {
          run(console, "PAUSE");
          return "paused";
        });
    Connection other = admin();
    Await.until(
        "the pause holds",
        () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("yes"));
    worker.commit();
    assertThat(paused.get(20, TimeUnit.SECONDS)).isEqualTo("paused");
    assertThat(waiting).isNotDone();
    assertThat(rows(other, "SHOW SERVERS")).isEmpty();
    run(other, "RESUME");
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("served");
  }

  @Test
  void aCanceledPauseIsTakenBack() throws Exception {
    Connection console = admin();
    Connection worker = app();
    worker.setAutoCommit(false);
    Proxies.one(worker, "SELECT 1");
    try (Statement pause = console.createStatement()) {
      CompletableFuture<Boolean> pausing = Background.run(() -> pause.execute("PAUSE"));
      Connection other = admin();
      Await.until(
          "the pause holds",
          () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("yes"));
      pause.cancel();
      assertThatThrownBy(() -> pausing.get(20, TimeUnit.SECONDS))
          .hasMessageContaining("canceling statement due to user request");
      Await.until(
          "it is open", () -> cell(other, "SHOW STATE WHERE key = 'paused'", "value").equals("no"));
    }
  }

  @Test
  void clientsAreKilledByTheirNumber() throws Exception {
    Connection console = admin();
    Connection first = app();
    Connection second = app();
    String id = cell(console, "SHOW CLIENTS LIMIT 1", "id");
    run(console, "KILL CLIENT " + id);
    Await.until("one has gone", () -> rows(console, "SHOW CLIENTS").size() == 1);
    List<String> ends = new ArrayList<>();
    for (Connection client : List.of(first, second)) {
      try {
        ends.add(Proxies.one(client, "SELECT 'alive'"));
      } catch (SQLException e) {
        ends.add(e.getSQLState());
      }
    }
    assertThat(ends).containsExactlyInAnyOrder("alive", "57P01");
    assertThatThrownBy(() -> run(console, "KILL CLIENT 999999"))
        .hasMessageContaining("no client 999999");
  }

  @Test
  void aKilledDatabaseWaitsForResume() throws Exception {
    Connection console = admin();
    Connection client = app();
    client.setAutoCommit(false);
    Proxies.one(client, "SELECT 1");
    run(console, "KILL postgres");
    assertThatThrownBy(() -> Proxies.one(client, "SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    Await.until("nothing is left", () -> rows(console, "SHOW SERVERS").isEmpty());
    CompletableFuture<String> next = Background.run(() -> Proxies.one(app(), "SELECT 'next'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));
    run(console, "RESUME postgres");
    assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo("next");
  }

  @Test
  void aDisabledDatabaseTakesNoNewClients() throws Exception {
    Connection console = admin();
    Connection client = app();
    run(console, "DISABLE postgres");
    assertThat(cell(console, "SHOW DATABASES", "disabled")).isEqualTo("1");
    assertThatThrownBy(this::app)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P03"))
        .hasMessageContaining("disabled");
    assertThat(Proxies.one(client, "SELECT 'stays'")).isEqualTo("stays");
    run(console, "ENABLE postgres");
    assertThat(Proxies.one(app(), "SELECT 'new'")).isEqualTo("new");
  }

  @Test
  void reconnectReplacesServerConnections() throws Exception {
    Connection console = admin();
    Connection client = app();
    client.setAutoCommit(false);
    String before = Proxies.one(client, "SELECT pg_backend_pid()");
    run(console, "RECONNECT postgres");
    assertThat(cell(console, "SHOW SERVERS", "close_needed")).isEqualTo("1");
    CompletableFuture<String> closed =
        Background.run(() -> {
          run(console, "WAIT_CLOSE postgres");
          return "closed";
        });
    assertThat(Proxies.one(client, "SELECT pg_backend_pid()")).isEqualTo(before);
    assertThat(closed).isNotDone();
    client.commit();
    assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo("closed");
    assertThat(Proxies.one(client, "SELECT pg_backend_pid()")).isNotEqualTo(before);
    assertThatThrownBy(() -> run(console, "RECONNECT nowhere"))
        .hasMessageContaining("has had no clients");
  }
}
