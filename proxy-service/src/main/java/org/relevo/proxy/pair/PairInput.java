package org.relevo.proxy.pair;

/// What happens to a machine of the pair. Each comes with its moment, nanoseconds of the monotonic
/// clock.
sealed interface PairInput {
  /// Time goes on; at least every 100 ms.
  record Tick() implements PairInput {}

  /// This machine stood still as a whole, and the monotonic clock with it.
  record Stood() implements PairInput {}

  /// An authentic heartbeat of the other.
  ///
  /// @param answers whether it answers one that this process sent lately, so that it cannot be an
  ///   old one; else it only shows that the other lives
  /// @param seesNet whether the other sees most of its ping nodes
  record Heard(Claim claim, boolean answers, boolean seesNet) implements PairInput {}

  /// Whether this machine sees most of its ping nodes.
  record Net(boolean seen) implements PairInput {}

  /// What the log says.
  ///
  /// @param contact whether a majority leads it and this machine takes part
  /// @param holder whether this machine has the primary, or a service address
  record Log(Voters voters, boolean contact, boolean holder) implements PairInput {}

  /// Who votes, as agreed and applied here.
  enum Voters {
    UNKNOWN,
    BOTH,
    SELF,
    /// This machine does not.
    OTHER
  }

  /// The effect [PairEffect.Fence] ended.
  record Fenced(long request, Outcome outcome, String text) implements PairInput {}

  /// What a fence agent found or did.
  enum Outcome {
    /// Proven: it is off.
    OFF,
    ON,
    FAILED
  }

  /// A person says that the other is dead.
  ///
  /// @param oldData and that this machine's data count although the other's may be newer
  record Confirmed(long request, boolean oldData) implements PairInput {}
}
