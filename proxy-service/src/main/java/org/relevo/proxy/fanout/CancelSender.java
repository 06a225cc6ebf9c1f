package org.relevo.proxy.fanout;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.session.ClientDoor;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// Brings a client's cancel request to one of its nodes; which closes when it has acted.
///
/// Owner: the client's event loop.
final class CancelSender extends ChannelInboundHandlerAdapter {
  private CancelSender() {}

  static void send(ClientDoor door, NodeLink link) {
    CancelKey key = link.cancelKey();
    NodeView node = door.views().current().node(link.node()).orElse(null);
    if (key == null || node == null) {
      return;
    }
    door.connector()
        .connect(
            door.loop(),
            node.host(),
            node.port(),
            door.limits().connectTimeout(),
            new CancelSender())
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  if (connected.isSuccess()) {
                    secure(door, node, key, connected.channel());
                  }
                });
  }

  private static void secure(ClientDoor door, NodeView node, CancelKey key, Channel open) {
    door.security()
        .secure(node, open)
        .addListener(secured -> {
          if (secured.isSuccess()) {
            ByteBuf request = open.alloc().buffer();
            FrontendMessages.cancelRequest(request, key);
            var _ = open.writeAndFlush(request);
          } else {
            var _ = open.close();
          }
        });
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
