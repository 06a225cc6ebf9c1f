package org.relevo.proxy.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.wire.ByteString;

/// Secures a new connection before its first packet, as far as the node's settings ask for it.
@FunctionalInterface
public interface ServerSecurity {
  /// Nothing is asked for.
  ServerSecurity PLAIN = (_, channel) -> channel.eventLoop().newSucceededFuture(Optional.empty());

  /// @return `tls-server-end-point` of the server's certificate, empty on a plain connection; fails
  ///   with the reason when what is asked for cannot be had
  Future<Optional<ByteString>> secure(NodeView node, Channel channel);
}
