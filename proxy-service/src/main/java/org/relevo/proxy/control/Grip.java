package org.relevo.proxy.control;

import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.control.ServerCase.Permit;
import org.relevo.proxy.core.BackendId;

/// Whether a primary's guard holds it to the lease. In maintenance it does not, so that a service
/// can be replaced, and nobody can take the end of the lease for the end of the server meanwhile:
///
/// ```text
/// HELD ──maintenance──► ASKING ──the others know──► LOOSE ──over, lease valid──► FASTENING
///   ▲ the others know                                                                │
///   └──────────────── FASTENED ◄───────────────── the guard has a deadline again ────┘
/// ```
///
/// From ASKING to FASTENING the others are told that it is kept. Owner: [LocalServer].
final class Grip {
  private enum Stage {
    HELD,
    ASKING,
    LOOSE,
    FASTENING,
    FASTENED
  }

  private final BackendId node;
  private final Timing timing;
  private Stage stage = Stage.HELD;
  private boolean waits;
  private long notBeforeNs;

  Grip(BackendId node, Timing timing) {
    this.node = node;
    this.timing = timing;
  }

  /// What the others are to know: that it may run on.
  boolean told() {
    return stage == Stage.ASKING || loose();
  }

  /// Whether the guard may let it run on.
  boolean loose() {
    return stage == Stage.LOOSE || stage == Stage.FASTENING;
  }

  /// @param known whether the others know that it may run on
  void work(
      ClusterState state,
      boolean known,
      Condition condition,
      Permit permit,
      Outbox out,
      long nowNs) {
    boolean runs = condition == Condition.PRIMARY || condition == Condition.UNKNOWN;
    boolean wanted = state.paused() && state.operation().isEmpty() && runs;
    if (stage == Stage.FASTENED && !known) {
      stage = Stage.HELD;
    }
    if (stage == Stage.HELD && known) {
      // A process before this one has let it go, and its guard may still wait.
      loosen(out);
    } else if (stage == Stage.HELD && wanted && condition == Condition.PRIMARY) {
      stage = Stage.ASKING;
    } else if (stage == Stage.ASKING && known) {
      if (wanted) {
        loosen(out);
      } else {
        stage = Stage.FASTENED;
      }
    }
    // A guard is beside whatever was told to be a primary.
    boolean mayFasten = !runs || (permit == Permit.VALID && condition == Condition.PRIMARY);
    boolean early = waits && nowNs - notBeforeNs < 0;
    if (stage == Stage.LOOSE && !wanted && mayFasten && !early) {
      stage = Stage.FASTENING;
      out.add(new Effect.Keep(node, false));
    }
  }

  private void loosen(Outbox out) {
    stage = Stage.LOOSE;
    out.add(new Effect.Keep(node, true));
  }

  void answered(boolean on, long nowNs) {
    if (stage == Stage.FASTENING) {
      stage = on ? Stage.LOOSE : Stage.FASTENED;
      waits = on;
      notBeforeNs = nowNs + Timing.ns(timing.actionRetryMs());
    }
  }
}
