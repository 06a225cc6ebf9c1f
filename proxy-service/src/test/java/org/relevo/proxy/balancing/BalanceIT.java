package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.ReplicatedPair;

/// Shares of reads and writes that real servers get, as the weights say.
class BalanceIT {
  private static final String READ = "SELECT node() FROM items WHERE id = 1";
  private static final String WRITE = "INSERT INTO written VALUES (1) RETURNING node()";

  /// Their standard deviation at half and half is 0.65 %.
  private static final int READS = 6_000;

  private static final int READS_PER_WRITE = 10;
  private static final double TOLERANCE = 0.03;

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE TABLE items (id int); INSERT INTO items VALUES (1); "
                + "CREATE TABLE written (a int)");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @Test
  void theSessionsNodeIsTold() throws Exception {
    String asked = "SHOW POOL_NODES WHERE load_balance_node = 'true'";
    Choice choice = new Choice(PoolMode.TRANSACTION, 20, "", 0, 1);
    try (BalancedProxy proxy = new BalancedProxy(pair, choice);
        LabClient client = LabClient.of(LabClient.Kind.SIMPLE, proxy.port())) {
      assertThat(client.ask(asked)).as("before the first read").isEqualTo("0");
      assertThat(client.ask(READ)).isEqualTo(String.valueOf(pair.standby().port()));
      assertThat(client.ask(asked)).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSACTION, 1, 1",
    "TRANSACTION, 1, 3",
    "SESSION, 1, 3",
    "SESSION, 1, 0",
    "TRANSACTION, 1, 0",
    "TRANSACTION, 0, 1"
  })
  void eachReadByWeight(PoolMode mode, double primary, double standby) throws Exception {
    AtomicLong onPrimary = new AtomicLong();
    AtomicLong onStandby = new AtomicLong();
    AtomicLong writes = new AtomicLong();
    Choice choice = new Choice(mode, 20, "statement_level_load_balance = on", primary, standby);
    try (BalancedProxy proxy = new BalancedProxy(pair, choice)) {
      LabClient.Kind[] kinds = LabClient.Kind.values();
      List<CompletableFuture<Boolean>> all = new ArrayList<>();
      for (LabClient.Kind kind : kinds) {
        all.add(
            Background.run(() -> {
              try (LabClient reader = LabClient.of(kind, proxy.port());
                  LabClient writer = LabClient.of(kind, proxy.port())) {
                for (int i = 0; i < READS / kinds.length; i++) {
                  counted(reader.ask(READ), onPrimary, onStandby);
                  if (i % READS_PER_WRITE == 0) {
                    assertThat(writer.ask(WRITE)).isEqualTo(port(0));
                    writes.incrementAndGet();
                  }
                }
              }
              return true;
            }));
      }
      for (CompletableFuture<Boolean> each : all) {
        assertThat(each.get(120, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(onPrimary.get() + onStandby.get()).isEqualTo(READS);
      assertThat(onStandby.get() / (double) READS)
          .as("share of the standby")
          .isEqualTo(standby / (primary + standby), within(TOLERANCE));
      if (standby == 0 || primary == 0) {
        assertThat(standby == 0 ? onStandby : onPrimary).hasValue(0);
      }
      assertThat(counts(proxy, 0)).containsExactly(onPrimary.get(), writes.get());
      assertThat(counts(proxy, 1)).containsExactly(onStandby.get(), 0L);
      if (standby == 0) {
        assertThat(
                pair.standby().ask("SELECT count(*) FROM pg_stat_activity WHERE usename='trusty'"))
            .as("connections of clients to a node without weight")
            .isEqualTo("0");
      }
    }
  }

  @Test
  void aSessionsReadsStayOnOneNodeAndSessionsAreSharedByWeight() throws Exception {
    int sessions = 300;
    int onStandby = 0;
    try (BalancedProxy proxy =
        new BalancedProxy(pair, new Choice(PoolMode.TRANSACTION, 10, "", 1, 3))) {
      for (int i = 0; i < sessions; i++) {
        try (LabClient client = LabClient.of(LabClient.Kind.SIMPLE, proxy.port())) {
          String node = client.ask(READ);
          for (int read = 0; read < 3; read++) {
            assertThat(client.ask(READ)).isEqualTo(node);
          }
          onStandby += node.equals(port(1)) ? 1 : 0;
        }
      }
    }
    assertThat(onStandby / (double) sessions).isEqualTo(0.75, within(0.12));
  }

  /// What takes a single read elsewhere is no choice of the session's node.
  @Test
  void oneReadElsewhereDoesNotMoveTheSession() throws Exception {
    try (BalancedProxy proxy =
        new BalancedProxy(pair, new Choice(PoolMode.TRANSACTION, 10, "", 1, 1))) {
      for (LabClient.Kind kind : List.of(LabClient.Kind.SIMPLE, LabClient.Kind.EXTENDED)) {
        for (int i = 0; i < 20; i++) {
          try (LabClient client = LabClient.of(kind, proxy.port())) {
            String node = client.ask(READ);
            String other = node.equals(port(0)) ? "1" : "0";
            assertThat(client.ask("/*+ relevo: node=" + other + " */ " + READ)).isNotEqualTo(node);
            assertThat(client.ask(READ)).as("after a hint").isEqualTo(node);
            client.ask("BEGIN READ ONLY");
            assertThat(client.ask(READ)).isEqualTo(port(1));
            client.ask("COMMIT");
            assertThat(client.ask(READ)).as("after READ ONLY").isEqualTo(node);
          }
        }
      }
    }
  }

  private static void counted(String node, AtomicLong onPrimary, AtomicLong onStandby) {
    if (node.equals(port(1))) {
      onStandby.incrementAndGet();
    } else {
      assertThat(node).isEqualTo(port(0));
      onPrimary.incrementAndGet();
    }
  }

  private static String port(int node) {
    return String.valueOf((node == 0 ? pair.primary() : pair.standby()).port());
  }

  /// SELECT and INSERT statements of a node, as the service counts them.
  private static List<Long> counts(BalancedProxy proxy, int node) throws SQLException {
    try (JdbcClient client = new JdbcClient(proxy.port(), "simple");
        Statement statement = client.connection().createStatement();
        ResultSet rows = statement.executeQuery("SHOW POOL_BACKEND_STATS")) {
      while (rows.next()) {
        if (rows.getInt("node_id") == node) {
          return List.of(rows.getLong("select_cnt"), rows.getLong("insert_cnt"));
        }
      }
    }
    throw new AssertionError("node " + node + " is not listed");
  }
}
