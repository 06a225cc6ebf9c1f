package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.relevo.proxy.pool.PoolWorld.KEY;
import static org.relevo.proxy.pool.PoolWorld.settings;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.PoolWorld.Client;
import org.relevo.proxy.pool.PoolWorld.Link;

class PoolShardTest {
  private final PoolWorld world = new PoolWorld(2, settings(2), LimitSettings.NONE);

  @Test
  void theFirstClientHasAConnectionOpened() {
    Client client = world.client(0);
    assertThat(client.link).isNull();
    Link link = world.answer();
    assertThat(client.link).isSameAs(link);
    assertThat(world.openings).isEmpty();
  }

  @Test
  void aQuarterOfWhatThereIsIsOpenedAtOnce() {
    PoolWorld many = new PoolWorld(1, settings(20), LimitSettings.NONE);
    for (int i = 0; i < 20; i++) {
      many.client(0);
    }
    List<Integer> atOnce = new ArrayList<>();
    while (!many.openings.isEmpty()) {
      atOnce.add(many.openings.size());
      many.answer();
    }
    assertThat(atOnce)
        .startsWith(1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3)
        .hasSize(20)
        .contains(4)
        .doesNotContain(5);
  }

  @Test
  void aFreeConnectionIsLentAtOnceTheWarmestFirst() {
    Client one = world.client(0);
    Client two = world.client(0);
    world.answer();
    world.answer();
    Link last = two.held();
    world.release(one);
    world.release(two);
    assertThat(world.client(0).link).isSameAs(last);
    assertThat(world.openings).isEmpty();
  }

  @Test
  void noMoreThanThePoolsSizeIsOpenedAndTheQueueIsServedInOrder() {
    Client one = world.client(0);
    world.client(0);
    Client three = world.client(0);
    Client four = world.client(0);
    world.answer();
    world.answer();
    assertThat(world.openings).isEmpty();
    Link link = one.held();
    world.release(one);
    assertThat(three.link).isSameAs(link);
    assertThat(four.link).isNull();
    world.release(three);
    assertThat(four.link).isSameAs(link);
  }

  @Test
  void whoWithdrawsIsNotCalledAndTheOthersMoveUp() {
    Client one = world.client(0);
    world.client(0);
    Client three = world.client(0);
    Client four = world.client(0);
    world.answer();
    world.answer();
    world.withdraw(three);
    world.release(one);
    assertThat(three.calls).isZero();
    assertThat(four.link).isNotNull();
  }

  @Test
  void aConnectionThatIsNotUsableIsClosedAndReplacedForThoseWhoWait() {
    Client one = world.client(0);
    world.client(0);
    Client three = world.client(0);
    Link bad = world.answer();
    world.answer();
    bad.usable = false;
    world.release(one);
    assertThat(bad.closedBecause).isNotNull();
    assertThat(three.link).isNull();
    world.answer();
    assertThat(three.link).isNotNull();
  }

  @Test
  void aConnectionThatIsLostWhileLentFreesItsPlace() {
    Client one = world.client(0);
    Link link = world.answer();
    link.end();
    world.virtual.settle();
    assertThat(world.pools.open()).isZero();
    world.release(one); // the session lets go of it afterwards
    assertThat(world.snapshot().closed()).containsEntry(CloseReason.LOST, 1L);
  }

  @Test
  void releasingTwiceIsABug() {
    Client one = world.client(0);
    Link link = world.answer();
    world.release(one);
    assertThatIllegalStateException()
        .isThrownBy(() -> world.on(0, KEY, shard -> shard.release(link)));
  }

  @Test
  void anIdleConnectionMovesToTheLoopWhereSomebodyWaits() {
    Client one = world.client(0);
    Client two = world.client(0);
    world.answer();
    world.answer();
    Client far = world.client(1);
    assertThat(far.link).isNull();
    world.release(one);
    assertThat(far.held().loop).isSameAs(world.virtual.loops().get(1));
    world.release(two);
    world.release(far);
    assertThat(world.snapshot().idle()).isEqualTo(2);
    assertThat(world.snapshot().moved()).isEqualTo(1);
  }

  @Test
  void anIdleConnectionElsewhereIsAskedForWhenThePoolIsFull() {
    Client one = world.client(0);
    Client two = world.client(0);
    world.answer();
    world.answer();
    world.release(one);
    world.release(two);
    Client far = world.client(1);
    assertThat(far.link).isNotNull();
    assertThat(world.openings).isEmpty();
  }
}
