package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.FrameListener;
import org.relevo.proxy.wire.FrameScanner;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// One server connection of a session. Bytes go to the client as they come, headers scanned, unless
/// a conversation has taken over.
///
/// Owner: event loop of the session.
final class ServerLink extends ChannelInboundHandlerAdapter implements FrameListener {
  private static final int MAX_TRACKED_STATUS_BYTES = 4096;

  final NodeView node;
  private final Session session;
  private final FrameScanner scanner = new FrameScanner(this);
  private @Nullable Channel channel;
  private @Nullable Conversation conversation;
  private @Nullable FrameCutter cutter;
  private @Nullable CancelKey key;
  private boolean counted;
  private boolean closed;

  ServerLink(Session session, NodeView node) {
    this.session = session;
    this.node = node;
  }

  /// The connection; present before it is made, because the promise of a connection may tell its
  /// listeners before `channelActive`.
  Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("server connection is not open yet");
    }
    return channel;
  }

  boolean isOpen() {
    return channel != null && !closed;
  }

  @Nullable CancelKey key() {
    return key;
  }

  void key(CancelKey given) {
    key = given;
  }

  String address() {
    return node.id() + " (" + node.host() + ":" + node.port() + ")";
  }

  /// Whether an error message of our own may go to the client now.
  boolean betweenMessages() {
    return scanner.atMessageStart();
  }

  /// Whether the last thing the server said was an error.
  boolean endedWithError() {
    return scanner.atMessageStart() && scanner.lastTag() == Tags.ERROR_RESPONSE;
  }

  /// From here on, whole messages go to the conversation.
  void begin(Conversation begun, int maxMessageBytes) {
    conversation = begun;
    if (cutter == null) {
      cutter = new FrameCutter(channel().alloc(), maxMessageBytes);
    } else {
      cutter.limit(maxMessageBytes);
    }
  }

  /// From the next message on, bytes go to the client again.
  void endConversation() {
    conversation = null;
  }

  void close() {
    if (channel != null) {
      var _ = channel.close();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    counted = true;
    LoopCounters.add(session.counters().servers, 1);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    try {
      if (cutter == null) {
        relay(in.retain());
      } else {
        converse(cutter, in);
      }
    } catch (WireException e) {
      broken(String.valueOf(e.getMessage()));
    } finally {
      in.release();
    }
  }

  private void converse(FrameCutter cut, ByteBuf in) {
    cut.add(in);
    while (conversation != null && !closed && cut.hasMessage()) {
      ByteBuf frame = cut.next();
      conversation.message(frame.getByte(frame.readerIndex()), frame);
    }
    if (conversation == null && !closed) {
      cutter = null;
      ByteBuf rest = cut.rest();
      if (rest.isReadable()) {
        relay(rest.copy());
      }
      cut.close();
    }
  }

  /// Consumes the buffer.
  private void relay(ByteBuf in) {
    try {
      scanner.scan(in);
    } catch (WireException e) {
      in.release();
      throw e;
    }
    session.toClient(in);
  }

  @Override
  public int onHeader(byte tag, int bodyBytes) {
    return switch (tag) {
      case Tags.READY_FOR_QUERY -> {
        if (bodyBytes != 1) {
          throw new WireException("ReadyForQuery with " + bodyBytes + " bytes");
        }
        yield 1;
      }
      case Tags.PARAMETER_STATUS -> bodyBytes <= MAX_TRACKED_STATUS_BYTES ? bodyBytes : 0;
      case Tags.COPY_IN_RESPONSE, Tags.ERROR_RESPONSE -> {
        session.pending().received(tag);
        yield 0;
      }
      default -> 0;
    };
  }

  @Override
  public void onBody(byte tag, byte[] body, int length) {
    if (tag == Tags.READY_FOR_QUERY) {
      session.ready(body[0]);
    } else if (tag == Tags.PARAMETER_STATUS) {
      session.parameters().put(BackendMessages.readParameterStatus(body, length));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    session.serverReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    session.adjustReading();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(String.valueOf(cause.getMessage()));
  }

  private void broken(String why) {
    end(why);
    close();
  }

  private void end(String why) {
    if (closed) {
      return;
    }
    closed = true;
    if (counted) {
      LoopCounters.add(session.counters().servers, -1);
    }
    if (cutter != null) {
      cutter.close();
      cutter = null;
    }
    Conversation interrupted = conversation;
    conversation = null;
    if (interrupted != null) {
      interrupted.lost(why);
    } else {
      session.serverLost(this, why);
    }
  }

  static int loginLimit() {
    return WireLimits.MAX_LOGIN_MESSAGE_BYTES;
  }
}
