package org.relevo.proxy.control;

import java.util.List;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.core.BackendId;

/// What a member is to do. Effects are asked for in order; none blocks the logic, and each that can
/// fail or take time comes back as an [Input].
public sealed interface Effect {
  record Propose(long number, Command command) implements Effect {}

  /// Until when clients may write and be told that a commit succeeded; later nothing of theirs is
  /// passed on to the primary and no answer of it to them; the guard of an own server stops it
  /// then. Nanoseconds of the monotonic clock.
  record WriteUntil(long deadlineNs) implements Effect {}

  /// Hold clients; `abandon` when the primary is lost, so that what is open ends now and is told
  /// truthfully, else transactions end as usual.
  record Hold(long gateEpoch, boolean abandon) implements Effect {}

  /// Who takes writes from now on: moves held clients there under this epoch and lets them go on.
  record Serve(BackendId primary, long epoch) implements Effect {}

  /// Lets held clients go on where they were.
  record Release(long gateEpoch) implements Effect {}

  /// Nobody takes writes.
  record ServeNobody(String reason) implements Effect {}

  /// Work on one of this member's own servers; a new action on a node replaces the one before,
  /// which still ends with its own [Input.ActionEnded].
  record Act(BackendId node, long actionId, NodeAction action) implements Effect {}

  /// Lets an own primary run on beyond the end of the lease (its guard waits), or no longer; also
  /// over a restart of this member. Comes back as [Input.Kept].
  record Keep(BackendId node, boolean on) implements Effect {}

  /// This member alone does (or no longer does) without a server that others see well: not used for
  /// reads here, and nothing else.
  record Quarantine(BackendId node, boolean on, String reason) implements Effect {}

  /// The answer to [Input.Asked].
  ///
  /// @param refusal "" when it begins, or would begin
  /// @param operation id of what began, else ""
  /// @param steps of a dry run: what would be done in order
  record Answer(long request, String refusal, String operation, List<String> steps)
      implements Effect {
    public Answer {
      steps = List.copyOf(steps);
    }
  }

  /// For the journal and the log.
  record Note(boolean warning, String row, String text) implements Effect {}
}
