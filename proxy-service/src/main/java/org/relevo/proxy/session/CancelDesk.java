package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// Gives clients their cancel keys and brings cancel requests to the server connection that runs
/// the client's statement. A request for an unknown key, or for a session with nothing running,
/// ends without a word, as PostgreSQL does it.
///
/// Owner: thread-safe.
final class CancelDesk {
  static final int MAX_IN_FLIGHT = 64;
  private static final long ANSWER_LIMIT_S = 10;
  private static final int SHORT_KEY_BYTES = 4;
  private static final int LONG_KEY_BYTES = 32;

  private final ConcurrentMap<CancelKey, Session> sessions = new ConcurrentHashMap<>();
  private final ConcurrentMap<CancelKey, ConsoleClient> consoles = new ConcurrentHashMap<>();
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger inFlight = new AtomicInteger();

  /// A key of our own: the server's process number, so that tools that compare it with
  /// `pg_backend_pid()` are right, and a secret that is not the server's.
  ///
  /// @param longKey whether the client's protocol allows more than four bytes
  CancelKey register(int processId, boolean longKey, Session session) {
    return register(processId, longKey, session, sessions);
  }

  /// @return a key that ends what the console's client waits for
  CancelKey register(int processId, boolean longKey, ConsoleClient client) {
    return register(processId, longKey, client, consoles);
  }

  private <T> CancelKey register(
      int processId, boolean longKey, T owner, ConcurrentMap<CancelKey, T> owners) {
    while (true) {
      CancelKey key = newKey(processId, longKey);
      if (owners.putIfAbsent(key, owner) == null) {
        return key;
      }
    }
  }

  /// A key that cancels nothing until it is registered.
  CancelKey newKey(int processId, boolean longKey) {
    byte[] secret = new byte[longKey ? LONG_KEY_BYTES : SHORT_KEY_BYTES];
    random.nextBytes(secret);
    return new CancelKey(processId, ByteString.copyOf(secret));
  }

  void forget(CancelKey key) {
    sessions.remove(key);
    consoles.remove(key);
  }

  /// Serves a cancel request; the requester's connection closes when it has been delivered.
  void cancel(CancelKey key, Channel requester) {
    ConsoleClient console = consoles.get(key);
    if (console != null) {
      console.loop().execute(console::cancel);
    }
    Session session = sessions.get(key);
    if (session == null || inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
      if (session != null) {
        inFlight.decrementAndGet();
      }
      var _ = requester.close();
      return;
    }
    requester.closeFuture().addListener(_ -> inFlight.decrementAndGet());
    var _ =
        requester.eventLoop().schedule(() -> closeNow(requester), ANSWER_LIMIT_S, TimeUnit.SECONDS);
    session.loop().execute(() -> deliver(session, requester));
  }

  private static void closeNow(Channel channel) {
    var _ = channel.close();
  }

  private static void deliver(Session session, Channel requester) {
    ServerConnection server = session.running();
    CancelKey key = server == null ? null : server.cancelKey();
    if (server == null || key == null) {
      session.cancelQueued();
      var _ = requester.close();
      return;
    }
    session.lease().cancelBegins();
    requester
        .closeFuture()
        .addListener(_ -> session.loop().execute(() -> session.lease().cancelEnds()));
    var _ =
        session
            .hub()
            .connector()
            .connect(
                session.loop(),
                server.node().host(),
                server.node().port(),
                session.hub().settings().connectTimeout(),
                new Delivery(key, requester));
  }

  /// Sends the request, then waits for the server to close: only then has it acted.
  private static final class Delivery extends ChannelInboundHandlerAdapter {
    private final CancelKey key;
    private final Channel requester;

    Delivery(CancelKey key, Channel requester) {
      this.key = key;
      this.requester = requester;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      ByteBuf request = context.alloc().buffer();
      FrontendMessages.cancelRequest(request, key);
      var _ = context.writeAndFlush(request).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      requester.closeFuture().addListener(_ -> closeNow(context.channel()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
      var _ = requester.close();
    }
  }
}
