package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.tls.Secured;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.FrontendMessages;

/// Opens server connections: connects, secures, logs in.
///
/// Owner: none; each opening belongs to its event loop.
public final class ServerOpener implements ConnectionOpener<ServerConnection> {
  private final ClusterViews views;
  private final ServerConnector connector;
  private final ServerSecurity security;
  private final Logins logins;
  private final RoleCredentials credentials;
  private final Supplier<Duration> timeout;
  private final OpenServers servers;

  /// @param timeout for the whole of an opening
  /// @param fence of what leads to the primary
  public ServerOpener(
      ClusterViews views,
      ServerConnector connector,
      ServerSecurity security,
      Logins logins,
      RoleCredentials credentials,
      Supplier<Duration> timeout,
      WriteFence fence) {
    this.servers = new OpenServers(fence);
    this.views = views;
    this.connector = connector;
    this.security = security;
    this.logins = logins;
    this.credentials = credentials;
    this.timeout = timeout;
  }

  /// What was opened and has not ended.
  public OpenServers servers() {
    return servers;
  }

  @Override
  public void open(PoolKey key, EventLoop loop, Result<ServerConnection> result) {
    open(key, Map.of(), loop, result);
  }

  /// @param more start-up parameters besides user and database
  public void open(
      PoolKey key, Map<String, String> more, EventLoop loop, Result<ServerConnection> result) {
    Optional<NodeView> node = views.current().node(key.node());
    if (node.isEmpty()) {
      result.failed(
          BackendError.fatal(
              SqlState.CONNECTION_FAILURE, "there is no " + key.node() + " in the cluster"));
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("user", key.user());
    parameters.put("database", key.database());
    parameters.putAll(more);
    ServerConnection opening = new ServerConnection(key, node.get(), servers);
    servers.add(opening, loop);
    connect(opening, parameters, loop, result);
  }

  private void connect(
      ServerConnection opening,
      Map<String, String> parameters,
      EventLoop loop,
      Result<ServerConnection> result) {
    Duration limit = timeout.get();
    Opening login = new Opening(opening, loop, credentials.of(opening.key().user()), result);
    NodeView node = opening.node();
    ChannelFuture connected = connector.connect(loop, node.host(), node.port(), limit, opening);
    login.limit(limit, connected);
    connected.addListener(made -> {
      if (made.isSuccess()) {
        secure(opening, login, parameters);
      } else {
        login.unreachable(made.cause());
      }
    });
  }

  private void secure(ServerConnection opening, Opening login, Map<String, String> parameters) {
    security
        .secure(opening.node(), opening.channel())
        .addListener(secured -> {
          if (!secured.isSuccess()) {
            login.unreachable(secured.cause());
            return;
          }
          login.begin(logins, (Secured) secured.getNow());
          ByteBuf packet = opening.channel().alloc().buffer();
          FrontendMessages.startup(packet, 0, parameters);
          var _ = opening.channel().writeAndFlush(packet);
        });
  }
}
