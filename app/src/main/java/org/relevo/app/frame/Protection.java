package org.relevo.app.frame;

import org.relevo.app.model.ControlData;
import org.relevo.app.model.Mark;
import org.relevo.jmx.contract.ControlStatus;

/// Whether the loss of the primary would be mended without a person.
public enum Protection {
  /// Nobody fails over by itself: the service does not control its servers.
  BY_HAND(Mark.UNKNOWN),
  /// Maintenance mode.
  PAUSED(Mark.WARN),
  /// No leader, no common state, or something a person must do.
  UNPROTECTED(Mark.CRITICAL),
  /// It would, though not with every commit: the synchronous standby is not in force yet.
  WEAK(Mark.WARN),
  AUTOMATIC(Mark.OK);

  private final Mark mark;

  Protection(Mark mark) {
    this.mark = mark;
  }

  public Mark mark() {
    return mark;
  }

  public String textKey() {
    return "protection." + name();
  }

  public static Protection of(ControlData data) {
    return data.control().map(Protection::of).orElse(BY_HAND);
  }

  private static Protection of(ControlStatus status) {
    if (status.paused()) {
      return PAUSED;
    }
    boolean led = status.alone() || !status.leader().isEmpty();
    if (!led || !status.founded() || status.primaryNodeId() < 0 || !status.trouble().isEmpty()) {
      return UNPROTECTED;
    }
    return status.settled() ? AUTOMATIC : WEAK;
  }
}
