package org.relevo.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolSlot;
import org.relevo.proxy.pool.PooledConnection;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;
import org.relevo.proxy.wire.WireException;
import org.relevo.proxy.wire.WireLimits;

/// One connection to a server. Bytes go to the tenant as they come, headers scanned, unless a
/// conversation of the service has taken over; without either it rests in the pool.
///
/// Owner: its event loop.
public final class ServerConnection extends ChannelInboundHandlerAdapter
    implements PooledConnection {
  private final PoolKey key;
  private final NodeView node;
  private final OpenServers servers;
  private final long id;
  private final ServerAnswers answers = new ServerAnswers(this);
  private final ServerStatements statements = new ServerStatements();
  private final long openedAtNs = System.nanoTime();
  private @Nullable Channel channel;
  private @Nullable CancelKey cancelKey;
  private @Nullable VarSet applied = VarSet.EMPTY;
  private long uses;
  private long lentAtNs;
  private long knownSince;
  private @Nullable PoolSlot<?> slot;
  private boolean moving;
  private boolean closed;
  private boolean spoiled;
  private boolean doubtful;

  ServerConnection(PoolKey key, NodeView node, OpenServers servers) {
    this.key = key;
    this.node = node;
    this.servers = servers;
    this.id = servers.nextId();
  }

  /// Unique since start.
  public long id() {
    return id;
  }

  /// Who holds it; null when nobody does.
  public @Nullable Tenant tenant() {
    return answers.tenant();
  }

  /// When it was last lent, 0 before.
  public long lentAtNs() {
    return lentAtNs;
  }

  /// A moment after it was opened, in the measure of who sets it; 0 for none.
  public long knownSince() {
    return knownSince;
  }

  public void knownSince(long moment) {
    knownSince = moment;
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
    return answers.outstanding();
  }

  /// What it is asked ahead of a COMMIT.
  public XidQuestion question() {
    return answers.question();
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
    return answers.reported();
  }

  /// Takes an equal object for what it reports, so that comparing is comparing references.
  public void reportedAs(VarSet equal) {
    answers.reportedAs(equal);
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
    return answers.atMessageStart();
  }

  /// Outside any transaction, with nothing unanswered and nothing half said.
  public boolean atRest() {
    return outstanding().atBoundary() && answers.atMessageStart();
  }

  /// Whether the last thing the server said was an error.
  public boolean endedWithError() {
    return answers.endsWithError();
  }

  /// Whether what is passed to it counts as passed to the primary.
  public boolean toPrimary() {
    return node.role() == NodeView.Role.PRIMARY || servers.isPrimary(node.id());
  }

  /// Its server, a standby when this was opened, has been promoted: before it serves, it is asked
  /// for a sign of life, with which the server says what it has become.
  public void promoted() {
    doubtful = true;
  }

  /// Whether it leads to a primary that nothing may be passed to any more, or from; then it is
  /// closed.
  public boolean fenced() {
    if (!servers.fenced() || !toPrimary()) {
      return false;
    }
    abort("was cut off: this service may not write at the moment");
    return true;
  }

  // ------------------------------------------------------------------ pool

  @Override
  public boolean usable() {
    return isOpen() && !spoiled && !conversing() && atRest();
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
    doubtful = false;
    LifeSign.ask(this, done);
  }

  @Override
  public boolean doubtful() {
    return doubtful;
  }

  /// From here on the tenant gets what the server says.
  public void lend(Tenant to) {
    answers.tenant(to);
    uses++;
    lentAtNs = System.nanoTime() | 1;
  }

  /// The tenant leaves; what the server says from here on is nobody's.
  public void takeBack() {
    answers.tenant(null);
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
    servers.remove(this);
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
    if (here) {
      servers.add(this, channel().eventLoop());
    }
    done.accept(here);
  }

  // ------------------------------------------------------------------ conversation

  /// From here on, whole messages go to the conversation.
  public void converse(Conversation begun, int maxMessageBytes) {
    answers.converse(begun, maxMessageBytes);
  }

  /// From the next message on, bytes go to the tenant again.
  public void endConversation() {
    answers.endConversation();
  }

  public boolean conversing() {
    return answers.conversation() != null;
  }

  /// The channel, open and idle, goes over to another handler; this is of no use afterwards.
  public void handOver(ChannelHandler to) {
    Channel given = channel();
    given.pipeline().addLast(to);
    given.pipeline().remove(this);
    closed = true;
    servers.remove(this);
    answers.release();
  }

  // ------------------------------------------------------------------ channel

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (closed || fenced()) {
      in.release();
      return;
    }
    try {
      answers.read(in);
    } catch (WireException e) {
      abort(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    Tenant tenant = answers.tenant();
    if (tenant != null) {
      tenant.serverReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Tenant tenant = answers.tenant();
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
    servers.remove(this);
    Conversation interrupted = answers.conversation();
    Tenant holder = answers.tenant();
    answers.release();
    if (slot != null && !moving) {
      slot.connectionEnded();
    }
    if (interrupted != null) {
      interrupted.lost(why);
    } else if (holder != null) {
      holder.serverLost(why);
    }
  }

  static int loginLimit() {
    return WireLimits.MAX_LOGIN_MESSAGE_BYTES;
  }
}
