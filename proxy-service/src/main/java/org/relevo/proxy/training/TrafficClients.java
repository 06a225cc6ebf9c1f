package org.relevo.proxy.training;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Clients that do what pgbench does: short statements in the simple protocol, in the extended one,
/// and prepared, on connections that last and on such that do not.
///
/// Owner: thread of [#run].
final class TrafficClients {
  private static final String SQL = "SELECT abalance FROM pgbench_accounts WHERE aid = 1";
  private static final int LONG_LIFE = 400;
  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /// More than the service has server connections, so that some wait.
  private final int clients;

  private final int port;
  private final AtomicLong transactions = new AtomicLong();

  TrafficClients(int port, int clients) {
    this.port = port;
    this.clients = clients;
  }

  /// Waits until a statement is answered.
  ///
  /// @param untilNs as [System#nanoTime]
  /// @return whether one was in time
  boolean answered(long untilNs) {
    while (transactions.get() == 0 && System.nanoTime() - untilNs < 0) {
      try {
        connection(0, 1, untilNs);
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NS); // the service is not there yet, or has no server yet
      }
    }
    return transactions.get() > 0;
  }

  /// Works until the time is up.
  ///
  /// @param untilNs as [System#nanoTime]
  /// @return transactions that were answered
  long run(long untilNs) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      int kind = i;
      threads.add(Thread.ofVirtual().start(() -> work(kind, untilNs)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return transactions.get();
  }

  private void work(int kind, long untilNs) {
    while (System.nanoTime() - untilNs < 0) {
      try {
        connection(kind, kind % 4 == 3 ? 1 : LONG_LIFE, untilNs);
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NS); // the service has no server yet, or is ending
      }
    }
  }

  private void connection(int kind, int most, long untilNs) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()))) {
      socket.setTcpNoDelay(true);
      byte[] parameters =
          "\0\3\0\0user\0bench\0database\0bench\0application_name\0pgbench\0\0"
              .getBytes(StandardCharsets.US_ASCII);
      out.writeInt(Integer.BYTES + parameters.length);
      out.write(parameters);
      answer(in, out);
      boolean named = kind % 4 == 1;
      if (named) {
        Frame.write(out, 'P', "s\0" + SQL + "\0\0\0");
        Frame.write(out, 'S');
        answer(in, out);
      }
      for (int i = 0; i < most && System.nanoTime() - untilNs < 0; i++) {
        ask(out, kind, named);
        answer(in, out);
        transactions.incrementAndGet();
      }
      Frame.write(out, 'X');
      out.flush();
    }
  }

  private static void ask(DataOutputStream out, int kind, boolean named) throws IOException {
    if (!named && kind % 4 != 2) {
      Frame.write(out, 'Q', SQL + ";\0");
      return;
    }
    if (!named) {
      Frame.write(out, 'P', "\0" + SQL + "\0\0\0");
    }
    Frame.write(out, 'B', named ? "\0s\0\0\0\0\0\0\0" : "\0\0\0\0\0\0\0\0");
    Frame.write(out, 'D', "P\0");
    Frame.write(out, 'E', "\0\0\0\0\0");
    Frame.write(out, 'S');
  }

  private static void answer(DataInputStream in, DataOutputStream out) throws IOException {
    out.flush();
    Frame frame;
    do {
      frame = Frame.read(in);
      if (frame.tag() == 'E') {
        throw new IOException(frame.string(0));
      }
    } while (frame.tag() != 'Z');
  }
}
