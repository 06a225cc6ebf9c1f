package org.relevo.proxy.core;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// The data plane's side of an operation that needs clients to wait: new transactions stay unread
/// in front of a closed gate, those in progress end as usual. The coordinator and the consistency
/// check call it; sessions implement it. Thread-safe, never blocks.
public interface TrafficGate {
  /// What the gate holds.
  ///
  /// @param holder operation that closed it, empty when open
  /// @param atBoundary sessions outside any transaction with no answer outstanding
  /// @param inTransaction all other sessions that have a server connection
  record State(
      Optional<String> holder,
      long closedAtEpochMs,
      long opensAtLatestEpochMs,
      int atBoundary,
      int inTransaction) {}

  /// How the sessions went on.
  ///
  /// @param moved sessions that are on the new primary now
  /// @param ended sessions that got FATAL 57P01 because they could not be moved
  record MoveReport(int moved, int ended) {}

  State state();

  /// Closes the gate; it opens by itself after `atMost`, whatever happened to the caller. Completes
  /// when every session is at a transaction boundary, or exceptionally when the gate opened before.
  ///
  /// @throws IllegalStateException when another operation holds it
  CompletionStage<State> hold(String operationId, Duration atMost);

  /// While held and while the old server still answers: asks each session's server connection what
  /// the session carries (settings, prepared statements) and keeps it for the move.
  ///
  /// @return how many sessions cannot be moved (temporary tables, WITH HOLD cursors, session
  ///   advisory locks, LISTEN)
  CompletionStage<Integer> prepareMove(String operationId);

  /// Connects every held session to `primary` with its own settings and prepared statements, then
  /// opens the gate for it. Sessions that cannot be moved get FATAL 57P01 that says why.
  CompletionStage<MoveReport> moveTo(String operationId, BackendId primary);

  /// Opens the gate and leaves sessions where they are. Does nothing when this operation no longer
  /// holds it.
  void release(String operationId);
}
