package org.relevo.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.relevo.proxy.config.SslMode;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.UnixAddress;
import org.relevo.proxy.wire.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service's side of encrypted servers: per server a mode and a context. A reload makes new
/// contexts for new connections; those that exist keep theirs.
///
/// Owner: thread-safe.
public final class ServerTls {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");
  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

  private volatile Map<BackendId, Target> targets = Map.of();

  /// @param context absent when the mode is `disable`
  private record Target(SslMode mode, Optional<SslContext> context) {}

  private ServerTls() {}

  /// Plain connections to every server.
  public static ServerTls off() {
    return new ServerTls();
  }

  /// @throws TlsConfigException naming setting, file and way out
  public static ServerTls of(TlsSettings settings) throws TlsConfigException {
    ServerTls tls = new ServerTls();
    tls.reload(settings);
    return tls;
  }

  /// Reads the files anew. Waits for the pass phrase command; not for event loops.
  ///
  /// @throws TlsConfigException when they cannot be used; nothing has changed then
  public void reload(TlsSettings settings) throws TlsConfigException {
    prepare(settings).run();
  }

  /// The first half of a reload.
  ///
  /// @return makes what was read count; does not fail
  /// @throws TlsConfigException when the files cannot be used
  public Runnable prepare(TlsSettings settings) throws TlsConfigException {
    TlsFiles files =
        new TlsFiles(
            new PassphraseCommand(settings.passphraseCommand(), ClientTls.PASSPHRASE_LIMIT));
    Map<BackendId, Target> next = new HashMap<>();
    for (TlsSettings.Server server : settings.servers()) {
      Optional<SslContext> context =
          server.mode() == SslMode.DISABLE
              ? Optional.empty()
              : Optional.of(context(settings, server, files));
      next.put(server.id(), new Target(server.mode(), context));
      LOG.debug("tls.server node={} mode={}", server.id(), server.mode());
    }
    return () -> targets = Map.copyOf(next);
  }

  /// How connections to a server are encrypted.
  public SslMode mode(BackendId id) {
    Target target = targets.get(id);
    return target == null ? SslMode.DISABLE : target.mode;
  }

  /// Encrypts a fresh connection as the server's mode says; call it once the channel is connected
  /// and before anything is sent, for cancel requests too. The limit is the channel's connect
  /// time-out. Reading must be on.
  ///
  /// @param host as configured; for the certificate's check and, when it is a name, for SNI
  /// @return on the channel's loop; fails with a [ServerTlsException] and the channel closed
  public Future<Secured> prepare(BackendId id, String host, int port, Channel channel) {
    Promise<Secured> done = channel.eventLoop().newPromise();
    if (UnixAddress.is(host)) {
      done.setSuccess(Secured.LOCAL); // PostgreSQL and libpq do not encrypt these either
      return done;
    }
    Target target = targets.get(id);
    if (target == null || target.context.isEmpty()) {
      done.setSuccess(Secured.PLAIN);
      return done;
    }
    SslContext context = target.context.get();
    ServerTlsNegotiation negotiation =
        new ServerTlsNegotiation(
            id + " (" + host + ":" + port + ")",
            target.mode,
            () -> handler(context, target.mode, host, port, channel.alloc()),
            done);
    channel.pipeline().addFirst(negotiation);
    return done;
  }

  private static SslHandler handler(
      SslContext context, SslMode mode, String host, int port, ByteBufAllocator allocator) {
    SslHandler handler = context.newHandler(allocator, host, port);
    SSLParameters parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
    // A name is sent, also one without a dot, an address never is (RFC 6066, section 3).
    parameters.setServerNames(isName(host) ? List.of(new SNIHostName(host)) : List.of());
    handler.engine().setSSLParameters(parameters);
    return handler;
  }

  private static boolean isName(String host) {
    return NAME.matcher(host).matches() && !NetUtil.isValidIpV4Address(host);
  }

  /// Channel binding data of the certificate that a server has shown.
  static Optional<ByteString> endPoint(SslHandler handler) throws ServerTlsException {
    try {
      Certificate[] chain = handler.engine().getSession().getPeerCertificates();
      return EndPoint.of((X509Certificate) chain[0]);
    } catch (SSLException | GeneralSecurityException e) {
      throw new ServerTlsException("the server's certificate cannot be read", e);
    }
  }

  private static SslContext context(TlsSettings settings, TlsSettings.Server server, TlsFiles files)
      throws TlsConfigException {
    int node = server.id().value();
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols(ClientTls.protocols(settings.oldest(), settings.newest()))
              .endpointIdentificationAlgorithm(null)
              .trustManager(trust(server, files));
      if (server.identity().isPresent()) {
        TlsFiles.Identity identity =
            files.identity(
                server.identity().get(), "backend_ssl_cert" + node, "backend_ssl_key" + node);
        builder.keyManager(identity.key(), identity.chain());
      }
      return builder.build();
    } catch (SSLException e) {
      throw new TlsConfigException("backend_sslmode" + node, "no TLS: " + e.getMessage(), e);
    }
  }

  private static TrustManager trust(TlsSettings.Server server, TlsFiles files)
      throws TlsConfigException {
    if (!server.mode().verifies()) {
      return TrustRules.anybody();
    }
    int node = server.id().value();
    return TrustRules.of(
        server.trust(), files, "backend_ssl_ca_cert" + node, "backend_ssl_crl_file" + node)[0];
  }
}
