package org.relevo.proxy.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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

/// `replay_wait_timeout` over a standby whose replay is stopped. All reads go to the standby unless
/// it is not known to show what they must see.
class WaitingReadsIT {
  private static final String READ = "SELECT n::text || ' ' || node() FROM told";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final LeakWatch LEAKS = new LeakWatch();

  @TempDir static Path folder;
  private static ReplicatedPair pair;

  private BalancedProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    pair = new ReplicatedPair(folder);
    pair.primary().execute("CREATE TABLE told (n int); INSERT INTO told VALUES (0)");
    pair.level();
  }

  @AfterAll
  static void stop() throws IOException {
    pair.close();
  }

  @AfterEach
  void stopProxy() throws Exception {
    pair.resume();
    pair.level();
    proxy.close();
    LEAKS.assertNone();
  }

  private void open(String rules, Duration patience) throws IOException {
    proxy =
        new BalancedProxy(
                pair,
                new Choice(
                    PoolMode.TRANSACTION, 10, "statement_level_load_balance = on" + rules, 0, 1))
            .patience(patience);
  }

  private static String of(int n, int port) {
    return n + " " + port;
  }

  @ParameterizedTest
  @EnumSource
  void aReadWaitsForTheReplayOfItsSessionsWrite(LabClient.Kind kind) throws Exception {
    open("", LONG);
    try (LabClient client = LabClient.of(kind, proxy.port())) {
      for (int i = 1; i <= 3; i++) {
        pair.pause();
        client.ask("UPDATE told SET n = " + i);
        CompletableFuture<String> read = Background.run(() -> client.ask(READ));
        Await.until("it waits", () -> proxy.waitingReads() == 1);
        assertThat(read).isNotDone();
        pair.resume();
        assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(of(i, pair.standby().port()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whenTimeIsOverThePrimaryAnswers(LabClient.Kind kind) throws Exception {
    open("", Duration.ofMillis(200));
    try (LabClient client = LabClient.of(kind, proxy.port())) {
      pair.pause();
      client.ask("UPDATE told SET n = 7");
      long fromNs = System.nanoTime();
      assertThat(client.ask(READ)).isEqualTo(of(7, pair.primary().port()));
      assertThat(System.nanoTime() - fromNs).isGreaterThan(Duration.ofMillis(190).toNanos());
    }
  }

  @Test
  void globalReadsAreBalancedAndShowWhatAnybodyWasTold() throws Exception {
    open(" & read_consistency = global", LONG);
    int standby = 0;
    try (LabClient client = LabClient.of(LabClient.Kind.EXTENDED, proxy.port())) {
      for (int i = 0; i < 200; i++) {
        pair.primary().execute("UPDATE told SET n = " + i); // beside the service
        String answer = client.ask(READ);
        assertThat(answer).startsWith(i + " ");
        standby += answer.equals(of(i, pair.standby().port())) ? 1 : 0;
      }
      assertThat(standby).as("reads on the standby").isGreaterThan(190);
      proxy.patience(Duration.ZERO);
      assertThat(client.ask(READ)).isEqualTo(of(199, pair.primary().port()));
    }
  }

  @Test
  void aReadThatWaitsHoldsUpNobodyElse() throws Exception {
    open("", LONG);
    try (LabClient client = LabClient.of(LabClient.Kind.SIMPLE, proxy.port());
        LabClient other = LabClient.of(LabClient.Kind.SIMPLE, proxy.port());
        LabClient another = LabClient.of(LabClient.Kind.SIMPLE, proxy.port())) {
      pair.pause();
      client.ask("UPDATE told SET n = 8");
      CompletableFuture<String> read = Background.run(() -> client.ask(READ));
      Await.until("it waits", () -> proxy.waitingReads() == 1);
      for (int i = 0; i < 10; i++) {
        assertThat(other.ask("SELECT '1'")).isEqualTo("1");
        assertThat(another.ask("SELECT '1'")).isEqualTo("1");
      }
      assertThat(read).isNotDone();
      pair.resume();
      assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(of(8, pair.standby().port()));
    }
  }
}
