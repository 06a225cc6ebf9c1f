package org.relevo.jmx.ctl;

import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.MissingMBeanException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Verbs that say what a server is to be.
abstract class NodeGoalCommand extends RemoteCommand {
  private static final String DETACHED = "detached";
  private final String goal;

  @Parameters(paramLabel = "ID", description = "Number of the node.")
  int id;

  @Option(
      names = "--priority",
      paramLabel = "P",
      defaultValue = "1",
      description = "Among equal standbys the highest is promoted; 0 never (${DEFAULT-VALUE}).")
  int priority;

  @Option(names = "--reason", paramLabel = "R", defaultValue = "", description = "For the history.")
  String reason = "";

  NodeGoalCommand(String goal) {
    this.goal = goal;
  }

  @Override
  int run(JmxConnection service, Output output) {
    try {
      service.control().node(id, goal, priority, reason);
    } catch (MissingMBeanException _) {
      // A service that does not control its servers only uses them or not.
      plainly(service);
      String now = goal.equals(DETACHED) ? DETACHED : "attached";
      return output.said(Map.of("node", id, "goal", now), "node " + id + " is " + now);
    }
    return output.said(
        Map.of("node", id, "goal", goal),
        "node " + id + " is to be " + goal + "; relevo ctl quorum shows what it is");
  }

  private void plainly(JmxConnection service) {
    if (goal.equals(DETACHED)) {
      service.recovery().detach(id, reason);
    } else {
      service.recovery().attach(id, reason);
    }
  }

  /// `node attach ID`.
  @Command(name = "attach", description = "The server follows the primary again and is used.")
  static final class Attach extends NodeGoalCommand {
    Attach() {
      super("standby");
    }
  }

  /// `node detach ID`.
  @Command(name = "detach", description = "The server is neither started, stopped nor promoted.")
  static final class Detach extends NodeGoalCommand {
    Detach() {
      super(DETACHED);
    }
  }
}
