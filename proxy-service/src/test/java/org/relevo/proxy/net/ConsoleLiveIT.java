package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;

/// What the console tells of a running proxy, and whom.
@Timeout(180)
class ConsoleLiveIT extends LiveConsole {
  @Test
  void tablesTellWhoWorksAndWhoWaits() throws Exception {
    Connection console = admin();
    Connection worker = app();
    Connection waiter = app();
    worker.setAutoCommit(false);
    String pid = Proxies.one(worker, "SELECT pg_backend_pid()");
    CompletableFuture<String> waiting =
        Background.run(() -> Proxies.one(waiter, "SELECT 'served'"));
    Await.until("it waits", () -> cell(console, "SHOW POOLS", "cl_waiting").equals("1"));

    assertThat(rows(console, "SHOW POOLS").getFirst())
        .containsEntry("database", "postgres")
        .containsEntry("user", "app")
        .containsEntry("cl_active", "1")
        .containsEntry("sv_active", "1")
        .containsEntry("sv_idle", "0")
        .containsEntry("pool_mode", "transaction");
    assertThat(rows(console, "SHOW SERVERS")).hasSize(1);
    Map<String, String> held = rows(console, "SHOW SERVERS").getFirst();
    assertThat(held)
        .containsEntry("state", "active")
        .containsEntry("remote_pid", pid)
        .containsEntry("port", String.valueOf(server.port()));
    List<Map<String, String>> clients = rows(console, "SHOW CLIENTS");
    assertThat(clients).hasSize(2);
    Map<String, String> holder =
        rows(console, "SHOW CLIENTS WHERE link = '" + held.get("ptr") + "'").getFirst();
    assertThat(held).containsEntry("link", holder.get("ptr"));
    assertThat(holder).containsEntry("addr", "127.0.0.1").containsEntry("user", "app");
    Map<String, String> queued = rows(console, "SHOW QUEUE").getFirst();
    assertThat(queued)
        .containsEntry("position", "1")
        .containsEntry("user", "app")
        .doesNotContainEntry("client_id", holder.get("id"));
    assertThat(clients)
        .anySatisfy(client ->
            assertThat(client)
                .containsEntry("state", "waiting")
                .containsEntry("id", queued.get("client_id")));
    assertThat(waiting).isNotDone();

    worker.commit();
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo("served");
    Await.until("all is quiet", () -> cell(console, "SHOW POOLS", "sv_idle").equals("1"));
    assertThat(rows(console, "SHOW POOLS").getFirst())
        .containsEntry("cl_active", "2")
        .containsEntry("cl_waiting", "0")
        .containsEntry("sv_active", "0");
    assertThat(rows(console, "SHOW QUEUE")).isEmpty();
  }

  @Test
  void statisticsCountWhatWasDone() throws Exception {
    Connection console = admin();
    Connection client = app();
    long before = total(console, "total_xact_count");
    long queries = total(console, "total_query_count");
    long sent = total(console, "total_sent");
    client.setAutoCommit(false);
    for (int i = 0; i < 5; i++) {
      Proxies.one(client, "SELECT repeat('x', 10000), pg_sleep(0.01)");
      Proxies.one(client, "SELECT 2");
      client.commit();
    }
    Await.until("5 more", () -> total(console, "total_xact_count") == before + 5);
    assertThat(total(console, "total_query_count") - queries).isBetween(15L, 20L);
    assertThat(total(console, "total_sent") - sent).isBetween(50_000L, 80_000L);
    assertThat(total(console, "total_received")).isGreaterThan(100);
    assertThat(total(console, "total_xact_time")).isGreaterThan(50_000);
    assertThat(total(console, "total_query_time"))
        .isGreaterThan(50_000)
        .isLessThanOrEqualTo(total(console, "total_xact_time"));
    assertThat(total(console, "total_client_parse_count")).isGreaterThan(10);
    assertThat(total(console, "total_bind_count"))
        .isGreaterThanOrEqualTo(total(console, "total_client_parse_count"));
    assertThat(total(console, "total_server_assignment_count")).isGreaterThanOrEqualTo(5);
  }

  private static long total(Connection console, String column) throws SQLException {
    return rows(console, "SHOW STATS WHERE database = 'postgres'").stream()
        .mapToLong(row -> Long.parseLong(row.getOrDefault(column, "-1")))
        .findFirst()
        .orElse(0);
  }

  @Test
  void onlyNamedRolesComeInAndOnlyAdministratorsAct() throws Exception {
    Connection console = connect("pgbouncer", "hashed", "hashed");
    assertThat(cell(console, "SHOW VERSION", "version")).startsWith("Relevo ");
    for (String act : List.of("PAUSE", "KILL CLIENT 1", "DISABLE postgres", "RELOAD")) {
      assertThatThrownBy(() -> run(console, act)).hasMessageContaining("permission denied");
    }
    assertThat(psql("app", "relevo", "SHOW POOLS")).contains("permission denied for role \"app\"");
    assertThat(psql("hashed", "relevo", "SHOW STATE")).contains("paused|no");
    assertThat(psql("trusty", "relevo", "RELOAD")).contains("there is no configuration file");
  }

  @Test
  void placesAreKeptForTheConsole() throws Exception {
    for (int i = 0; i < 4; i++) {
      app();
    }
    assertThatThrownBy(this::app)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
    assertThat(rows(admin(), "SHOW CLIENTS")).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(PoolMode.class)
  void pgpoolsFormsWorkInEveryDatabase(PoolMode mode) throws Exception {
    proxy.close();
    start(mode);
    String nodes = psql("app", "postgres", "SHOW POOL_NODES");
    assertThat(nodes).startsWith("0|127.0.0.1|" + server.port() + "|up|");
    assertThat(psql("app", "postgres", "  show\n pool_version;", "SELECT 'after'"))
        .containsSubsequence("Relevo", "after");
    assertThat(psql("app", "postgres", "PGPOOL SHOW nothing")).contains("ERROR");
    assertThat(psql("app", "postgres", "SHOW pool_party", "SHOW port"))
        .contains("unrecognized configuration parameter \"pool_party\"")
        .contains(String.valueOf(server.port()));
    if (mode != PoolMode.STATEMENT) {
      assertThat(psql("app", "postgres", "BEGIN", "SHOW POOL_NODES", "COMMIT"))
          .isEqualTo("BEGIN\n" + nodes + "COMMIT\n");
      assertThat(psql("app", "postgres", "BEGIN", "SELECT 1/0", "SHOW POOL_NODES"))
          .contains("current transaction is aborted");
    }
  }

  @Test
  void theManagementInterfaceShowsTheSame() throws Exception {
    PoolMXBean bean = proxy.poolBean(() -> "tester");
    Connection client = app();
    client.setAutoCommit(false);
    String pid = Proxies.one(client, "SELECT pg_backend_pid()");
    assertThat(bean.getPools())
        .singleElement()
        .satisfies(pool -> {
          assertThat(pool.database()).isEqualTo("postgres");
          assertThat(pool.serversActive()).isEqualTo(1);
          assertThat(pool.grantedTotal()).isPositive();
        });
    assertThat(bean.serverConnections(10))
        .singleElement()
        .satisfies(each -> assertThat(each.processId()).isEqualTo(Integer.parseInt(pid)));
    assertThat(bean.clients(10))
        .singleElement()
        .satisfies(each -> assertThat(each.state()).isEqualTo(ClientState.IN_TRANSACTION));
    assertThat(bean.getInfo().clients()).isEqualTo(1);
    bean.killClient(bean.clients(10).getFirst().id());
    assertThatThrownBy(() -> Proxies.one(client, "SELECT 1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57P01"));
    assertThatThrownBy(() -> bean.killClient(999_999)).isInstanceOf(IllegalStateException.class);
  }
}
