package org.relevo.proxy.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.tls.Secured;

/// Secures a new connection before its first packet, as far as the node's settings ask for it; for
/// sessions and for cancel requests.
@FunctionalInterface
public interface ServerSecurity {
  /// Nothing is asked for.
  ServerSecurity PLAIN = (_, channel) -> channel.eventLoop().newSucceededFuture(Secured.PLAIN);

  /// @return on the channel's loop; fails with the reason when what is asked for cannot be had
  Future<Secured> secure(NodeView node, Channel channel);
}
