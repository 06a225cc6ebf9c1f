package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.ReplicatedPair;

/// One client sends distinct and huge statements: others get their answers, it gets its own, and
/// little of it stays in memory.
@Timeout(240)
class StormIT {
  private static final int MIB = 1 << 20;
  private static final int OTHERS = 4;
  private static final int DISTINCT = 2_000;

  /// Of the catalog of prepared statements at most an eighth of the heap, and what one client and
  /// the connections may keep; half of what is sent.
  private static final long MOST_KEPT_BYTES = 200L * MIB;

  private static final int NAMED_CLIENTS = 14;
  private static final int NAMED_EACH = 30;

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE TABLE items (id int); INSERT INTO items SELECT generate_series(1, 100); "
                + "CREATE TABLE written (a int)");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = LabClient.Kind.class,
      names = {"SIMPLE", "EXTENDED", "NAMED"})
  void everybodyIsAnswered(LabClient.Kind kind) throws Exception {
    String deep = "(".repeat(10_000) + "1" + ")".repeat(10_000);
    String list = "17, ".repeat(99_999) + "18";
    String large = "x".repeat(MIB);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger transactions = new AtomicInteger();
    List<CompletableFuture<Boolean>> others = new ArrayList<>();
    try (BalancedProxy proxy =
        new BalancedProxy(
            pair, Choice.of(PoolMode.TRANSACTION, "statement_level_load_balance = on"))) {
      for (int i = 0; i < OTHERS; i++) {
        int own = i + 1;
        others.add(Background.run(() -> smallOnes(proxy.port(), own, over, transactions)));
      }
      try (LabClient storm = LabClient.of(kind, proxy.port())) {
        for (int i = 0; i < DISTINCT; i++) {
          assertThat(storm.ask("SELECT " + i + " AS column_" + i)).isEqualTo(String.valueOf(i));
        }
        for (int i = 0; i < 5; i++) {
          assertThat(storm.ask("SELECT length('" + i + large + "')"))
              .isEqualTo(String.valueOf(MIB + 1));
          assertThat(storm.ask("SELECT count(*) FROM items WHERE id + " + i + " IN (" + list + ")"))
              .isEqualTo("2");
          assertThat(depth(storm, "SELECT " + i + " + " + deep)).isIn("54001", "42601", i + 1 + "");
          assertThat(storm.ask("SELECT " + i)).isEqualTo(String.valueOf(i));
        }
      } finally {
        over.set(true);
      }
      for (CompletableFuture<Boolean> each : others) {
        assertThat(each.get(60, TimeUnit.SECONDS)).isTrue();
      }
    }
    assertThat(transactions.get()).isGreaterThan(OTHERS);
  }

  /// The answer, or the SQLSTATE.
  private static String depth(LabClient client, String sql) throws IOException {
    try {
      return client.ask(sql);
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  private static boolean smallOnes(int port, int own, AtomicBoolean over, AtomicInteger count)
      throws Exception {
    try (LabClient client = LabClient.of(LabClient.Kind.EXTENDED, port)) {
      do {
        assertThat(client.ask("SELECT id FROM items WHERE id = " + own))
            .isEqualTo(String.valueOf(own));
        assertThat(client.ask("INSERT INTO written VALUES (" + own + ") RETURNING a"))
            .isEqualTo(String.valueOf(own));
        count.incrementAndGet();
      } while (!over.get());
    }
    return true;
  }

  @Test
  void largePreparedStatementsDoNotStay() throws Exception {
    String large = "x".repeat(MIB);
    try (BalancedProxy proxy = new BalancedProxy(pair, Choice.of(PoolMode.TRANSACTION, ""))) {
      long before = usedBytes();
      for (int client = 0; client < NAMED_CLIENTS; client++) {
        try (LabClient storm = LabClient.of(LabClient.Kind.NAMED, proxy.port())) {
          for (int i = 0; i < NAMED_EACH; i++) {
            String sql = "SELECT " + client + " * 100 + " + i + " + 0 * length('" + large + "')";
            assertThat(storm.ask(sql)).isEqualTo(String.valueOf(client * 100 + i));
          }
        }
      }
      assertThat(usedBytes() - before).as("bytes kept").isLessThan(MOST_KEPT_BYTES);
    }
  }

  @Test
  void aClientMayNotKeepAsManyLargeStatementsAsItLikes() throws Exception {
    String large = "x".repeat(MIB);
    try (BalancedProxy proxy = new BalancedProxy(pair, Choice.of(PoolMode.TRANSACTION, ""));
        LabClient storm = LabClient.of(LabClient.Kind.NAMED, proxy.port())) {
      int kept = 0;
      String state = "";
      while (state.isEmpty() && kept < 100) {
        state = depth(storm, "SELECT " + kept + " + 0 * length('" + large + "')");
        if (state.equals(String.valueOf(kept))) {
          kept++;
          state = "";
        }
      }
      assertThat(state).isEqualTo("54000");
      assertThat(kept).isBetween(30, 34);
      assertThat(storm.ask("SELECT 1")).isEqualTo("1");
    }
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
