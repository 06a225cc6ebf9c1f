package org.relevo.jmx.benchmark;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.benchmark.script.Prng;
import org.relevo.jmx.benchmark.wire.Wire;
import org.relevo.jmx.postgres.JdbcTarget;

/// A thread that drives some clients, as one of pgbench's threads does. A client whose connection
/// is encrypted has a job for itself, because such sockets block.
///
/// Owner: its thread, apart from [#submit], [#wakeUp] and [#cutOff].
final class Job implements Runnable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOGIN_ANSWER_LIMIT = Duration.ofSeconds(75);
  private static final long LONGEST_WAIT_NANOS = 1_000_000_000;
  private static final long MILLISECOND = 1_000_000;
  private static final long SHORTEST_PARK_NANOS = 50_000;

  private final JdbcTarget target;
  private final List<LoadClient> clients;
  private final StartAndStop signals;
  private final Prng prng;
  private final double meanTurnNanos;
  private final boolean blocking;
  private final Selector selector;
  private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
  private final Consumer<SelectionKey> onReady = this::ready;

  /// Of clients that do not wait for the server, though it has sent something.
  private final List<SelectionKey> unheard = new ArrayList<>();

  private double turn = Double.NaN;
  private volatile long cpuNanos;
  private volatile @Nullable Throwable failure;
  private volatile boolean over;
  private volatile @Nullable Thread thread;

  /// @param rate transactions a second of this job; 0 for no limit
  /// @param blocking whether there is one client, whose connection is encrypted
  Job(
      JdbcTarget target,
      List<LoadClient> clients,
      StartAndStop signals,
      double rate,
      boolean blocking,
      long seed)
      throws IOException {
    this.target = target;
    this.clients = List.copyOf(clients);
    this.signals = signals;
    this.prng = new Prng(seed);
    this.meanTurnNanos = rate > 0 ? 1e9 / rate : 0;
    this.blocking = blocking;
    this.selector = Selector.open();
    clients.forEach(client -> client.belongTo(this));
  }

  /// Has something done on the job's thread.
  void submit(Runnable task) {
    inbox.add(task);
    wakeUp();
    if (over) {
      runSubmitted();
    }
  }

  private void runSubmitted() {
    for (Runnable task = inbox.poll(); task != null; task = inbox.poll()) {
      task.run();
    }
  }

  void wakeUp() {
    selector.wakeup();
    Thread now = thread;
    if (now != null) {
      LockSupport.unpark(now);
    }
  }

  /// Processor time that the thread took, once it has ended.
  long cpuNanos() {
    return cpuNanos;
  }

  /// What ended the job before its time; null when nothing did.
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    try (selector) {
      while (!clients.stream().allMatch(LoadClient::ended)) {
        runSubmitted();
        long wake = wakeClients();
        if (blocking) {
          awaitBlocking(wake);
        } else {
          await(wake);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      // Nobody else would notice: the run must not wait for clients that nobody drives.
      failure = e;
      clients.forEach(LoadClient::giveUpAll);
    } finally {
      // Who has logged in too late has a connection that nobody else would close.
      over = true;
      runSubmitted();
      cpuNanos = java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
  }

  private long wakeClients() {
    long now = System.nanoTime();
    long first = now + LONGEST_WAIT_NANOS;
    boolean stopping = signals.stopping();
    for (int i = 0; i < clients.size(); i++) {
      LoadClient client = clients.get(i);
      long wake = client.wakeAt();
      if (wake != Long.MAX_VALUE && (wake - now <= 0 || stopping)) {
        client.wake(now);
        wake = client.wakeAt();
      }
      if (wake != Long.MAX_VALUE && wake - first < 0) {
        first = wake;
      }
    }
    return first;
  }

  /// Times of less than a millisecond are slept in short pieces: a selector knows milliseconds
  /// only.
  private void await(long wake) throws IOException {
    if (!inbox.isEmpty()) {
      return;
    }
    if (!unheard.isEmpty()) {
      hearAgain();
    }
    long nanos = wake - System.nanoTime();
    if (nanos >= MILLISECOND) {
      selector.select(onReady, TimeUnit.NANOSECONDS.toMillis(nanos));
    } else if (selector.selectNow(onReady) == 0 && nanos > 0) {
      LockSupport.parkNanos(Math.min(nanos, SHORTEST_PARK_NANOS));
    }
  }

  private void awaitBlocking(long wake) {
    LoadClient only = clients.getFirst();
    if (only.waitsForServer()) {
      only.ready(false);
    } else if (inbox.isEmpty() && !only.ended()) {
      LockSupport.parkNanos(Math.max(1, wake - System.nanoTime()));
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    LoadClient client = (LoadClient) key.attachment();
    if (client.waitsForServer()) {
      client.ready(key.isWritable());
    } else {
      // The server speaks unasked, or has gone: the next statement finds that out. Until then, the
      // thread would have no rest.
      want(key, 0);
      unheard.add(key);
    }
  }

  private void hearAgain() {
    unheard.removeIf(key -> {
      LoadClient client = (LoadClient) key.attachment();
      if (client.waitsForServer()) {
        want(key, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return true;
      }
      return !key.isValid();
    });
  }

  private static void want(SelectionKey key, int news) {
    try {
      key.interestOps(news);
    } catch (CancelledKeyException _) {
      // Cut off from outside; the client is told by a task of its own.
    }
  }

  /// When the next transaction is to begin: a Poisson process, as pgbench's.
  long nextTurn(long now) {
    if (Double.isNaN(turn)) {
      turn = now;
    }
    turn += -Math.log(1 - prng.real()) * meanTurnNanos;
    return (long) turn;
  }

  void wantWrite(LoadClient client, boolean wanted) {
    Wire wire = client.wire();
    SelectionKey key = wire == null || blocking ? null : wire.channel().keyFor(selector);
    if (key != null) {
      want(key, SelectionKey.OP_READ | (wanted ? SelectionKey.OP_WRITE : 0));
    }
  }

  /// Logs in beside the job, which goes on with its other clients meanwhile.
  void connect(LoadClient client) {
    Thread.ofVirtual().name("benchmark-login").start(() -> login(client));
  }

  /// As [#connect] for a job that does not run yet.
  void connectFirst() {
    for (LoadClient client : clients) {
      Thread.ofVirtual()
          .name("benchmark-login")
          .start(() -> {
            login(client);
            signals.ready();
          });
    }
  }

  private void login(LoadClient client) {
    try {
      Wire wire = Wire.open(target, CONNECT_LIMIT, LOGIN_ANSWER_LIMIT);
      submit(() -> accept(client, wire));
    } catch (SQLException e) {
      submit(() -> client.notConnected(e));
    } catch (RuntimeException e) {
      submit(() -> client.notConnected(new SQLException(e.toString(), "08000", e)));
    }
  }

  /// Gives up what does not end by itself; any thread.
  void cutOff() {
    clients.forEach(client -> {
      client.abort();
      submit(client::cutOff);
    });
  }

  private void accept(LoadClient client, Wire wire) {
    try {
      if (client.ended()) {
        wire.abort();
        return;
      }
      if (wire.encrypted() != blocking) {
        wire.abort();
        throw new SQLException("the server began or ended encryption during the run", "08P01");
      }
      if (!blocking) {
        wire.channel().register(selector, SelectionKey.OP_READ, client);
      }
    } catch (IOException e) {
      client.notConnected(new SQLException(e.getMessage(), "08006", e));
      return;
    } catch (SQLException e) {
      client.notConnected(e); // which does nothing for one that has ended
      return;
    }
    client.connected(wire);
  }
}
