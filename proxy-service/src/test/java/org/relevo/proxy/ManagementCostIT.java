package org.relevo.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.proxy.testkit.JavaProgram;
import org.relevo.proxy.testkit.LabServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What watching costs: `-Drelevo.cost.clients=200 -Drelevo.cost.seconds=20` for the figures of the
/// documents; a few clients by default, so that the test itself stays true.
@Timeout(300)
class ManagementCostIT {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementCostIT.class);
  private static final int CLIENTS = Integer.getInteger("relevo.cost.clients", 8);
  private static final int SECONDS = Integer.getInteger("relevo.cost.seconds", 4);

  @TempDir Path folder;

  private record Load(double cpu, double p50Ms, double p99Ms) {}

  @Test
  void watchingIsCheap() throws Exception {
    try (LabServer server = LabServer.primary(folder, "pg0", Map.of());
        ServiceLab lab = new ServiceLab(folder.resolve("service"), server.port())) {
      JavaProgram program = lab.startAndAwait();
      try (Connection client = lab.connect()) {
        measure(client, program, SECONDS); // warm
        Load alone = measure(client, program, SECONDS);
        AtomicLong polls = new AtomicLong();
        List<JmxConnection> consoles = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try {
          for (int i = 0; i < CLIENTS; i++) {
            JmxConnection console = lab.console();
            consoles.add(console);
            long offsetMs = i * 1000L / CLIENTS;
            threads.add(Thread.ofPlatform().start(() -> poll(console, offsetMs, polls)));
          }
          threads.add(Thread.ofPlatform().start(() -> scrape(lab)));
          measure(client, program, SECONDS); // warm
          long before = polls.get();
          Load watched = measure(client, program, SECONDS);
          LOG.info(
              "cost clients={} polls={} cpuAlone={} cpuWatched={} p50Alone={} p50Watched={}"
                  + " p99Alone={} p99Watched={}",
              CLIENTS,
              polls.get() - before,
              alone.cpu(),
              watched.cpu(),
              alone.p50Ms(),
              watched.p50Ms(),
              alone.p99Ms(),
              watched.p99Ms());
          assertThat(polls.get() - before).isGreaterThan((long) CLIENTS * SECONDS / 2);
          assertThat(watched.cpu() - alone.cpu()).isLessThan(0.5);
        } finally {
          threads.forEach(Thread::interrupt);
          consoles.forEach(JmxConnection::close);
        }
      }
    }
  }

  /// As a desktop does: the samples since the last look, and the state.
  private static void poll(JmxConnection console, long offsetMs, AtomicLong polls) {
    long sequence = 0;
    try {
      Thread.sleep(offsetMs);
      while (!Thread.currentThread().isInterrupted()) {
        var samples = console.pool().samplesSince(sequence);
        sequence = samples.isEmpty() ? sequence : samples.getLast().sequence();
        var _ = console.cluster().getStatus();
        polls.incrementAndGet();
        Thread.sleep(1000);
      }
    } catch (InterruptedException _) {
      // The measurement is over.
    } catch (RuntimeException e) {
      LOG.debug("cost.poll-ended", e);
    }
  }

  private static void scrape(ServiceLab lab) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + lab.httpPort + "/metrics")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!Thread.currentThread().isInterrupted()) {
        var _ = client.send(request, HttpResponse.BodyHandlers.discarding());
        Thread.sleep(1000);
      }
    } catch (InterruptedException _) {
      // The measurement is over.
    } catch (IOException e) {
      LOG.debug("cost.scrape-ended", e);
    }
  }

  /// A client that asks 200 times a second meanwhile.
  private static Load measure(Connection client, JavaProgram program, int seconds)
      throws SQLException {
    ProcessHandle process = program.process().toHandle();
    Duration before = process.info().totalCpuDuration().orElseThrow();
    long startNs = System.nanoTime();
    List<Long> times = new ArrayList<>();
    try (PreparedStatement statement = client.prepareStatement("SELECT 1")) {
      while (System.nanoTime() - startNs < seconds * 1_000_000_000L) {
        long askedNs = System.nanoTime();
        statement.executeQuery().close();
        times.add(System.nanoTime() - askedNs);
        LockSupport.parkNanos(5_000_000);
      }
    }
    double tookS = (System.nanoTime() - startNs) / 1e9;
    Duration used = process.info().totalCpuDuration().orElseThrow().minus(before);
    long[] sorted = times.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    return new Load(
        used.toMillis() / 1000.0 / tookS,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6);
  }
}
