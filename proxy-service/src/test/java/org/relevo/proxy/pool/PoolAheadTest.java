package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.pool.PoolWorld.KEY;
import static org.relevo.proxy.pool.PoolWorld.key;
import static org.relevo.proxy.pool.PoolWorld.settings;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolWorld.Client;
import org.relevo.proxy.pool.PoolWorld.Link;

/// Connections to a server that is about to take the place of another.
class PoolAheadTest {
  private static final BackendId NOW = new BackendId(0);
  private static final BackendId NEXT = new BackendId(1);
  private static final PoolKey THERE = key(1, "shop", "anna");

  private static PoolWorld busy(LimitSettings limits) {
    PoolWorld world = new PoolWorld(2, settings(9), limits);
    List<Client> clients =
        Stream.of(0, 0, 0, 1).map(world::client).peek(_ -> world.answer()).toList();
    world.release(clients.getFirst());
    assertThat(world.snapshot(KEY).idle() + world.snapshot(KEY).active()).isEqualTo(4);
    return world;
  }

  @Test
  void asManyAreOpenedAsTheOtherServerHasAndWhoComesNeedNotWait() {
    PoolWorld world = busy(LimitSettings.NONE);
    world.pools.prepare(NOW, NEXT);
    world.virtual.settle();
    while (!world.openings.isEmpty()) {
      assertThat(world.answer().check).isNull();
    }
    assertThat(world.snapshot(THERE).idle()).isEqualTo(4);
    assertThat(world.client(1, THERE).held()).isNotNull();
    assertThat(world.openings).isEmpty();

    world.pools.prepare(NOW, NEXT);
    world.virtual.settle();
    assertThat(world.openings).as("they are there").isEmpty();
  }

  @Test
  void aLimitOrAFailureEndsIt() {
    PoolWorld full = busy(new LimitSettings(6, 0, 0, 0));
    full.pools.prepare(NOW, NEXT);
    full.virtual.settle();
    while (!full.openings.isEmpty()) {
      full.answer();
    }
    assertThat(full.snapshot(THERE).idle()).isEqualTo(2);

    PoolWorld failing = busy(LimitSettings.NONE);
    failing.pools.prepare(NOW, NEXT);
    failing.virtual.settle();
    while (!failing.openings.isEmpty()) {
      failing.fail("57P03");
    }
    assertThat(failing.snapshot(THERE).idle()).isZero();
  }

  @Test
  void whatIsDoubtfulIsTriedBeforeItServes() {
    PoolWorld world = new PoolWorld(1, settings(1), LimitSettings.NONE);
    Client one = world.client(0);
    Link link = world.answer();
    world.release(one);
    link.doubtful = true;
    Client two = world.client(0);
    assertThat(two.calls).isZero();
    link.doubtful = false;
    link.answerCheck(true);
    assertThat(two.held()).isSameAs(link);
  }
}
