package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.net.Access;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.PoolSettings;
import org.relevo.proxy.pool.PoolSnapshot;
import org.relevo.proxy.pool.Pools;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.Seeds;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.testkit.TestRouter;
import org.relevo.proxy.testkit.script.BackendSession;
import org.relevo.proxy.testkit.script.Features;
import org.relevo.proxy.testkit.script.Simulation;

/// Thousands of random conversations through the proxy, in which server connections, the server or
/// clients go away or stall at random places. Whatever happens, nobody gets another's answer,
/// nobody waits for ever, and nothing is left behind. A failing seed replays with `-Drelevo.seed`.
@Timeout(300)
class SessionKillTest {
  private static final int RUNS = 1_200;
  private static final int MOST_CLIENTS = 5;
  private static final Access ACCESS = TestAccess.open();

  private boolean twoNodes;

  @ParameterizedTest
  @EnumSource
  void withoutFaultsEveryClientGetsExactlyPostgresqlsAnswers(PoolMode mode) {
    runs(mode, RUNS / 6, 0);
  }

  @ParameterizedTest
  @EnumSource
  void whateverDiesNothingLeaksAndNobodyHangs(PoolMode mode) {
    runs(mode, RUNS, 3);
  }

  @ParameterizedTest
  @EnumSource
  void twoNodesAnswerAsOneServer(PoolMode mode) {
    twoNodes = true;
    runs(mode, RUNS / 3, 0);
  }

  @ParameterizedTest
  @EnumSource
  void whicheverNodeDiesNothingLeaksAndNobodyHangs(PoolMode mode) {
    twoNodes = true;
    runs(mode, RUNS, 3);
  }

  private void runs(PoolMode mode, int count, int mostFaults) {
    long first = Seeds.first();
    for (long seed = first; seed < first + (Seeds.given() ? 1 : count); seed++) {
      try {
        run(seed, mostFaults, mode);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Drelevo.seed=" + seed + " " + mode, e);
      }
    }
  }

  private void run(long seed, int mostFaults, PoolMode mode) {
    Random random = new Random(seed);
    int clients = 1 + random.nextInt(MOST_CLIENTS);
    int faults = mostFaults == 0 ? 0 : 1 + random.nextInt(mostFaults);
    Features features =
        switch (mode) {
          case SESSION -> Features.SESSION;
          case TRANSACTION -> Features.TRANSACTION;
          case STATEMENT -> Features.STATEMENT;
        };
    PoolSettings settings = TestAccess.pools(mode, 1 + random.nextInt(3));
    try (Simulation simulation = simulation(seed, features, clients, faults)) {
      Service service =
          new Service(
              simulation, settings, clients, twoNodes ? router(random) : SessionRouters.NONE);
      try {
        simulation.run(service);
        service.assertNothingIsLeft();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + ", " + service, e);
      }
    }
  }

  private Simulation simulation(long seed, Features features, int clients, int faults) {
    return twoNodes
        ? new Simulation(seed, features.ofSeveralNodes(), clients, faults, 2)
        : new Simulation(seed, features, clients, faults);
  }

  /// Reads go anywhere, also in transactions that have written, for some.
  private static SessionRouters router(Random random) {
    boolean everywhere = random.nextBoolean();
    return (_, _, _) -> {
      TestRouter router =
          new TestRouter(_ -> random.nextInt(3) == 0 ? null : new BackendId(random.nextInt(2)));
      return everywhere ? router.readsOn() : router;
    };
  }

  /// The service's parts on the simulation's loop.
  private static final class Service implements Supplier<ChannelHandler> {
    private final Simulation simulation;
    private final int clients;
    private final LoopShard shard;
    private final Pools<ServerConnection> pools;
    private final SessionHub hub;

    Service(Simulation simulation, PoolSettings settings, int clients, SessionRouters routers) {
      this.simulation = simulation;
      this.clients = clients;
      Duration limit = Duration.ofSeconds(60);
      EventLoop loop = simulation.loop();
      FixedViews views = new FixedViews(5432, 5433);
      ServerConnector connector =
          (_, _, port, _, handler) -> simulation.connect(port - 5432, handler);
      RoleCredentials credentials = new RoleCredentials();
      PoolPolicy policy = (_, _) -> settings;
      shard = new LoopShard(loop, 0, 1, new AtomicInteger());
      ServerOpener opener =
          new ServerOpener(
              views,
              connector,
              ACCESS.security(),
              ACCESS.logins(),
              credentials,
              () -> limit,
              new WriteFence());
      pools =
          new Pools<>(
              List.of(loop), opener, policy, LimitSettings.NONE, simulation.clock()::nanoTime);
      hub =
          new SessionHub(
              new SessionHub.Parts(
                  views, connector, ACCESS.security(), opener, pools, credentials, List.of(shard)),
              new SessionSettings(clients, limit, limit, limit, false),
              policy,
              ACCESS.authentication(),
              ServiceSide.NONE);
      hub.route(routers, DefinitionChanges.UNHEARD);
      shard.start();
    }

    @Override
    public ChannelHandler get() {
      return new ClientSide(hub, shard);
    }

    @Override
    public String toString() {
      return "pools " + pools.snapshots();
    }

    void assertNothingIsLeft() {
      assertThat(shard.sessions()).isEmpty();
      for (PoolSnapshot pool : pools.snapshots()) {
        assertThat(pool.active()).as("lent of %s", pool).isZero();
        assertThat(pool.waiting()).as("waiting in %s", pool).isZero();
        assertThat(pool.opening()).as("opening in %s", pool).isZero();
        assertThat(pool.open()).isLessThanOrEqualTo(pool.size());
      }
      assertThat(pools.snapshots().stream().mapToInt(PoolSnapshot::open).sum())
          .as("open of %s", pools.snapshots())
          .isEqualTo(simulation.serverConnections());
      for (BackendSession session : simulation.backendSessions()) {
        assertThat(session.leftovers()).isEmpty();
      }
      assertThat(simulation.buffersInUse()).isZero();
      for (int i = 0; i < clients; i++) {
        assertThat(hub.admit(false)).as("place %d of %d", i, clients).isTrue();
      }
    }
  }
}
