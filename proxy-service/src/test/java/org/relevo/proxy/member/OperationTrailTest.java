package org.relevo.proxy.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.States;

class OperationTrailTest {
  @Test
  void theSessionsOfTheOperationAreCounted() {
    OperationTrail trail = new OperationTrail();
    States states = States.running(2, States.quorum(1));
    trail.holds(3);
    states.starts(Kind.SWITCHOVER, 1, -1).advances(Phase.HOLD);
    trail.see(states.state(), 1000);
    trail.held();
    trail.holds(7);
    assertThat(trail.newestFirst().getFirst().held()).isEqualTo(7);
    trail.wentOn(new Clients.GoneOn(5, 2));
    trail.holds(9);
    OperationTrail.Entry entry = trail.entry(states.operation().id()).orElseThrow();
    assertThat(entry.held()).isEqualTo(7);
    assertThat(entry.clients()).isEqualTo(new Clients.GoneOn(5, 2));
    assertThat(entry.pauseMs()).isNotNegative();
  }
}
