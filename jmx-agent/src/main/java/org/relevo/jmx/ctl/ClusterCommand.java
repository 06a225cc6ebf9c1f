package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.OperationStatus;
import picocli.CommandLine.Command;

/// `cluster status` and `cluster history`.
@Command(
    name = "cluster",
    description = "The cluster as a whole.",
    subcommands = {ClusterCommand.Status.class, ClusterCommand.History.class})
final class ClusterCommand extends VerbGroup {
  @Command(name = "status", description = "State of the cluster.")
  static final class Status extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      ClusterStatus status = service.cluster().getStatus();
      if (output.json()) {
        output.json(status);
        return ExitCode.DONE;
      }
      output.fields(
          List.of(
              List.of("cluster", status.clusterName()),
              List.of("proxy", status.proxyId() + ", version " + status.version()),
              List.of("mode", status.mode()),
              List.of("epoch", Long.toString(status.epoch())),
              List.of(
                  "primary",
                  status.primaryNodeId() < 0 ? "none" : "node " + status.primaryNodeId()),
              List.of("traffic", status.trafficHeld() ? "held" : "flowing"),
              List.of(
                  "operation",
                  status.runningOperationId().isEmpty() ? "none" : status.runningOperationId()),
              List.of("started", Output.time(status.startedAtEpochMs()))));
      return ExitCode.DONE;
    }
  }

  @Command(name = "history", description = "Role changes, newest first.")
  static final class History extends RemoteCommand {
    @Override
    int run(JmxConnection service, Output output) {
      List<OperationStatus> history = service.failover().getHistory();
      if (output.json()) {
        output.json(history);
        return ExitCode.DONE;
      }
      List<List<String>> rows = new ArrayList<>();
      for (OperationStatus operation : history) {
        rows.add(
            List.of(
                operation.id(),
                operation.kind(),
                NodeCommand.lower(operation.state()),
                Integer.toString(operation.fromNodeId()),
                Integer.toString(operation.toNodeId()),
                Output.time(operation.startedAtEpochMs()),
                Output.number(operation.pauseMs()),
                operation.actor(),
                operation.outcome()));
      }
      output.table(
          List.of("ID", "KIND", "STATE", "FROM", "TO", "STARTED", "PAUSE_MS", "ACTOR", "OUTCOME"),
          rows);
      return ExitCode.DONE;
    }
  }
}
