package org.relevo.proxy.agent;

import java.io.IOException;
import java.nio.file.Path;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.WalEnd;

/// What is told of a server that does not run.
final class AtRest {
  private AtRest() {}

  /// @param orderly whether it was stopped in order, as its control file proves
  static NodeReport report(Path data, ControlFile control, boolean orderly) {
    try {
      WalEnd.Position end = WalEnd.find(data, control);
      return of(
          Condition.STOPPED,
          Math.max(end.timeline(), control.newestTimeline()),
          end.end(),
          orderly ? "stopped in order" : "crashed: its control file says " + control.state());
    } catch (IOException e) {
      return of(Condition.UNKNOWN, -1, Lsn.ZERO, "it does not run: " + Commands.oneLine(e));
    }
  }

  /// Whatever became of its data, it takes no writes: others need not wait for a person.
  static NodeReport damaged(IOException e) {
    return of(Condition.STOPPED, -1, Lsn.ZERO, "damaged: " + Commands.oneLine(e));
  }

  private static NodeReport of(Condition condition, long timeline, Lsn end, String reason) {
    return NodeReport.of(condition, timeline, end, -1).because(reason);
  }
}
