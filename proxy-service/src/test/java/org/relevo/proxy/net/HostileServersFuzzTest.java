package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;
import org.relevo.proxy.testkit.CalmWatch;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.ScriptedClient;
import org.relevo.proxy.testkit.Seeds;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.wire.FrontendMessages;

/// Hundreds of server connections that answer with anything at all: each client gets its answers or
/// is told and let go, and clients of connections that work feel nothing.
@Timeout(300)
class HostileServersFuzzTest {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final int CONVERSATIONS = 300;
  private static final int AT_ONCE = 8;
  private static final int MOST_MESSAGE_BYTES = 1 << 24;
  private static final long MOST_BUFFER_BYTES = 128L << 20;

  @ParameterizedTest
  @EnumSource
  void nobodyElseFeelsAHostileServer(PoolMode mode) throws Exception {
    long first = Seeds.first();
    AtomicBoolean over = new AtomicBoolean();
    try (CalmWatch calm = new CalmWatch();
        FuzzingServer server = new FuzzingServer()) {
      Duration limit = Duration.ofSeconds(2);
      ProxyServer proxy =
          ProxyServer.start(
              TestAccess.settings(
                  0,
                  2,
                  new SessionSettings(50, limit, limit, limit, false),
                  TestAccess.pools(mode, 3)),
              new FixedViews(server.port()),
              TestAccess.open());
      try {
        CompletableFuture<Integer> good = Background.run(() -> work(proxy, over));
        fuzz(proxy, first, calm);
        over.set(true);
        assertThat(good.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(server.served()).isPositive();
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
  }

  private static void fuzz(ProxyServer proxy, long first, CalmWatch calm) throws Exception {
    AtomicLong next = new AtomicLong(first);
    long last = first + (Seeds.given() ? 1 : CONVERSATIONS);
    List<CompletableFuture<Boolean>> talks = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      talks.add(
          Background.run(() -> {
            for (long seed = next.getAndIncrement(); seed < last; seed = next.getAndIncrement()) {
              try {
                suffer(proxy.address().getPort(), seed);
              } catch (SocketTimeoutException e) {
                throw new AssertionError("stuck; -Drelevo.seed=" + seed, e);
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

  /// A client of bad service: it stays until its queries are answered or it is sent away.
  ///
  /// @throws SocketTimeoutException when neither happens
  private static void suffer(int port, long seed) throws IOException {
    Random random = new Random(~seed);
    int queries = 1 + random.nextInt(4);
    ByteBuf out = Unpooled.buffer();
    FrontendMessages.startup(out, 0, FuzzingServer.client(seed));
    for (int i = 0; i < queries; i++) {
      if (random.nextBoolean()) {
        FrontendMessages.query(out, "SELECT 'c1_" + i + "' FROM generate_series(1, 50)");
      } else {
        ScriptedClient.run(out, "SELECT 'c1_" + i + "'");
        FrontendMessages.sync(out);
      }
    }
    try (ScriptedClient client = ScriptedClient.connect(port)) {
      client.send(out);
      DataInputStream in = new DataInputStream(client.socket().getInputStream());
      for (int ready = 0; ready <= queries; ) {
        ready += in.readByte() == 'Z' ? 1 : 0;
        int length = in.readInt();
        if (length < 4 || length > MOST_MESSAGE_BYTES) {
          return; // nonsense, passed on as PostgreSQL itself would have sent it
        }
        in.skipNBytes(length - 4);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException _) {
      // Closed, with or without a word.
    }
  }

  /// A client of good service.
  private static int work(ProxyServer proxy, AtomicBoolean over) throws IOException {
    int asked = 0;
    try (ScriptedClient client = ScriptedClient.connect(proxy.address().getPort())) {
      ByteBuf out = Unpooled.buffer();
      FrontendMessages.startup(out, 0, Map.of("user", "good"));
      client.send(out);
      client.readUntil('Z');
      while (!over.get()) {
        asked++;
        String tag = "c7_" + asked;
        client.query("SELECT '" + tag + "'");
        assertThat(client.read().tag()).isEqualTo('T');
        assertThat(client.read().body()).endsWith(tag);
        assertThat(client.readUntil('Z')).isEqualTo("CZ");
      }
    }
    return asked;
  }
}
