package org.relevo.jmx.ctl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.ControlEntry;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlNode;
import org.relevo.jmx.contract.ControlStatus;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Verbs of the cluster's control.
final class ControlCommands {
  private ControlCommands() {}

  /// `failover [ID]`.
  @Command(
      name = "failover",
      description = "Promotes a standby in place of a primary that is lost.")
  static final class Failover extends RemoteCommand {
    private final Terminal terminal;

    @Parameters(
        arity = "0..1",
        paramLabel = "ID",
        defaultValue = "-1",
        description = "New primary; the furthest standby when not given.")
    int id;

    @Option(
        names = "--allow-loss",
        paramLabel = "BYTES",
        defaultValue = "-1",
        description = "How much write-ahead log may be lost for it; as configured when not given.")
    long allowedLossBytes;

    @Mixin private final OperationOptions options = new OperationOptions();

    @Option(names = "--dry-run", description = "Only say whether it could begin.")
    boolean dryRun;

    Failover(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    void checkArguments() {
      options.check();
    }

    @Override
    int run(JmxConnection service, Output output) {
      if (!dryRun && !options.yes) {
        Questions.confirm(
            terminal,
            "Fail over from node %d to %s%s? Type yes:"
                .formatted(
                    service.control().getStatus().primaryNodeId(),
                    id < 0 ? "the furthest standby" : "node " + id,
                    allowedLossBytes > 0 ? ", losing up to " + allowedLossBytes + " bytes" : ""),
            "give --yes to fail over");
      }
      String operation = service.control().failover(id, allowedLossBytes, dryRun, options.reason);
      if (!dryRun && options.wait) {
        return new OperationFollower(service, output, options.timeoutSeconds).follow(operation);
      }
      return output.said(
          Map.of("id", operation),
          dryRun
              ? "a failover could begin"
              : "failover " + operation + " started; relevo ctl quorum shows its end");
    }
  }

  /// `maintenance on|off`.
  @Command(
      name = "maintenance",
      description = "While it is on, nothing is done without being asked for.")
  static final class Maintenance extends RemoteCommand {
    @Parameters(paramLabel = "on|off", description = "Whether it is on from now on.")
    String word = "";

    @Option(
        names = "--reason",
        paramLabel = "R",
        defaultValue = "",
        description = "For the history.")
    String reason = "";

    @Override
    void checkArguments() {
      if (!word.equals("on") && !word.equals("off")) {
        throw new CtlException(
            ExitCode.BAD_ARGUMENTS, "maintenance is on or off, not '" + word + "'");
      }
    }

    @Override
    int run(JmxConnection service, Output output) {
      service.control().maintenance(word.equals("on"), reason);
      return output.said(Map.of("maintenance", word), "maintenance is " + word);
    }
  }

  /// `abort ID`.
  @Command(name = "abort", description = "Asks a running operation to put everything back.")
  static final class Abort extends RemoteCommand {
    @Parameters(paramLabel = "ID", description = "Of the operation.")
    String id = "";

    @Override
    int run(JmxConnection service, Output output) {
      service.failover().abort(id);
      return output.said(Map.of("id", id), "operation " + id + " is being put back");
    }
  }

  /// `quorum`.
  @Command(name = "quorum", description = "Members, servers and what they have agreed on.")
  static final class Quorum extends RemoteCommand {
    /// No name of a member.
    private static final String NOT_ASKED = "-";

    @Option(names = "--history", description = "What happened, newest first.")
    boolean history;

    @Option(
        names = "--step-down",
        arity = "0..1",
        paramLabel = "MEMBER",
        defaultValue = NOT_ASKED,
        fallbackValue = "",
        description = "Let this member lead; another one with servers when not given.")
    String stepDown = NOT_ASKED;

    @Option(
        names = "--remove",
        paramLabel = "MEMBER",
        defaultValue = "",
        description = "Take a member out for good; it controls no server any more.")
    String remove = "";

    @Override
    int run(JmxConnection service, Output output) {
      if (!remove.isEmpty()) {
        service.control().removeMember(remove, "");
      }
      if (!stepDown.equals(NOT_ASKED)) {
        service.control().stepDown(stepDown);
      }
      if (history) {
        showHistory(service.control().getHistory(), output);
      } else {
        show(service.control().getStatus(), output);
      }
      return ExitCode.DONE;
    }

    private static void showHistory(List<ControlEntry> entries, Output output) {
      if (output.json()) {
        output.json(entries);
        return;
      }
      List<List<String>> rows = new ArrayList<>();
      entries.forEach(entry ->
          rows.add(
              List.of(
                  Output.time(entry.atEpochMs()),
                  Long.toString(entry.epoch()),
                  entry.actor(),
                  entry.row().isEmpty() ? "-" : entry.row(),
                  entry.text())));
      output.table(List.of("AT", "EPOCH", "ACTOR", "ROW", "WHAT"), rows);
    }

    private static void show(ControlStatus status, Output output) {
      if (output.json()) {
        output.json(status);
        return;
      }
      List<List<String>> fields = new ArrayList<>();
      fields.add(
          List.of(
              "member", status.member() + (status.alone() ? ", alone: there is no quorum" : "")));
      fields.add(
          List.of(
              "leader",
              status.leader().isEmpty() ? "none" : status.leader() + ", term " + status.term()));
      fields.add(
          List.of(
              "writes",
              status.writesForMs() > 0
                  ? "allowed for " + status.writesForMs() + " ms without news"
                  : "not allowed"));
      fields.add(
          List.of(
              "primary",
              status.primaryNodeId() < 0
                  ? "none"
                  : "node %d, epoch %d, timeline %d"
                      .formatted(status.primaryNodeId(), status.epoch(), status.timeline())));
      fields.add(List.of("commits", commits(status)));
      fields.add(List.of("maintenance", status.paused() ? "on" : "off"));
      fields.add(
          List.of(
              "operation",
              status.operationId().isEmpty()
                  ? "none"
                  : "%s %s at %s"
                      .formatted(status.operationKind(), status.operationId(), status.phase())));
      if (status.scheduledAtEpochMs() >= 0) {
        fields.add(
            List.of(
                "scheduled",
                "switchover to %s at %s"
                    .formatted(
                        status.scheduledToNodeId() < 0
                            ? "the best"
                            : "node " + status.scheduledToNodeId(),
                        Output.time(status.scheduledAtEpochMs()))));
      }
      if (!status.standing().isEmpty()) {
        fields.add(List.of("standing", status.standing()));
      }
      if (!status.trouble().isEmpty()) {
        fields.add(List.of("trouble", status.trouble()));
      }
      output.fields(fields);
      output.table(
          List.of("MEMBER", "KIND", "ADDRESS", "LEADS", "SERVERS", "LEASE", "HEARD_MS"),
          status.members().stream().map(Quorum::row).toList());
      output.table(
          List.of(
              "NODE",
              "GOAL",
              "CONDITION",
              "AGENT",
              "PRIORITY",
              "TIMELINE",
              "RECEIVED",
              "FOLLOWS",
              "SEEN",
              "REASON"),
          status.nodes().stream().map(Quorum::row).toList());
    }

    private static String commits(ControlStatus status) {
      if (status.waitFor() == 0) {
        return status.synchronousMode() + ": wait for no standby";
      }
      return "%s: wait for %d of %s%s"
          .formatted(
              status.synchronousMode(),
              status.waitFor(),
              status.waitForNodes(),
              status.settled() ? "" : ", not in force yet");
    }

    private static List<String> row(ControlMember member) {
      return List.of(
          member.name() + (member.self() ? "*" : ""),
          member.kind(),
          member.address(),
          member.leads() ? "yes" : "no",
          member.agentOf().isEmpty() ? "-" : member.agentOf().toString(),
          member.holdsLease() ? "yes" : "no",
          Output.number(member.contactMs()));
    }

    private static List<String> row(ControlNode node) {
      return List.of(
          Integer.toString(node.nodeId()),
          node.goal(),
          node.condition(),
          node.agent().isEmpty() ? "-" : node.agent(),
          Integer.toString(node.priority()),
          Output.number(node.timeline()),
          node.received(),
          Output.number(node.follows()),
          node.seen().isEmpty() ? "-" : node.seen(),
          node.reason().isEmpty() ? "-" : node.reason());
    }
  }
}
