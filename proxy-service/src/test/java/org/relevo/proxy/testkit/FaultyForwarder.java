package org.relevo.proxy.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Forwards TCP to a loopback port and damages what the server sends: knobs are set before the
/// connection is made. Owner: the test; the pumps are virtual threads that end with their sockets.
public final class FaultyForwarder implements AutoCloseable {
  private final ServerSocket server;
  private final int targetPort;
  private volatile long flipAt = -1;
  private volatile long cutAt = -1;

  public FaultyForwarder(int targetPort) throws IOException {
    this.targetPort = targetPort;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().name("forwarder").start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /// Inverts the bits of the server's byte at this offset; -1 for none.
  public void flipAt(long offset) {
    flipAt = offset;
  }

  /// Closes the connection after this many bytes of the server; -1 for never.
  public void cutAt(long offset) {
    cutAt = offset;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket target = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        Thread.ofVirtual().start(() -> pump(client, target, -1, -1));
        Thread.ofVirtual().start(() -> pump(target, client, flipAt, cutAt));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void pump(Socket from, Socket to, long flip, long cut) {
    byte[] buffer = new byte[64 << 10];
    long passed = 0;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (flip >= passed && flip < passed + count) {
          buffer[(int) (flip - passed)] ^= (byte) 0xFF;
        }
        if (cut >= 0 && passed + count > cut) {
          out.write(buffer, 0, (int) (cut - passed));
          return;
        }
        out.write(buffer, 0, count);
        passed += count;
      }
    } catch (IOException _) {
      // The other side is gone; closing both is the answer.
    }
  }
}
