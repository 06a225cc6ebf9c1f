package org.relevo.jmx.ctl;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.client.MissingMBeanException;
import org.relevo.jmx.contract.ConfigSetting;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.ServiceGroup;

/// What `relevo check` looks at.
///
/// @param warning -1 for the check's own limit
/// @param critical -1 for the check's own limit
record Checks(JmxConnection service, double warning, double critical, long nowEpochMs) {
  static final List<String> NAMES =
      List.of(
          "nodes", "lag", "pool", "quorum", "consistency", "recovery", "certificate", "address");

  private static final double MB = 1024 * 1024;
  private static final long MEMBER_SILENT_MS = 5_000;
  private static final double DAY_MS = 86_400_000;

  CheckMain.Verdict run(String what) throws IOException {
    return switch (what) {
      case "nodes" -> nodes();
      case "lag" -> lag();
      case "pool" -> pool();
      case "quorum" -> quorum();
      case "consistency" -> consistency();
      case "recovery" -> recovery();
      case "certificate" -> certificate();
      default -> address();
    };
  }

  /// Without a primary nothing can be written: critical. A server that is not used: a warning.
  private CheckMain.Verdict nodes() {
    List<NodeInfo> nodes = service.cluster().getNodes();
    List<String> bad = new ArrayList<>();
    int up = 0;
    for (NodeInfo node : nodes) {
      if (node.status() == NodeStatus.UP) {
        up++;
      } else {
        bad.add(
            "%s is %s (%s)"
                .formatted(
                    node.name(),
                    node.status().name().toLowerCase(Locale.ROOT),
                    node.statusReason()));
      }
    }
    int primary = service.cluster().getStatus().primaryNodeId();
    String text =
        primary < 0
            ? "there is no primary; " + String.join("; ", bad)
            : bad.isEmpty()
                ? up + " of " + nodes.size() + " servers serve, the primary is node " + primary
                : String.join("; ", bad);
    int level = primary < 0 ? 2 : bad.isEmpty() ? 0 : 1;
    return new CheckMain.Verdict(
        level, text, Map.of("up", up + ";;;0;" + nodes.size(), "primary", primary < 0 ? "0" : "1"));
  }

  private CheckMain.Verdict lag() {
    double warn = limit(warning, 16 * MB);
    double crit = limit(critical, 256 * MB);
    Map<String, String> figures = new LinkedHashMap<>();
    double most = 0;
    List<String> unknown = new ArrayList<>();
    for (NodeInfo node : service.cluster().getNodes()) {
      if (node.role() != NodeRole.STANDBY) {
        continue;
      }
      if (node.replayLagBytes() < 0) {
        unknown.add(node.name());
        continue;
      }
      most = Math.max(most, (double) node.replayLagBytes());
      figures.put(
          "lag_" + node.id(), node.replayLagBytes() + "B;" + (long) warn + ";" + (long) crit);
    }
    int level = level(most, warn, crit);
    String text =
        "the furthest standby is %d bytes behind".formatted((long) most)
            + (unknown.isEmpty() ? "" : "; not known of " + String.join(", ", unknown));
    return new CheckMain.Verdict(unknown.isEmpty() ? level : Math.max(1, level), text, figures);
  }

  private CheckMain.Verdict pool() {
    double warn = limit(warning, 1);
    double crit = limit(critical, 50);
    PoolInfo info = service.pool().getInfo();
    return new CheckMain.Verdict(
        level(info.waitingClients(), warn, crit),
        "%d clients, %d of them wait for a server connection, %d server connections"
            .formatted(info.clients(), info.waitingClients(), info.serverConnections()),
        Map.of(
            "clients",
            Integer.toString(info.clients()),
            "waiting",
            info.waitingClients() + ";" + (long) warn + ";" + (long) crit,
            "servers",
            Integer.toString(info.serverConnections())));
  }

  private CheckMain.Verdict quorum() {
    ControlStatus status;
    try {
      status = service.control().getStatus();
    } catch (MissingMBeanException _) {
      return CheckMain.Verdict.of(0, "this service is in no quorum");
    }
    if (!status.trouble().isEmpty()) {
      return CheckMain.Verdict.of(2, status.trouble());
    }
    if (!status.alone() && status.leader().isEmpty()) {
      return CheckMain.Verdict.of(2, "no member leads");
    }
    List<String> silent =
        status.members().stream()
            .filter(member -> !member.self() && member.contactMs() > MEMBER_SILENT_MS)
            .map(ControlMember::name)
            .toList();
    return new CheckMain.Verdict(
        silent.isEmpty() ? 0 : 1,
        silent.isEmpty()
            ? (status.alone() ? "alone" : status.leader() + " leads")
                + (status.paused() ? ", maintenance" : "")
            : "not heard: " + String.join(", ", silent),
        Map.of("members", Integer.toString(status.members().size())));
  }

  private CheckMain.Verdict consistency() {
    ConsistencyReport report = service.consistency().getLastReport();
    return switch (report.state()) {
      case NEVER ->
          CheckMain.Verdict.of(3, "no comparison was made; relevo ctl consistency check makes one");
      case RUNNING -> CheckMain.Verdict.of(0, "a comparison is running");
      case EQUAL -> CheckMain.Verdict.of(0, "the nodes are equal");
      case DIFFERENT ->
          CheckMain.Verdict.of(2, "the nodes differ; relevo ctl consistency show tells where");
      case FAILED -> CheckMain.Verdict.of(3, "the last comparison failed: " + report.problem());
    };
  }

  /// Whether a server is being made anew, and for how long.
  private CheckMain.Verdict recovery() {
    double warn = limit(warning, 3600);
    double crit = limit(critical, 86_400);
    double longest = 0;
    List<String> under = new ArrayList<>();
    for (NodeInfo node : service.cluster().getNodes()) {
      if (node.status() == NodeStatus.RECOVERING) {
        under.add(node.name());
        longest = Math.max(longest, (nowEpochMs - node.sinceEpochMs()) / 1000.0);
      }
    }
    return new CheckMain.Verdict(
        under.isEmpty() ? 0 : level(longest, warn, crit),
        under.isEmpty()
            ? "no server is being recovered"
            : String.join(", ", under) + " for " + (long) longest + " s",
        Map.of("recovering", Integer.toString(under.size())));
  }

  private CheckMain.Verdict certificate() throws IOException {
    double warn = limit(warning, 30);
    double crit = limit(critical, 7);
    double days = (PeerCertificate.expiryEpochMs(service.endpoint()) - nowEpochMs) / DAY_MS;
    int level = days <= crit ? 2 : days <= warn ? 1 : 0;
    return new CheckMain.Verdict(
        level,
        "the certificate of the management port ends in %d days".formatted((long) days),
        Map.of("days", (long) days + ";" + (long) warn + ";" + (long) crit));
  }

  /// That somebody has each group of the service address: nobody is critical, a group that failed
  /// here a warning. A service without groups accepts clients where it listens.
  private CheckMain.Verdict address() {
    List<ServiceGroup> groups;
    try {
      groups = service.serviceAddress().getGroups();
    } catch (MissingMBeanException _) {
      groups = List.of();
    }
    return groups.isEmpty() ? listening() : held(groups);
  }

  private static CheckMain.Verdict held(List<ServiceGroup> groups) {
    int level = 0;
    List<String> good = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    for (ServiceGroup group : groups) {
      String why = group.reason().isEmpty() ? "" : " (" + group.reason() + ")";
      if (group.holder().isEmpty()) {
        level = 2;
        bad.add("nobody has " + group.name() + why);
      } else if (group.state().equals("failed")) {
        level = Math.max(1, level);
        bad.add(group.name() + " failed here" + why + ", " + group.holder() + " has it");
      } else {
        good.add(group.holder() + " has " + group.name());
      }
    }
    return CheckMain.Verdict.of(level, String.join("; ", bad.isEmpty() ? good : bad));
  }

  private CheckMain.Verdict listening() {
    String listens =
        service.config().getSettings().stream()
            .filter(setting -> setting.name().equals("listen_addresses"))
            .map(ConfigSetting::value)
            .findFirst()
            .orElse("");
    boolean primary = service.cluster().getStatus().primaryNodeId() >= 0;
    return CheckMain.Verdict.of(
        primary ? 0 : 2,
        "clients are accepted on %s%s"
            .formatted(listens, primary ? "" : ", but there is no primary"));
  }

  private static double limit(double given, double usual) {
    return given < 0 ? usual : given;
  }

  private static int level(double value, double warn, double crit) {
    return value >= crit ? 2 : value >= warn ? 1 : 0;
  }
}
