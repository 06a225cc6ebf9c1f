package org.relevo.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.proxy.auth.ClientFacts;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.config.TlsVersion;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.LeakWatch;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.wire.ByteString;

/// The handler on real sockets, before one that echoes what it gets.
@Timeout(60)
class FrontTlsTest {
  private static final LeakWatch LEAKS = new LeakWatch();
  private static final byte[] WORDS = {0, 0, 0, 9, 'w', 'o', 'r', 'd', 's'};

  @TempDir Path folder;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ClientTls tls = ClientTls.off();
  private final RefusalLog refusals = new RefusalLog();
  private final LinkedBlockingQueue<Optional<ClientFacts.TlsFacts>> facts =
      new LinkedBlockingQueue<>();
  private volatile Duration handshakeLimit = Duration.ofSeconds(20);
  private Pki authority;
  private Channel listener;

  /// Sends back what comes and notes what is known of the client by then.
  private final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      facts.add(FrontTls.facts(context.channel()));
      var _ = context.writeAndFlush(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  @BeforeEach
  void listen() throws Exception {
    authority = new Pki("clients");
    authority.writeAuthority(folder.resolve("ca.crt"));
    listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new FrontTls(tls, handshakeLimit, refusals))
                        .addLast(new Echo());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
  }

  @AfterEach
  void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    LEAKS.assertNone();
  }

  @Test
  void aClientThatAsksIsEncryptedAndTheCertificatesHashIsKnown() throws Exception {
    Pki.Issued shown = load("one");
    try (TlsPeer client = connect()) {
      for (byte one : TlsPeer.SSL_REQUEST) {
        client.send(one);
      }
      assertThat(client.read()).isEqualTo('S');
      assertThat(client.handshake(TlsPeer.context(authority.certificate(), null)))
          .isEqualTo(shown.certificate());
      assertEcho(client);
    }
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(shown.certificate().getEncoded());
    assertThat(nextFacts()).contains(new ClientFacts.TlsFacts(ByteString.copyOf(hash), List.of()));
  }

  @Test
  void gssIsDeclinedAndTlsIsStillPossible() throws Exception {
    load("one");
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.GSSENC_REQUEST);
      assertThat(client.read()).isEqualTo('N');
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.read()).isEqualTo('S');
      client.handshake(TlsPeer.context(authority.certificate(), null));
      assertEcho(client);
    }
  }

  @Test
  void withoutTlsARequestIsDeclinedAndThePlainPacketGoesOn() throws Exception {
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.read()).isEqualTo('N');
      client.send((byte) 0);
      client.send((byte) 0);
      client.send((byte) 0);
      client.send((byte) 9);
      assertThat(client.read(4)).isEqualTo(new byte[] {0, 0, 0, 9});
      assertThat(nextFacts()).isEmpty();
    }
  }

  @Test
  void unencryptedBytesBehindARequestEndTheConnection() throws Exception {
    load("one");
    for (byte[] request : new byte[][] {TlsPeer.SSL_REQUEST, TlsPeer.GSSENC_REQUEST}) {
      try (TlsPeer client = connect()) {
        byte[] injected = java.util.Arrays.copyOf(request, request.length + 1);
        client.send(injected);
        assertThat(client.ends()).isTrue();
      }
    }
    tls.reload(settings(false, "one"));
    try (TlsPeer client = connect()) {
      client.send(java.util.Arrays.copyOf(TlsPeer.SSL_REQUEST, 20));
      assertThat(client.ends()).isTrue();
    }
    assertThat(facts).isEmpty();
    assertThat(refusals.total()).isEqualTo(3);
  }

  @Test
  void plainBytesInPlaceOfTheHandshakeNeverArrive() throws Exception {
    load("one");
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.read()).isEqualTo('S');
      client.send("Q\0\0\0\14DELETE\0".getBytes(StandardCharsets.US_ASCII));
      Await.until("refused", () -> refusals.total() == 1);
    }
    assertThat(facts).isEmpty();
  }

  @Test
  void aThirdRequestIsNoClient() throws Exception {
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.read()).isEqualTo('N');
      client.send(TlsPeer.GSSENC_REQUEST);
      assertThat(client.read()).isEqualTo('N');
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.ends()).isTrue();
    }
  }

  @Test
  void tlsAtOnceNeedsItsAlpn() throws Exception {
    load("one");
    var context = TlsPeer.context(authority.certificate(), null);
    try (TlsPeer client = connect()) {
      client.handshake(context, "postgresql");
      assertEcho(client);
    }
    assertThat(nextFacts()).isPresent();
    try (TlsPeer client = connect()) {
      client.handshake(context);
      client.send(WORDS);
      assertThat(client.ends()).isTrue();
    }
    try (TlsPeer client = connect()) {
      assertThatThrownBy(() -> client.handshake(context, "http/1.1")).isInstanceOf(Exception.class);
    }
    Await.until("refused", () -> refusals.total() == 2);
    assertThat(facts).isEmpty();
  }

  @Test
  void clientCertificatesAreOptionalAndChecked() throws Exception {
    load("one");
    Pki.Issued good = authority.issue("alice", null);
    Pki.Issued revoked = authority.issue("mallory", null);
    authority.writeRevocations(folder.resolve("ca.crl"), revoked.certificate());
    tls.reload(settings(true, "one"));
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      client.read();
      client.handshake(TlsPeer.context(authority.certificate(), good));
      assertEcho(client);
    }
    assertThat(nextFacts().orElseThrow().clientChain()).containsExactly(good.certificate());
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      client.read();
      client.handshake(TlsPeer.context(authority.certificate(), null));
      assertEcho(client);
    }
    assertThat(nextFacts().orElseThrow().clientChain()).isEmpty();
    assertRefused(revoked);
    assertRefused(
        authority.issue(
            "late", null, java.time.Instant.now().minus(Duration.ofHours(1)), Pki.ecKeys()));
    assertThat(facts).isEmpty();
    assertThat(refusals.total()).isEqualTo(2);
  }

  /// In TLS 1.3 the client learns of it with its first read.
  private void assertRefused(Pki.Issued own) throws Exception {
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      client.read();
      client.handshake(TlsPeer.context(authority.certificate(), own));
      assertThat(client.ends()).isTrue();
    } catch (SocketException | SSLException _) {
      // The refusal came while the client was still sending; the count tells the rest.
    }
  }

  @Test
  void aReloadIsForNewConnectionsAndABadPairChangesNothing() throws Exception {
    Pki.Issued first = load("one");
    var context = TlsPeer.context(authority.certificate(), null);
    try (TlsPeer old = connect()) {
      old.send(TlsPeer.SSL_REQUEST);
      old.read();
      old.handshake(context);
      Pki.Issued second = load("two");
      assertThat(shown()).isEqualTo(second.certificate()).isNotEqualTo(first.certificate());
      assertEcho(old);

      Files.copy(
          folder.resolve("one.key"),
          folder.resolve("two.key"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING,
          java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      assertThatThrownBy(() -> tls.reload(settings(true, "two")))
          .hasMessage(
              "ssl_key: '%s' is not the key of '%s'; name the pair that belongs together"
                  .formatted(folder.resolve("two.key"), folder.resolve("two.crt")));
      assertThat(shown()).isEqualTo(second.certificate());
      assertEcho(old);
    }
  }

  @Test
  void handshakesThatStopHalfWayEndInTime() throws Exception {
    load("one");
    handshakeLimit = Duration.ofMillis(300);
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      assertThat(client.read()).isEqualTo('S');
      client.send((byte) 0x16, (byte) 3, (byte) 1);
      assertThat(client.ends()).isTrue();
    }
    assertThat(refusals.total()).isEqualTo(1);
  }

  private java.security.cert.X509Certificate shown() throws Exception {
    try (TlsPeer client = connect()) {
      client.send(TlsPeer.SSL_REQUEST);
      client.read();
      return client.handshake(TlsPeer.context(authority.certificate(), null));
    }
  }

  private TlsPeer connect() throws Exception {
    return new TlsPeer(((InetSocketAddress) listener.localAddress()).getPort());
  }

  private static void assertEcho(TlsPeer client) throws Exception {
    client.send(WORDS);
    assertThat(client.read(WORDS.length)).isEqualTo(WORDS);
  }

  private Optional<ClientFacts.TlsFacts> nextFacts() throws InterruptedException {
    return java.util.Objects.requireNonNull(facts.poll(10, TimeUnit.SECONDS));
  }

  private Pki.Issued load(String name) throws Exception {
    Pki.Issued issued = authority.issue(name, "localhost");
    issued.writeCertificate(folder.resolve(name + ".crt"));
    issued.writeKey(folder.resolve(name + ".key"));
    tls.reload(settings(true, name));
    return issued;
  }

  private TlsSettings settings(boolean enabled, String name) {
    Path list = folder.resolve("ca.crl");
    return new TlsSettings(
        enabled,
        Optional.of(
            new TlsSettings.Pair(folder.resolve(name + ".crt"), folder.resolve(name + ".key"))),
        new TlsSettings.Trust(
            Optional.of(folder.resolve("ca.crt")),
            Optional.empty(),
            Files.exists(list) ? Optional.of(list) : Optional.empty()),
        "HIGH:!aNULL",
        true,
        "X25519:prime256v1",
        TlsVersion.V1_2,
        TlsVersion.V1_3,
        "",
        List.of());
  }
}
