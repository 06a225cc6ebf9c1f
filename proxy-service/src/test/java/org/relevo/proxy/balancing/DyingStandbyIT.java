package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.balancing.BalancedProxy.Choice;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ReplicatedPair;

/// A real standby ends connections, or dies, under reads that have not told their client anything.
class DyingStandbyIT {
  private static final String SLOW = "SELECT slow()";
  private static final String RUNNING =
      "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT slow%'";
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary()
        .execute(
            "CREATE FUNCTION slow() RETURNS text LANGUAGE plpgsql STABLE AS"
                + " 'BEGIN IF pg_is_in_recovery() THEN PERFORM pg_sleep(60); END IF;"
                + " RETURN current_setting(''port''); END'");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @BeforeEach
  void open() throws IOException {
    proxy =
        new BalancedProxy(
            pair, new Choice(PoolMode.TRANSACTION, 10, "statement_level_load_balance = on", 0, 1));
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
    LEAKS.assertNone();
  }

  private static String running() {
    StringBuilder pid = new StringBuilder();
    Await.until(
        "the read runs on the standby",
        () -> {
          pid.setLength(0);
          pid.append(pair.standby().ask(RUNNING + " UNION ALL SELECT 0 ORDER BY 1 DESC LIMIT 1"));
          return !pid.toString().equals("0");
        });
    return pid.toString();
  }

  @ParameterizedTest
  @EnumSource
  void aReadWhoseConnectionIsEndedRunsOnThePrimary(LabClient.Kind kind) throws Exception {
    String primary = String.valueOf(pair.primary().port());
    try (LabClient client = LabClient.of(kind, proxy.port())) {
      for (int i = 0; i < 7; i++) { // so that drivers prepare it for good
        CompletableFuture<String> read = Background.run(() -> client.ask(SLOW));
        pair.standby().ask("SELECT pg_terminate_backend(" + running() + ")");
        assertThat(read.get(20, TimeUnit.SECONDS)).as(kind + " " + i).isEqualTo(primary);
      }
    }
  }

  @Test
  void aReadWhoseServerIsKilledRunsOnThePrimary() throws Exception {
    try (LabClient client = LabClient.of(LabClient.Kind.EXTENDED, proxy.port())) {
      CompletableFuture<String> read = Background.run(() -> client.ask(SLOW));
      ProcessHandle.of(Long.parseLong(running())).orElseThrow().destroyForcibly();
      assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(String.valueOf(pair.primary().port()));
    }
    Await.until("the standby is back", () -> "1".equals(answers()));
  }

  private static String answers() {
    try {
      return pair.standby().ask("SELECT 1");
    } catch (java.sql.SQLException e) {
      return e.getMessage();
    }
  }

  @Test
  void inATransactionTheClientIsTold() throws Exception {
    try (LabClient client = LabClient.of(LabClient.Kind.SIMPLE, proxy.port())) {
      client.begin();
      CompletableFuture<String> read = Background.run(() -> client.ask(SLOW));
      pair.standby().ask("SELECT pg_terminate_backend(" + running() + ")");
      assertThatThrownBy(() -> read.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }
}
