package org.relevo.proxy.control;

import java.util.Optional;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.core.BackendId;

/// What this member's clients may do, from the state alone: whichever commands were missed, the
/// state says it all. Owner: [MemberLogic].
class ClientGate {
  /// Where clients stand.
  private sealed interface Mode {
    record Nobody() implements Mode {}

    record Serving(BackendId primary, long epoch) implements Mode {}

    record Holding(long gateEpoch, boolean abandon) implements Mode {}
  }

  private final MemberId self;
  private Mode mode = new Mode.Nobody();

  /// Whom clients were served by before they were held.
  private Mode before = new Mode.Nobody();

  private long heldGate;

  ClientGate(MemberId self) {
    this.self = self;
  }

  void update(ClusterState state, Outbox out) {
    Mode wanted = wanted(state);
    if (wanted.equals(mode)) {
      return;
    }
    switch (wanted) {
      case Mode.Holding hold -> {
        if (!(mode instanceof Mode.Holding)) {
          before = mode;
        }
        out.add(new Effect.Hold(hold.gateEpoch(), hold.abandon()));
        heldGate = withoutClients(state) ? hold.gateEpoch() : 0;
      }
      case Mode.Serving serving -> {
        if (mode instanceof Mode.Holding hold && wanted.equals(before)) {
          out.add(new Effect.Release(hold.gateEpoch()));
        } else {
          out.add(new Effect.Serve(serving.primary(), serving.epoch()));
        }
        heldGate = 0;
      }
      case Mode.Nobody _ -> {
        out.add(new Effect.ServeNobody("no primary is known"));
        heldGate = 0;
      }
    }
    mode = wanted;
  }

  private boolean withoutClients(ClusterState state) {
    Member member = state.members().get(self);
    return member != null && member.kind() == Member.Kind.WITNESS;
  }

  private static Mode wanted(ClusterState state) {
    Optional<Operation> operation = state.operation();
    if (operation.isPresent() && operation.get().phase().holds()) {
      return new Mode.Holding(
          operation.get().gateEpoch(), operation.get().kind() == Operation.Kind.FAILOVER);
    }
    return state
        .primary()
        .<Mode>map(primary -> new Mode.Serving(primary.node(), primary.epoch()))
        .orElseGet(Mode.Nobody::new);
  }

  void held(long gateEpoch) {
    if (mode instanceof Mode.Holding hold && hold.gateEpoch() == gateEpoch) {
      heldGate = gateEpoch;
    }
  }

  /// The gate that all clients of this member are held for, 0 for none.
  long acknowledged() {
    return heldGate;
  }

  /// The gate that clients are being held for, whether or not all are yet; 0 for none.
  long wantedGate() {
    return mode instanceof Mode.Holding hold ? hold.gateEpoch() : 0;
  }
}
