package org.relevo.proxy.net;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/// Clients that write two rows per transaction, numbered without gap, until told to stop. An error
/// ends its writer and is thrown by [#stop]. Owner: the test; one virtual thread per writer.
final class Writers implements AutoCloseable {
  private static final long STUCK_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final List<CompletableFuture<Void>> running = new ArrayList<>();
  private final AtomicIntegerArray done;
  private final long[] lastNs;
  private volatile boolean stopping;

  Writers(ProxyServer proxy, int count) {
    done = new AtomicIntegerArray(count);
    lastNs = new long[count];
    Executor threads = task -> Thread.ofVirtual().name("writer").start(task);
    for (int i = 0; i < count; i++) {
      int client = i;
      running.add(CompletableFuture.runAsync(() -> write(proxy, client), threads));
    }
  }

  private void write(ProxyServer proxy, int client) {
    try (Connection connection = Proxies.connect(proxy, "app", "app")) {
      connection.setAutoCommit(false);
      while (!stopping) {
        int n = done.get(client);
        for (int row = n + 1; row <= n + 2; row++) {
          Proxies.run(
              connection, "INSERT INTO seen (client, n) VALUES (%d, %d)".formatted(client, row));
        }
        connection.commit();
        lastNs[client] = System.nanoTime();
        done.set(client, n + 2);
      }
    } catch (SQLException e) {
      throw new CompletionException(e);
    }
  }

  /// Rows of the writer that has written least.
  int slowest() {
    return IntStream.range(0, done.length()).map(done::get).min().orElse(0);
  }

  /// Writers that have committed nothing for a while.
  int waiting() {
    int count = 0;
    for (int i = 0; i < done.length(); i++) {
      int seen = done.get(i);
      if (seen > 0 && System.nanoTime() - lastNs[i] > STUCK_NS) {
        count++;
      }
    }
    return count;
  }

  List<String> expected(int client) {
    return IntStream.rangeClosed(1, done.get(client)).mapToObj(String::valueOf).toList();
  }

  void stop() throws InterruptedException, ExecutionException, TimeoutException {
    stopping = true;
    for (CompletableFuture<Void> writer : running) {
      writer.get(20, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    stopping = true;
  }
}
