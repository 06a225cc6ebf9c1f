package org.relevo.proxy.control;

import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.core.BackendId;

/// What happens to a member. Each comes with the moment at which it happened, in nanoseconds of the
/// member's own monotonic clock.
public sealed interface Input {
  /// Time goes on; at least every 50 ms.
  ///
  /// @param wallMs wall clock, for the history that people read; never compared
  record Tick(long wallMs) implements Input {}

  record Applied(long index, Command command, ClusterState state) implements Input {}

  record Installed(long index, ClusterState state) implements Input {}

  record Led(Leadership leadership) implements Input {}

  /// The effect [Effect.Propose] ended.
  ///
  /// @param refusal "" when it took effect; null is never used
  /// @param known whether it is known that it was applied or refused
  record Proposed(long number, boolean known, String refusal) implements Input {}

  /// All clients of this member are held, none is inside a transaction.
  record Held(long gateEpoch) implements Input {}

  /// What the agent of one of this member's own servers says: at once when anything but the
  /// position changed, and with its position at least every 500 ms while the server runs.
  record LocalReport(BackendId node, NodeReport report) implements Input {}

  /// An action of an agent ended.
  ///
  /// @param failure "" when it did what it was asked
  record ActionEnded(BackendId node, long actionId, String failure) implements Input {}

  /// What [Effect.Keep] has come to.
  ///
  /// @param on whether the guard still may let the server run on
  record Kept(BackendId node, boolean on) implements Input {}

  /// What a probe saw, retries included.
  record Probed(BackendId node, Sight sight) implements Input {}

  /// A person asks for an operation; comes back as [Effect.Answer].
  ///
  /// @param to -1 for the best
  /// @param allowedLossBytes for a failover; -1 as configured
  record Asked(
      long request,
      Operation.Kind kind,
      int to,
      long allowedLossBytes,
      boolean dryRun,
      String actor,
      String reason)
      implements Input {}

  /// The process is about to end in good order; nothing more of clients is passed on.
  record Stopping() implements Input {}
}
