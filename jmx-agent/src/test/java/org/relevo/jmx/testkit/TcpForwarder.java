package org.relevo.jmx.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Forwards a local port to another one, as an SSH tunnel does.
public final class TcpForwarder implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final int targetPort;

  public TcpForwarder(int targetPort) throws IOException {
    this.targetPort = targetPort;
    Thread.ofVirtual().name("forwarder").start(this::acceptAll);
  }

  public int port() {
    return server.getLocalPort();
  }

  public int accepted() {
    return accepted.get();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = server.accept();
        accepted.incrementAndGet();
        Socket target = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        sockets.add(client);
        sockets.add(target);
        Thread.ofVirtual().start(() -> copy(client, target));
        Thread.ofVirtual().start(() -> copy(target, client));
      }
    } catch (IOException _) {
      // Closed by the test.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // Either side hung up; both are closed now.
    }
  }

  @Override
  public void close() throws IOException {
    cut();
  }

  /// Ends all connections and takes no more.
  public void cut() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
