package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.Succession;
import org.relevo.proxy.core.WriteFence;
import org.relevo.proxy.net.Access;
import org.relevo.proxy.pool.ConnectionOpener;
import org.relevo.proxy.pool.LimitSettings;
import org.relevo.proxy.pool.PoolKey;
import org.relevo.proxy.pool.PoolMode;
import org.relevo.proxy.pool.PoolPolicy;
import org.relevo.proxy.pool.Pools;
import org.relevo.proxy.server.RoleCredentials;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.ServerOpener;
import org.relevo.proxy.server.ServerSecurity;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.BackendMessages;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.CancelKey;
import org.relevo.proxy.wire.FrontendMessages;

/// Sessions between channels without sockets. The test plays all clients and all servers. The
/// allocator counts: what a test leaves behind fails it in [#close].
final class SessionLab implements AutoCloseable {
  static final int MAX_CLIENTS = 3;
  static final int SERVER_PROCESS = 77;
  static final byte[] SECRET = {1, 2, 3, 4};

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final FixedViews views = new FixedViews(5432, 5433);
  private final List<EmbeddedChannel> clients = new ArrayList<>();
  private final List<EmbeddedChannel> servers = new ArrayList<>();
  private final IdentityHashMap<EmbeddedChannel, Integer> ports = new IdentityHashMap<>();
  private final EmbeddedChannel first = channel();
  private final LoopShard shard = new LoopShard(first.eventLoop(), 0, 1, new AtomicInteger());
  private final WriteFence fence = new WriteFence();
  private final ServerOpener opener;
  private final SessionHub hub;

  SessionLab(PoolMode mode, int poolSize) {
    this(mode, poolSize, null);
  }

  /// @param router of every session; null for none. Its nodes are 0, at port 5432, and 1
  SessionLab(PoolMode mode, int poolSize, @Nullable SessionRouter router) {
    Access access = TestAccess.open();
    RoleCredentials credentials = new RoleCredentials();
    opener =
        new ServerOpener(
            views,
            (_, _, port, _, handler) -> connect(port, handler),
            access.security(),
            access.logins(),
            credentials,
            () -> Duration.ofSeconds(10),
            fence);
    PoolPolicy policy = (_, _) -> TestAccess.pools(mode, poolSize);
    Pools<ServerConnection> pools =
        new Pools<>(List.of(first.eventLoop()), opener, policy, LimitSettings.NONE);
    hub =
        new SessionHub(
            new SessionHub.Parts(
                views,
                (_, _, port, _, handler) -> connect(port, handler),
                ServerSecurity.PLAIN,
                opener,
                pools,
                credentials,
                List.of(shard)),
            new SessionSettings(
                MAX_CLIENTS,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                false),
            policy,
            access.authentication(),
            ServiceSide.NONE);
    hub.route((_, _, _) -> router, DefinitionChanges.UNHEARD);
  }

  /// From now on members of a cluster decide who is the primary, and replace a lost one.
  void replacesPrimaries() {
    fence.until(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
  }

  FixedViews views() {
    return views;
  }

  /// What is known of the primary's life.
  void lives(Succession now) {
    opener.servers().lives(now);
  }

  /// Where a server connection was opened to.
  int port(EmbeddedChannel server) {
    return ports.getOrDefault(server, 0);
  }

  @Override
  public void close() {
    clients.forEach(EmbeddedChannel::finishAndReleaseAll);
    settle();
    servers.forEach(EmbeddedChannel::finishAndReleaseAll);
    first.finishAndReleaseAll();
    assertThat(shard.sessions()).isEmpty();
    assertThat(allocator.metric().usedHeapMemory()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  LoopShard shard() {
    return shard;
  }

  WriteFence fence() {
    return fence;
  }

  SessionHub hub() {
    return hub;
  }

  UnpooledByteBufAllocator allocator() {
    return allocator;
  }

  private EmbeddedChannel channel() {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(allocator);
    return channel;
  }

  private io.netty.channel.ChannelFuture connect(int port, ChannelHandler handler) {
    EmbeddedChannel connected = channel();
    ports.put(connected, port);
    connected.pipeline().addLast(handler);
    connected.pipeline().fireChannelActive();
    servers.add(connected);
    return connected.newSucceededFuture();
  }

  // ------------------------------------------------------------------ clients

  EmbeddedChannel connectClient() {
    EmbeddedChannel client = channel();
    client.pipeline().addLast(new ClientSide(hub, shard));
    client.pipeline().fireChannelActive();
    clients.add(client);
    return client;
  }

  /// Connects and sends a start-up packet; nothing is answered.
  EmbeddedChannel start(Map<String, String> parameters) {
    EmbeddedChannel client = connectClient();
    Map<String, String> all = new TreeMap<>(Map.of("user", "ana"));
    all.putAll(parameters);
    ByteBuf packet = allocator.buffer();
    FrontendMessages.startup(packet, 0, all);
    send(client, packet);
    return client;
  }

  /// A client that has been greeted; the greeting is dropped, and a new server has let it in.
  EmbeddedChannel login(Map<String, String> parameters) {
    int before = servers.size();
    EmbeddedChannel client = start(parameters);
    if (servers.size() > before) {
      acceptLogin(server(before));
    }
    assertThat(outbound(client)).endsWith(ready('I'));
    return client;
  }

  // ------------------------------------------------------------------ servers

  int servers() {
    return servers.size();
  }

  EmbeddedChannel server(int number) {
    assertThat(servers).as("servers that were connected to").hasSizeGreaterThan(number);
    return servers.get(number);
  }

  /// Answers the start-up packet that has come.
  void acceptLogin(EmbeddedChannel server) {
    assertThat(outbound(server)).isNotEmpty();
    ByteBuf answer = allocator.buffer();
    BackendMessages.authentication(answer, BackendMessages.AUTH_OK, new byte[0]);
    BackendMessages.parameterStatus(answer, "server_version", "18.0");
    BackendMessages.backendKeyData(
        answer, new CancelKey(SERVER_PROCESS, ByteString.copyOf(SECRET)));
    BackendMessages.readyForQuery(answer, 'I');
    send(server, answer);
  }

  /// A logged-in server connection that belongs to no pool.
  ServerConnection open() {
    List<ServerConnection> opened = new ArrayList<>();
    opener.open(
        new PoolKey(views.current().primaryNode().orElseThrow().id(), "app", "ana"),
        first.eventLoop(),
        new ConnectionOpener.Result<>() {
          @Override
          public void opened(ServerConnection connection) {
            opened.add(connection);
          }

          @Override
          public void failed(BackendError error) {
            throw new AssertionError(error.message());
          }
        });
    acceptLogin(server(servers.size() - 1));
    assertThat(opened).hasSize(1);
    return opened.getFirst();
  }

  // ------------------------------------------------------------------ bytes

  /// Gives bytes to a channel as if its peer had sent them.
  void send(EmbeddedChannel from, ByteBuf bytes) {
    from.pipeline().fireChannelRead(bytes);
    from.pipeline().fireChannelReadComplete();
    settle();
  }

  void send(EmbeddedChannel from, byte[]... messages) {
    ByteBuf all = allocator.buffer();
    for (byte[] message : messages) {
      all.writeBytes(message);
    }
    send(from, all);
  }

  void settle() {
    for (int i = 0; i < 5; i++) {
      first.runPendingTasks();
      List.copyOf(clients).forEach(EmbeddedChannel::runPendingTasks);
      List.copyOf(servers).forEach(EmbeddedChannel::runPendingTasks);
    }
  }

  /// Lets time pass on the sessions' loop, all at once.
  void pass(long ms) {
    first.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
    settle();
  }

  /// What has been written to the peer of a channel since the last call.
  byte[] outbound(EmbeddedChannel channel) {
    settle();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
    return all.toByteArray();
  }

  String text(EmbeddedChannel channel) {
    return new String(outbound(channel), StandardCharsets.ISO_8859_1);
  }

  /// Messages to a server, each as its tag and the texts in its body.
  List<String> messages(EmbeddedChannel server) {
    ByteBuf in = Unpooled.wrappedBuffer(outbound(server));
    List<String> messages = new ArrayList<>();
    while (in.isReadable()) {
      char tag = (char) in.readByte();
      String body = in.readSlice(in.readInt() - 4).toString(StandardCharsets.ISO_8859_1);
      messages.add((tag + " " + body).replaceAll("[\\x00-\\x20]+", " ").strip());
    }
    return messages;
  }

  static byte[] query(String sql) {
    ByteBuf out = Unpooled.buffer();
    FrontendMessages.query(out, sql);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] ready(char status) {
    ByteBuf out = Unpooled.buffer();
    BackendMessages.readyForQuery(out, status);
    return ByteBufUtil.getBytes(out);
  }

  /// A message of zero-terminated texts.
  static byte[] message(char tag, String... texts) {
    ByteBuf out = Unpooled.buffer();
    out.writeByte(tag).writeInt(0);
    for (String text : texts) {
      out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }
    out.setInt(1, out.readableBytes() - 1);
    return ByteBufUtil.getBytes(out);
  }

  static byte[] dataRow(String... values) {
    ByteBuf out = Unpooled.buffer();
    out.writeByte('D').writeInt(0).writeShort(values.length);
    for (String value : values) {
      out.writeInt(value.length()).writeCharSequence(value, StandardCharsets.ISO_8859_1);
    }
    out.setInt(1, out.readableBytes() - 1);
    return ByteBufUtil.getBytes(out);
  }

  /// Messages as [#text] shows them.
  static String string(byte[]... messages) {
    StringBuilder all = new StringBuilder();
    for (byte[] message : messages) {
      all.append(new String(message, StandardCharsets.ISO_8859_1));
    }
    return all.toString();
  }

  static byte[] error(String sqlState, String message) {
    return error("ERROR", sqlState, message);
  }

  static byte[] fatal(String sqlState, String message) {
    return error("FATAL", sqlState, message);
  }

  private static byte[] error(String severity, String sqlState, String message) {
    ByteBuf out = Unpooled.buffer();
    BackendError.of(severity, sqlState, message).writeTo(out);
    return ByteBufUtil.getBytes(out);
  }
}
