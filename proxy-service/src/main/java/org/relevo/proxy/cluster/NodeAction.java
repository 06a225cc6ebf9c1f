package org.relevo.proxy.cluster;

import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// What a server's agent can be asked. Each may be asked again after a crash in the middle of it.
/// [Promote] and [Restart] make a primary: what they have begun must not end in one after the
/// member's deadline, which the server's guard sees to.
public sealed interface NodeAction {
  /// @param gateEpoch of the operation that asks
  record Checkpoint(long gateEpoch) implements NodeAction {}

  /// Ends sessions and stops; the server is left so that its next start is as a standby.
  ///
  /// @param immediate without a checkpoint, when there is no time
  /// @param gateEpoch told in the [NodeReport] once it stands; 0 when no operation asks
  record Stop(boolean immediate, long gateEpoch) implements NodeAction {}

  /// The standby receives nothing from now on, so that its position stands still, until it is told
  /// to follow or to be promoted; also over a restart. A stopped one is started so.
  ///
  /// @param gateEpoch told in the [NodeReport] once it stands
  /// @param onceEnded waits until what it receives has come to its end by itself, as when the
  ///   primary stops: in order, that is after the last of its log
  record StopReceiver(long gateEpoch, boolean onceEnded) implements NodeAction {}

  /// @param epoch kept on disk first; an older one is refused for ever after
  /// @param timeline the number that the new timeline must get, as no other promotion was given it
  ///   (empty history files for the numbers in between make PostgreSQL take it). A server that is
  ///   on it already was promoted before: it is only started
  /// @param syncNumber of `sync`, which is in force before the server takes its first write
  record Promote(long epoch, long timeline, long syncNumber, SyncSet sync) implements NodeAction {}

  /// Runs as a standby of `primary`: starts, re-points, rewinds or clones as needed.
  ///
  /// @param timeline the primary's; -1 unknown
  /// @param promotedAt where the primary's timeline began: what this server has beyond it on an
  ///   older one is not the cluster's
  record Follow(BackendId primary, long epoch, long timeline, Lsn promotedAt)
      implements NodeAction {}

  /// Starts a crashed or stopped primary again in place, on the same timeline.
  record Restart(long epoch, long syncNumber, SyncSet sync) implements NodeAction {}

  /// Makes the primary wait for these standbys; settled, and told by [NodeReport#syncNumber], once
  /// `need` of them have all that was written before it came into force.
  record SetSync(long number, SyncSet sync) implements NodeAction {}

  /// Asks the fence agent to cut the machine of a server off.
  record Fence(BackendId victim) implements NodeAction {}
}
