package org.relevo.jmx.ctl;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.SwitchoverPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `switchover [ID]`: plans, shows, asks, starts exactly the plan that was shown, follows it.
@Command(
    name = "switchover",
    description = "Makes another node the primary, without an error for any client.")
final class SwitchoverCommand extends RemoteCommand {
  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "ID",
      defaultValue = "-1",
      description = "New primary; the best candidate when not given.")
  int id;

  @Mixin private final OperationOptions options = new OperationOptions();

  @Option(names = "--dry-run", description = "Only show checks and steps.")
  boolean dryRun;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      defaultValue = "",
      description = "Later, such as 2027-01-31T02:30 (of this machine) or 2027-01-31T02:30+01:00.")
  String at = "";

  @Option(names = "--cancel", description = "Drop the one that was asked for with --at.")
  boolean cancel;

  SwitchoverCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  void checkArguments() {
    options.check();
    if (!at.isEmpty()) {
      var _ = later();
    }
  }

  @Override
  int run(JmxConnection service, Output output) {
    if (cancel) {
      service.control().cancelScheduled();
      return output.said(Map.of("scheduled", "none"), "nothing is scheduled any more");
    }
    if (!at.isEmpty()) {
      long atEpochMs = later();
      service.control().scheduleSwitchover(id, atEpochMs, options.reason);
      return output.said(
          Map.of("scheduledAtEpochMs", atEpochMs),
          "a switchover begins at " + Output.time(atEpochMs) + "; relevo ctl quorum shows it");
    }
    SwitchoverPlan plan = service.failover().planSwitchover(id, options.reason);
    if (dryRun) {
      show(plan, output);
    }
    if (!plan.startable()) {
      throw new CtlException(ExitCode.SERVER_SIDE, "switchover cannot start: " + blockers(plan));
    }
    if (dryRun) {
      return ExitCode.DONE;
    }
    if (!options.yes) {
      confirm(plan);
    }
    String operation = service.failover().startSwitchover(plan.id(), plan.hash());
    if (options.wait) {
      return new OperationFollower(service, output, options.timeoutSeconds).follow(operation);
    }
    return output.said(
        Map.of("id", operation),
        "switchover " + operation + " started; relevo ctl cluster history shows its end");
  }

  private long later() {
    try {
      TemporalAccessor time =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(at, OffsetDateTime::from, LocalDateTime::from);
      return time instanceof OffsetDateTime exact
          ? exact.toInstant().toEpochMilli()
          : LocalDateTime.from(time).atZone(ZoneId.systemDefault()).toInstant().toEpochMilli();
    } catch (DateTimeException _) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS,
          "--at: '" + at + "' is no time; write it as 2027-01-31T02:30 or 2027-01-31T02:30+01:00");
    }
  }

  private void confirm(SwitchoverPlan plan) {
    String question =
        "Switch cluster "
            + plan.clusterName()
            + " over from node "
            + plan.fromNodeId()
            + " to node "
            + plan.toNodeId()
            + "? Type yes:";
    Questions.confirm(terminal, question, "give --yes to switch over");
  }

  private static void show(SwitchoverPlan plan, Output output) {
    if (output.json()) {
      output.json(plan);
      return;
    }
    output.line(
        "switchover of cluster "
            + plan.clusterName()
            + " from node "
            + plan.fromNodeId()
            + " to node "
            + plan.toNodeId());
    List<List<String>> checks = new ArrayList<>();
    plan.checks()
        .forEach(check ->
            checks.add(
                List.of(
                    check.name(),
                    NodeCommand.lower(check.result()),
                    check.evidence(),
                    check.limit())));
    output.table(List.of("CHECK", "RESULT", "FOUND", "LIMIT"), checks);
    List<List<String>> steps = new ArrayList<>();
    plan.steps()
        .forEach(step ->
            steps.add(
                List.of(
                    Integer.toString(step.number()),
                    step.name(),
                    Output.number(step.nodeId()),
                    step.action(),
                    step.undo().isEmpty() ? "-" : step.undo())));
    output.table(List.of("STEP", "NAME", "NODE", "ACTION", "UNDO"), steps);
  }

  private static String blockers(SwitchoverPlan plan) {
    String blockers =
        plan.checks().stream()
            .filter(check -> check.result() == CheckResult.BLOCK)
            .map(check -> check.name() + " (" + check.evidence() + ")")
            .collect(Collectors.joining(", "));
    return blockers.isEmpty() ? "no node is ready" : blockers;
  }
}
