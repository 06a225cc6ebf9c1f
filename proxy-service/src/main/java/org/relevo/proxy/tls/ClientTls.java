package org.relevo.proxy.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.auth.ClientFacts;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.config.TlsVersion;
import org.relevo.proxy.wire.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The service's side of encrypted clients. A reload makes a new context for new connections; those
/// that exist keep theirs.
///
/// Owner: thread-safe.
public final class ClientTls {
  static final String ALPN = "postgresql";
  static final Duration PASSPHRASE_LIMIT = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

  /// Resumption would carry a client's checked certificate past its revocation; kept short.
  private static final int SESSION_LIFE_S = 60;

  private final AtomicReference<@Nullable Front> current = new AtomicReference<>();

  /// @param endPoint empty when the certificate's signature defines no channel binding
  private record Front(
      SslContext context, List<String> groups, boolean preferServerCiphers, ByteString endPoint) {}

  /// A connection's encryption, made for one channel.
  ///
  /// @param handler installed by the caller
  public record Offer(SslHandler handler, ByteString endPoint) {
    /// What is known of the client; call it after the handshake.
    public ClientFacts.TlsFacts facts() {
      return new ClientFacts.TlsFacts(endPoint, chain());
    }

    private List<Certificate> chain() {
      try {
        return Arrays.asList(handler.engine().getSession().getPeerCertificates());
      } catch (SSLPeerUnverifiedException _) {
        return List.of(); // it showed none, which is allowed
      }
    }
  }

  private ClientTls() {}

  /// Without encryption until a reload turns it on.
  public static ClientTls off() {
    return new ClientTls();
  }

  /// @throws TlsConfigException naming setting, file and way out
  public static ClientTls of(TlsSettings settings) throws TlsConfigException {
    ClientTls tls = new ClientTls();
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
    Front next = settings.enabled() ? front(settings) : null;
    return () -> {
      current.set(next);
      if (next != null) {
        LOG.info(
            "tls.loaded certificate={} channel_binding={}",
            settings.identity().map(TlsSettings.Pair::certificate).orElseThrow(),
            next.endPoint.length() > 0);
      }
    };
  }

  public boolean enabled() {
    return current.get() != null;
  }

  /// A new handler, empty when clients may not encrypt.
  public Optional<Offer> offer(ByteBufAllocator allocator) {
    Front front = current.get();
    if (front == null) {
      return Optional.empty();
    }
    SslHandler handler = front.context.newHandler(allocator);
    SSLEngine engine = handler.engine();
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setUseCipherSuitesOrder(front.preferServerCiphers);
    if (!front.groups.isEmpty()) {
      parameters.setNamedGroups(front.groups.toArray(String[]::new));
    }
    engine.setSSLParameters(parameters);
    return Optional.of(new Offer(handler, front.endPoint));
  }

  private static Front front(TlsSettings settings) throws TlsConfigException {
    TlsFiles files =
        new TlsFiles(new PassphraseCommand(settings.passphraseCommand(), PASSPHRASE_LIMIT));
    TlsSettings.Pair pair = settings.identity().orElseThrow();
    TlsFiles.Identity identity = files.identity(pair, "ssl_cert", "ssl_key");
    List<String> groups = Groups.of(settings.groups(), "ssl_ecdh_curve");
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(SslProvider.JDK)
            .protocols(protocols(settings.oldest(), settings.newest()))
            .ciphers(CipherList.suites(settings.ciphers(), "ssl_ciphers"))
            .sessionTimeout(SESSION_LIFE_S)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.FATAL_ALERT,
                    SelectedListenerFailureBehavior.ACCEPT,
                    ALPN));
    if (!settings.trust().isEmpty()) {
      TrustManager[] trust = TrustRules.of(settings.trust(), files, "ssl_ca_cert", "ssl_crl_file");
      builder.clientAuth(ClientAuth.OPTIONAL).trustManager(trust[0]);
    }
    try {
      ByteString endPoint =
          EndPoint.of(identity.chain().getFirst()).orElseGet(() -> ByteString.copyOf(new byte[0]));
      return new Front(builder.build(), groups, settings.preferServerCiphers(), endPoint);
    } catch (SSLException | GeneralSecurityException e) {
      throw new TlsConfigException(
          "ssl_cert", "'" + pair.certificate() + "' cannot be used: " + e.getMessage(), e);
    }
  }

  static List<String> protocols(TlsVersion oldest, TlsVersion newest) {
    List<String> names = new ArrayList<>();
    for (TlsVersion version : TlsVersion.values()) {
      if (version.compareTo(oldest) >= 0 && version.compareTo(newest) <= 0) {
        names.add(version.toString());
      }
    }
    return names;
  }
}
