package org.relevo.app.view.overview;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.app.frame.Durations;
import org.relevo.app.model.ClusterModel;
import org.relevo.app.model.Freshness;
import org.relevo.app.model.Mark;
import org.relevo.app.text.Texts;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ControlMember;
import org.relevo.jmx.contract.ControlStatus;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeRole;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.contract.RecoveryStatus;
import org.relevo.jmx.contract.ServiceGroup;

/// What the picture shows: boxes in layers and the edges between them. Made anew from the model.
///
/// @param layers from left to right
record Topology(List<List<Item>> layers, List<Edge> edges) {
  /// A box.
  ///
  /// @param nodeId -1 for what is no node
  /// @param lines below the state
  record Item(String id, String title, Mark mark, String words, List<String> lines, int nodeId) {}

  /// A connection from left to right.
  ///
  /// @param perSecond transactions, for width and speed; 0 for none
  /// @param broken drawn cut
  /// @param replication drawn dashed between boxes of one layer
  record Edge(
      String from,
      String to,
      String label,
      double perSecond,
      boolean broken,
      boolean replication) {}

  static Topology of(ClusterModel model, Texts texts, List<ServiceGroup> groups) {
    Locale locale = texts.locale();
    ClusterStatus status = model.statusProperty().get();
    if (status == null) {
      return new Topology(List.of(), List.of());
    }
    List<Edge> edges = new ArrayList<>();
    double tps = tps(model);
    List<Item> clients = List.of(clients(model.poolInfoProperty().get(), texts));
    List<Item> addresses = groups.stream().map(group -> address(group, texts)).toList();
    List<Item> proxies = proxies(model, status, texts);
    List<NodeInfo> nodes = new ArrayList<>(model.nodes());
    nodes.sort(
        Comparator.comparing((NodeInfo n) -> n.id() != status.primaryNodeId())
            .thenComparingInt(NodeInfo::id));
    List<Item> servers = nodes.stream().map(node -> server(model, node, texts)).toList();
    String own = "proxy:" + status.proxyId();
    if (addresses.isEmpty()) {
      edges.add(new Edge("clients", own, rate(tps, locale), tps, false, false));
    }
    for (ServiceGroup group : groups) {
      edges.add(new Edge("clients", "group:" + group.name(), rate(tps, locale), tps, false, false));
      String holder = "proxy:" + group.holder();
      boolean drawn = proxies.stream().anyMatch(proxy -> proxy.id().equals(holder));
      edges.add(new Edge("group:" + group.name(), drawn ? holder : own, "", tps, !drawn, false));
    }
    for (NodeInfo node : nodes) {
      boolean broken = node.status() != NodeStatus.UP || takenOut(model, node);
      double flow = broken ? 0 : commits(model, node.id());
      edges.add(
          new Edge(
              own, "node:" + node.id(), broken ? "" : rate(flow, locale), flow, broken, false));
      if (node.role() == NodeRole.STANDBY && status.primaryNodeId() >= 0) {
        String lag =
            node.replayLagBytes() < 0 ? "?" : Durations.bytes(node.replayLagBytes(), locale);
        edges.add(
            new Edge("node:" + status.primaryNodeId(), "node:" + node.id(), lag, 0, broken, true));
      }
    }
    return new Topology(List.of(clients, addresses, proxies, servers), edges);
  }

  private static Item clients(@Nullable PoolInfo pool, Texts texts) {
    int connected = pool == null ? 0 : pool.clients();
    int waiting = pool == null ? 0 : pool.waitingClients();
    return new Item(
        "clients",
        texts.text("overview.clients"),
        waiting > 0 ? Mark.WARN : Mark.OK,
        texts.text("overview.connected", connected),
        List.of(texts.text("overview.waiting", waiting)),
        -1);
  }

  private static Item address(ServiceGroup group, Texts texts) {
    boolean held = !group.holder().isEmpty();
    return new Item(
        "group:" + group.name(),
        texts.text("overview.address"),
        held ? Mark.OK : Mark.CRITICAL,
        held ? group.holder() : texts.text("frame.no-primary"),
        group.resources().stream().map(resource -> resource.name()).limit(2).toList(),
        -1);
  }

  private static List<Item> proxies(ClusterModel model, ClusterStatus status, Texts texts) {
    Optional<ControlStatus> control = model.controlProperty().get().control();
    List<Item> items = new ArrayList<>();
    boolean held = status.trafficHeld();
    String word = texts.text(held ? "frame.held" : "overview.serving");
    List<ControlMember> members = control.map(ControlStatus::members).orElse(List.of());
    for (ControlMember member : members) {
      boolean away = !member.self() && member.contactMs() > 5_000;
      items.add(
          new Item(
              "proxy:" + (member.self() ? status.proxyId() : member.name()),
              (member.leads() ? "◆ " : "") + member.name(),
              away ? Mark.CRITICAL : member.self() && held ? Mark.WARN : Mark.OK,
              away
                  ? texts.text("overview.away")
                  : member.self() ? word : texts.text("overview.member"),
              List.of(
                  member.kind().equals("witness")
                      ? texts.text("overview.witness")
                      : texts.text(member.leads() ? "overview.leads" : "overview.follows")),
              -1));
    }
    if (items.isEmpty()) {
      items.add(
          new Item(
              "proxy:" + status.proxyId(),
              status.proxyId(),
              held ? Mark.WARN : Mark.OK,
              word,
              List.of(status.mode()),
              -1));
    }
    return items;
  }

  private static Item server(ClusterModel model, NodeInfo node, Texts texts) {
    boolean old = Freshness.of(model.nodeAge(node.id())) == Freshness.UNKNOWN;
    String role = texts.text("noderole." + node.role().name());
    boolean out = node.status() == NodeStatus.UP && takenOut(model, node);
    String state = texts.text("nodestatus." + (out ? NodeStatus.DETACHED : node.status()).name());
    List<String> lines = new ArrayList<>();
    Optional<RecoveryStatus> recovery =
        model
            .controlProperty()
            .get()
            .runningRecovery()
            .filter(running -> running.nodeId() == node.id());
    if (recovery.isPresent()) {
      lines.add(texts.text("overview.recovering", recovery.get().phase()));
    } else if (node.role() == NodeRole.STANDBY) {
      lines.add(
          texts.text(
              "overview.lag",
              node.replayLagBytes() < 0
                  ? "?"
                  : Durations.bytes(node.replayLagBytes(), texts.locale())));
    } else {
      lines.add("WAL " + (node.receivedLsn().isEmpty() ? "–" : node.receivedLsn()));
    }
    lines.add(node.host() + ":" + node.port());
    return new Item(
        "node:" + node.id(),
        Mark.symbolOf(old ? NodeRole.UNKNOWN : node.role()) + " " + node.name(),
        old ? Mark.UNKNOWN : out ? Mark.WARN : Mark.of(node.status()),
        old ? texts.text("nodes.unknown") : role + ", " + state,
        lines,
        node.id());
  }

  private static boolean takenOut(ClusterModel model, NodeInfo node) {
    return model.controlProperty().get().takenOut(node.id());
  }

  private static double tps(ClusterModel model) {
    List<PoolSample> samples = model.pool().samples();
    return samples.isEmpty() ? 0 : samples.getLast().transactionsPerSecond();
  }

  private static double commits(ClusterModel model, int nodeId) {
    List<PostgresSample> samples = model.postgres(nodeId).samples();
    return samples.isEmpty() ? 0 : Math.max(0, samples.getLast().commitsPerSecond());
  }

  private static String rate(double perSecond, Locale locale) {
    return String.format(locale, "%,.0f tps", perSecond);
  }
}
