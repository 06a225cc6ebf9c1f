package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.NodeInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `node list` and `node show ID`.
@Command(
    name = "node",
    description = "PostgreSQL servers of the cluster.",
    subcommands = {NodeCommand.ListNodes.class, NodeCommand.ShowNode.class})
final class NodeCommand extends VerbGroup {
  @Command(name = "list", description = "One line per node.")
  static final class ListNodes extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<NodeInfo> nodes = service.cluster().getNodes();
      if (output.json()) {
        output.json(nodes);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      for (NodeInfo node : nodes) {
        rows.add(
            List.of(
                Integer.toString(node.id()),
                node.name(),
                node.host() + ":" + node.port(),
                lower(node.role()),
                lower(node.status()),
                Output.number(node.timeline()),
                node.replayedLsn().isEmpty() ? "-" : node.replayedLsn(),
                Output.number(node.replayLagBytes())));
      }
      output.table(
          List.of("ID", "NAME", "ADDRESS", "ROLE", "STATUS", "TIMELINE", "LSN", "LAG_BYTES"), rows);
      return ExitCode.DONE;
    }
  }

  @Command(name = "show", description = "Everything about one node.")
  static final class ShowNode extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "Number of the node.")
    int id;

    @Override
    int run(JmxConnection service, Output output) {
      NodeInfo node =
          service.cluster().getNodes().stream()
              .filter(each -> each.id() == id)
              .findFirst()
              .orElseThrow(() ->
                  new CtlException(
                      ExitCode.BAD_ARGUMENTS,
                      "there is no node " + id + "; relevo ctl node list shows all"));
      if (output.json()) {
        output.json(node);
        return ExitCode.DONE;
      }
      output.fields(
          List.of(
              List.of("id", Integer.toString(node.id())),
              List.of("name", node.name()),
              List.of("address", node.host() + ":" + node.port()),
              List.of("role", lower(node.role())),
              List.of(
                  "status", lower(node.status()) + " since " + Output.time(node.sinceEpochMs())),
              List.of("reason", node.statusReason()),
              List.of("timeline", Output.number(node.timeline())),
              List.of("received", node.receivedLsn()),
              List.of("replayed", node.replayedLsn()),
              List.of(
                  "lag",
                  Output.number(node.replayLagBytes())
                      + " bytes, "
                      + Output.number(node.replayLagMs())
                      + " ms"),
              List.of("version", node.serverVersion()),
              List.of("system", node.systemIdentifier()),
              List.of("data", node.dataDirectory()),
              List.of("local", Boolean.toString(node.local())),
              List.of("seen", Output.time(node.sampledAtEpochMs()))));
      return ExitCode.DONE;
    }
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
