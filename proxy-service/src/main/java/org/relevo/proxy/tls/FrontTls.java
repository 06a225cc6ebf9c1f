package org.relevo.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.ClientFacts;

/// The first handler of a client's channel: answers SSLRequest and GSSENCRequest, recognizes TLS
/// that begins at once (ALPN `postgresql`, as PostgreSQL 17 does), and leaves the pipeline when the
/// start-up packet can come. Handlers after it see start-up bytes only, plain or decrypted.
///
/// ```
/// plain ── SSLRequest ──→ S ──→ handshake ──→ gone, facts in the channel's attribute
///   │ ├─── SSLRequest, GSSENCRequest ──→ N ──→ plain
///   │ └─── 0x16 ──→ handshake with ALPN ──→ gone, facts in the channel's attribute
///   └───── anything else ──→ gone
/// ```
///
/// Bytes behind a request in the same read were sent before the answer: an injection that would be
/// taken for the client's own words later (CVE-2021-23214). The connection ends.
///
/// Owner: event loop of the client channel.
public final class FrontTls extends ChannelInboundHandlerAdapter {
  private static final AttributeKey<ClientFacts.TlsFacts> FACTS =
      AttributeKey.valueOf(FrontTls.class, "facts");
  private static final int SSL_REQUEST = 80_877_103;
  private static final int GSSENC_REQUEST = 80_877_104;
  private static final int REQUEST_BYTES = 8;
  private static final byte TLS_HANDSHAKE = 0x16;

  /// One request of each kind; a client that asks again is none.
  private static final int MAX_REQUESTS = 2;

  private final ClientTls tls;
  private final Duration handshakeLimit;
  private final RefusalLog refusals;
  private @Nullable ByteBuf first;
  private int requests;
  private boolean direct;
  private boolean done;
  private ClientTls.@Nullable Offer offer;

  /// @param handshakeLimit `authentication_timeout`
  public FrontTls(ClientTls tls, Duration handshakeLimit, RefusalLog refusals) {
    this.tls = tls;
    this.handshakeLimit = handshakeLimit;
    this.refusals = refusals;
  }

  /// What TLS told of a client, empty on a plain connection.
  public static Optional<ClientFacts.TlsFacts> facts(Channel channel) {
    return Optional.ofNullable(channel.attr(FACTS).get());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (done) {
      in.release();
      return;
    }
    ByteBuf all = first == null ? in : Unpooled.wrappedBuffer(first, in);
    first = null;
    if (offer != null) {
      // Decrypted bytes come after the handshake's event, and this handler has left by then.
      all.release();
      refuse(context, "data before the end of the handshake");
      return;
    }
    decide(context, all);
  }

  private void decide(ChannelHandlerContext context, ByteBuf in) {
    int at = in.readerIndex();
    if (in.isReadable() && in.getByte(at) == TLS_HANDSHAKE && requests == 0 && tls.enabled()) {
      direct = true;
      begin(context, tls.offer(context.alloc()));
      context.pipeline().fireChannelRead(in);
      return;
    }
    if (!isRequestSoFar(in)) {
      leave(context, in);
      return;
    }
    if (in.readableBytes() < REQUEST_BYTES) {
      first = in;
      return;
    }
    boolean forTls = in.getInt(at + Integer.BYTES) == SSL_REQUEST;
    boolean more = in.readableBytes() > REQUEST_BYTES;
    in.release();
    requests++;
    if (more) {
      refuse(context, "unencrypted data after a request for encryption");
    } else if (requests > MAX_REQUESTS) {
      refuse(context, "asks for encryption again and again");
    } else {
      Optional<ClientTls.Offer> answer = forTls ? tls.offer(context.alloc()) : Optional.empty();
      var _ =
          context.writeAndFlush(
              context.alloc().buffer(1).writeByte(answer.isPresent() ? 'S' : 'N'));
      begin(context, answer);
    }
  }

  /// Whether the bytes are an SSLRequest or GSSENCRequest, or may become one.
  private static boolean isRequestSoFar(ByteBuf in) {
    int at = in.readerIndex();
    int count = Math.min(in.readableBytes(), REQUEST_BYTES);
    long expected = ((long) REQUEST_BYTES << 32) | SSL_REQUEST;
    long other = ((long) REQUEST_BYTES << 32) | GSSENC_REQUEST;
    boolean ssl = true;
    boolean gss = true;
    for (int i = 0; i < count; i++) {
      int shift = 8 * (REQUEST_BYTES - 1 - i);
      ssl &= in.getByte(at + i) == (byte) (expected >>> shift);
      gss &= in.getByte(at + i) == (byte) (other >>> shift);
    }
    return ssl || gss;
  }

  private void begin(ChannelHandlerContext context, Optional<ClientTls.Offer> answer) {
    if (answer.isEmpty()) {
      return;
    }
    offer = answer.get();
    offer.handler().setHandshakeTimeoutMillis(handshakeLimit.toMillis());
    context.pipeline().addFirst(offer.handler());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && offer != null) {
      if (!handshake.isSuccess()) {
        done = true;
        refusals.note(context.channel().remoteAddress(), "TLS: " + Reasons.of(handshake.cause()));
        var _ = context.close();
      } else if (direct && !ClientTls.ALPN.equals(offer.handler().applicationProtocol())) {
        refuse(context, "TLS without SSLRequest needs ALPN " + ClientTls.ALPN);
      } else {
        context.channel().attr(FACTS).set(offer.facts());
        context.pipeline().remove(this);
      }
      return;
    }
    context.fireUserEventTriggered(event);
  }

  /// The rest of the connection is for the next handlers.
  private void leave(ChannelHandlerContext context, ByteBuf in) {
    done = true;
    context.fireChannelRead(in);
    context.pipeline().remove(this);
  }

  private void refuse(ChannelHandlerContext context, String reason) {
    done = true;
    refusals.note(context.channel().remoteAddress(), reason);
    var _ = context.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // The handshake's failure has been told by its event; anything else is a reset by the peer.
    var _ = context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (first != null) {
      first.release();
      first = null;
    }
  }
}
