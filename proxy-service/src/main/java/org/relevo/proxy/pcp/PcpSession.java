package org.relevo.proxy.pcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client: asks for a salt, proves a password, gives commands one after the other.
///
/// Owner: the channel's loop.
final class PcpSession extends SimpleChannelInboundHandler<PcpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(PcpSession.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MOST_LOGGED = 64;

  private enum State {
    NEW,
    SALTED,
    IN,
    ENDING
  }

  private final PcpServer server;
  private State state = State.NEW;
  private byte[] salt = {};
  private String who = "";
  private boolean busy;
  private @Nullable ScheduledFuture<?> loginLimit;

  PcpSession(PcpServer server) {
    this.server = server;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!server.arrived()) {
      state = State.ENDING;
      server.refused("too-many", address(context), "the limit of PCP connections is reached");
      fatal(context, "53300", "too many PCP connections");
      return;
    }
    context.channel().closeFuture().addListener(_ -> server.left());
    loginLimit =
        context
            .executor()
            .schedule(
                () -> {
                  server.refused("login", address(context), "no login within the limit");
                  fatal(context, "57P05", "authentication timed out");
                },
                server.loginMs(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancelLimit();
  }

  private void cancelLimit() {
    ScheduledFuture<?> limit = loginLimit;
    loginLimit = null;
    if (limit != null) {
      limit.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, PcpRequest request) {
    switch (state) {
      case NEW -> begin(context, request);
      case SALTED -> prove(context, request);
      case IN -> command(context, request);
      case ENDING -> {
        // What still comes is of no interest.
      }
    }
  }

  private void begin(ChannelHandlerContext context, PcpRequest request) {
    if (request.type() != 'M') {
      server.refused("login", address(context), "a command before the login");
      fatal(context, "08P01", "authentication is needed first");
      return;
    }
    salt = new byte[4];
    RANDOM.nextBytes(salt);
    state = State.SALTED;
    send(context, List.of(PcpReply.bytes('m', salt)));
  }

  private void prove(ChannelHandlerContext context, PcpRequest request) {
    List<String> texts = request.texts();
    if (request.type() != 'R' || texts.size() != 2) {
      server.refused("login", address(context), "no answer to the salt");
      fatal(context, "08P01", "authentication is needed first");
      return;
    }
    String user = texts.getFirst();
    if (!server.users().proves(user, salt, texts.getLast())) {
      state = State.ENDING;
      server.refused("password", address(context), "user " + clean(user));
      // Guessing takes its time, and this connection has only one try.
      var _ =
          context
              .executor()
              .schedule(
                  () ->
                      fatal(
                          context,
                          "28P01",
                          "authentication failed for user \"" + clean(user) + '"'),
                  server.penaltyMs(),
                  TimeUnit.MILLISECONDS);
      return;
    }
    cancelLimit();
    who = clean(user) + "@" + address(context) + " over PCP";
    state = State.IN;
    LOG.debug("pcp.login who=\"{}\"", who);
    send(context, List.of(PcpReply.row('r', "AuthenticationOK", List.of())));
  }

  private void command(ChannelHandlerContext context, PcpRequest request) {
    if (request.type() == 'X') {
      var _ = context.close();
      return;
    }
    if (busy) {
      fatal(context, "08P01", "a command came before the answer to the one before");
      return;
    }
    busy = true;
    context.channel().config().setAutoRead(false);
    server.run(() -> answer(context, request));
  }

  /// On a virtual thread.
  private void answer(ChannelHandlerContext context, PcpRequest request) {
    List<byte[]> answers;
    try {
      answers = server.commands().answer(request, who);
      if ("CDdJjOTtZV".indexOf(request.type()) >= 0) {
        LOG.info("pcp.act who=\"{}\" command={}", who, request.type());
      }
    } catch (PcpException e) {
      LOG.info("pcp.refused who=\"{}\" command={} reason=\"{}\"", who, request.type(), e.text());
      answers = List.of(PcpReply.error(false, e.sqlState(), e.text()));
    } catch (RuntimeException e) {
      LOG.error("pcp.failed who=\"{}\" command={}", who, request.type(), e);
      answers = List.of(PcpReply.error(false, "XX000", PcpException.safe(e.toString())));
    }
    List<byte[]> ready = answers;
    context
        .executor()
        .execute(() -> {
          busy = false;
          context.channel().config().setAutoRead(true);
          send(context, ready);
        });
  }

  private static void send(ChannelHandlerContext context, List<byte[]> messages) {
    ByteBuf all = Unpooled.wrappedBuffer(messages.toArray(byte[][]::new));
    context.writeAndFlush(all).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  private void fatal(ChannelHandlerContext context, String sqlState, String text) {
    state = State.ENDING;
    cancelLimit();
    byte[] message = PcpReply.error(true, sqlState, PcpException.safe(text));
    context.writeAndFlush(Unpooled.wrappedBuffer(message)).addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Throwable root = cause.getCause() == null ? cause : cause.getCause();
    if (root instanceof PcpDecoder.BadFrame bad) {
      if (state != State.ENDING) {
        server.refused("frame", address(context), String.valueOf(bad.getMessage()));
        fatal(context, "08P01", "unreadable PCP packet");
      }
      return;
    }
    LOG.debug("pcp.lost client={} reason=\"{}\"", address(context), cause.toString());
    var _ = context.close();
  }

  private static String address(ChannelHandlerContext context) {
    SocketAddress address = context.channel().remoteAddress();
    return address instanceof InetSocketAddress ip && ip.getAddress() != null
        ? ip.getAddress().getHostAddress()
        : "local";
  }

  /// A name as it may stand in a log line.
  private static String clean(String text) {
    String shown = text.length() > MOST_LOGGED ? text.substring(0, MOST_LOGGED) : text;
    return shown.replaceAll("[^\\p{Graph}]", "?").replace('"', '\'');
  }
}
