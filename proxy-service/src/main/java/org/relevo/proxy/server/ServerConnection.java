package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolSlot;
import org.relevo.proxy.pool.PooledConnection;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrameCutter;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.Tags;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// One connection to a server. Bytes go to the tenant as they come, headers scanned, unless a
/// conversation of the service has taken over; without either it rests in the pool.
///
/// Owner: its event loop.
public final class ServerConnection extends ChannelInboundHandlerAdapter
    implements PooledConnection, ServerStream.Sink, Outstanding.Owner {
  private static final int MAX_TRACKED_STATUS_BYTES = 4096;
  private static final int MAX_REPORTED = 512;
  private static final int MAX_KEPT_ERROR_BYTES = 65_536;

  private final PoolKey key;
  private final NodeView node;
  private final ServerStream stream = new ServerStream(this);
  private final Outstanding outstanding = new Outstanding(this);
  private final ServerStatements statements = new ServerStatements();
  private final long openedAtNs = System.nanoTime();
  private @Nullable Channel channel;
  private @Nullable Tenant tenant;
  private @Nullable Conversation conversation;
  private @Nullable FrameCutter cutter;
  private @Nullable CancelKey cancelKey;
  private VarSet reported = VarSet.EMPTY;
  private @Nullable VarSet applied = VarSet.EMPTY;
  private long uses;
  private @Nullable PoolSlot<?> slot;
  private boolean moving;
  private boolean closed;
  private boolean spoiled;

  ServerConnection(PoolKey key, NodeView node) {
    this.key = key;
    this.node = node;
  }

  public PoolKey key() {
    return key;
  }

  public NodeView node() {
    return node;
  }

  public String address() {
    return node.id() + " (" + node.host() + ":" + node.port() + ")";
  }

  public Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("server connection is not open yet");
    }
    return channel;
  }

  public Outstanding outstanding() {
    return outstanding;
  }

  public ServerStatements statements() {
    return statements;
  }

  public @Nullable CancelKey cancelKey() {
    return cancelKey;
  }

  void cancelKey(CancelKey given) {
    cancelKey = given;
  }

  public long openedAtNs() {
    return openedAtNs;
  }

  /// What the server reports of its settings (ParameterStatus).
  public VarSet reported() {
    return reported;
  }

  /// What its session has been given; null when that is not known.
  public @Nullable VarSet applied() {
    return applied;
  }

  public void applied(@Nullable VarSet settings) {
    applied = settings;
  }

  public boolean isOpen() {
    return channel != null && !closed;
  }

  /// Not to be given to anybody else: its state is not known.
  public void spoil() {
    spoiled = true;
  }

  /// Whether an error message of the service's own may go to the client now.
  public boolean betweenMessages() {
    return stream.atMessageStart();
  }

  /// Whether the last thing the server said was an error.
  public boolean endedWithError() {
    return stream.atMessageStart() && stream.lastTag() == Tags.ERROR_RESPONSE;
  }

  // ------------------------------------------------------------------ pool

  @Override
  public boolean usable() {
    return isOpen()
        && !spoiled
        && conversation == null
        && outstanding.atBoundary()
        && stream.atMessageStart();
  }

  @Override
  public long uses() {
    return uses;
  }

  @Override
  public @Nullable PoolSlot<?> slot() {
    return slot;
  }

  @Override
  public void slot(PoolSlot<?> given) {
    slot = given;
  }

  /// Asks an empty question.
  @Override
  public void check(Consumer<Boolean> done) {
    LifeSign.ask(this, done);
  }

  /// From here on the tenant gets what the server says.
  public void lend(Tenant to) {
    tenant = to;
    uses++;
  }

  /// The tenant leaves; what the server says from here on is nobody's.
  public void takeBack() {
    tenant = null;
    if (isOpen() && !channel().config().isAutoRead()) {
      channel().config().setAutoRead(true);
    }
  }

  @Override
  public void close(String reason) {
    if (!isOpen()) {
      return;
    }
    ByteBuf bye = channel().alloc().buffer(8);
    FrontendMessages.terminate(bye);
    var _ = channel().write(bye);
    Closing.afterFlush(channel());
    end(reason);
  }

  /// Closes without a word; for a connection whose stream is of no use any more.
  public void abort(String reason) {
    if (channel != null) {
      var _ = channel.close();
    }
    end(reason);
  }

  @Override
  public void moveTo(EventLoop loop, Consumer<Boolean> done) {
    Channel traveller = channel();
    moving = true;
    traveller
        .deregister()
        .addListener(left -> {
          if (left.isSuccess()) {
            var _ = loop.register(traveller).addListener(_ -> loop.execute(() -> arrived(done)));
          } else {
            loop.execute(() -> arrived(done));
          }
        });
  }

  private void arrived(Consumer<Boolean> done) {
    boolean here = isOpen() && channel().isRegistered();
    if (!here) {
      abort("was lost between event loops");
    }
    moving = false;
    done.accept(here);
  }

  // ------------------------------------------------------------------ conversation

  /// From here on, whole messages go to the conversation.
  public void converse(Conversation begun, int maxMessageBytes) {
    conversation = begun;
    if (cutter == null) {
      cutter = new FrameCutter(channel().alloc(), maxMessageBytes);
    } else {
      cutter.limit(maxMessageBytes);
    }
  }

  /// From the next message on, bytes go to the tenant again.
  public void endConversation() {
    conversation = null;
  }

  public boolean conversing() {
    return conversation != null;
  }

  private void converse(FrameCutter cut, ByteBuf in) {
    cut.add(in);
    while (conversation != null && !closed && cut.hasMessage()) {
      ByteBuf frame = cut.next();
      byte tag = frame.getByte(frame.readerIndex());
      if (tag == Tags.PARAMETER_STATUS) {
        byte[] body = Conversation.body(frame);
        report(BackendMessages.readParameterStatus(body, body.length));
      }
      conversation.message(tag, frame);
    }
    if (conversation == null && !closed) {
      cutter = null;
      try {
        ByteBuf rest = cut.rest();
        if (rest.isReadable()) {
          stream.read(rest.copy(), channel().alloc());
        }
      } finally {
        cut.close(); // what follows may be no message at all
      }
    }
  }

  // ------------------------------------------------------------------ channel

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (closed) {
      in.release();
      return;
    }
    try {
      if (cutter == null) {
        stream.read(in, context.alloc());
      } else {
        try {
          converse(cutter, in);
        } finally {
          in.release();
        }
      }
    } catch (WireException e) {
      abort(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (tenant != null) {
      tenant.serverReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (tenant != null) {
      tenant.serverWritabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end("closed the connection");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    abort(String.valueOf(cause.getMessage()));
  }

  private void end(String why) {
    if (closed) {
      return;
    }
    closed = true;
    stream.release();
    if (cutter != null) {
      cutter.close();
      cutter = null;
    }
    Conversation interrupted = conversation;
    conversation = null;
    Tenant holder = tenant;
    tenant = null;
    if (slot != null && !moving) {
      slot.connectionEnded();
    }
    if (interrupted != null) {
      interrupted.lost(why);
    } else if (holder != null) {
      holder.serverLost(why);
    }
  }

  // ------------------------------------------------------------------ stream

  @Override
  public ServerStream.Fate begins(byte tag, int bodyBytes) {
    return switch (tag) {
      case Tags.DATA_ROW, Tags.COPY_DATA -> ServerStream.Fate.PASS;
      case Tags.READY_FOR_QUERY -> {
        if (bodyBytes != 1) {
          throw new WireException("ReadyForQuery with " + bodyBytes + " bytes");
        }
        yield outstanding.isOwnReadyNext() ? ServerStream.Fate.DROP : ServerStream.Fate.PASS;
      }
      case '1', '2', '3', 'C' ->
          outstanding.isOwnNext() ? ServerStream.Fate.DROP : ServerStream.Fate.PASS;
      case Tags.PARAMETER_STATUS ->
          bodyBytes <= MAX_TRACKED_STATUS_BYTES ? ServerStream.Fate.KEEP : ServerStream.Fate.PASS;
      case Tags.ERROR_RESPONSE ->
          bodyBytes <= MAX_KEPT_ERROR_BYTES ? ServerStream.Fate.KEEP : ServerStream.Fate.PASS;
      default -> ServerStream.Fate.PASS;
    };
  }

  @Override
  public void pass(ByteBuf in) {
    Tenant holder = tenant;
    if (holder == null) {
      in.release();
    } else {
      holder.fromServer(in);
    }
  }

  @Override
  public void kept(byte tag, ByteBuf frame) {
    if (tag == Tags.PARAMETER_STATUS) {
      byte[] body = Conversation.body(frame);
      try {
        report(BackendMessages.readParameterStatus(body, body.length));
      } catch (WireException e) {
        frame.release();
        throw e;
      }
      pass(frame);
    } else {
      Note answered = (Note) outstanding.current();
      if (answered != null) {
        answered.failed();
      }
      outstanding.received(tag);
      Tenant holder = tenant;
      if (holder == null) {
        spoiled = true; // the end of an idle connection, in words
        frame.release();
      } else {
        holder.errorFromServer(frame, answered);
      }
    }
  }

  @Override
  public void ended(byte tag, byte lastByte) {
    switch (tag) {
      case Tags.DATA_ROW, Tags.COPY_DATA -> {
        // the many
      }
      case Tags.READY_FOR_QUERY -> {
        boolean own = outstanding.isOwnReadyNext();
        outstanding.ready(lastByte);
        if (tenant != null && !own) {
          tenant.ready(lastByte);
        }
      }
      default -> {
        if (tag == 'C' && outstanding.current() instanceof Note note) {
          note.completed();
        }
        outstanding.received(tag);
      }
    }
  }

  private void report(Map.Entry<String, String> status) {
    if (reported.values().size() < MAX_REPORTED || reported.values().containsKey(status.getKey())) {
      reported = reported.with(status.getKey(), status.getValue());
    }
  }

  // ------------------------------------------------------------------ account

  @Override
  public void done(byte kind, Object note) {
    ((Note) note).done(this);
  }

  @Override
  public void skipped(byte kind, Object note) {
    ((Note) note).skipped(this);
  }

  @Override
  public void spared(byte kind) {
    stream.passed();
    if (tenant != null) {
      tenant.spared(kind);
    }
  }

  static int loginLimit() {
    return WireLimits.MAX_LOGIN_MESSAGE_BYTES;
  }
}
