package org.relevo.proxy.failover;

import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;

/// One probe's outcome.
public record NodeObservation(BackendId node, long atEpochMs, Outcome outcome) {
  /// What came of it.
  public sealed interface Outcome {}

  /// The server answered.
  ///
  /// @param received a primary's insert position, what a standby has on disk
  /// @param flushed a primary's flush position, a standby's `received`
  /// @param replayed what a standby has replayed; a primary's insert position
  /// @param replayLagMs 0 when level, -1 when unknown
  /// @param streaming whether a standby's WAL receiver runs
  public record Answered(
      NodeView.Role role,
      long timeline,
      Lsn received,
      Lsn flushed,
      Lsn replayed,
      long replayLagMs,
      boolean streaming,
      boolean replayPaused,
      String serverVersion,
      String systemIdentifier)
      implements Outcome {}

  /// The server did not answer.
  ///
  /// @param conclusive whether retries are used up, or its process is known to be gone
  /// @param reason one sentence
  public record Silent(int failures, boolean conclusive, String reason) implements Outcome {}
}
