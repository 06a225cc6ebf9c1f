package org.relevo.proxy.control;

import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.control.Freshness.Candidates;

/// What a leader sees when it asks [Rules].
sealed interface Situation {
  /// No operation runs.
  ///
  /// @param mayFailOver whether the primary may be failed over from (`DISALLOW_TO_FAILOVER`)
  /// @param loose whether the primary may run on beyond the end of its agent's lease, which is
  ///   over, and nobody can fence it
  /// @param calm whether the last automatic failover is long enough ago for this one
  /// @param calmDue whether the cluster can be called calm again
  record Idle(
      Health health,
      Finding finding,
      boolean paused,
      boolean mayFailOver,
      Candidates candidates,
      boolean loose,
      boolean calm,
      SyncWork sync,
      boolean calmDue)
      implements Situation {}

  /// An operation runs.
  ///
  /// @param automatic whether no person asked for it
  /// @param lost whether the primary is surely lost
  /// @param ready whether what the phase waits for is so: CHECKPOINT written, HOLD acknowledged or
  ///   leases over, DEMOTE stopped or agent's lease over or fenced, RESTORE primary
  /// @param late whether the phase takes longer than configured
  /// @param back whether the old primary's agent lives and its server is not broken
  /// @param fences whether a fence can be tried
  /// @param unfit whether the target of a switchover cannot take over any more
  record Running(
      Kind kind,
      Phase phase,
      boolean automatic,
      boolean lost,
      boolean ready,
      boolean late,
      boolean back,
      Fresh fresh,
      boolean fences,
      boolean unfit,
      Next next)
      implements Situation {}

  /// How the primary is.
  enum Health {
    /// The cluster is not founded.
    NOT_FOUNDED,
    /// The state names none.
    NO_PRIMARY,
    WELL,
    /// Fewer than a majority of those that observe see it down.
    MINORITY,
    /// Its agent's lease is over, but no majority sees the server down.
    SILENT,
    /// It runs as a standby, as after a reboot, and its agent lives.
    RESTING,
    /// A person stopped it a short time ago, or is waited for for ever.
    BY_HAND,
    /// Its agent says that it is stopped or broken.
    CRASHED,
    /// A majority sees it down and its agent's lease is over.
    DEAD,
    /// A majority sees it down, its agent says that it runs.
    UNSEEN;

    boolean lost() {
      return this == CRASHED || this == DEAD || this == UNSEEN;
    }
  }

  /// Servers that report to be a primary while the state names none.
  enum Finding {
    /// None, or not every agent has reported yet.
    NONE,
    ONE,
    MANY
  }

  /// What is to be done about the standbys that commits wait for.
  enum SyncWork {
    NOTHING,
    ASK,
    SETTLE
  }

  /// What COLLECT has found, or DEMOTE already.
  enum Fresh {
    /// Standbys still have to report.
    WAITING,
    /// All that live have reported, and nobody is proven fresh.
    NOBODY,
    PROVEN
  }

  /// Whether another than the chosen candidate has to be promoted.
  enum Next {
    NOT_YET,
    /// The candidate surely does not become the primary, and no other is proven fresh.
    GIVEN_UP,
    /// The same, and there is another.
    ANOTHER
  }
}
