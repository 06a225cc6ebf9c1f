package org.relevo.proxy.health;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.failover.NodeObservation;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.failover.NodeObservation.Outcome;
import org.relevo.proxy.failover.NodeObservation.Silent;
import org.relevo.proxy.local.Postmaster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches one server until closed and tells each probe's outcome.
///
/// ```text
/// probe ok ──► told, next after period
/// probe failed ──► told (not conclusive) ──► again after retryDelay, up to `retries` times
///                  └─► told (conclusive), next after period
/// local postmaster gone ──► probe at once; its failure is conclusive
/// ```
///
/// Owner: its own virtual thread `health-nodeN`; [#probeNow] and [#close] may come from any thread.
public final class NodeWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
  private static final String APPLICATION_NAME = "relevo health";

  private final NodeSettings node;
  private volatile HealthSettings settings;
  private final Clock clock;
  private final Consumer<NodeObservation> sink;

  /// Holds at most one wake-up: one probe answers any number of them.
  private final BlockingQueue<Boolean> wakeUps = new ArrayBlockingQueue<>(1);

  private final Thread thread;
  private volatile boolean closed;
  private volatile Optional<ProcessHandle> gone = Optional.empty();
  private @Nullable Connection connection;
  private Optional<ProcessHandle> postmaster = Optional.empty();
  private int failures;

  private NodeWatch(
      NodeSettings node, HealthSettings settings, Clock clock, Consumer<NodeObservation> sink) {
    this.node = node;
    this.settings = settings;
    this.clock = clock;
    this.sink = sink;
    this.thread = Thread.ofVirtual().name("health-" + node.id()).unstarted(this::run);
  }

  /// Takes over new times; they count from the next wait or probe on.
  public void apply(HealthSettings next) {
    settings = next;
  }

  /// @param sink called on the watch's thread; must not block long
  public static NodeWatch start(
      NodeSettings node, HealthSettings settings, Clock clock, Consumer<NodeObservation> sink) {
    NodeWatch watch = new NodeWatch(node, settings, clock, sink);
    watch.thread.start();
    return watch;
  }

  /// Probes without waiting for the period, such as after an error on user traffic.
  public void probeNow() {
    // When one is waiting already, the coming probe serves this call too.
    boolean added = wakeUps.offer(Boolean.TRUE);
    LOG.trace("health.wake node={} added={}", node.id(), added);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        // The time before the question: the answer is at least that fresh.
        long askedAtEpochMs = clock.millis();
        Outcome outcome = probe();
        sink.accept(new NodeObservation(node.id(), askedAtEpochMs, outcome));
        boolean soon = outcome instanceof Silent silent && !silent.conclusive();
        long waitMs = (soon ? settings.retryDelay() : settings.period()).toMillis();
        @Nullable Boolean woken = wakeUps.poll(waitMs, TimeUnit.MILLISECONDS);
        LOG.trace("health.next node={} woken={}", node.id(), woken != null);
      }
    } catch (InterruptedException _) {
      // Closed: the loop is over.
    } finally {
      drop();
    }
  }

  private Outcome probe() {
    try {
      Connection open = connection;
      if (open == null) {
        open = NodeLogin.open(node, APPLICATION_NAME, settings.timeout());
        connection = open;
      }
      Answered answer = NodeQuery.ask(open);
      failures = 0;
      watchPostmaster();
      return answer;
    } catch (SQLException | RuntimeException e) {
      drop();
      failures++;
      Optional<ProcessHandle> dead = gone.filter(handle -> !replaced(handle));
      String reason =
          dead.map(handle -> "its postmaster (process " + handle.pid() + ") is gone")
              .orElseGet(() -> "no answer: " + oneLine(e));
      return new Silent(failures, dead.isPresent() || failures > settings.retries(), reason);
    }
  }

  /// Learns of the local postmaster's death from the operating system.
  private void watchPostmaster() {
    if (node.dataDirectory().isEmpty() || postmaster.filter(ProcessHandle::isAlive).isPresent()) {
      return;
    }
    try {
      postmaster = Postmaster.of(node.dataDirectory().get());
    } catch (IOException e) {
      LOG.debug("health.postmaster.unreadable node={} reason=\"{}\"", node.id(), e.toString());
      return;
    }
    postmaster.ifPresent(handle -> {
      gone = Optional.empty();
      var _ =
          handle
              .onExit()
              .thenAccept(exited -> {
                gone = Optional.of(exited);
                probeNow();
              });
    });
  }

  /// Whether another postmaster took the place of the dead one. The dead one's number may still be
  /// in use for a moment, until its parent has taken note.
  private boolean replaced(ProcessHandle dead) {
    try {
      return node.dataDirectory().isPresent()
          && Postmaster.of(node.dataDirectory().get())
              .filter(handle -> handle.pid() != dead.pid())
              .isPresent();
    } catch (IOException e) {
      LOG.debug("health.postmaster.unreadable node={} reason=\"{}\"", node.id(), e.toString());
      return true;
    }
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        // Not close(): that would wait for a server that may be frozen.
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("health.drop node={} reason=\"{}\"", node.id(), oneLine(e));
      }
    }
  }

  private static String oneLine(Exception e) {
    String text = e.getMessage() == null ? e.toString() : e.getMessage();
    return text.replace('\n', ' ').replace('"', '\'').strip();
  }
}
