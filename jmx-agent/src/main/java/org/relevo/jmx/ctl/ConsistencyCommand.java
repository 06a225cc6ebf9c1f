package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.NodeCount;
import org.relevo.jmx.contract.TableCounts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `consistency check`: exit 0 only when every table is equal on every node.
@Command(
    name = "consistency",
    description = "Compares the nodes' contents.",
    subcommands = {
      ConsistencyCommand.Check.class,
      ContentsCommands.Rows.class,
      ContentsCommands.Status.class,
      ContentsCommands.Stop.class,
      ContentsCommands.Resume.class,
      ContentsCommands.Plan.class,
      ContentsCommands.Repair.class
    })
final class ConsistencyCommand extends VerbGroup {
  @Command(name = "check", description = "Counts every table on every node at one position.")
  static final class Check extends RemoteCommand {
    private static final long LOOK_EVERY_MS = 200;

    @Option(names = "--database", paramLabel = "D", defaultValue = "", description = "Which one.")
    String database = "";

    @Option(names = "--no-wait", description = "Only start it.")
    boolean noWait;

    @Option(
        names = "--timeout",
        paramLabel = "S",
        defaultValue = "300",
        description = "Seconds to wait at most (${DEFAULT-VALUE}).")
    int timeoutSeconds;

    @Override
    int run(JmxConnection service, Output output) {
      long id = service.consistency().check(database);
      if (noWait) {
        return output.said(Map.of("id", id), "check " + id + " started");
      }
      ConsistencyReport report = await(service, id);
      show(report, output);
      if (report.state() != ConsistencyState.EQUAL) {
        throw new CtlException(ExitCode.SERVER_SIDE, problem(report));
      }
      return ExitCode.DONE;
    }

    private ConsistencyReport await(JmxConnection service, long id) {
      long deadlineNs = System.nanoTime() + timeoutSeconds * 1_000_000_000L;
      while (true) {
        ConsistencyReport report = service.consistency().getLastReport();
        if (report.id() >= id && report.state() != ConsistencyState.RUNNING) {
          return report;
        }
        if (System.nanoTime() > deadlineNs) {
          throw new CtlException(
              ExitCode.TIMEOUT,
              "check " + id + " still runs after " + timeoutSeconds + " s; it goes on");
        }
        pause(LOOK_EVERY_MS);
      }
    }

    private static String problem(ConsistencyReport report) {
      if (report.state() != ConsistencyState.DIFFERENT) {
        return "check failed: " + report.problem();
      }
      return "nodes differ in "
          + report.tables().stream()
              .filter(table -> !table.equal())
              .map(table -> table.schema() + "." + table.table())
              .collect(Collectors.joining(", "));
    }

    private static void show(ConsistencyReport report, Output output) {
      if (output.json()) {
        output.json(report);
        return;
      }
      List<String> header = new ArrayList<>(List.of("TABLE"));
      List<List<String>> rows = new ArrayList<>();
      for (TableCounts table : report.tables()) {
        if (rows.isEmpty()) {
          table.counts().forEach(count -> header.add("NODE_" + count.nodeId()));
          header.add("EQUAL");
        }
        List<String> row = new ArrayList<>();
        row.add(table.schema() + "." + table.table());
        for (NodeCount count : table.counts()) {
          row.add(Output.number(count.rows()));
        }
        row.add(table.equal() ? "yes" : "NO");
        rows.add(row);
      }
      output.table(header, rows);
      output.line(
          "database "
              + report.database()
              + " at "
              + report.lsn()
              + ": "
              + NodeCommand.lower(report.state())
              + ", transactions waited "
              + report.heldMs()
              + " ms");
    }
  }
}
