package org.relevo.proxy.session;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.Pools;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.server.ServerSecurity;

/// What all sessions of a service share.
///
/// Owner: none; every part is thread-safe.
public final class SessionHub {
  /// What sessions are built on.
  ///
  /// @param connector for cancel requests, as is `security`
  /// @param opener for connections that are nobody else's
  public record Parts(
      ClusterViews views,
      ServerConnector connector,
      ServerSecurity security,
      ServerOpener opener,
      Pools<ServerConnection> pools,
      RoleCredentials credentials,
      List<LoopShard> shards) {
    public Parts {
      shards = List.copyOf(shards);
    }
  }

  private final Parts parts;
  private final CancelDesk cancelDesk = new CancelDesk();
  private final HostilePeers hostilePeers = new HostilePeers();
  private final AtomicInteger clients = new AtomicInteger();
  private volatile SessionSettings settings;
  private volatile PoolPolicy policy;
  private volatile Authentication authentication;

  public SessionHub(
      Parts parts, SessionSettings settings, PoolPolicy policy, Authentication authentication) {
    this.parts = parts;
    this.settings = settings;
    this.policy = policy;
    this.authentication = authentication;
  }

  /// Takes over new settings; sessions that exist keep their pool mode.
  public void apply(SessionSettings limits, PoolPolicy pools, Authentication logins) {
    settings = limits;
    policy = pools;
    authentication = logins;
  }

  public SessionSettings settings() {
    return settings;
  }

  PoolPolicy policy() {
    return policy;
  }

  Authentication authentication() {
    return authentication;
  }

  ClusterViews views() {
    return parts.views();
  }

  ServerConnector connector() {
    return parts.connector();
  }

  ServerSecurity security() {
    return parts.security();
  }

  ServerOpener opener() {
    return parts.opener();
  }

  Pools<ServerConnection> pools() {
    return parts.pools();
  }

  RoleCredentials credentials() {
    return parts.credentials();
  }

  CancelDesk cancelDesk() {
    return cancelDesk;
  }

  HostilePeers hostilePeers() {
    return hostilePeers;
  }

  /// A definition has changed in a database.
  void schemaChanged() {
    for (LoopShard shard : parts.shards()) {
      shard.loop().execute(shard::schemaChanged);
    }
  }

  /// @return false when there are as many clients as may be
  boolean admit() {
    if (clients.incrementAndGet() <= settings.maxClients()) {
      return true;
    }
    clients.decrementAndGet();
    return false;
  }

  void dismiss() {
    clients.decrementAndGet();
  }
}
