package org.relevo.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.config.SslMode;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.config.TlsVersion;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.wire.ByteString;

/// Every mode against servers with good and bad certificates, on real sockets.
@Timeout(60)
class ServerTlsTest {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final BackendId NODE = new BackendId(1);

  @TempDir Path folder;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private Pki authority;
  private ServerSocket listener;
  private CompletableFuture<SSLSocket> served;

  @BeforeEach
  void listen() throws Exception {
    authority = new Pki("servers");
    authority.writeAuthority(folder.resolve("ca.crt"));
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    LEAKS.assertNone();
  }

  @ParameterizedTest
  @EnumSource(value = SslMode.class, names = "DISABLE", mode = EnumSource.Mode.EXCLUDE)
  void everyModeEncryptsToAGoodServer(SslMode mode) throws Exception {
    Pki.Issued issued = authority.issue("db", "localhost");
    serve(issued);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(issued.certificate().getEncoded());
    assertThat(prepare(mode, "localhost"))
        .isEqualTo(new Secured(true, Optional.of(ByteString.copyOf(hash))));
    List<SNIServerName> names =
        ((ExtendedSSLSession) served.get(10, TimeUnit.SECONDS).getSession())
            .getRequestedServerNames();
    assertThat(names).hasSize(1);
  }

  @Test
  void disableSendsNothing() throws Exception {
    assertThat(prepare(SslMode.DISABLE, "localhost")).isEqualTo(Secured.PLAIN);
    try (Socket socket = listener.accept()) {
      assertThat(socket.getInputStream().available()).isZero();
    }
  }

  @Test
  void anAddressIsCheckedAndNotSentAsName() throws Exception {
    serve(authority.issue("db", "127.0.0.1"));
    assertThat(prepare(SslMode.VERIFY_FULL, "127.0.0.1").encrypted()).isTrue();
    assertThat(
            ((ExtendedSSLSession) served.get(10, TimeUnit.SECONDS).getSession())
                .getRequestedServerNames())
        .isEmpty();
    serve(authority.issue("db", "127.0.0.2"));
    assertRefused(SslMode.VERIFY_FULL, "127.0.0.1", "127.0.0.1");
  }

  @Test
  void aForeignHostIsRefusedByVerifyFullOnly() throws Exception {
    Pki.Issued foreign = authority.issue("db", "elsewhere");
    serve(foreign);
    assertThat(prepare(SslMode.VERIFY_CA, "localhost").encrypted()).isTrue();
    serve(foreign);
    assertRefused(SslMode.VERIFY_FULL, "localhost", "localhost");
  }

  @ParameterizedTest
  @EnumSource(
      value = SslMode.class,
      names = {"VERIFY_CA", "VERIFY_FULL"})
  void aStrangeAuthorityAnOldAndARevokedCertificateAreRefused(SslMode mode) throws Exception {
    serve(new Pki("strange").issue("db", "localhost"));
    assertRefused(mode, "localhost", "unable to find valid certification path");
    Instant past = Instant.now().minus(Duration.ofHours(1));
    serve(authority.issue("db", "localhost", past, Pki.ecKeys()));
    assertRefused(mode, "localhost", "the certificate has expired");
    Pki.Issued revoked = authority.issue("db", "localhost");
    authority.writeRevocations(folder.resolve("ca.crl"), revoked.certificate());
    serve(revoked);
    assertRefused(mode, "localhost", "the certificate is revoked");
    serve(authority.issue("db", "localhost"));
    assertThat(prepare(mode, "localhost").encrypted()).isTrue();
    new Pki("other").writeRevocations(folder.resolve("ca.crl"));
    serve(authority.issue("db", "localhost"));
    assertRefused(mode, "localhost", "no valid list of revocations");
  }

  @ParameterizedTest
  @EnumSource(
      value = SslMode.class,
      names = {"PREFER", "REQUIRE"})
  void whoDoesNotVerifyTakesAnyCertificate(SslMode mode) throws Exception {
    Instant past = Instant.now().minus(Duration.ofHours(1));
    serve(new Pki("strange").issue("db", "elsewhere", past, Pki.ecKeys()));
    assertThat(prepare(mode, "localhost").encrypted()).isTrue();
  }

  @Test
  void aServerWithoutTlsIsForPreferOnly() throws Exception {
    answer("N");
    assertThat(prepare(SslMode.PREFER, "localhost")).isEqualTo(Secured.PLAIN);
    for (SslMode mode : List.of(SslMode.REQUIRE, SslMode.VERIFY_CA, SslMode.VERIFY_FULL)) {
      answer("N");
      assertRefused(mode, "localhost", "the server offers no encryption");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"E", "X", "SX", "NX", "S\0\0\0\0\0\0", "HTTP/1.1 400"})
  void anyOtherAnswerIsHostile(String answer) throws Exception {
    answer(answer);
    assertRefused(SslMode.PREFER, "localhost", "");
  }

  @Test
  void silenceAndAnEndAreBoundedAndTold() throws Exception {
    answer("");
    assertRefused(SslMode.PREFER, "localhost", "no answer within 1500 ms");
    Thread.ofVirtual()
        .start(() -> {
          try {
            listener.accept().close();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    assertRefused(SslMode.PREFER, "localhost", "");
  }

  @Test
  void theServiceShowsItsCertificate() throws Exception {
    Pki.Issued own = authority.issue("relevo", null);
    own.writeCertificate(folder.resolve("us.crt"));
    own.writeKey(folder.resolve("us.key"));
    serve(authority.issue("db", "localhost"), true);
    ServerTls tls =
        ServerTls.of(
            settings(
                SslMode.VERIFY_FULL,
                Optional.of(
                    new TlsSettings.Pair(folder.resolve("us.crt"), folder.resolve("us.key")))));
    assertThat(prepare(tls, "localhost").encrypted()).isTrue();
    X509Certificate seen =
        (X509Certificate) served.get(10, TimeUnit.SECONDS).getSession().getPeerCertificates()[0];
    assertThat(seen).isEqualTo(own.certificate());
  }

  private void serve(Pki.Issued issued) throws Exception {
    serve(issued, false);
  }

  /// The next connection gets `S` and this certificate.
  private void serve(Pki.Issued issued, boolean needsClient) throws Exception {
    SSLContext context = TlsPeer.context(authority.certificate(), issued);
    served = new CompletableFuture<>();
    CompletableFuture<SSLSocket> mine = served;
    Thread.ofVirtual()
        .start(() -> {
          try {
            Socket socket = accepted("S");
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
            tls.setUseClientMode(false);
            tls.setNeedClientAuth(needsClient);
            tls.startHandshake();
            mine.complete(tls);
          } catch (IOException e) {
            mine.completeExceptionally(e);
          }
        });
  }

  /// The next connection gets this answer to its request.
  private void answer(String answer) {
    Thread.ofVirtual()
        .start(() -> {
          try {
            accepted(answer);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  private Socket accepted(String answer) throws IOException {
    Socket socket = listener.accept();
    InputStream in = socket.getInputStream();
    assertThat(in.readNBytes(8)).isEqualTo(TlsPeer.SSL_REQUEST);
    socket.getOutputStream().write(answer.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return socket;
  }

  private void assertRefused(SslMode mode, String host, String reason) {
    assertThatThrownBy(() -> prepare(mode, host))
        .isInstanceOf(ServerTlsException.class)
        .hasMessageStartingWith(
            "node1 (%s:%d): no encrypted connection (backend_sslmode = %s): "
                .formatted(host, listener.getLocalPort(), mode))
        .hasMessageContaining(reason);
  }

  private Secured prepare(SslMode mode, String host) throws Exception {
    return prepare(ServerTls.of(settings(mode, Optional.empty())), host);
  }

  private Secured prepare(ServerTls tls, String host) throws Exception {
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 1500)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(InetAddress.getLoopbackAddress(), listener.getLocalPort())
            .sync()
            .channel();
    var result = tls.prepare(NODE, host, listener.getLocalPort(), channel).await();
    if (!result.isSuccess()) {
      assertThat(channel.closeFuture().await(10_000)).isTrue();
      throw (Exception) result.cause();
    }
    assertThat(channel.isActive()).isTrue();
    assertThat(channel.pipeline().get(ServerTlsNegotiation.class)).isNull();
    return result.getNow();
  }

  private TlsSettings settings(SslMode mode, Optional<TlsSettings.Pair> identity) {
    Path list = folder.resolve("ca.crl");
    TlsSettings.Trust trust =
        new TlsSettings.Trust(
            Optional.of(folder.resolve("ca.crt")),
            Optional.empty(),
            java.nio.file.Files.exists(list) ? Optional.of(list) : Optional.empty());
    return new TlsSettings(
        false,
        Optional.empty(),
        trust,
        "HIGH",
        false,
        "X25519",
        TlsVersion.V1_2,
        TlsVersion.V1_3,
        "",
        List.of(new TlsSettings.Server(NODE, mode, trust, identity)));
  }
}
