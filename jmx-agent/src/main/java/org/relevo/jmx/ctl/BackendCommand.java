package org.relevo.jmx.ctl;

import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.PlanInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `backend plan|cancel|terminate NODE PID`: acts on a session of a server.
@Command(
    name = "backend",
    description = "A session of a server, as top and locks show it.",
    subcommands = {
      BackendCommand.Plan.class,
      BackendCommand.Cancel.class,
      BackendCommand.End.class
    })
final class BackendCommand extends VerbGroup {
  abstract static class OnBackend extends RemoteCommand {
    @Parameters(index = "0", paramLabel = "NODE", description = "The server's number.")
    int node;

    @Parameters(index = "1", paramLabel = "PID", description = "The session's process.")
    int pid;

    @Override
    void checkArguments() {
      if (node < 0 || node > 999 || pid < 1) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "NODE must be 0 to 999, PID at least 1");
      }
    }

    final int told(boolean done, String what, Output output) {
      if (!done) {
        throw new CtlException(ExitCode.SERVER_SIDE, "node " + node + " has no session " + pid);
      }
      return output.said(Map.of("node", node, "pid", pid, "done", what), what + " " + pid);
    }
  }

  @Command(
      name = "plan",
      description = "The plan of its statement, made anew by EXPLAIN; nothing is run.")
  static final class Plan extends OnBackend {
    @Override
    int run(JmxConnection service, Output output) {
      PlanInfo plan = service.sessions(node).plan(pid);
      if (output.json()) {
        output.json(plan);
      } else if (plan.problem().isEmpty()) {
        output.line(plan.query().strip());
        output.line("");
        output.line(plan.plan().stripTrailing());
      }
      if (!plan.problem().isEmpty()) {
        throw new CtlException(ExitCode.SERVER_SIDE, "no plan: " + plan.problem());
      }
      return ExitCode.DONE;
    }
  }

  @Command(name = "cancel", description = "Cancels its statement.")
  static final class Cancel extends OnBackend {
    @Override
    int run(JmxConnection service, Output output) {
      return told(service.sessions(node).cancel(pid, 0), "cancelled", output);
    }
  }

  @Command(name = "terminate", description = "Ends the session.")
  static final class End extends OnBackend {
    @Option(names = "--yes", description = "Do it.")
    boolean yes;

    @Override
    void checkArguments() {
      super.checkArguments();
      if (!yes) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "this ends the session: give --yes");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      return told(service.sessions(node).terminate(pid, 0), "terminated", output);
    }
  }
}
