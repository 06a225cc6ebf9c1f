package org.relevo.proxy.cluster;

import org.relevo.proxy.core.Lsn;

/// What a server's agent last said of it.
///
/// @param timeline of a running server; of the control file when it is stopped; -1 unknown
/// @param received newest position on its disk. It stands still only for
///   [Condition#RECEIVER_STOPPED] and [Condition#STOPPED]; of a stopped server it is the end of a
///   clean stop, or [Lsn#ZERO] when the end is not known
/// @param follows node whose WAL a standby is set up to receive, -1 for none
/// @param gateEpoch newest [Operation#gateEpoch] for which the server ([Condition#STOPPED]) or its
///   receiver ([Condition#RECEIVER_STOPPED]) was stopped and has stayed so; else 0. A position
///   proves something for an operation only with the operation's own number
/// @param syncNumber of a primary: the newest [SyncStanding#number] that it uses and that is
///   settled
/// @param refusedEpoch the agent does not promote under this epoch or an older one any more
/// @param byHand of a stopped server: a person stopped it (clean, and not asked for by its agent)
/// @param hindrance what speaks against promoting it in order now
/// @param kept of a primary: it may run on although its agent's lease is over, since its guard was
///   told to wait (maintenance) or is about to be. It is told before that begins and until after it
///   has ended: as long as it is so, the end of the lease proves nothing
/// @param life of a primary, for whoever asks it what became of transactions
/// @param reason one sentence for people, "" when there is nothing to say; at most 200 characters
public record NodeReport(
    Condition condition,
    long timeline,
    Lsn received,
    int follows,
    long gateEpoch,
    long syncNumber,
    long refusedEpoch,
    boolean byHand,
    Hindrance hindrance,
    boolean kept,
    Life life,
    String reason) {
  public static final NodeReport NONE = of(Condition.UNKNOWN, -1, Lsn.ZERO, -1);

  public NodeReport {
    reason = Command.cut(reason);
  }

  /// Conditions of a server.
  public enum Condition {
    UNKNOWN,
    PRIMARY,
    STANDBY,
    /// A standby that receives nothing because it was told to, so that its position stands still.
    RECEIVER_STOPPED,
    STOPPED,
    /// Its history differs from the primary's: it must be rewound or cloned first.
    DIVERGED,
    /// Being rewound or cloned: never a candidate, never read.
    REBUILDING,
    /// It does not start; a person must look.
    BROKEN
  }

  /// What would make a promotion slow or harm something else; no danger to data.
  public enum Hindrance {
    NONE,
    /// A person has paused the replay of what it receives: a promotion ends that, after all that is
    /// waiting was replayed.
    REPLAY_PAUSED,
    /// A base backup is taken from it, which a promotion spoils.
    BASE_BACKUP
  }

  /// A report without the rarer parts.
  public static NodeReport of(Condition condition, long timeline, Lsn received, int follows) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        0,
        0,
        0,
        false,
        Hindrance.NONE,
        false,
        Life.NONE,
        "");
  }

  public NodeReport withGate(long newGateEpoch) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        newGateEpoch,
        syncNumber,
        refusedEpoch,
        byHand,
        hindrance,
        kept,
        life,
        reason);
  }

  public NodeReport withSync(long newSyncNumber) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        newSyncNumber,
        refusedEpoch,
        byHand,
        hindrance,
        kept,
        life,
        reason);
  }

  public NodeReport refusing(long newRefusedEpoch) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        newRefusedEpoch,
        byHand,
        hindrance,
        kept,
        life,
        reason);
  }

  public NodeReport stoppedByHand() {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        refusedEpoch,
        true,
        hindrance,
        kept,
        life,
        reason);
  }

  public NodeReport hinderedBy(Hindrance newHindrance) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        refusedEpoch,
        byHand,
        newHindrance,
        kept,
        life,
        reason);
  }

  public NodeReport keptOn(boolean newKept) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        refusedEpoch,
        byHand,
        hindrance,
        newKept,
        life,
        reason);
  }

  public NodeReport living(Life newLife) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        refusedEpoch,
        byHand,
        hindrance,
        kept,
        newLife,
        reason);
  }

  public NodeReport because(String newReason) {
    return new NodeReport(
        condition,
        timeline,
        received,
        follows,
        gateEpoch,
        syncNumber,
        refusedEpoch,
        byHand,
        hindrance,
        kept,
        life,
        newReason);
  }

  /// Whether only the position differs: such a change is told with the next renewal, not at once.
  public boolean sameButPosition(NodeReport other) {
    return equals(
        new NodeReport(
            other.condition,
            other.timeline,
            received,
            other.follows,
            other.gateEpoch,
            other.syncNumber,
            other.refusedEpoch,
            other.byHand,
            other.hindrance,
            other.kept,
            other.life,
            other.reason));
  }
}
