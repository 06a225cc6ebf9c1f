package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.pool.PoolWorld.key;
import static org.relevo.proxy.pool.PoolWorld.settings;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolWorld.Client;
import org.relevo.proxy.pool.PoolWorld.Link;

class PoolLimitsTest {
  private static final PoolKey SHOP = key(0, "shop", "anna");
  private static final PoolKey BANK = key(0, "bank", "anna");
  private static final PoolKey FAR = key(1, "shop", "bert");

  private static PoolWorld world(LimitSettings limits) {
    return new PoolWorld(1, settings(5), limits);
  }

  @Test
  void eachLimitCountsItsOwnConnections() {
    for (LimitSettings limits :
        List.of(
            new LimitSettings(1, 0, 0, 0),
            new LimitSettings(0, 1, 0, 0),
            new LimitSettings(0, 0, 1, 0),
            new LimitSettings(0, 0, 0, 1))) {
      PoolWorld world = world(limits);
      world.client(0, SHOP);
      world.client(0, SHOP);
      assertThat(world.openings).as(limits.toString()).hasSize(1);
    }
  }

  @Test
  void aLimitDoesNotCountTheConnectionsOfOthers() {
    PoolWorld node = world(new LimitSettings(0, 1, 0, 0));
    node.client(0, SHOP);
    node.client(0, FAR);
    assertThat(node.openings).hasSize(2);
    PoolWorld database = world(new LimitSettings(0, 0, 1, 0));
    database.client(0, SHOP);
    database.client(0, BANK);
    assertThat(database.openings).hasSize(2);
    PoolWorld user = world(new LimitSettings(0, 0, 0, 1));
    user.client(0, SHOP);
    user.client(0, FAR);
    assertThat(user.openings).hasSize(2);
  }

  @Test
  void theLongestIdleConnectionOfAnotherPoolMakesRoom() {
    PoolWorld world = world(new LimitSettings(2, 0, 0, 0));
    Client one = world.client(0, SHOP);
    Link cold = world.answer();
    Client two = world.client(0, SHOP);
    Link warm = world.answer();
    world.release(one);
    world.virtual.advanceMs(10);
    world.release(two);
    Client other = world.client(0, BANK);
    assertThat(cold.closedBecause).isEqualTo(CloseReason.EVICTED.text());
    assertThat(warm.closedBecause).isNull();
    world.answer();
    assertThat(other.link).isNotNull();
    assertThat(world.pools.open()).isEqualTo(2);
  }

  @Test
  void whatBecomesIdleMakesRoomForThosePoolsThatWait() {
    PoolWorld world = world(new LimitSettings(1, 0, 0, 0));
    Client one = world.client(0, SHOP);
    world.answer();
    Client other = world.client(0, BANK);
    assertThat(world.openings).isEmpty();
    world.release(one);
    world.answer();
    assertThat(other.link).isNotNull();
  }

  @Test
  void aPoolKeepsItsMinimum() {
    PoolSettings kept =
        settings(5, 1, Duration.ofMinutes(2), Duration.ZERO, Duration.ZERO, 0, Duration.ZERO);
    PoolWorld world = new PoolWorld(1, kept, new LimitSettings(1, 0, 0, 0));
    Client one = world.client(0, SHOP);
    Link link = world.answer();
    world.release(one);
    Client other = world.client(0, BANK);
    assertThat(link.closedBecause).isNull();
    assertThat(other.calls).isZero();
  }

  @Test
  void aBusyPoolGivesWayToOneThatHasWaitedFarLonger() {
    PoolWorld world = world(new LimitSettings(1, 0, 0, 0));
    Client one = world.client(0, SHOP);
    world.answer();
    Client other = world.client(0, BANK);
    world.virtual.advanceMs(1_500);
    Client next = world.client(0, SHOP);
    world.release(one);
    assertThat(next.link).isNull();
    assertThat(world.openings.element().key()).isEqualTo(BANK);
    world.answer();
    world.release(other);
    world.answer();
    assertThat(next.link).isNotNull();
  }

  @Test
  void whoHasWaitedLongestGetsThePermitThatComesBack() {
    PoolWorld world = world(new LimitSettings(1, 0, 0, 0));
    Client holder = world.client(0, SHOP);
    Link link = world.answer();
    world.client(0, FAR);
    world.virtual.advanceMs(5);
    world.client(0, BANK);
    link.end();
    world.virtual.settle();
    assertThat(holder.link).isSameAs(link);
    assertThat(world.openings).hasSize(1);
    assertThat(world.openings.element().key()).isEqualTo(FAR);
  }

  @Test
  void aRaisedLimitLetsThoseWhoWaitOpenAndALoweredOneClosesWhatIsFree() {
    PoolWorld world = world(new LimitSettings(1, 0, 0, 0));
    Client one = world.client(0, SHOP);
    Client two = world.client(0, SHOP);
    world.answer();
    world.pools.apply((database, user) -> settings(5), new LimitSettings(3, 0, 0, 0));
    world.virtual.settle();
    world.answer();
    Client three = world.client(0, SHOP);
    world.answer();
    world.release(two);
    world.pools.apply((database, user) -> settings(5), new LimitSettings(1, 0, 0, 0));
    world.virtual.settle();
    assertThat(world.pools.open()).isEqualTo(2);
    world.release(three);
    assertThat(world.pools.open()).isEqualTo(1);
    world.release(one);
    assertThat(world.pools.open()).isEqualTo(1);
    assertThat(world.snapshot().closed()).containsEntry(CloseReason.SHRUNK, 2L);
  }

  @Test
  void aSmallerPoolSizeClosesNoMoreThanItMust() {
    PoolWorld world = world(LimitSettings.NONE);
    List<Client> clients = List.of(world.client(0), world.client(0), world.client(0));
    clients.forEach(client -> world.answer());
    clients.forEach(world::release);
    world.pools.apply((database, user) -> settings(2), LimitSettings.NONE);
    world.virtual.settle();
    assertThat(world.snapshot().idle()).isEqualTo(2);
    assertThat(world.snapshot().size()).isEqualTo(2);
  }
}
