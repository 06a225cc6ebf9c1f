package org.relevo.proxy.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.ClientInfo;
import org.relevo.jmx.contract.ClientState;
import org.relevo.jmx.contract.ServerConnectionInfo;
import org.relevo.jmx.contract.ServerConnectionState;
import org.relevo.proxy.console.Picture.Part;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.pool.PoolSlot;
import org.relevo.proxy.server.OpenServers;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.StartupRequest;

/// One event loop's share of a picture; made on that loop.
record LoopPicture(List<Client> clients, List<ServerConnectionInfo> servers) {
  private static final String APPLICATION_NAME = "application_name";

  /// @param node of the server connection that it holds, null for none
  record Client(ClientInfo info, @Nullable BackendId node) {}

  LoopPicture {
    clients = List.copyOf(clients);
    servers = List.copyOf(servers);
  }

  static LoopPicture of(LoopShard shard, OpenServers servers, Set<Part> parts) {
    Moment now = new Moment(System.currentTimeMillis(), System.nanoTime());
    boolean clients =
        parts.contains(Part.CLIENTS) || parts.contains(Part.QUEUE) || parts.contains(Part.POOLS);
    return new LoopPicture(
        clients
            ? shard.sessions().stream().map(session -> client(session, now)).toList()
            : List.of(),
        parts.contains(Part.SERVERS)
            ? servers.on(shard.loop()).stream().map(server -> server(server, now)).toList()
            : List.of());
  }

  /// Counts what the loop does not count all the time.
  static LoopTraffic.Statements statements(LoopShard shard, OpenServers servers) {
    int names = 0;
    for (Session session : shard.sessions()) {
      names += session.relay().statements().names().size();
    }
    int prepared = 0;
    for (ServerConnection server : servers.on(shard.loop())) {
      prepared += server.statements().size();
    }
    return new LoopTraffic.Statements(shard.catalog().size(), names, prepared);
  }

  /// The same moment on both clocks.
  private record Moment(long epochMs, long ns) {
    long epochMs(long atNs) {
      return epochMs - msSince(atNs);
    }

    long msSince(long atNs) {
      return Math.max(0, (ns - atNs) / 1_000_000);
    }
  }

  private static Client client(Session session, Moment now) {
    StartupRequest.Startup startup = session.startup();
    Presence presence = session.presence();
    Ends ends = Ends.of(session.client());
    ServerConnection server = session.lease().connection();
    ClientState state = state(session);
    return new Client(
        new ClientInfo(
            presence.id(),
            startup.user(),
            startup.database(),
            state,
            startup.replication() ? "physical" : "none",
            ends.address(),
            ends.port(),
            ends.localAddress(),
            ends.localPort(),
            presence.sinceEpochMs(),
            presence.asked() ? now.epochMs(now.ns() - session.relay().quietNs(now.ns())) : -1,
            state == ClientState.WAITING ? waitMs(session, now) : 0,
            server == null ? 0 : server.id(),
            ends.tls(),
            applicationName(session),
            session.relay().statements().names().size()),
        server == null ? null : server.key().node());
  }

  private static ClientState state(Session session) {
    Lease lease = session.lease();
    if (lease.queued() || session.presence().awaitingNs() != 0) {
      return ClientState.WAITING;
    }
    ServerConnection held = lease.held();
    if (held != null) {
      if (!held.outstanding().answeredAll()) {
        return ClientState.ACTIVE;
      }
      return held.outstanding().status() == 'I' ? ClientState.IDLE : ClientState.IN_TRANSACTION;
    }
    if (lease.occupied()) {
      return ClientState.ACTIVE;
    }
    if (!session.serving()) {
      return ClientState.LOGIN;
    }
    if (session.relay().input().blocked()) {
      return ClientState.WAITING;
    }
    return session.relay().inBlock() ? ClientState.IN_TRANSACTION : ClientState.IDLE;
  }

  private static long waitMs(Session session, Moment now) {
    if (session.lease().queued()) {
      return now.msSince(session.lease().queuedAtNs());
    }
    long since = session.presence().awaitingNs();
    return since != 0
        ? now.msSince(since)
        : Math.max(0, session.relay().quietNs(now.ns()) / 1_000_000);
  }

  private static String applicationName(Session session) {
    return text(session.leases().vars().wanted());
  }

  private static String text(VarSet settings) {
    String bytes = settings.values().getOrDefault(APPLICATION_NAME, "");
    return new String(bytes.getBytes(VarSet.BYTES), StandardCharsets.UTF_8);
  }

  private static ServerConnectionInfo server(ServerConnection server, Moment now) {
    Ends ends = server.isOpen() ? Ends.of(server.channel()) : Ends.UNKNOWN;
    Session holder = server.tenant() instanceof Holder tenant ? tenant.session() : null;
    PoolSlot<?> slot = server.slot();
    return new ServerConnectionInfo(
        server.id(),
        server.key().node().value(),
        server.key().user(),
        server.key().database(),
        state(server),
        holder != null && holder.startup().replication() ? "physical" : "none",
        ends.address().isEmpty() ? server.node().host() : ends.address(),
        server.node().port(),
        ends.localAddress(),
        ends.localPort(),
        now.epochMs(server.openedAtNs()),
        server.lentAtNs() == 0 ? -1 : now.epochMs(server.lentAtNs()),
        slot != null && slot.closeNeeded(),
        holder == null ? 0 : holder.presence().id(),
        server.cancelKey() == null ? -1 : server.cancelKey().processId(),
        ends.tls(),
        holder == null ? "" : applicationName(holder),
        server.statements().size(),
        server.uses());
  }

  private static ServerConnectionState state(ServerConnection server) {
    if (server.tenant() != null) {
      return ServerConnectionState.ACTIVE;
    }
    if (server.slot() == null) {
      return ServerConnectionState.OPENING;
    }
    return server.conversing() ? ServerConnectionState.CHECKING : ServerConnectionState.IDLE;
  }
}
