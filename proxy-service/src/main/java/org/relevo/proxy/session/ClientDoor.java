package org.relevo.proxy.session;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.TreeMap;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.server.ServerConnector;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.server.VarSet;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.StartupRequest;

/// What a client that is served in another way than by a [Session] needs of the service.
///
/// Owner: thread-safe, apart from what is said to be for the client's loop.
public final class ClientDoor {
  private final SessionHub hub;
  private final LoopShard shard;
  private final Channel channel;
  private final StartupRequest.Startup startup;

  ClientDoor(SessionHub hub, LoopShard shard, Channel channel, StartupRequest.Startup startup) {
    this.hub = hub;
    this.shard = shard;
    this.channel = channel;
    this.startup = startup;
  }

  public Channel channel() {
    return channel;
  }

  public EventLoop loop() {
    return shard.loop();
  }

  public String database() {
    return startup.database();
  }

  public String user() {
    return startup.user();
  }

  /// Settings of the start-up packet, those in its `options` included.
  ///
  /// @throws org.relevo.proxy.wire.WireException when `options` holds what is no setting
  public Map<String, String> settings() {
    return new TreeMap<>(StartupSettings.of(startup).values());
  }

  /// Bytes of a setting as characters and back.
  public static java.nio.charset.Charset bytes() {
    return VarSet.BYTES;
  }

  public ClusterViews views() {
    return hub.views();
  }

  public ServerOpener opener() {
    return hub.opener();
  }

  public ServerConnector connector() {
    return hub.connector();
  }

  public ServerSecurity security() {
    return hub.security();
  }

  public SessionSettings limits() {
    return hub.settings();
  }

  public int nextProcessId() {
    return shard.nextProcessId();
  }

  /// @return brings cancel requests to the target, until [#forget]
  public CancelKey register(int processId, CancelTarget target) {
    return hub.cancelDesk().register(processId, startup.minor() >= 2, target);
  }

  public void forget(CancelKey key) {
    hub.cancelDesk().forget(key);
  }

  /// On the loop.
  public void received(int bytes) {
    LoopCounters.add(shard.counters().bytesFromClients, bytes);
  }

  /// On the loop.
  public void sent(int bytes) {
    LoopCounters.add(shard.counters().bytesToClients, bytes);
  }

  /// On the loop.
  public void transactionEnded() {
    LoopCounters.add(shard.counters().transactions, 1);
  }

  /// The client was refused; on the loop.
  public void refused() {
    LoopCounters.add(shard.counters().refused, 1);
  }

  /// The client has left; once.
  public void dismiss() {
    hub.dismiss();
  }
}
