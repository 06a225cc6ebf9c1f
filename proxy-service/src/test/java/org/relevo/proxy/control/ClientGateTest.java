package org.relevo.proxy.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// What clients may do follows from the state, whichever commands were seen.
class ClientGateTest {
  private static final BackendId NODE0 = new BackendId(0);
  private final Outbox out = new Outbox();
  private final ClientGate gate = new ClientGate(new MemberId("m0"));
  private final States states = States.running(3, States.quorum(1)).settled(1, 1, 2);

  private ClusterState now() {
    gate.update(states.state(), out);
    return states.state();
  }

  @Test
  void clientsAreServedHeldAndLetGoOnWhereTheyWere() {
    now();
    assertThat(out.take()).containsExactly(new Effect.Serve(NODE0, 1));
    states.starts(Kind.SWITCHOVER, 1, -1);
    now();
    assertThat(out.take()).isEmpty();
    states.advances(Phase.HOLD);
    now();
    assertThat(out.take()).containsExactly(new Effect.Hold(1, false));
    assertThat(gate.acknowledged()).isZero();
    gate.held(7);
    assertThat(gate.acknowledged()).isZero();
    gate.held(1);
    assertThat(gate.acknowledged()).isEqualTo(1);
    states.does(new Command.End(states.operation().id(), Phase.HOLD, false, States.WHY));
    now();
    assertThat(out.take()).containsExactly(new Effect.Release(1));
    assertThat(gate.acknowledged()).isZero();
  }

  @Test
  void aFailoverAbandonsWhatIsOpenAndServesTheNext() {
    now();
    states.collecting(Kind.FAILOVER, Lsn.ZERO).stands(1, 950);
    now();
    assertThat(out.take()).endsWith(new Effect.Hold(1, true));
    states.does(states.commit(1, 950, Command.Proof.NONE));
    now();
    assertThat(out.take()).isEmpty();
    states.reports(1, NodeReport.of(Condition.PRIMARY, 2, new Lsn(950), -1));
    now();
    assertThat(out.take()).containsExactly(new Effect.Serve(new BackendId(1), 2));
  }

  /// One operation ended and another began while this member was cut off.
  @Test
  void whoMissedTheEndOfAnOperationHoldsForTheNext() {
    states.starts(Kind.FAILOVER, -1, -1);
    now();
    gate.held(1);
    states.does(new Command.End(states.operation().id(), Phase.HOLD, false, States.WHY));
    states.starts(Kind.FAILOVER, -1, -1);
    out.take();
    now();
    assertThat(out.take()).containsExactly(new Effect.Hold(2, true));
    assertThat(gate.acknowledged()).isZero();
  }

  @Test
  void aWitnessHasNobodyToHold() {
    ClientGate witness = new ClientGate(new MemberId("w"));
    states.starts(Kind.FAILOVER, -1, -1);
    witness.update(states.state(), out);
    assertThat(witness.acknowledged()).isEqualTo(1);
  }

  @Test
  void nobodyIsServedBeforeThereIsAPrimary() {
    gate.update(States.of(2, States.quorum(1)).state(), out);
    assertThat(out.take()).isEmpty();
  }
}
