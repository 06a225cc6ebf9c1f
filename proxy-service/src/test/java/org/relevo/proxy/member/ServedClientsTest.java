package org.relevo.proxy.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.States;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.testkit.FakeGate;

/// What clients are given follows what the members have agreed on.
class ServedClientsTest {
  private static final BackendId NODE0 = new BackendId(0);
  private static final BackendId NODE1 = new BackendId(1);

  private final List<String> kept = new ArrayList<>();
  private final List<String> prepared = new ArrayList<>();
  private boolean full;
  private final ServedClients clients =
      new ServedClients(
          new ServedClients.DataPlane(
              new WriteFence(),
              new FakeGate(),
              _ -> {},
              _ -> {},
              (from, to) -> prepared.add(from + " " + to),
              _ -> {},
              _ -> kept.add("lives"),
              (node, as) -> {
                kept.add(node + " " + as.map(Enum::name).orElse("back"));
                return full
                    ? CompletableFuture.failedFuture(new RejectedExecutionException("full"))
                    : new CompletableFuture<>();
              },
              _ -> new CompletableFuture<>(),
              () -> {}));

  @Test
  void aServerThatIsDetachedIsNotUsedUntilItIsAttached() {
    States states = States.running(2, States.quorum(1));
    clients.agreed(states.state());
    kept.clear();
    states.does(new Command.SetGoal(NODE1, Goal.DETACHED, 100, States.WHY));
    full = true;
    clients.agreed(states.state());
    full = false;
    clients.agreed(states.state());
    clients.agreed(states.state());
    assertThat(kept).containsExactly("node1 MAINTENANCE", "node1 MAINTENANCE");
    states.does(new Command.SetGoal(NODE1, Goal.STANDBY, 100, States.WHY));
    clients.agreed(states.state());
    clients.agreed(states.state());
    assertThat(kept.subList(2, kept.size())).containsExactly("node1 back");
  }

  /// Logins are made before anybody is held, once for each switchover.
  @Test
  void aSwitchoverIsPreparedForOnce() {
    States states = States.running(2, States.quorum(1));
    clients.agreed(states.state());
    var _ = clients.serve(NODE0);
    states.starts(Kind.SWITCHOVER, 1, -1);
    clients.agreed(states.state());
    clients.agreed(states.state());
    assertThat(prepared).containsExactly("node0 node1");
  }

  @Test
  void whoeverIsChosenLaterIsPreparedForWhenThereIsOnlyOne() {
    States two = States.running(2, States.quorum(1));
    var _ = clients.serve(NODE0);
    two.starts(Kind.SWITCHOVER, -1, -1);
    clients.agreed(two.state());
    assertThat(prepared).containsExactly("node0 node1");
    prepared.clear();
    States three = States.running(3, States.quorum(1));
    three.starts(Kind.SWITCHOVER, -1, -1);
    clients.agreed(three.state());
    assertThat(prepared).isEmpty();
  }
}
