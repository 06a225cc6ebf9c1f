package org.relevo.proxy.net;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.relevo.proxy.config.CommitOutcome;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.console.ConsoleAccess;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.freshness.NodeShare;
import org.relevo.proxy.freshness.PositionSettings;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.session.SessionSettings;

/// Where to listen and what sessions are allowed.
///
/// @param port 0 for any free one
/// @param backlog most connections that wait to be accepted
/// @param loops event loops; 0 for one for every two cores
public record ProxyServerSettings(
    List<String> listenAddresses,
    int port,
    UnixSockets unixSockets,
    int backlog,
    int loops,
    SessionSettings sessions,
    PoolPolicy policy,
    LimitSettings limits,
    PositionSettings positions) {
  /// The kernel cuts it to `net.core.somaxconn` anyway.
  private static final int MAX_BACKLOG = 65_535;

  /// Without samples of positions.
  public ProxyServerSettings(
      List<String> listenAddresses,
      int port,
      UnixSockets unixSockets,
      int backlog,
      int loops,
      SessionSettings sessions,
      PoolPolicy policy,
      LimitSettings limits) {
    this(
        listenAddresses,
        port,
        unixSockets,
        backlog,
        loops,
        sessions,
        policy,
        limits,
        PositionSettings.NONE);
  }

  public ProxyServerSettings {
    listenAddresses = List.copyOf(listenAddresses);
  }

  public static ProxyServerSettings of(ProxyConfig config) {
    ProxyConfig.Clients clients = config.clients();
    ProxyConfig.Listening listening = config.listening();
    return new ProxyServerSettings(
        clients.listenAddresses(),
        clients.port(),
        new UnixSockets(
            listening.unixSocketDirectories(),
            listening.unixSocketPermissions(),
            listening.unixSocketGroup()),
        (int) Math.min(MAX_BACKLOG, (long) listening.backlogMultiplier() * clients.maxClients()),
        listening.workerLoops(),
        new SessionSettings(
            clients.maxClients(),
            clients.authenticationTimeout(),
            clients.connectTimeout(),
            clients.primaryWaitTimeout(),
            clients.replicationAllowed(),
            clients.reservedConnections(),
            new ConsoleAccess(config.console().adminUsers(), config.console().statsUsers()),
            clients.maxUnauthenticated(),
            clients.commitOutcome() == CommitOutcome.ASK),
        config.pools().policy(),
        config.pools().limits(),
        positions(config));
  }

  private static PositionSettings positions(ProxyConfig config) {
    Map<BackendId, NodeShare> shares = new HashMap<>();
    config
        .backends()
        .forEach(each -> shares.put(each.id(), new NodeShare(each.weight(), each.zone())));
    return new PositionSettings(
        config.freshness().samplePeriod(),
        config.health().user(),
        config.health().password(),
        config.health().database(),
        shares);
  }
}
