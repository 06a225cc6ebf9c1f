package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.pool.PoolWorld.key;
import static org.relevo.proxy.pool.PoolWorld.settings;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolWorld.Client;
import org.relevo.proxy.wire.BackendError;

class PoolFailureTest {
  private final PoolWorld world = new PoolWorld(2, settings(5), LimitSettings.NONE);

  private static String state(Client client) {
    BackendError error = client.error;
    return error == null ? "" : error.sqlState();
  }

  @Test
  void withoutAnyConnectionTheServersOwnErrorIsTold() {
    Client one = world.client(0);
    Client two = world.client(1);
    world.fail("57P03");
    assertThat(one.calls).as("the other opening may still succeed").isZero();
    world.fail("57P03");
    assertThat(Stream.of(one, two).map(PoolFailureTest::state)).containsOnly("57P03");
    assertThat(world.pools.open()).isZero();
  }

  @Test
  void whileAConnectionCouldServeThemWaitersWaitOn() {
    Client holder = world.client(0);
    world.answer();
    Client waits = world.client(0);
    world.fail("53300");
    assertThat(waits.calls).isZero();
    assertThat(world.openings).as("not at once again").isEmpty();
    world.release(holder);
    assertThat(waits.link).isNotNull();
  }

  @Test
  void theNextOpeningsComeAfterGrowingDelays() {
    world.client(0);
    world.answer();
    world.client(0);
    for (long delayMs : new long[] {50, 100, 200, 400, 800, 1600, 2000, 2000}) {
      world.fail("08006");
      world.virtual.advanceMs(delayMs - 2);
      assertThat(world.openings).as("before %d ms", delayMs).isEmpty();
      world.virtual.advanceMs(2);
      assertThat(world.openings).as("after %d ms", delayMs).hasSize(1);
    }
    world.answer();
    world.client(0);
    assertThat(world.openings).as("no delay after a success").hasSize(1);
  }

  @Test
  void aFailedLoginIsToldToAllOfThePoolAtOnce() {
    for (String state : List.of("28P01", "28000", "3D000")) {
      PoolWorld fresh = new PoolWorld(2, settings(5), LimitSettings.NONE);
      fresh.client(0);
      fresh.answer();
      Client one = fresh.client(0);
      Client two = fresh.client(1);
      fresh.fail(state);
      assertThat(Stream.of(one, two).map(PoolFailureTest::state)).containsOnly(state);
    }
  }

  @Test
  void aFullServerIsEasedByAnIdleConnectionOfAnotherPool() {
    Client other = world.client(0, key(0, "bank", "anna"));
    PoolWorld.Link idle = world.answer();
    world.release(other);
    Client client = world.client(0);
    world.fail("53300");
    assertThat(idle.closedBecause).isEqualTo(CloseReason.EVICTED.text());
    assertThat(client.calls).isZero();
    world.virtual.advanceMs(60);
    world.answer();
    assertThat(client.link).isNotNull();
  }

  @Test
  void aFaultOfTheOpenerRefusesAndLeaksNothing() {
    VirtualLoops virtual = new VirtualLoops(1, 1);
    Pools<PoolWorld.Link> pools =
        new Pools<>(
            virtual.loops(),
            (key, loop, result) -> {
              throw new IllegalStateException("scripted");
            },
            (database, user) -> settings(1),
            LimitSettings.NONE,
            virtual::nowNs);
    Client client = new Client(0, PoolWorld.KEY);
    VirtualLoops.Loop loop = virtual.loops().getFirst();
    loop.runAs(() -> pools.shard(loop, PoolWorld.KEY).acquire(client));
    virtual.settle();
    assertThat(state(client)).isEqualTo("08006");
    assertThat(pools.open()).isZero();
  }
}
