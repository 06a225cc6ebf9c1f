package org.relevo.proxy.console;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.NodeView;

/// Rows of pgpool-II's `SHOW POOL_…`: texts, in pgpool-II's words. A "process" of pgpool-II serves
/// one client at a time, so that a client stands for it here.
final class PgpoolRows {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  private PgpoolRows() {}

  static Stream<Row> nodes(Material material) {
    Optional<BackendId> readsOn = material.viewer().readsOn().get();
    List<NodeState> nodes = material.source().nodes();
    double weights = nodes.stream().mapToDouble(NodeState::weight).sum();
    return nodes.stream()
        .map(node ->
            node(node, weights, readsOn.map(node.view().id()::equals).orElse(node.primary())));
  }

  /// @param weights of all nodes together: pgpool-II shows shares of 1
  /// @param balanced whether the session's balanced reads go there; the primary before the first
  private static Row node(NodeState node, double weights, boolean balanced) {
    NodeView view = node.view();
    String role = role(node);
    boolean up = view.status() == NodeView.Status.UP;
    return Row.of(
        text(view.id().value()),
        view.host(),
        text(view.port()),
        status(view.status()),
        up ? "up" : "down",
        String.format(Locale.ROOT, "%.6f", weights > 0 ? node.weight() / weights : 0),
        role,
        up ? SocketRows.lower(view.role()) : "unknown",
        node.statements().map(each -> text(each.selects())).orElse("0"),
        balanced ? "true" : "false",
        role.equals("primary") ? "0" : text(Math.max(0, node.lagBytes())),
        node.replicationState(),
        node.syncState(),
        time(view.sinceEpochMs()));
  }

  private static String role(NodeState node) {
    return node.primary() ? "primary" : "standby";
  }

  /// pgpool-II knows up, waiting, down, unused and quarantine.
  static String status(NodeView.Status status) {
    return switch (status) {
      case UP -> "up";
      case UNUSED -> "unused";
      case QUARANTINED -> "quarantine";
      case DOWN, DETACHED, RECOVERING, PROMOTING, DEMOTING, MAINTENANCE -> "down";
    };
  }

  static Stream<Row> processes(Material material) {
    Map<Long, ServerConnectionInfo> servers = servers(material);
    return clients(material)
        .map(client -> {
          ServerConnectionInfo server = servers.get(client.serverId());
          return Row.of(
              text(client.id()),
              time(client.connectedAtEpochMs()),
              "1",
              client.database(),
              client.user(),
              server == null ? "" : time(server.connectedAtEpochMs()),
              server == null ? "0" : text(server.uses()),
              status(client.state()));
        });
  }

  private static String status(ClientState state) {
    return switch (state) {
      case LOGIN -> "Connecting";
      case IDLE -> "Idle";
      case IN_TRANSACTION -> "Idle in transaction";
      case ACTIVE, WAITING -> "Execute command";
    };
  }

  static Stream<Row> pools(Material material) {
    Map<Long, ClientInfo> clients =
        clients(material)
            .collect(Collectors.toMap(ClientInfo::id, Function.identity(), (a, _) -> a));
    return material.picture().servers().stream()
        .filter(server -> material.viewer().sees(server.user()))
        .map(server -> pool(material, server, clients.get(server.clientId())));
  }

  private static Row pool(
      Material material,
      ServerConnectionInfo server,
      @org.jspecify.annotations.Nullable ClientInfo client) {
    return Row.of(
        text(server.clientId()),
        time(server.connectedAtEpochMs()),
        text(server.uses()),
        text(server.id()),
        text(server.nodeId()),
        server.database(),
        server.user(),
        time(server.connectedAtEpochMs()),
        client == null ? "" : time(client.connectedAtEpochMs()),
        client == null ? time(server.requestedAtEpochMs()) : "",
        client != null && client.state() == ClientState.IDLE ? idleSeconds(material, client) : "0",
        "3",
        "0",
        text(server.uses()),
        text(Math.max(0, server.processId())),
        client == null ? "0" : "1",
        client == null ? "Wait for connection" : status(client.state()),
        "0",
        client == null ? "" : client.address(),
        client == null ? "" : text(client.port()),
        "");
  }

  private static String idleSeconds(Material material, ClientInfo client) {
    return client.requestedAtEpochMs() < 0
        ? "0"
        : text((material.picture().takenAtEpochMs() - client.requestedAtEpochMs()) / 1000);
  }

  private static Stream<ClientInfo> clients(Material material) {
    return material.picture().clients().stream()
        .filter(client -> material.viewer().sees(client.user()));
  }

  private static Map<Long, ServerConnectionInfo> servers(Material material) {
    return material.picture().servers().stream()
        .collect(Collectors.toMap(ServerConnectionInfo::id, Function.identity(), (a, _) -> a));
  }

  static Stream<Row> status(Material material) {
    return material.source().settings().stream().map(PgpoolRows::setting);
  }

  static Row setting(SettingState setting) {
    return Row.of(setting.name(), setting.value(), setting.description());
  }

  static Stream<Row> version(Material material) {
    return Stream.of(Row.of("Relevo " + material.source().service().version()));
  }

  /// There is no query cache; pgpool-II shows zeros then, too.
  static Stream<Row> cache(Material material) {
    return Stream.of(Row.of("0", "0", "0.00", "0", "0", "0", "0", "0", "0"));
  }

  static Stream<Row> health(Material material) {
    return material.source().nodes().stream().map(PgpoolRows::health);
  }

  private static Row health(NodeState node) {
    NodeView view = node.view();
    NodeState.Health health =
        node.health().orElse(new NodeState.Health(0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1));
    double retries = health.total() == 0 ? 0 : (double) health.retried() / health.total();
    return Row.of(
        text(view.id().value()),
        view.host(),
        text(view.port()),
        status(view.status()),
        role(node),
        time(view.sinceEpochMs()),
        text(health.total()),
        text(health.succeeded()),
        text(health.failed()),
        text(health.skipped()),
        text(health.retried()),
        String.format(Locale.ROOT, "%.6f", retries),
        text(health.mostRetries()),
        text(health.longestMs()),
        text(health.shortestMs()),
        String.format(Locale.ROOT, "%.6f", health.averageMs()),
        time(health.lastEpochMs()),
        time(health.lastSuccessEpochMs()),
        time(health.lastSkipEpochMs()),
        time(health.lastFailureEpochMs()));
  }

  static Stream<Row> backends(Material material) {
    return material.source().nodes().stream().map(PgpoolRows::backend);
  }

  private static Row backend(NodeState node) {
    NodeView view = node.view();
    NodeState.Statements counts =
        node.statements().orElse(new NodeState.Statements(0, 0, 0, 0, 0, 0, 0, 0, 0));
    return Row.of(
        text(view.id().value()),
        view.host(),
        text(view.port()),
        status(view.status()),
        role(node),
        text(counts.selects()),
        text(counts.inserts()),
        text(counts.updates()),
        text(counts.deletes()),
        text(counts.ddl()),
        text(counts.others()),
        text(counts.panics()),
        text(counts.fatals()),
        text(counts.errors()));
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  private static String time(long epochMs) {
    return epochMs < 0 ? "" : TIME.format(Instant.ofEpochMilli(epochMs));
  }
}
