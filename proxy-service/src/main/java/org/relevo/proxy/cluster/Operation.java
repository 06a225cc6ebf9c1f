package org.relevo.proxy.cluster;

import java.util.Optional;

/// The one operation that changes roles at a time. Any leader goes on with it from its phase.
///
/// @param from -1 when there was no primary
/// @param to -1 as long as none is chosen
/// @param gateEpoch what members acknowledge in [Lease#gateEpoch] once their clients' writes are
///   held for this operation; given by the state machine, 0 in a proposal
/// @param before the primary that it takes over from, once another is in its place
/// @param allowedLossBytes what may be lost by an operator's word; -1 as configured
public record Operation(
    String id,
    Kind kind,
    int from,
    int to,
    Phase phase,
    long gateEpoch,
    Optional<Primary> before,
    long allowedLossBytes,
    String actor,
    String reason) {
  /// The actor of what no person asked for.
  public static final String AUTOMATIC = "automatic";

  public Operation {
    reason = Command.cut(reason);
  }

  public boolean automatic() {
    return actor.equals(AUTOMATIC);
  }

  /// One that begins now; its gate is given when it is applied.
  public static Operation beginning(
      String id, Kind kind, int from, int to, long allowedLossBytes, String actor, String reason) {
    Phase first = kind == Kind.SWITCHOVER ? Phase.CHECKPOINT : Phase.HOLD;
    return new Operation(
        id, kind, from, to, first, 0, Optional.empty(), allowedLossBytes, actor, reason);
  }

  Operation in(Phase next) {
    return with(to, next, gateEpoch, before);
  }

  Operation promoting(int candidate, Optional<Primary> former) {
    return with(candidate, Phase.PROMOTE, gateEpoch, before.or(() -> former));
  }

  Operation gated(long newGateEpoch) {
    return with(to, phase, newGateEpoch, before);
  }

  Operation allowing(long lossBytes) {
    return new Operation(id, kind, from, to, phase, gateEpoch, before, lossBytes, actor, reason);
  }

  private Operation with(int newTo, Phase newPhase, long newGate, Optional<Primary> newBefore) {
    return new Operation(
        id, kind, from, newTo, newPhase, newGate, newBefore, allowedLossBytes, actor, reason);
  }

  /// Kinds of operations.
  public enum Kind {
    FAILOVER,
    SWITCHOVER
  }

  /// Phases in order; a switchover has CHECKPOINT and HOLD, a failover goes from HOLD on, where the
  /// writes of the lost primary are fenced. RESTORE is on the way back only.
  public enum Phase {
    /// Switchover: the old primary writes a checkpoint, so that its stop is short.
    CHECKPOINT,
    /// Every member holds its clients; ends when each has acknowledged or its lease is over.
    HOLD,
    /// The old primary stops, or its agent's lease ends, or it is fenced.
    DEMOTE,
    /// Standbys stop receiving and report where they stand; freshness is proven.
    COLLECT,
    /// Given up: the old primary is started again and standbys receive again; clients still wait.
    RESTORE,
    /// The new primary is in the state under a new epoch: no way back. Its agent promotes it, and
    /// its report that it is a primary opens.
    PROMOTE,
    /// The new primary takes writes; members move their clients and let them go on.
    OPEN;

    /// Whether everything can still be put back as it was.
    public boolean undoable() {
      return this != PROMOTE && this != OPEN;
    }

    /// Whether clients of every member are to be held.
    public boolean holds() {
      return this != CHECKPOINT && this != OPEN;
    }

    /// Whether the order allows `next` after this.
    public boolean leadsTo(Phase next) {
      return switch (this) {
        case CHECKPOINT -> next == HOLD;
        case HOLD -> next == DEMOTE;
        case DEMOTE -> next == COLLECT || next == RESTORE;
        case COLLECT -> next == RESTORE;
        case PROMOTE, RESTORE, OPEN -> false;
      };
    }
  }
}
