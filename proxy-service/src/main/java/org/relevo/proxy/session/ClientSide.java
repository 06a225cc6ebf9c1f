package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.ClientFacts;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.console.ConsoleAccess;
import org.relevo.proxy.console.ConsoleRole;
import org.relevo.proxy.core.SqlState;
import org.relevo.proxy.tls.FrontTls;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.StartupParser;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.WireException;

/// A client's channel: its first packets, then hands everything to its [Session].
///
/// Owner: event loop of the client channel.
public final class ClientSide extends ChannelInboundHandlerAdapter {
  /// An SSLRequest, a GSSENCRequest and the start-up packet; anything more is no client.
  private static final int MAX_FIRST_PACKETS = 3;

  private static final int NEWEST_MINOR = 2;

  private final SessionHub hub;
  private final LoopShard shard;
  private @Nullable ByteBuf first;
  private int firstPackets;
  private boolean done;

  /// Whether it does not count as unauthenticated any more.
  private boolean known;

  private @Nullable ClientAuth auth;
  private @Nullable Session session;
  private @Nullable SessionlessClient other;
  private @Nullable ScheduledFuture<?> startupLimit;

  public ClientSide(SessionHub hub, LoopShard shard) {
    this.hub = hub;
    this.shard = shard;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    LoopCounters.add(shard.counters().accepted, 1);
    LoopCounters.add(shard.counters().clients, 1);
    Channel channel = context.channel();
    if (!hub.meet()) {
      refuseWith(
          channel,
          BackendError.fatal(
              SqlState.TOO_MANY_CONNECTIONS,
              "sorry, too many clients that have not authenticated yet"
                  + " (max_unauthenticated_clients = "
                  + hub.settings().maxUnauthenticated()
                  + ")"));
      return;
    }
    startupLimit =
        context
            .executor()
            .schedule(
                () -> {
                  if (session == null && other == null && !done) {
                    late(channel);
                  }
                },
                hub.settings().authenticationTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (session != null) {
      session.relay().fromClient(in);
      return;
    }
    if (other != null) {
      other.fromClient(in);
      return;
    }
    if (auth != null) {
      authenticate(context.channel(), auth, in);
      return;
    }
    if (done) {
      in.release();
      return;
    }
    first = first == null ? in : Unpooled.wrappedBuffer(first, in);
    readFirst(context.channel(), first);
  }

  private void readFirst(Channel channel, ByteBuf in) {
    while (!done && auth == null && session == null && other == null) {
      StartupRequest request = StartupParser.parse(in);
      if (request instanceof StartupRequest.Incomplete) {
        return;
      }
      firstPackets++;
      if (firstPackets > MAX_FIRST_PACKETS) {
        refuse(channel, "more than " + MAX_FIRST_PACKETS + " packets before start-up");
        return;
      }
      serve(channel, request);
    }
    ByteBuf rest = first;
    first = null;
    if (rest == null) {
      return;
    }
    if (!rest.isReadable() || done) {
      rest.release();
    } else if (session != null) {
      session.relay().fromClient(rest);
    } else if (other != null) {
      other.fromClient(rest);
    } else if (auth != null) {
      authenticate(channel, auth, rest);
    } else {
      rest.release();
    }
  }

  /// Takes the buffer over.
  private void authenticate(Channel channel, ClientAuth running, ByteBuf in) {
    try {
      running.add(in);
    } catch (WireException e) {
      hub.hostilePeers().note(channel.remoteAddress(), String.valueOf(e.getMessage()));
      endAuth();
      hub.dismiss();
      refuseWith(
          channel, BackendError.fatal(SqlState.PROTOCOL_VIOLATION, String.valueOf(e.getMessage())));
    } finally {
      in.release();
    }
  }

  private void serve(Channel channel, StartupRequest request) {
    switch (request) {
      case StartupRequest.Incomplete _ -> throw new IllegalStateException("handled before");
      case StartupRequest.SslRequest _, StartupRequest.GssEncRequest _ -> {
        var _ = channel.writeAndFlush(channel.alloc().buffer(1).writeByte('N'));
      }
      case StartupRequest.Cancel cancel -> {
        done = true;
        LoopCounters.add(shard.counters().cancelRequests, 1);
        hub.cancelDesk().cancel(cancel.key(), channel);
      }
      case StartupRequest.Startup startup -> begin(channel, startup);
      case StartupRequest.OtherVersion(int major, int minor) -> {
        done = true;
        LoopCounters.add(shard.counters().refused, 1);
        String text =
            "unsupported frontend protocol %d.%d: server supports 3.0 to 3.2"
                .formatted(major, minor);
        if (major > 3) {
          refuseWith(channel, BackendError.fatal(SqlState.FEATURE_NOT_SUPPORTED, text));
          return;
        }
        // The form of an error before protocol 3: a string and no fields.
        ByteBuf out = channel.alloc().buffer();
        out.writeByte('E');
        out.writeCharSequence("FATAL:  " + text + "\n\0", StandardCharsets.US_ASCII);
        channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
      }
      case StartupRequest.Malformed(String reason) -> refuse(channel, reason);
    }
  }

  private void begin(Channel channel, StartupRequest.Startup startup) {
    if (startup.user().isEmpty()) {
      refuseWith(
          channel,
          BackendError.of("FATAL", "28000", "no PostgreSQL user name specified in startup packet"));
      return;
    }
    if (!hub.admit(forConsole(startup))) {
      refuseWith(
          channel,
          BackendError.fatal(
              SqlState.TOO_MANY_CONNECTIONS,
              "sorry, too many clients already (num_init_children = "
                  + hub.settings().maxClients()
                  + ")"));
      return;
    }
    if (startup.replication() && !hub.settings().replicationAllowed()) {
      hub.dismiss();
      refuseWith(
          channel,
          BackendError.fatal(
                  SqlState.FEATURE_NOT_SUPPORTED,
                  "replication connections are not allowed through this service")
              .withHint(
                  "Connect to the server itself, or set allow_replication_connections = on."));
      return;
    }
    negotiate(channel, startup);
    ClientFacts facts =
        new ClientFacts(
            channel.remoteAddress(),
            startup.user(),
            startup.database(),
            startup.physicalReplication(),
            FrontTls.facts(channel));
    auth =
        new ClientAuth(
            channel,
            credentials -> serve(channel, startup, credentials),
            error -> {
              endAuth();
              hub.dismiss();
              refuseWith(channel, error);
            });
    auth.begin(hub, facts);
  }

  /// Tells a client that asks for more than there is what there is.
  private static void negotiate(Channel channel, StartupRequest.Startup startup) {
    List<String> unknown =
        startup.parameters().keySet().stream().filter(name -> name.startsWith("_pq_.")).toList();
    if (startup.minor() > NEWEST_MINOR || !unknown.isEmpty()) {
      ByteBuf out = channel.alloc().buffer();
      BackendMessages.negotiateProtocolVersion(
          out, Math.min(startup.minor(), NEWEST_MINOR), unknown);
      var _ = channel.write(out);
    }
  }

  private void serve(Channel channel, StartupRequest.Startup startup, Credentials credentials) {
    if (startupLimit != null) {
      startupLimit.cancel(false);
    }
    known();
    hub.credentials().learned(startup.user(), credentials);
    ByteBuf rest = auth == null ? Unpooled.EMPTY_BUFFER : auth.rest();
    endAuth();
    if (forConsole(startup)) {
      openConsole(channel, startup, rest);
      return;
    }
    if (hub.rules().disabled(startup.database())) {
      rest.release();
      hub.dismiss();
      refuseWith(
          channel,
          BackendError.fatal(
              SqlState.CANNOT_CONNECT_NOW,
              "database \"" + startup.database() + "\" takes no new clients: it is disabled"));
      return;
    }
    SessionlessClient served = hub.otherwise(shard, channel, startup);
    if (served != null) {
      begin(served, rest);
      return;
    }
    Session begun;
    try {
      begun = new Session(hub, shard, channel, startup);
    } catch (WireException e) {
      rest.release();
      hub.dismiss();
      refuseWith(channel, BackendError.of("FATAL", "42601", String.valueOf(e.getMessage())));
      return;
    }
    session = begun;
    begun.begin();
    if (rest.isReadable()) {
      begun.relay().fromClient(rest);
    } else {
      rest.release();
    }
  }

  private void known() {
    if (!known) {
      known = true;
      hub.known();
    }
  }

  private static boolean forConsole(StartupRequest.Startup startup) {
    return !startup.replication() && ConsoleAccess.isConsole(startup.database());
  }

  /// Takes the buffer over.
  private void openConsole(Channel channel, StartupRequest.Startup startup, ByteBuf rest) {
    String user = startup.user();
    ConsoleRole role = hub.settings().console().role(user, false);
    Optional<BackendError> refusal = ConsoleAccess.refusal(role, user);
    if (refusal.isPresent()) {
      rest.release();
      hub.dismiss();
      refuseWith(channel, refusal.get());
      return;
    }
    begin(new ConsoleClient(hub, shard, channel, user, role, startup.minor() >= 2), rest);
  }

  private void begin(SessionlessClient begun, ByteBuf rest) {
    other = begun;
    begun.begin();
    begun.fromClient(rest);
  }

  private void endAuth() {
    if (auth != null) {
      auth.close();
      auth = null;
    }
  }

  private void refuseWith(Channel channel, BackendError error) {
    done = true;
    LoopCounters.add(shard.counters().refused, 1);
    ByteBuf out = channel.alloc().buffer();
    error.writeTo(out);
    channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
  }

  private void late(Channel channel) {
    if (auth == null) {
      refuse(channel, "no start-up packet in time");
      return;
    }
    endAuth();
    hub.dismiss();
    refuseWith(
        channel, BackendError.of("FATAL", "57014", "canceling authentication due to timeout"));
  }

  private void refuse(Channel channel, String reason) {
    done = true;
    LoopCounters.add(shard.counters().refused, 1);
    hub.hostilePeers().note(channel.remoteAddress(), reason);
    var _ = channel.close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (session != null) {
      session.relay().clientReadComplete();
    } else if (other != null) {
      other.clientReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (session != null) {
      session.relay().adjustReading();
    } else if (other != null) {
      other.writabilityChanged();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    done = true;
    known();
    LoopCounters.add(shard.counters().clients, -1);
    if (startupLimit != null) {
      startupLimit.cancel(false);
    }
    if (first != null) {
      first.release();
      first = null;
    }
    if (auth != null) {
      endAuth();
      hub.dismiss();
    }
    if (session != null) {
      session.end();
    }
    if (other != null) {
      other.end();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close(); // a reset by the peer; channelInactive does the rest
  }
}
