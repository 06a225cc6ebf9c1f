package org.relevo.proxy.testkit.script;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoEventLoop;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A proxy between scripted clients and a scripted server on one event loop that the test's own
/// thread runs, with a clock that the test moves: the same seed always gives the same run.
///
/// ```
/// step: one random peer sends or takes one random piece of bytes, then the loop runs dry
/// time: moves only when nobody can do anything
/// ```
///
/// Owner: the test's thread; [#close] ends every channel.
public final class Simulation implements AutoCloseable {
  private static final AtomicLong NAMES = new AtomicLong();
  private static final int MAX_STEPS = 60_000;
  private static final int MAX_IDLE_SECONDS = 400;

  private final Random random;
  private final MockTicker clock = Ticker.newMockTicker();
  private final ManualIoEventLoop loop =
      new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), clock);
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final LocalAddress front = new LocalAddress("front-" + NAMES.incrementAndGet());
  private final List<Node> nodes = new ArrayList<>();
  private final List<ServerEnd> servers = new ArrayList<>();
  private final List<ClientEnd> clients = new ArrayList<>();
  private final Faults faults;
  private Channel frontListener;

  /// One server.
  static final class Node {
    final LocalAddress address = new LocalAddress("back-" + NAMES.incrementAndGet());
    final ScriptedBackend backend;
    @Nullable Channel listener;

    Node(int firstProcessId) {
      backend = new ScriptedBackend(firstProcessId);
    }
  }

  /// One connection at the server.
  static final class ServerEnd {
    final LocalPeer peer = new LocalPeer();
    final Node node;
    final BackendSession session;
    boolean stalled;

    ServerEnd(Node node) {
      this.node = node;
      this.session = node.backend.open();
    }
  }

  /// One client.
  static final class ClientEnd {
    final LocalPeer peer = new LocalPeer();
    final ClientProgram program;
    boolean started;
    boolean dropped;
    boolean finished;

    ClientEnd(ClientProgram program) {
      this.program = program;
    }
  }

  /// @param faultCount how many things go wrong
  public Simulation(long seed, Features features, int clientCount, int faultCount) {
    this(seed, features, clientCount, faultCount, 1);
  }

  /// @param nodeCount how many servers there are, which all give the same answers
  public Simulation(long seed, Features features, int clientCount, int faultCount, int nodeCount) {
    random = new Random(seed);
    faults = new Faults(this, random, faultCount);
    for (int i = 0; i < clientCount; i++) {
      clients.add(new ClientEnd(new ClientProgram(i, random, features, 2 + random.nextInt(12))));
    }
    for (int i = 0; i < nodeCount; i++) {
      Node node = new Node(1001 + 100_000 * i);
      nodes.add(node);
      listen(node);
    }
    frontListener = listen(front, LocalPeer::new);
    var _ = frontListener.close();
    settle();
  }

  /// The loop that the proxy is to use for everything.
  public IoEventLoop loop() {
    return loop;
  }

  public MockTicker clock() {
    return clock;
  }

  /// Sessions that are connected to any of the servers.
  public List<BackendSession> backendSessions() {
    return nodes.stream().flatMap(node -> node.backend.sessions().stream()).toList();
  }

  /// Connects the proxy to a server.
  public ChannelFuture connect(int node, ChannelHandler handler) {
    return new Bootstrap()
        .group(loop)
        .disableResolver() // the usual one keeps each loop until its shutdown
        .channel(LocalChannel.class)
        .option(ChannelOption.ALLOCATOR, allocator)
        .handler(handler)
        .connect(nodes.get(node).address);
  }

  /// Runs all clients to their ends.
  ///
  /// @param clientSide makes the proxy's handler for an accepted client
  /// @throws AssertionError when an answer is wrong, a client waits for ever, or more is lost than
  ///   the faults explain
  public void run(Supplier<ChannelHandler> clientSide) {
    frontListener = listen(front, clientSide);
    int idleSeconds = 0;
    for (int step = 0; step < MAX_STEPS; step++) {
      settle();
      faults.step(step);
      List<Runnable> possible = possible();
      if (!possible.isEmpty()) {
        possible.get(random.nextInt(possible.size())).run();
      } else if (clients.stream().allMatch(client -> client.finished)) {
        faults.end();
        checkLosses();
        rest();
        return;
      } else {
        faults.nothingMoves();
        advance(1);
        idleSeconds++;
        if (idleSeconds > MAX_IDLE_SECONDS) {
          break;
        }
      }
    }
    throw new AssertionError("these wait for ever: " + waiting() + ", after " + faults);
  }

  /// Lets time pass until nothing happens any more.
  public void rest() {
    for (int i = 0; i < 30; i++) {
      advance(1);
      settle();
      List<Runnable> possible = possible();
      while (!possible.isEmpty()) {
        possible.get(random.nextInt(possible.size())).run();
        settle();
        possible = possible();
      }
    }
  }

  /// Bytes of buffers that nobody has released.
  public long buffersInUse() {
    return allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
  }

  /// Connections that are open at the server's end.
  public int serverConnections() {
    return servers.size();
  }

  @Override
  public void close() {
    var _ = frontListener.close();
    nodes.forEach(this::stopListening);
    servers.forEach(server -> server.peer.close());
    clients.forEach(client -> client.peer.close());
    settle();
    // The loop has no thread and nothing left to do; shutting it down would sleep.
  }

  List<ServerEnd> servers() {
    return servers;
  }

  List<ClientEnd> clients() {
    return clients;
  }

  List<Node> nodes() {
    return nodes;
  }

  void stopListening(Node node) {
    if (node.listener != null) {
      var _ = node.listener.close();
      node.listener = null;
    }
    settle();
  }

  void listen(Node node) {
    node.listener = listen(node.address, () -> accept(node));
  }

  private ChannelHandler accept(Node node) {
    ServerEnd server = new ServerEnd(node);
    servers.add(server);
    faults.accepted(server);
    return server.peer;
  }

  private void advance(int seconds) {
    clock.advance(seconds, TimeUnit.SECONDS);
  }

  private void settle() {
    while (loop.runNow() > 0) {
      // until nothing is left to do
    }
    servers.removeIf(server -> {
      boolean gone = server.peer.closed();
      if (gone) {
        server.node.backend.closed(server.session);
      }
      return gone;
    });
    clients.forEach(this::checkEnd);
  }

  private void checkEnd(ClientEnd client) {
    if (client.finished || !client.started || client.peer.hasInput()) {
      return;
    }
    boolean done = client.program.end() == ClientProgram.End.COMPLETE;
    if (client.peer.closed()) {
      client.program.closed();
      client.finished = true;
    } else if (done && !client.program.out().isReadable()) {
      client.peer.close();
      client.finished = true;
    }
  }

  private List<Runnable> possible() {
    List<Runnable> possible = new ArrayList<>();
    for (ClientEnd client : clients) {
      if (client.finished) {
        continue;
      }
      if (!client.started) {
        possible.add(() -> start(client));
        continue;
      }
      if (client.peer.hasInput()) {
        possible.add(() -> client.program.receive(client.peer.take(random)));
      }
      if (client.program.out().isReadable() && !client.peer.closed()) {
        possible.add(() -> client.peer.send(client.program.out(), random));
      }
    }
    for (ServerEnd server : servers) {
      if (server.stalled) {
        continue;
      }
      if (server.peer.hasInput()) {
        possible.add(() -> server.session.receive(server.peer.take(random)));
      }
      if (server.session.out().isReadable()) {
        possible.add(() -> server.peer.send(server.session.out(), random));
      } else if (server.session.ended()) {
        possible.add(server.peer::close);
      }
    }
    return possible;
  }

  private void start(ClientEnd client) {
    client.started = true;
    var _ =
        new Bootstrap()
            .group(loop)
            .disableResolver()
            .channel(LocalChannel.class)
            .handler(client.peer)
            .connect(front);
  }

  private Channel listen(LocalAddress address, Supplier<ChannelHandler> handler) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(LocalServerChannel.class)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childHandler(
                new ChannelInitializer<LocalChannel>() {
                  @Override
                  protected void initChannel(LocalChannel channel) {
                    channel.pipeline().addLast(handler.get());
                  }
                })
            .bind(address);
    while (loop.runNow() > 0) {
      // until it is bound
    }
    if (!bound.isSuccess()) {
      throw new AssertionError("cannot listen at " + address, bound.cause());
    }
    return bound.channel();
  }

  /// A client may only be lost with a server connection.
  private void checkLosses() {
    List<ClientProgram> lost =
        clients.stream()
            .filter(client -> !client.dropped)
            .map(client -> client.program)
            .filter(program -> program.end() != ClientProgram.End.COMPLETE)
            .toList();
    if (lost.size() > faults.mayLose()) {
      throw new AssertionError("lost " + lost + " where the faults are " + faults);
    }
  }

  private String waiting() {
    StringBuilder text = new StringBuilder();
    clients.stream()
        .filter(client -> !client.finished)
        .forEach(client -> text.append(client.program).append(' '));
    servers.forEach(server -> text.append(server.session).append(' '));
    return text.toString();
  }
}
