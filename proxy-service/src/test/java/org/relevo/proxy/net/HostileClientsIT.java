package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.CalmWatch;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.Seeds;
import org.relevo.proxy.testkit.TestAccess;

/// Hundreds of clients that send anything at all, beside clients that work: the service answers or
/// closes, loses no buffer, logs no error, and the others get their own right answers all the time.
@Timeout(300)
class HostileClientsIT {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final int CONVERSATIONS = 300;
  private static final int AT_ONCE = 6;
  private static final int WORKERS = 3;
  private static final long MOST_BUFFER_BYTES = 128L << 20;

  @TempDir static Path folder;
  private static RealServer server;

  @BeforeAll
  static void startServer() throws Exception {
    server = RealServer.start(folder.resolve("pg"));
    server.sql("CREATE TABLE fuzzed (a text)");
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void nobodyElseFeelsAHostileClient(PoolMode mode) throws Exception {
    long first = Seeds.first();
    AtomicBoolean over = new AtomicBoolean();
    Duration limit = Duration.ofSeconds(5);
    boolean blocks = mode != PoolMode.STATEMENT;
    try (CalmWatch calm = new CalmWatch()) {
      ProxyServer proxy =
          ProxyServer.start(
              TestAccess.settings(
                  0,
                  2,
                  new SessionSettings(50, limit, limit, limit, false),
                  TestAccess.pools(mode, 12)),
              new FixedViews(server.port()),
              TestAccess.of(server.port()));
      try {
        List<CompletableFuture<Long>> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
          int number = i;
          workers.add(Background.run(() -> work(proxy, number, blocks, over)));
        }
        fuzz(proxy, first, calm);
        over.set(true);
        for (CompletableFuture<Long> worker : workers) {
          assertThat(worker.get(60, TimeUnit.SECONDS)).isPositive();
        }
        Await.until(
            () -> "all have left: " + proxy.poolBean(() -> "test").getInfo(),
            () -> proxy.poolBean(() -> "test").getInfo().clients() == 0);
      } finally {
        over.set(true);
        proxy.close();
      }
      calm.assertCalm(MOST_BUFFER_BYTES);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("-Drelevo.seed=" + first, e);
    }
    LEAKS.assertNone();
    Await.until(
        "the server is alone again",
        () ->
            server
                .query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'trusty'")
                .equals("0"));
  }

  private static void fuzz(ProxyServer proxy, long first, CalmWatch calm) throws Exception {
    AtomicLong next = new AtomicLong(first);
    long last = first + (Seeds.given() ? 1 : CONVERSATIONS);
    List<CompletableFuture<Boolean>> talks = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      talks.add(
          Background.run(() -> {
            for (long seed = next.getAndIncrement(); seed < last; seed = next.getAndIncrement()) {
              FuzzingClient client = new FuzzingClient(seed);
              try {
                client.talk(proxy.address().getPort());
              } catch (IOException e) {
                throw new AssertionError("-Drelevo.seed=" + seed + " " + client, e);
              }
              calm.look();
            }
            return true;
          }));
    }
    for (CompletableFuture<Boolean> talk : talks) {
      assertThat(talk.get(200, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// Asks for its own tags, in transactions and prepared, until it is told to stop.
  ///
  /// @return how often it asked
  private static long work(ProxyServer proxy, int number, boolean blocks, AtomicBoolean over)
      throws Exception {
    long asked = 0;
    try (Connection connection = Proxies.connect(proxy, "trusty", "");
        PreparedStatement statement =
            connection.prepareStatement("SELECT ?::text || current_setting('work.er')")) {
      Proxies.run(connection, "SET work.er = 'w" + number + "'");
      while (!over.get()) {
        connection.setAutoCommit(!blocks || asked % 3 != 0);
        String tag = number + ":" + asked + "x".repeat((int) (asked % 5000));
        statement.setString(1, tag);
        try (ResultSet result = statement.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo(tag + "w" + number);
        }
        if (!connection.getAutoCommit()) {
          connection.commit();
        }
        asked++;
      }
    }
    return asked;
  }
}
