package org.relevo.proxy.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Many clients that log in and then say nothing: how fast they get in and what each costs.
final class IdleRow {
  private static final int IN_FLIGHT = 32;
  private static final int LIMIT_SECONDS = 60;
  private static final int BUFFER_BYTES = 4096;

  private IdleRow() {}

  static Row of(String name, int clients) {
    return new Row(name, "logins/s", 1000, (target, setup) -> run(target, setup, clients));
  }

  private static Sample run(Target target, Row.Setup setup, int clients)
      throws IOException, InterruptedException {
    ProcessTree process = new ProcessTree(target.pid());
    long before = process.kilobytes();
    ConcurrentLinkedQueue<RawConnection> open = new ConcurrentLinkedQueue<>();
    AtomicInteger tickets = new AtomicInteger();
    ExecutorService openers = Executors.newFixedThreadPool(IN_FLIGHT);
    try {
      long start = System.nanoTime();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        running.add(
            openers.submit(() -> {
              while (tickets.getAndIncrement() < clients) {
                open.add(new RawConnection(target, setup.user(), setup.database(), BUFFER_BYTES));
              }
              return null;
            }));
      }
      for (Future<?> opener : running) {
        opener.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long after = process.kilobytes();
      return Sample.of(clients / seconds, clients)
          .with("seconds", seconds)
          .with("kbEach", (after - before) / (double) clients)
          .with("residentMb", process.residentKilobytes() / 1024.0);
    } catch (ExecutionException e) {
      throw new IOException("%d of %d: %s".formatted(open.size(), clients, e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("%d of %d in time".formatted(open.size(), clients), e);
    } finally {
      openers.shutdownNow(); // an interrupted thread closes the connection that it waits for
      openers.close();
      for (RawConnection connection : open) {
        connection.close();
      }
    }
  }
}
