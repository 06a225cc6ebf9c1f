package org.relevo.jmx.ctl;

import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ContentReport;
import org.relevo.jmx.contract.NodeRow;
import org.relevo.jmx.contract.RepairPlan;
import org.relevo.jmx.contract.RepairReport;
import org.relevo.jmx.contract.RowDifference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `consistency rows|status|stop|resume|plan|repair`: contents row by row.
final class ContentsCommands {
  private static final int SHOWN = 20;

  private ContentsCommands() {}

  @Command(
      name = "rows",
      description = "Compares contents row by row at a gentle pace, while clients work.")
  static final class Rows extends RemoteCommand {
    private static final long LOOK_EVERY_MS = 300;

    @Option(names = "--database", paramLabel = "D", defaultValue = "", description = "Which one.")
    String database = "";

    @Option(
        names = {"-t", "--tables"},
        paramLabel = "S.T,…",
        defaultValue = "",
        description = "Only these.")
    String tables = "";

    @Option(
        names = "--pace",
        paramLabel = "PERCENT",
        defaultValue = "5",
        description = "Part of the time in which it reads, 1 to 100 (${DEFAULT-VALUE}).")
    int pace;

    @Option(names = "--no-wait", description = "Only start it.")
    boolean noWait;

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "86400",
        description = "Seconds to wait at most (${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Override
    void checkArguments() {
      if (pace < 1 || pace > 100) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "--pace must be 1 to 100");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      long id = service.contents().compare(database, tables, pace);
      if (noWait) {
        return output.said(Map.of("id", id), "comparison " + id + " started");
      }
      long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      ContentReport report = service.contents().getReport();
      while (report.state() == ConsistencyState.RUNNING) {
        if (System.nanoTime() > deadlineNs) {
          throw new CtlException(ExitCode.TIMEOUT, "comparison " + id + " still runs; it goes on");
        }
        pause(LOOK_EVERY_MS);
        report = service.contents().getReport();
      }
      show(service, report, output);
      return judge(report);
    }
  }

  private static int judge(ContentReport report) {
    if (report.state() == ConsistencyState.FAILED) {
      throw new CtlException(ExitCode.SERVER_SIDE, report.problem());
    }
    if (report.state() == ConsistencyState.DIFFERENT) {
      throw new CtlException(ExitCode.SERVER_SIDE, "nodes differ in " + report.differences());
    }
    return ExitCode.DONE;
  }

  private static void show(JmxConnection service, ContentReport report, Output output) {
    if (output.json()) {
      output.json(report);
      return;
    }
    output.table(
        List.of("TABLE", "ROWS", "DIFFERENT", "NOTE"),
        report.tables().stream()
            .map(each ->
                List.of(
                    each.schema() + "." + each.table(),
                    Long.toString(each.rows()),
                    Long.toString(each.differences()),
                    each.problem().isEmpty() ? "-" : each.problem()))
            .toList());
    output.line(
        "database %s: %s, %d of %d tables, %d rows in %d ranges, %d looked at twice, held %d ms%s"
            .formatted(
                report.database(),
                NodeCommand.lower(report.state()),
                report.tablesDone(),
                report.tablesTotal(),
                report.rowsCompared(),
                report.ranges(),
                report.rechecked(),
                report.heldMs(),
                report.table().isEmpty() ? "" : ", now " + report.table()));
    if (report.differences() > 0) {
      service.contents().differences(SHOWN).forEach(each -> output.line(describe(each)));
    }
  }

  private static String describe(RowDifference each) {
    StringBuilder text =
        new StringBuilder(
            "%s.%s key (%s):"
                .formatted(each.schema(), each.table(), String.join(", ", each.key())));
    for (NodeRow row : each.rows()) {
      text.append("\n  node ").append(row.nodeId()).append(": ");
      text.append(row.present() ? Figures.text(row.row(), 160) : "no such row");
    }
    return text.toString();
  }

  @Command(name = "status", description = "The comparison of contents, running or ended.")
  static final class Status extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      show(service, service.contents().getReport(), output);
      return ExitCode.DONE;
    }
  }

  @Command(name = "stop", description = "Stops the comparison of contents.")
  static final class Stop extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      service.contents().stop();
      return output.said(Map.of("stopped", true), "stopping");
    }
  }

  @Command(name = "resume", description = "Goes on with the comparison that was stopped.")
  static final class Resume extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      service.contents().resume();
      return output.said(Map.of("resumed", true), "it goes on");
    }
  }

  @Command(name = "plan", description = "What would make rows those of one node; changes nothing.")
  static final class Plan extends RemoteCommand {
    @Option(
        names = "--reference",
        paramLabel = "NODE",
        required = true,
        description = "Whose rows are right.")
    int reference;

    @Override
    int run(JmxConnection service, Output output) {
      RepairPlan plan = service.contents().plan(reference);
      if (output.json()) {
        output.json(plan);
        return ExitCode.DONE;
      }
      plan.steps().forEach(each -> output.line("node " + each.nodeId() + ": " + each.sql() + ";"));
      plan.notes().forEach(each -> output.line("note: " + each));
      output.line(plan.id().isEmpty() ? "nothing to repair" : "plan " + plan.id());
      return ExitCode.DONE;
    }
  }

  @Command(name = "repair", description = "Carries out the plan that plan showed.")
  static final class Repair extends RemoteCommand {
    @Option(names = "--plan", paramLabel = "ID", required = true, description = "The plan's id.")
    String plan = "";

    @Option(names = "--yes", description = "Do it.")
    boolean yes;

    @Override
    void checkArguments() {
      if (!yes) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "this changes rows: give --yes");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      RepairReport report = service.contents().repair(plan);
      output.said(
          Map.of("plan", plan, "applied", report.applied(), "heldMs", report.heldMs()),
          "%d statements done, transactions waited %d ms"
              .formatted(report.applied(), report.heldMs()));
      if (!report.problem().isEmpty()) {
        throw new CtlException(ExitCode.SERVER_SIDE, report.problem());
      }
      return ExitCode.DONE;
    }
  }
}
