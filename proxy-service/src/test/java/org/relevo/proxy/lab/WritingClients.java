package org.relevo.proxy.lab;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Background;

/// Clients that each insert row after row, one statement a transaction, and come back after an
/// error; they measure how long nobody answers.
///
/// Owner: the test; one virtual thread per client.
final class WritingClients implements AutoCloseable {
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final int SOCKET_TIMEOUT_S = 30;
  private static final int CALM_MS = 10;

  private final List<Client> clients = new ArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final long pauseNs;
  private volatile boolean stopping;

  /// Evenly over the proxies of these machines, all connected and writing, at most 100 rows a
  /// second each: what is measured is the cluster, not a machine that has no time left for it.
  WritingClients(ClusterLab lab, List<LabMember> proxies, int count) throws SQLException {
    this(lab, proxies, count, CALM_MS);
  }

  /// @param pauseMs between two rows of a client
  WritingClients(ClusterLab lab, List<LabMember> proxies, int count, int pauseMs)
      throws SQLException {
    this.pauseNs = TimeUnit.MILLISECONDS.toNanos(pauseMs);
    lab.execute(
        proxies.getFirst(), "CREATE TABLE IF NOT EXISTS written (client int, n bigint, text text)");
    for (int i = 0; i < count; i++) {
      clients.add(new Client(i, proxies.get(i % proxies.size())));
    }
    clients.forEach(client -> client.ended = Background.run(() -> client.run()));
    awaitAll();
  }

  /// Waits until each client has written something from now on.
  void awaitAll() {
    awaitThose(clients.stream().map(client -> client.proxy).distinct().toList());
  }

  /// The same for clients of these proxies.
  void awaitThose(List<LabMember> proxies) {
    long now = System.nanoTime();
    Await.until(
        Duration.ofSeconds(90),
        () -> "not all write: " + errors.stream().limit(20).toList(),
        () ->
            clients.stream()
                .filter(client -> proxies.contains(client.proxy))
                .allMatch(client -> client.times.since(now).length > 1));
  }

  /// What clients were told since the start.
  List<String> errors() {
    return List.copyOf(errors);
  }

  void forgetErrors() {
    errors.clear();
  }

  /// The longest time that one of them waited for an answer since then.
  Times.Gap longestPause(long sinceNs) {
    long now = System.nanoTime();
    Times.Gap longest = new Times.Gap(sinceNs, sinceNs);
    for (Client client : clients) {
      Times.Gap gap = Times.longest(sinceNs, client.times.since(sinceNs), now);
      longest = gap.ns() > longest.ns() ? gap : longest;
    }
    return longest;
  }

  /// Milliseconds from a fault to the first write after it through these proxies: the end of the
  /// longest time without any.
  long firstWriteMs(long faultNs, List<LabMember> proxies) {
    long[] all =
        clients.stream()
            .filter(client -> proxies.contains(client.proxy))
            .flatMapToLong(client -> Arrays.stream(client.times.since(faultNs)))
            .sorted()
            .toArray();
    return (Times.longest(faultNs, all, System.nanoTime()).untilNs() - faultNs) / 1_000_000;
  }

  /// Milliseconds from a fault to the last write that was acknowledged to any of them.
  long lastWriteMs(long faultNs) {
    return clients.stream()
        .flatMapToLong(client -> Arrays.stream(client.times.since(faultNs)))
        .map(ns -> (ns - faultNs) / 1_000_000)
        .max()
        .orElse(0);
  }

  @Override
  public void close() {
    stopping = true;
    clients.forEach(client -> client.ended.join());
  }

  private final class Client {
    private final int number;
    private final LabMember proxy;
    private final Times times = new Times();
    private CompletableFuture<Long> ended = new CompletableFuture<>();
    private long n;

    private Client(int number, LabMember proxy) {
      this.number = number;
      this.proxy = proxy;
    }

    /// @return rows written
    private Long run() {
      while (!stopping) {
        try (Connection connection = proxy.connect(LabMember.PORT, SOCKET_TIMEOUT_S);
            PreparedStatement insert =
                connection.prepareStatement("INSERT INTO written VALUES (?, ?, 'some text')")) {
          write(insert);
        } catch (SQLException e) {
          errors.add("%s %s %s".formatted(proxy, e.getSQLState(), e.getMessage()));
          LockSupport.parkNanos(RETRY_NS);
        }
      }
      return n;
    }

    private void write(PreparedStatement insert) throws SQLException {
      insert.setInt(1, number);
      while (!stopping) {
        insert.setLong(2, n);
        try {
          insert.executeUpdate();
        } catch (SQLException e) {
          if (!"40001".equals(e.getSQLState())) {
            throw e;
          }
          // The connection is kept: the same again, as a framework does.
          errors.add("%s %s %s".formatted(proxy, e.getSQLState(), e.getMessage()));
          continue;
        }
        times.add(System.nanoTime());
        n++;
        LockSupport.parkNanos(pauseNs);
      }
    }
  }
}
