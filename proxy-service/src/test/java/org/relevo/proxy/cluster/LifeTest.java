package org.relevo.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command.Proof;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;

/// What members know of a primary's life: numbers of transactions are compared only with those of
/// the life that it takes over from.
class LifeTest {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);
  private static final ServerLife OLD = new ServerLife(NODE0, 100);

  private static Succession known(Optional<ServerLife> now, Optional<ServerLife> before) {
    return new Succession(now, before, 0, 0);
  }

  private static NodeReport primary(int timeline, Life life) {
    return NodeReport.of(Condition.PRIMARY, timeline, new Lsn(1000), -1).living(life);
  }

  private static States promoted(long candidatesTimeline) {
    States states = States.running(3, States.quorum(1)).settled(1, 1, 2);
    states.reports(0, primary(1, new Life(100, 0, 0, 0)));
    states.collecting(Kind.FAILOVER, Lsn.ZERO);
    long gate = states.operation().gateEpoch();
    states.reports(
        1,
        NodeReport.of(Condition.RECEIVER_STOPPED, candidatesTimeline, new Lsn(950), -1)
            .withGate(gate));
    return states.does(states.commit(1, 950, Proof.NONE));
  }

  private static Succession lives(States states) {
    return states.state().primary().orElseThrow().lives();
  }

  @Test
  void aPromotionFollowsTheLifeOfBefore() {
    States states = promoted(1);
    assertThat(lives(states)).isEqualTo(known(Optional.empty(), Optional.of(OLD)));
    states.reports(1, primary(2, Life.NONE));
    assertThat(lives(states).now()).isEmpty();
    Succession expected =
        new Succession(Optional.of(new ServerLife(NODE1, 200)), Optional.of(OLD), 740, 745);
    states.reports(1, primary(2, new Life(200, 0, 740, 745)));
    assertThat(lives(states)).isEqualTo(expected);
    // A service that was started anew knows the life alone.
    states.reports(1, primary(2, new Life(200, 0, 0, 0)));
    assertThat(lives(states)).isEqualTo(expected);
  }

  @Test
  void anotherHistoryFollowsNobody() {
    States states = promoted(3);
    states.reports(1, primary(4, new Life(200, 0, 740, 745)));
    assertThat(lives(states))
        .isEqualTo(known(Optional.of(new ServerLife(NODE1, 200)), Optional.empty()));
  }

  @Test
  void aRestartFollowsTheLifeThatItNames() {
    Succession before = known(Optional.of(OLD), Optional.empty());
    assertThat(new Life(300, 100, 750, 750).after(NODE0, before))
        .isEqualTo(
            new Succession(Optional.of(new ServerLife(NODE0, 300)), Optional.of(OLD), 750, 750));
    // One in between was never told of, or the last one is not known.
    assertThat(new Life(300, 150, 750, 750).after(NODE0, before))
        .isEqualTo(known(Optional.of(new ServerLife(NODE0, 300)), Optional.empty()));
    assertThat(new Life(300, 0, 750, 750).after(NODE0, before).before()).isEmpty();
    // It was committed to take over, and has lived unseen already.
    assertThat(new Life(300, 250, 750, 750).after(NODE1, before.next()).before()).isEmpty();
  }

  @Test
  void boundsThatCannotBeAreNoBounds() {
    Succession before = known(Optional.empty(), Optional.of(OLD));
    assertThat(new Life(200, 0, 745, 740).after(NODE1, before).settledBelow()).isZero();
    assertThat(new Life(200, 0, 0, 740).after(NODE1, before).freshFrom()).isZero();
    assertThat(Life.NONE.after(NODE1, before)).isEqualTo(before);
  }
}
