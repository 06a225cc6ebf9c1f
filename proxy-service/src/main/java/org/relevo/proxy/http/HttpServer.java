package org.relevo.proxy.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.relevo.proxy.net.ManagementPort;
import org.relevo.proxy.net.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listens for HTTP.
///
/// Owner: thread-safe; [#close] once.
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int MOST_CONNECTIONS = 256;
  private static final int MOST_LINE = 2048;
  private static final int MOST_HEADERS = 8192;
  private static final int MOST_BODY = 1024;

  /// A request, or the time between two, may take this long.
  private static final long SILENCE_MS = 15_000;

  private final AtomicInteger connections = new AtomicInteger();
  private final Refusals refusals = new Refusals();
  private final HttpAnswers answers;
  private final ManagementPort port;
  private volatile long silenceMs = SILENCE_MS;

  private HttpServer(ManagementPort.Place place, Optional<SslContext> tls, HttpAnswers answers)
      throws IOException {
    this.answers = answers;
    this.port =
        ManagementPort.open(
            place,
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                accept(channel, tls);
              }
            });
  }

  /// @param certificate and key in PEM; empty for plain text
  /// @param users who may read figures
  /// @param figures makes them anew
  /// @throws IOException naming what cannot be had
  public static HttpServer start(
      ManagementPort.Place place,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> users,
      Supplier<Metrics> figures,
      Checks checks)
      throws IOException {
    Optional<SslContext> tls = Optional.empty();
    if (certificate.isPresent() && key.isPresent()) {
      try {
        tls =
            Optional.of(
                SslContextBuilder.forServer(certificate.get().toFile(), key.get().toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build());
      } catch (SSLException | IllegalArgumentException e) {
        throw new IOException("http_cert, http_key: cannot be used: " + e.getMessage(), e);
      }
    }
    return new HttpServer(
        place, tls, new HttpAnswers(new Scrapes(figures), checks, new HttpUsers(users)));
  }

  public InetSocketAddress address() {
    return port.address();
  }

  /// Connections and requests that were refused since start.
  public long refusalsTotal() {
    return refusals.total();
  }

  /// Of connections that come from now on; for tests.
  void silenceMs(long limit) {
    silenceMs = limit;
  }

  private void accept(Channel channel, Optional<SslContext> tls) {
    if (connections.incrementAndGet() > MOST_CONNECTIONS) {
      connections.decrementAndGet();
      refused("too-many", channel.remoteAddress(), "the limit of connections is reached");
      var _ = channel.close();
      return;
    }
    channel.closeFuture().addListener(_ -> connections.decrementAndGet());
    ChannelPipeline pipeline = channel.pipeline();
    tls.ifPresent(context -> pipeline.addLast(context.newHandler(channel.alloc())));
    pipeline
        .addLast(new Silence(this, silenceMs))
        .addLast(
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MOST_LINE)
                    .setMaxHeaderSize(MOST_HEADERS)
                    .setMaxChunkSize(MOST_BODY)))
        .addLast(new HttpObjectAggregator(MOST_BODY))
        .addLast(new HttpSession(this, answers));
  }

  /// Counts, and logs at most one a second.
  void refused(String kind, Object client, String reason) {
    long count = refusals.add();
    if (count != Refusals.QUIET) {
      LOG.warn(
          "http.turned-away kind={} client={} reason=\"{}\" total={}", kind, client, reason, count);
    }
  }

  @Override
  public void close() {
    port.close();
  }
}
