package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.pool.PoolWorld.KEY;
import static org.relevo.proxy.pool.PoolWorld.key;
import static org.relevo.proxy.pool.PoolWorld.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolWorld.Client;
import org.relevo.proxy.pool.PoolWorld.Link;
import org.relevo.proxy.wire.BackendError;

class PoolCareTest {
  private static final Duration NONE = Duration.ZERO;

  private static PoolWorld world(PoolSettings settings) {
    return new PoolWorld(2, settings, LimitSettings.NONE);
  }

  private static BackendError refusal(Client client) {
    assertThat(client.calls).isEqualTo(1);
    BackendError error = client.error;
    if (error == null) {
      throw new AssertionError("was not refused");
    }
    return error;
  }

  @Test
  void whoWaitsTooLongIsToldWhereAndForWhat() {
    PoolWorld world = world(settings(1, 0, Duration.ofSeconds(1), NONE, NONE, 0, NONE));
    world.client(0);
    world.answer();
    Client late = world.client(0);
    world.virtual.advanceMs(500);
    Client later = world.client(0);
    world.virtual.advanceMs(600);
    assertThat(refusal(late).sqlState()).isEqualTo("53300");
    assertThat(refusal(late).message())
        .contains("\"shop\"", "\"anna\"", "node0", "position 1 of 2", "1 of 1 connections")
        .containsPattern("waited 1[0-9]{3} ms");
    assertThat(refusal(late).fields().get('H')).contains("default_pool_size");
    assertThat(later.calls).isZero();
    assertThat(world.snapshot().timeouts()).isEqualTo(1);
  }

  @Test
  void idleConnectionsEndAfterTheirTimeDownToTheMinimum() {
    PoolWorld world = world(settings(5, 1, Duration.ZERO, Duration.ofSeconds(10), NONE, 0, NONE));
    List<Client> clients = Stream.generate(() -> world.client(0)).limit(3).toList();
    clients.forEach(client -> world.answer());
    clients.forEach(world::release);
    world.virtual.advanceMs(9_000);
    assertThat(world.snapshot().idle()).isEqualTo(3);
    world.virtual.advanceMs(3_000);
    assertThat(world.snapshot().idle()).isEqualTo(1);
    assertThat(world.snapshot().closed()).containsEntry(CloseReason.IDLE, 2L);
  }

  @Test
  void lifeTimesEndOneAfterTheOther() {
    PoolWorld world = world(settings(9, 0, Duration.ZERO, NONE, Duration.ofSeconds(100), 0, NONE));
    List<Client> clients = Stream.generate(() -> world.client(0)).limit(8).toList();
    clients.forEach(client -> world.answer());
    clients.forEach(world::release);
    world.virtual.advanceMs(79_000);
    assertThat(world.snapshot().idle()).isEqualTo(8);
    world.virtual.advanceMs(11_000);
    assertThat(world.snapshot().idle()).isBetween(2, 6);
    world.virtual.advanceMs(12_000);
    assertThat(world.snapshot().closed()).containsEntry(CloseReason.LIFE, 8L);
    assertThat(world.virtual.timers()).as("only pools to forget are watched").isEqualTo(1);
  }

  @Test
  void aConnectionServesNoMoreThanItsUses() {
    PoolWorld world = world(settings(1, 0, Duration.ZERO, NONE, NONE, 2, NONE));
    Client one = world.client(0);
    Link link = world.answer();
    world.release(one);
    Client two = world.client(0);
    world.release(two);
    assertThat(link.closedBecause).isEqualTo(CloseReason.USES.text());
  }

  @Test
  void theMinimumIsOpenedOnceAClientHasComeAndAgainAfterALoss() {
    PoolWorld world = world(settings(5, 3, Duration.ZERO, NONE, NONE, 0, NONE));
    world.virtual.advanceMs(1_000);
    assertThat(world.openings).isEmpty();
    world.client(0);
    world.answer();
    world.answer();
    Link third = world.answer();
    assertThat(world.openings).isEmpty();
    third.end();
    world.virtual.advanceMs(200);
    assertThat(world.openings).hasSize(1);
  }

  @Test
  void aConnectionIdleForLongIsTriedBeforeItIsLent() {
    PoolWorld world = world(settings(1, 0, Duration.ZERO, NONE, NONE, 0, Duration.ofSeconds(30)));
    Client one = world.client(0);
    Link link = world.answer();
    world.release(one);
    world.virtual.advanceMs(31_000);
    Client two = world.client(0);
    assertThat(two.link).isNull();
    link.answerCheck(true);
    assertThat(two.link).isSameAs(link);
    world.release(two);
    world.virtual.advanceMs(31_000);
    Client three = world.client(0);
    link.answerCheck(false);
    assertThat(link.closedBecause).isEqualTo(CloseReason.CHECK.text());
    world.answer();
    assertThat(three.link).isNotNull();
  }

  @Test
  void aConnectionLostDuringItsCheckIsReplaced() {
    PoolWorld world = world(settings(1, 0, Duration.ZERO, NONE, NONE, 0, Duration.ofSeconds(30)));
    Client one = world.client(0);
    Link link = world.answer();
    world.release(one);
    world.virtual.advanceMs(31_000);
    Client two = world.client(0);
    link.end();
    world.virtual.settle();
    link.answerCheck(false);
    world.answer();
    assertThat(two.link).isNotNull();
    assertThat(world.pools.open()).isEqualTo(1);
  }

  @Test
  void aConnectionLostOnItsWayToAnotherLoopIsReplaced() {
    PoolWorld world = world(settings(1));
    Client one = world.client(0);
    Link link = world.answer();
    Client far = world.client(1);
    link.lostByMove = true;
    world.release(one);
    assertThat(far.link).isNull();
    world.answer();
    assertThat(far.link).isNotNull();
  }

  @Test
  void aSlowOpeningIsOvertakenByAnIdleConnectionOfAnotherLoop() {
    PoolWorld world = world(settings(5));
    Client one = world.client(0);
    world.answer();
    Client far = world.client(1);
    world.release(one);
    assertThat(far.link).as("one is being opened for it").isNull();
    world.virtual.advanceMs(200);
    assertThat(far.link).isNotNull();
  }

  @Test
  void drainClosesIdleConnectionsNowAndLentOnesWhenTheyComeBack() {
    PoolWorld world = world(settings(2));
    Client one = world.client(0);
    Client two = world.client(0);
    world.answer();
    world.answer();
    Client waits = world.client(0);
    Client elsewhere = world.client(0, key(1, "shop", "anna"));
    world.pools.drain(new BackendId(0), "maintenance");
    world.virtual.settle();
    assertThat(waits.drained).isTrue();
    assertThat(refusal(waits).sqlState()).isEqualTo("57P01");
    assertThat(elsewhere.calls).isZero();
    assertThat(world.snapshot().active()).isEqualTo(2);
    world.release(one);
    world.release(two);
    assertThat(world.snapshot().open()).isZero();
    assertThat(world.snapshot().closed()).containsEntry(CloseReason.DRAINED, 2L);
    assertThat(world.client(0).calls).isZero();
    assertThat(world.openings).as("of the other node, and anew").hasSize(2);
  }

  @Test
  void anOpeningFromBeforeADrainIsNotUsed() {
    PoolWorld world = world(settings(2));
    Client one = world.client(0);
    world.pools.renew(key -> true, "passwords");
    world.virtual.settle();
    Link old = world.answer();
    assertThat(old.closedBecause).isEqualTo(CloseReason.DRAINED.text());
    assertThat(one.calls).isZero();
    world.answer();
    assertThat(one.link).isNotNull();
  }

  @Test
  void waitersAreListedByTheirPlaceInTheWholePool() {
    PoolWorld world = world(settings(1));
    world.client(0);
    world.answer();
    world.client(1);
    world.virtual.advanceMs(20);
    world.client(0);
    CompletableFuture<List<WaiterSnapshot>> list = world.pools.waiters(10).toCompletableFuture();
    world.virtual.settle();
    assertThat(list.join())
        .containsExactly(
            new WaiterSnapshot(KEY, "client of loop 1", 1, 1, 20_000),
            new WaiterSnapshot(KEY, "client of loop 0", 0, 2, 0));
    assertThat(world.snapshot().waiting()).isEqualTo(2);
    assertThat(world.snapshot().oldestWaitMicros()).isEqualTo(20_000);
  }

  @Test
  void aPoolThatNobodyUsesIsForgottenAndComesBackWithWhoeverHoldsItsShard() {
    PoolWorld world = world(settings(2, 0, NONE, Duration.ofSeconds(1), NONE, 0, NONE));
    List<PoolShard<Link>> held = new ArrayList<>();
    world.on(0, KEY, held::add);
    Client one = world.client(0);
    world.answer();
    world.release(one);
    world.virtual.advanceMs(35 * 60_000);
    assertThat(world.pools.snapshots()).isEmpty();
    assertThat(world.virtual.timers()).isZero();
    Client two = new Client(0, KEY);
    VirtualLoops.Loop loop = world.virtual.loops().getFirst();
    loop.runAs(() -> held.getFirst().acquire(two));
    world.virtual.settle();
    world.answer();
    assertThat(two.link).isNotNull();
    assertThat(world.snapshot().active()).isEqualTo(1);
    loop.runAs(() -> held.getFirst().release(two.held()));
    assertThat(world.snapshot().idle()).isEqualTo(1);
  }
}
