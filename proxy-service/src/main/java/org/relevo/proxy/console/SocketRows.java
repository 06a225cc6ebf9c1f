package org.relevo.proxy.console;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.ServerConnectionState;

/// Rows of `SHOW CLIENTS`, `SERVERS`, `SOCKETS` and `ACTIVE_SOCKETS`.
final class SocketRows {
  /// Buffer positions are PgBouncer's own; these columns are always 0.
  private static final List<Object> POSITIONS = List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L);

  private SocketRows() {}

  static Stream<Row> clients(Material material) {
    return material.picture().clients().stream()
        .filter(client -> client.state() != ClientState.LOGIN)
        .map(client -> Row.of(values(client, state(client.state()))));
  }

  static Stream<Row> servers(Material material) {
    return material.picture().servers().stream()
        .map(server -> Row.of(values(server, state(server.state()))));
  }

  static Stream<Row> sockets(Material material) {
    return Stream.concat(
        material.picture().clients().stream().map(SocketRows::more),
        material.picture().servers().stream().map(SocketRows::more));
  }

  /// Those that somebody waits for: a running statement, a place in the queue.
  static Stream<Row> active(Material material) {
    return Stream.concat(
        material.picture().clients().stream()
            .filter(client ->
                client.state() == ClientState.ACTIVE || client.state() == ClientState.WAITING)
            .map(SocketRows::more),
        material.picture().servers().stream()
            .filter(server -> server.state() == ServerConnectionState.ACTIVE)
            .map(SocketRows::more));
  }

  private static Row more(ClientInfo client) {
    String state = client.state() == ClientState.LOGIN ? "login" : state(client.state());
    return Row.of(joined(values(client, "cl_" + state)));
  }

  private static Row more(ServerConnectionInfo server) {
    String state =
        server.state() == ServerConnectionState.OPENING ? "login" : state(server.state());
    return Row.of(joined(values(server, "sv_" + state)));
  }

  private static @Nullable Object[] joined(@Nullable Object[] values) {
    @Nullable Object[] joined = java.util.Arrays.copyOf(values, values.length + POSITIONS.size());
    for (int i = 0; i < POSITIONS.size(); i++) {
      joined[values.length + i] = POSITIONS.get(i);
    }
    return joined;
  }

  /// PgBouncer's words.
  static String state(ClientState state) {
    return switch (state) {
      case LOGIN, IDLE -> "idle";
      case ACTIVE, IN_TRANSACTION -> "active";
      case WAITING -> "waiting";
    };
  }

  static String state(ServerConnectionState state) {
    return switch (state) {
      case OPENING -> "new";
      case IDLE -> "idle";
      case ACTIVE -> "active";
      case CHECKING -> "tested";
      case CLOSING -> "closing";
    };
  }

  private static @Nullable Object[] values(ClientInfo client, String state) {
    return new @Nullable Object[] {
      "C",
      client.user(),
      client.database(),
      client.replication(),
      state,
      client.address(),
      client.port(),
      client.localAddress(),
      client.localPort(),
      client.connectedAtEpochMs(),
      time(client.requestedAtEpochMs()),
      client.waitMs() / 1000,
      client.waitMs() % 1000 * 1000,
      0L,
      pointer('C', client.id()),
      pointer('S', client.serverId()),
      0L,
      client.tls(),
      client.applicationName(),
      client.preparedStatements(),
      client.id()
    };
  }

  private static @Nullable Object[] values(ServerConnectionInfo server, String state) {
    return new @Nullable Object[] {
      "S",
      server.user(),
      server.database(),
      server.replication(),
      state,
      server.address(),
      server.port(),
      server.localAddress(),
      server.localPort(),
      server.connectedAtEpochMs(),
      time(server.requestedAtEpochMs()),
      0L,
      0L,
      server.closeNeeded() ? 1L : 0L,
      pointer('S', server.id()),
      pointer('C', server.clientId()),
      Math.max(0, server.processId()),
      server.tls(),
      server.applicationName(),
      server.preparedStatements(),
      server.id()
    };
  }

  /// What joins `ptr` and `link`; PgBouncer gives addresses in memory.
  private static String pointer(char kind, long id) {
    return id == 0 ? "" : kind + "-" + Long.toString(id);
  }

  static @Nullable Long time(long epochMs) {
    return epochMs < 0 ? null : epochMs;
  }

  static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
