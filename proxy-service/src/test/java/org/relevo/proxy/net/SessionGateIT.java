package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.TrafficGate;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.RawClient;
import org.relevo.proxy.testkit.RealServer;

/// Clients in front of a closed gate.
@Timeout(120)
class SessionGateIT extends TwoServers {
  @Test
  void writersGoOnWithoutErrorAndInOrder() throws Exception {
    try (Writers writers = new Writers(proxy, 6)) {
      Await.until("all write", () -> writers.slowest() > 5);
      hold("op");
      String standing = first.query("SELECT count(*) FROM seen");
      assertThat(gate.state().inTransaction()).isZero();
      assertThat(gate.state().atBoundary()).isEqualTo(6);
      Await.until("all wait", () -> writers.waiting() == 6);
      assertThat(first.query("SELECT count(*) FROM seen")).isEqualTo(standing);
      gate.release("op");
      int before = writers.slowest();
      Await.until("all write again", () -> writers.slowest() > before + 5);

      TrafficGate.MoveReport report = move("op2");

      assertThat(report).isEqualTo(new TrafficGate.MoveReport(6, 0));
      int moved = writers.slowest();
      Await.until("all write there", () -> writers.slowest() > moved + 5);
      writers.stop();
      for (int client = 0; client < 6; client++) {
        List<String> rows = rows(first, client);
        rows.addAll(rows(second, client));
        assertThat(rows).isEqualTo(writers.expected(client));
      }
    }
    assertThat(second.query("SELECT count(*) > 0 FROM seen")).isEqualTo("t");
  }

  @Test
  void holdCompletesWhenOpenTransactionsHaveEnded() throws Exception {
    try (Connection busy = Proxies.connect(proxy, "app", "app");
        Connection idle = Proxies.connect(proxy, "app", "app")) {
      busy.setAutoCommit(false);
      Proxies.run(busy, "INSERT INTO seen (client, n) VALUES (1, 1)");
      var held = gate.hold("op", Duration.ofSeconds(20)).toCompletableFuture();
      // Every loop closes its part of the gate by itself, soon after the call.
      Await.until("the gate is closed", () -> gate.state().inTransaction() == 1);
      Proxies.run(busy, "INSERT INTO seen (client, n) VALUES (1, 2)");
      CompletableFuture<String> waiting = ask(idle, "SELECT 1");
      assertThat(held).isNotDone();

      busy.commit();

      assertThat(held.get(10, TimeUnit.SECONDS).inTransaction()).isZero();
      assertThat(waiting).isNotDone();
      gate.release("op");
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo("1");
    }
  }

  @Test
  void theGateOpensByItselfAtItsDeadline() throws Exception {
    try (Connection idle = Proxies.connect(proxy, "app", "app");
        Connection busy = Proxies.connect(proxy, "app", "app")) {
      busy.setAutoCommit(false);
      Proxies.one(busy, "SELECT 1");
      var held = gate.hold("op", Duration.ofMillis(500)).toCompletableFuture();
      assertThat(gate.state().holder()).contains("op");
      assertThatThrownBy(() -> gate.hold("other", Duration.ofSeconds(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("op");

      assertThat(ask(idle, "SELECT 'through'").get(10, TimeUnit.SECONDS)).isEqualTo("through");

      assertThat(gate.state().holder()).isEmpty();
      assertThatThrownBy(() -> held.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("opened before all sessions had settled");
      assertThatThrownBy(() -> gate.moveTo("op", new BackendId(1)).toCompletableFuture().get())
          .hasMessageContaining("not held by operation op");
      busy.commit();
    }
  }

  @Test
  void newClientsWaitBehindTheGateAndArriveAtTheNewServer() throws Exception {
    hold("op");
    CompletableFuture<Connection> arriving = connecting();
    Await.until("it waits", () -> proxy.poolBean(() -> "test").getInfo().waitingClients() == 1);
    views.primary(1);

    gate.moveTo("op", new BackendId(1)).toCompletableFuture().get(10, TimeUnit.SECONDS);

    try (Connection arrived = arriving.get(10, TimeUnit.SECONDS)) {
      assertThat(Proxies.one(arrived, WHERE)).isEqualTo(port(second));
    }
  }

  @Test
  void whatIsSentWhileHeldArrivesExactlyOnceAndInOrder() throws Exception {
    int statements = 400;
    try (RawClient client = new RawClient(proxy.address().getPort(), "trusty", 0)) {
      client.send(RawClient.query("SELECT 1", StandardCharsets.UTF_8));
      client.untilReady(1);
      hold("op");
      byte[] half = RawClient.query(insert(0), StandardCharsets.UTF_8);
      client.send(java.util.Arrays.copyOf(half, 3)); // a header in two pieces
      gate.prepareMove("op").toCompletableFuture().get(10, TimeUnit.SECONDS);
      client.send(java.util.Arrays.copyOfRange(half, 3, half.length));
      CompletableFuture<Integer> sent =
          Background.run(() -> {
            int n = 1;
            for (; n < statements; n++) {
              client.send(RawClient.query(insert(n), StandardCharsets.UTF_8));
            }
            return n;
          });

      assertThat(moveHeld("op")).isEqualTo(new TrafficGate.MoveReport(1, 0));

      client.untilReady(statements);
      sent.get(10, TimeUnit.SECONDS);
    }
    assertThat(first.query("SELECT count(*) FROM seen")).isEqualTo("0");
    assertThat(second.query("SELECT count(*) || ' ' || count(DISTINCT n) FROM seen"))
        .isEqualTo("400 400");
    assertThat(second.query("SELECT bool_and(id = n + 1) FROM seen")).isEqualTo("t");
  }

  private CompletableFuture<Connection> connecting() {
    return Background.run(() -> Proxies.connect(proxy, "app", "app"));
  }

  private static String insert(int n) {
    return "INSERT INTO seen (client, n) VALUES (0, " + n + ")";
  }

  private static List<String> rows(RealServer server, int client) throws SQLException {
    String all =
        server.query(
            "SELECT coalesce(string_agg(n::text, ',' ORDER BY id), '') FROM seen WHERE client = "
                + client);
    return all.isEmpty() ? new ArrayList<>() : new ArrayList<>(List.of(all.split(",")));
  }
}
