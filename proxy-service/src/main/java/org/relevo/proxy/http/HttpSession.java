package org.relevo.proxy.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection: requests are answered one after the other.
///
/// Owner: the channel's loop.
final class HttpSession extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpSession.class);

  private final HttpServer server;
  private final HttpAnswers answers;

  HttpSession(HttpServer server, HttpAnswers answers) {
    this.server = server;
    this.answers = answers;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (!request.decoderResult().isSuccess()) {
      server.refused("request", context.channel().remoteAddress(), "not readable");
      send(context, HttpAnswers.Page.text(400, "bad request"), false, false);
      return;
    }
    boolean head = request.method().equals(HttpMethod.HEAD);
    boolean keep = HttpUtil.isKeepAlive(request);
    if (!head && !request.method().equals(HttpMethod.GET)) {
      send(context, HttpAnswers.Page.text(405, "only GET and HEAD"), false, false);
      return;
    }
    // One at a time: what follows waits in the kernel.
    context.channel().config().setAutoRead(false);
    String accepted = request.headers().get(HttpHeaderNames.ACCEPT, "");
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    answers
        .page(request.uri(), accepted, authorization)
        .whenComplete((page, failure) ->
            context
                .executor()
                .execute(() -> {
                  context.channel().config().setAutoRead(true);
                  if (failure != null) {
                    LOG.error("http.failed path={}", HttpAnswers.path(request.uri()), failure);
                    send(context, HttpAnswers.Page.text(500, "failed"), head, false);
                    return;
                  }
                  if (page.status() == 401 || page.status() == 404) {
                    server.refused(
                        page.status() == 401 ? "password" : "path",
                        context.channel().remoteAddress(),
                        "status " + page.status());
                  }
                  send(context, page, head, keep);
                }));
  }

  private static void send(
      ChannelHandlerContext context, HttpAnswers.Page page, boolean head, boolean keep) {
    byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.type())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(
            HttpHeaderNames.CONNECTION,
            keep ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    if (page.status() == 401) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"relevo\"");
    }
    ChannelFuture sent = context.writeAndFlush(response);
    if (!keep) {
      sent.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ChannelHandlerContext silence = context.pipeline().context(Silence.class);
    if (silence != null) {
      ((Silence) silence.handler()).restart(silence);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    server.refused("broken", context.channel().remoteAddress(), cause.getClass().getSimpleName());
    var _ = context.close();
  }
}
