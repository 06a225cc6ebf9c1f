package org.relevo.proxy.session;

import io.netty.channel.Channel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.Authentication;
import org.relevo.proxy.console.ConsoleSource;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.Pools;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.statistics.AllStatements;
import org.relevo.proxy.wire.StartupRequest;

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
  private final SchemaChanges schema = new SchemaChanges();
  private final AtomicInteger clients = new AtomicInteger();
  private final AtomicInteger strangers = new AtomicInteger();
  private final AtomicLong ids = new AtomicLong();
  private final LiveSource console;
  private final AllStatements statements;
  private volatile TrafficRules rules = TrafficRules.NONE;
  private volatile SessionSettings settings;
  private volatile PoolPolicy policy;
  private volatile Authentication authentication;
  private volatile SessionRouters routers = SessionRouters.NONE;
  private volatile @Nullable ClientServers servers;
  private volatile CancelGuard cancelGuard = CancelGuard.NONE;
  private volatile NodeTalk.Settings nodeTalk = NodeTalk.Settings.OFF;

  /// @param service for the console
  public SessionHub(
      Parts parts,
      SessionSettings settings,
      PoolPolicy policy,
      Authentication authentication,
      ServiceSide service) {
    this.parts = parts;
    this.settings = settings;
    this.policy = policy;
    this.authentication = authentication;
    this.statements =
        new AllStatements(parts.shards().stream().map(LoopShard::statistics).toList());
    this.console = new LiveSource(this, service);
  }

  /// Takes over new settings; sessions that exist keep their pool mode.
  public void apply(SessionSettings limits, PoolPolicy pools, Authentication logins) {
    settings = limits;
    policy = pools;
    authentication = logins;
  }

  /// How sessions that begin from now on are routed.
  ///
  /// @param changes is told of changes of definitions
  public void route(SessionRouters now, DefinitionChanges changes) {
    schema.listener(changes);
    routers = now;
  }

  /// Who serves clients instead of sessions, from now on.
  public void serveBy(ClientServers now) {
    servers = now;
  }

  /// Who serves this client instead of a session; null when a session does.
  @Nullable SessionlessClient otherwise(
      LoopShard shard, Channel channel, StartupRequest.Startup startup) {
    if (startup.replication()) {
      return new ReplicationRelay(this, shard, channel, startup);
    }
    ClientServers now = servers;
    return now == null ? null : now.serve(new ClientDoor(this, shard, channel, startup));
  }

  /// Which statements of routed sessions are told of, with their node.
  ///
  /// @param toLog `log_per_node_statement`
  /// @param toClient `notice_per_node_statement`
  public void tellNodes(boolean toLog, boolean toClient) {
    nodeTalk = new NodeTalk.Settings(toLog, toClient);
  }

  /// What statements of routed sessions cost.
  public AllStatements statements() {
    return statements;
  }

  /// Whether a primary that is lost is replaced by another, which is worth waiting for.
  boolean primariesReplaced() {
    return parts.opener().servers().replaced();
  }

  /// Whether what became of a COMMIT without an answer is asked for.
  boolean asksOutcomes() {
    return settings.asksOutcomes() && primariesReplaced();
  }

  /// Which life of which server takes writes, as far as it is known.
  Succession lives() {
    return parts.opener().servers().lives();
  }

  /// Whether nothing may go to the primary at the moment.
  boolean fenced() {
    return parts.opener().servers().fenced();
  }

  /// Asks before cancel requests go to the primary.
  public void guardCancels(CancelGuard guard) {
    cancelGuard = guard;
  }

  CancelGuard cancelGuard() {
    return cancelGuard;
  }

  NodeTalk.Settings nodeTalk() {
    return nodeTalk;
  }

  SessionRouters routers() {
    return routers;
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

  SchemaChanges schema() {
    return schema;
  }

  /// A client has connected; [#known] ends what this begins.
  ///
  /// @return false when as many clients as may be have not ended their authentication
  boolean meet() {
    return strangers.incrementAndGet() <= settings.maxUnauthenticated();
  }

  /// A client's authentication has ended, or the client has.
  void known() {
    strangers.decrementAndGet();
  }

  /// A role or a database was altered: server connections are opened anew, as they get free.
  void rolesChanged() {
    parts.pools().renew(_ -> true, "a role or a database was altered");
    for (LoopShard shard : parts.shards()) {
      shard.loop().execute(shard::forgetGreetings);
    }
  }

  List<LoopShard> shards() {
    return parts.shards();
  }

  /// What the console and the management interface show and do.
  public ConsoleSource console() {
    return console;
  }

  /// Ends a period of the averages, and has the loops count what they do not count all the time.
  public void tick() {
    console.tick();
  }

  TrafficRules rules() {
    return rules;
  }

  void rules(TrafficRules now) {
    rules = now;
  }

  /// For a new session of a loop. On that loop.
  Presence presence(LoopShard shard, String database) {
    return new Presence(ids.incrementAndGet(), shard.traffic().of(database, rules));
  }

  /// @param forConsole may have the reserved places too
  /// @return false when there are as many clients as may be
  boolean admit(boolean forConsole) {
    SessionSettings now = settings;
    int most = now.maxClients() - (forConsole ? 0 : now.reservedClients());
    if (clients.incrementAndGet() <= most) {
      return true;
    }
    clients.decrementAndGet();
    return false;
  }

  void dismiss() {
    clients.decrementAndGet();
  }
}
