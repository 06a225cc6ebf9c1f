package org.relevo.app.view.operations;

import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.app.view.switchover.Reasons;
import org.relevo.jmx.contract.CheckResult;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PlannedStep;
import org.relevo.jmx.contract.PreflightCheck;
import org.relevo.jmx.contract.SwitchoverPlan;
import org.relevo.jmx.contract.WalArchiving;

/// What an act would do, with everything that was checked. Making a plan changes nothing. Blocks.
///
/// Owner: any thread; holds nothing.
final class ActPlans {
  private static final long MEGA = 1L << 20;
  private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private ActPlans() {}

  /// A plan with everything that was checked; what refuses is a check that blocks.
  static ActPlan make(ServiceConnection service, ActInput input, Clock clock) {
    ActKind kind = input.kind();
    if (kind.writesSettings()) {
      return SettingsPlan.make(service, input);
    }
    int nodeId = input.nodeId();
    String option = input.option();
    String reason = input.reason();
    List<PreflightCheck> checks = new ArrayList<>();
    List<PlannedStep> steps = new ArrayList<>();
    long loss = -1;
    List<NodeInfo> nodes = service.cluster().getNodes();
    String name =
        nodes.stream()
            .filter(node -> node.id() == nodeId)
            .map(NodeInfo::name)
            .findFirst()
            .orElse("");
    InUse use = InUse.of(service);
    nodes.stream().filter(n -> n.id() == nodeId).forEach(n -> checks.add(nodeCheck(kind, n, use)));
    switch (kind) {
      case RECOVERY, FAILBACK ->
          refusable(
              checks,
              "recovery",
              "relevo ctl node recover " + nodeId + " --dry-run",
              () -> recoverySteps(service, nodeId, option, steps));
      case FAILOVER -> {
        ControlStatus control = service.control().getStatus();
        loss = knownLoss(nodes, nodeId);
        checks.add(agreement(control));
        checks.add(lossCheck(nodes, nodeId, loss));
        refusable(
            checks,
            "failover",
            "relevo ctl failover --to " + nodeId + " --dry-run",
            () -> {
              service.control().failover(nodeId, lossBytes(option), true, reason);
              return "";
            });
        failoverSteps(control, nodeId, option, steps);
      }
      case DETACH -> {
        checks.add(others(nodes, nodeId, use));
        one(steps, kind, nodeId, "relevo ctl node detach " + nodeId, "relevo ctl node attach");
      }
      case ATTACH ->
          one(steps, kind, nodeId, "relevo ctl node attach " + nodeId, "relevo ctl node detach");
      case PAUSE, RESUME -> {
        ControlStatus control = service.control().getStatus();
        boolean wanted = kind == ActKind.PAUSE;
        checks.add(
            new PreflightCheck(
                "maintenance",
                control.paused() == wanted ? CheckResult.BLOCK : CheckResult.PASS,
                control.paused() ? "on" : "off",
                wanted ? "off" : "on",
                "relevo ctl quorum"));
        String on = wanted ? "on" : "off";
        one(
            steps,
            kind,
            -1,
            "relevo ctl maintenance " + on,
            "relevo ctl maintenance " + (wanted ? "off" : "on"));
      }
      case ARCHIVE_ON, ARCHIVE_OFF -> archiving(service, kind, checks, steps);
      case SCHEDULE -> schedule(service, input, clock, checks, steps);
      case UNSCHEDULE -> {
        ControlStatus control = service.control().getStatus();
        boolean there = control.scheduledAtEpochMs() > 0;
        checks.add(
            new PreflightCheck(
                "schedule",
                there ? CheckResult.PASS : CheckResult.BLOCK,
                there ? at(control.scheduledAtEpochMs(), clock) : "-",
                "scheduled",
                "relevo ctl quorum"));
        one(
            steps,
            kind,
            control.scheduledToNodeId(),
            "relevo ctl switchover --cancel",
            "relevo ctl switchover --at");
      }
      case ADD_NODE, IMPORT_PGPOOL, IMPORT_HEARTBEAT ->
          throw new IllegalStateException(kind + " is planned by SettingsPlan");
    }
    return new ActPlan(
        kind == ActKind.SCHEDULE ? fixed(input, clock) : input,
        nodeId,
        name,
        service.cluster().getStatus().clusterName(),
        checks,
        steps,
        loss,
        List.of());
  }

  /// What a switchover now would check; the service checks again when the time comes.
  private static void schedule(
      ServiceConnection service,
      ActInput input,
      Clock clock,
      List<PreflightCheck> checks,
      List<PlannedStep> steps) {
    long when = timeOf(input, clock);
    SwitchoverPlan now = service.failover().planSwitchover(input.nodeId(), input.reason());
    for (PreflightCheck check : now.checks()) {
      // Whatever refuses it now may be mended by then.
      boolean blocks = check.result() == CheckResult.BLOCK;
      checks.add(
          blocks
              ? new PreflightCheck(
                  check.name(), CheckResult.WARN, check.evidence(), check.limit(), check.repeatBy())
              : check);
    }
    ControlStatus control = service.control().getStatus();
    checks.add(
        new PreflightCheck(
            "schedule",
            control.scheduledAtEpochMs() > 0 ? CheckResult.WARN : CheckResult.PASS,
            control.scheduledAtEpochMs() > 0 ? at(control.scheduledAtEpochMs(), clock) : "-",
            "-",
            "relevo ctl quorum"));
    one(
        steps,
        ActKind.SCHEDULE,
        input.nodeId(),
        "relevo ctl switchover --to " + input.nodeId() + " --at " + Instant.ofEpochMilli(when),
        "relevo ctl switchover --cancel");
    for (PlannedStep step : now.steps()) {
      steps.add(
          new PlannedStep(
              steps.size() + 1, step.name(), step.nodeId(), step.action(), step.undo()));
    }
  }

  /// `22:30` of the plan is not that of tomorrow when the person confirms a minute too late.
  private static ActInput fixed(ActInput input, Clock clock) {
    Instant at = Instant.ofEpochMilli(timeOf(input, clock));
    return input.with("when", ActFields.fixed(at, clock.getZone()));
  }

  static long timeOf(ActInput input, Clock clock) {
    return ActFields.time(input.field("when"), clock.instant(), clock.getZone())
        .orElseThrow(() ->
            new IllegalArgumentException(
                input.field("when") + " is over, or no time: go back and enter a later one"))
        .toEpochMilli();
  }

  private static String at(long epochMs, Clock clock) {
    return AT.format(Instant.ofEpochMilli(epochMs).atZone(clock.getZone()));
  }

  private static PreflightCheck nodeCheck(ActKind kind, NodeInfo node, InUse use) {
    boolean wrong =
        switch (kind) {
          case RECOVERY, FAILBACK, ATTACH -> use.used(node);
          case DETACH -> use.takenOut(node);
          default -> false;
        };
    String why = node.statusReason().isEmpty() ? "" : ": " + node.statusReason();
    return new PreflightCheck(
        node.name(),
        wrong ? CheckResult.BLOCK : CheckResult.PASS,
        node.role() + ", " + (use.takenOut(node) ? NodeStatus.DETACHED : node.status()) + why,
        kind.recovers() || kind == ActKind.ATTACH ? "not in use" : "known",
        "relevo ctl node show " + node.id());
  }

  private static String recoverySteps(
      ServiceConnection service, int nodeId, String way, List<PlannedStep> steps) {
    List<String> lines = service.recovery().plan(nodeId, way);
    for (String line : lines) {
      int colon = line.indexOf(": ");
      steps.add(
          new PlannedStep(
              steps.size() + 1,
              colon < 0 ? line : line.substring(0, colon),
              nodeId,
              colon < 0 ? "" : line.substring(colon + 2),
              "relevo ctl node recover --cancel"));
    }
    return lines.size() + " × ok";
  }

  /// What the service refuses is shown in its own words.
  private static void refusable(
      List<PreflightCheck> checks, String name, String repeatBy, Supplier<String> dryRun) {
    try {
      String said = dryRun.get();
      checks.add(
          new PreflightCheck(name, CheckResult.PASS, said.isEmpty() ? "ok" : said, "-", repeatBy));
    } catch (IllegalStateException | IllegalArgumentException refused) {
      checks.add(
          new PreflightCheck(name, CheckResult.BLOCK, Reasons.of(refused), "accepted", repeatBy));
    }
  }

  private static PreflightCheck agreement(ControlStatus control) {
    String said =
        String.join(
            "; ",
            control.nodes().stream()
                .filter(node -> node.nodeId() == control.primaryNodeId())
                .map(node -> node.condition() + (node.seen().isEmpty() ? "" : ", " + node.seen()))
                .toList());
    boolean lives =
        control.nodes().stream()
            .anyMatch(node ->
                node.nodeId() == control.primaryNodeId() && node.condition().equals("primary"));
    return new PreflightCheck(
        "primary",
        lives ? CheckResult.WARN : CheckResult.PASS,
        said.isEmpty() ? "-" : "node " + control.primaryNodeId() + ": " + said,
        "lost",
        "relevo ctl quorum");
  }

  private static PreflightCheck lossCheck(List<NodeInfo> nodes, int nodeId, long loss) {
    String seen =
        String.join(
            ", ", nodes.stream().map(node -> node.name() + " " + node.receivedLsn()).toList());
    return new PreflightCheck(
        "loss",
        loss == 0 ? CheckResult.PASS : CheckResult.WARN,
        (loss < 0 ? "?" : loss + " B") + " (" + seen + ")",
        "0 B",
        "relevo ctl node show " + nodeId);
  }

  /// Newest position that any node is known to have had, minus the target's; -1 when not known.
  static long knownLoss(List<NodeInfo> nodes, int nodeId) {
    long newest = -1;
    long own = -1;
    for (NodeInfo node : nodes) {
      long at = position(node.receivedLsn());
      newest = Math.max(newest, at);
      own = node.id() == nodeId ? at : own;
    }
    return own < 0 || newest < 0 ? -1 : newest - own;
  }

  private static long position(String lsn) {
    int slash = lsn.indexOf('/');
    if (slash <= 0 || !lsn.matches("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}")) {
      return -1;
    }
    return (Long.parseLong(lsn.substring(0, slash), 16) << 32)
        + Long.parseLong(lsn.substring(slash + 1), 16);
  }

  static long lossBytes(String option) {
    return switch (option) {
      case "0" -> 0;
      case "16 MB" -> 16 * MEGA;
      case "1 GB" -> 1024 * MEGA;
      default -> -1;
    };
  }

  private static void failoverSteps(
      ControlStatus control, int nodeId, String option, List<PlannedStep> steps) {
    List<String> members =
        control.members().stream()
            .filter(member -> member.agentOf().contains(nodeId))
            .map(ControlMember::name)
            .toList();
    String agent = members.isEmpty() ? "its agent" : members.getFirst();
    String back = "relevo ctl node recover " + control.primaryNodeId();
    steps.add(new PlannedStep(1, "fence", control.primaryNodeId(), "lease of writes ends", back));
    steps.add(new PlannedStep(2, "collect", nodeId, "replay what was received", back));
    steps.add(
        new PlannedStep(
            3, "promote", nodeId, agent + ": pg_ctl promote; allowed loss " + option, ""));
    steps.add(new PlannedStep(4, "open", nodeId, "clients write there", ""));
  }

  private static PreflightCheck others(List<NodeInfo> nodes, int nodeId, InUse use) {
    List<String> left =
        nodes.stream()
            .filter(node -> node.id() != nodeId && use.used(node))
            .map(NodeInfo::name)
            .toList();
    return new PreflightCheck(
        "others",
        left.isEmpty() ? CheckResult.BLOCK : CheckResult.PASS,
        left.isEmpty() ? "0" : String.join(", ", left),
        ">= 1",
        "relevo ctl node list");
  }

  private static void archiving(
      ServiceConnection service,
      ActKind kind,
      List<PreflightCheck> checks,
      List<PlannedStep> steps) {
    boolean on = kind == ActKind.ARCHIVE_ON;
    refusable(
        checks,
        "archiving",
        "relevo ctl wal-archiving status",
        () -> {
          WalArchiving now = service.recovery().walArchiving();
          String verb = on ? "start" : "stop";
          one(
              steps,
              kind,
              now.nodeId(),
              "relevo ctl wal-archiving " + verb,
              "relevo ctl wal-archiving " + (on ? "stop" : "start"));
          if (now.on() == on) {
            throw new IllegalStateException(on ? "it is on already" : "it is off already");
          }
          return "archive_mode %s, directory %s, %d segments, last '%s', failures %d"
              .formatted(
                  now.mode(),
                  now.directory().isEmpty() ? "-" : now.directory(),
                  Math.max(0, now.segments()),
                  now.lastArchived(),
                  now.failures());
        });
  }

  private static void one(
      List<PlannedStep> steps, ActKind kind, int nodeId, String action, String undo) {
    steps.add(new PlannedStep(steps.size() + 1, kind.step(), nodeId, action, undo));
  }
}
