package org.relevo.proxy.auth;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.relevo.proxy.wire.BackendError;
import org.relevo.proxy.wire.ByteString;

/// A client's login and a server login on one thread, without sockets: what one sends, the other
/// gets.
final class LoginLab {
  static final ByteString END_POINT = ByteString.copyOf(new byte[] {7, 7, 7});
  private static final SocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

  private LoginLab() {}

  static ClientFacts client(String user) {
    return new ClientFacts(ADDRESS, user, "db", false, Optional.empty());
  }

  static ClientFacts clientOnTls(String user) {
    return clientOnTls(user, END_POINT);
  }

  static ClientFacts clientOnTls(String user, ByteString endPoint) {
    return new ClientFacts(
        ADDRESS, user, "db", false, Optional.of(new ClientFacts.TlsFacts(endPoint, List.of())));
  }

  static ServerFacts server(String user) {
    return new ServerFacts(user, false, Optional.empty());
  }

  static ServerFacts serverOnTls(String user) {
    return new ServerFacts(user, true, Optional.of(END_POINT));
  }

  /// Bodies of the messages in a buffer, which is released.
  static List<byte[]> bodies(ByteBuf messages) {
    List<byte[]> bodies = new ArrayList<>();
    while (messages.isReadable()) {
      messages.skipBytes(1);
      byte[] body = new byte[messages.readInt() - 4];
      messages.readBytes(body);
      bodies.add(body);
    }
    messages.release();
    return bodies;
  }

  /// A loop that runs when it is asked to.
  static final class ManualLoop implements Executor {
    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    /// Waits for one task of another thread and runs it.
    void runOne() throws InterruptedException {
      Runnable task = tasks.poll(10, TimeUnit.SECONDS);
      if (task == null) {
        throw new AssertionError("nothing came back to the loop");
      }
      task.run();
    }
  }

  static final class ClientPeer implements ClientLogin.Peer {
    final ManualLoop loop;
    final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    final List<Credentials> accepted = new ArrayList<>();
    final List<BackendError> refused = new ArrayList<>();

    ClientPeer(ManualLoop loop) {
      this.loop = loop;
    }

    boolean ended() {
      return accepted.size() + refused.size() > 0;
    }

    @Override
    public Executor loop() {
      return loop;
    }

    @Override
    public ByteBufAllocator alloc() {
      return UnpooledByteBufAllocator.DEFAULT;
    }

    @Override
    public void send(ByteBuf messages) {
      sent.addAll(bodies(messages));
    }

    @Override
    public void accepted(Credentials credentials) {
      accepted.add(credentials);
    }

    @Override
    public void refused(BackendError error) {
      refused.add(error);
    }
  }

  static final class ServerPeer implements ServerLogin.Peer {
    final ManualLoop loop;
    final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    final List<String> failures = new ArrayList<>();
    int authenticated;

    ServerPeer(ManualLoop loop) {
      this.loop = loop;
    }

    boolean ended() {
      return authenticated + failures.size() > 0;
    }

    @Override
    public Executor loop() {
      return loop;
    }

    @Override
    public ByteBufAllocator alloc() {
      return UnpooledByteBufAllocator.DEFAULT;
    }

    @Override
    public void send(ByteBuf messages) {
      sent.addAll(bodies(messages));
    }

    @Override
    public void authenticated() {
      authenticated++;
    }

    @Override
    public void failed(String reason) {
      failures.add(reason);
    }
  }

  /// How a meeting of both sides ended.
  record Meeting(ClientPeer front, ServerPeer back) {
    BackendError refusal() {
      return front.refused.getFirst();
    }

    Credentials credentials() {
      return front.accepted.getFirst();
    }
  }

  /// Lets the service log in to itself: the back's side answers what the front's side asks.
  static Meeting meet(
      Authentication authentication,
      ClientFacts client,
      ServerLogins logins,
      ServerFacts server,
      Credentials credentials)
      throws InterruptedException {
    ManualLoop loop = new ManualLoop();
    ClientPeer front = new ClientPeer(loop);
    ServerPeer back = new ServerPeer(loop);
    ServerLogin serverLogin = logins.begin(credentials, server, back);
    ClientLogin clientLogin = authentication.begin(client, front);
    while (!front.ended() && !back.ended()) {
      if (!front.sent.isEmpty()) {
        serverLogin.message(front.sent.poll());
      } else if (!back.sent.isEmpty()) {
        clientLogin.message(back.sent.poll());
      } else {
        loop.runOne();
      }
    }
    while (!front.sent.isEmpty() && !back.ended()) {
      serverLogin.message(front.sent.poll());
    }
    if (!front.accepted.isEmpty() && !back.ended()) {
      serverLogin.message(new byte[4]); // AuthenticationOk
    }
    return new Meeting(front, back);
  }
}
