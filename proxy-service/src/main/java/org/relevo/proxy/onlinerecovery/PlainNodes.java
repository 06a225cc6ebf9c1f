package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.core.NodeView.Status;

/// Streaming replication where nobody but the operator changes roles: a node that answers is used,
/// unless it is being recovered or was taken out by hand. What was taken out stays so over a
/// restart: `recovery/detached` holds the numbers.
///
/// Owner: none; one lock guards what is taken out.
public final class PlainNodes implements ServedNodes {
  /// Shows a node as something else than it is.
  public interface Marking
      extends BiFunction<BackendId, Optional<Status>, CompletableFuture<ClusterView>> {}

  private static final Duration USED_LIMIT = Duration.ofSeconds(60);
  private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(10);
  private static final long LOOK_MS = 50;

  private final ClusterViews views;
  private final Marking marking;
  private final Runnable probeNow;
  private final Path file;
  private final Journal journal;
  private final TreeSet<BackendId> out = new TreeSet<>();

  public PlainNodes(
      ClusterViews views,
      Marking marking,
      Runnable probeNow,
      Path stateDirectory,
      Journal journal) {
    this.views = views;
    this.marking = marking;
    this.probeNow = probeNow;
    this.file = stateDirectory.resolve("recovery").resolve("detached");
    this.journal = journal;
  }

  /// Takes out again what was out before the service's last end.
  ///
  /// @throws IOException naming the file when it cannot be used
  public PlainNodes start() throws IOException {
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        if (!line.matches("\\d{1,3}") || Integer.parseInt(line) > BackendId.MAX) {
          throw new IOException(file + " is damaged: '" + line + "' is no number of a node");
        }
        BackendId node = new BackendId(Integer.parseInt(line));
        synchronized (this) {
          out.add(node);
        }
        var _ = marking.apply(node, Optional.of(Status.MAINTENANCE));
      }
    }
    return this;
  }

  @Override
  public ClusterView view() {
    return views.current();
  }

  @Override
  public boolean statements() {
    return false;
  }

  @Override
  public Optional<BackendId> main() {
    return views.current().primary();
  }

  @Override
  public WriteHold writes() {
    return WriteHold.NONE;
  }

  @Override
  public void beginRecovery(BackendId node) throws RecoveryFailure, InterruptedException {
    mark(node, Optional.of(Status.RECOVERING));
  }

  @Override
  public void checkSource(BackendId source) {
    // A standby follows whoever is the primary.
  }

  @Override
  public void endRecovery(BackendId node, BackendId source, boolean whole)
      throws RecoveryFailure, InterruptedException {
    if (whole) {
      use(node);
    } else {
      mark(node, isOut(node) ? Optional.of(Status.MAINTENANCE) : Optional.empty());
    }
  }

  private synchronized boolean isOut(BackendId node) {
    return out.contains(node);
  }

  @Override
  public void detach(BackendId node, String actor, String reason)
      throws RecoveryFailure, InterruptedException {
    if (views.current().primary().equals(Optional.of(node))) {
      throw new RecoveryFailure(
          "%s is the primary; switch over first: relevo ctl switchover".formatted(node));
    }
    note(node, true);
    mark(node, Optional.of(Status.MAINTENANCE));
    journal.record(
        LogLevel.INFO,
        "recovery.detached",
        "node=%s actor=\"%s\" reason=\"%s\"".formatted(node, actor, reason));
  }

  @Override
  public void attach(BackendId node, String actor, String reason)
      throws RecoveryFailure, InterruptedException {
    Status before = views.current().node(node).map(NodeView::status).orElse(Status.UNUSED);
    if (before == Status.RECOVERING) {
      throw new RecoveryFailure(node + " is being recovered; that attaches it at its end");
    }
    use(node);
    journal.record(
        LogLevel.INFO,
        "recovery.attached",
        "node=%s actor=\"%s\" reason=\"%s\"".formatted(node, actor, reason));
  }

  private void use(BackendId node) throws RecoveryFailure, InterruptedException {
    note(node, false);
    mark(node, Optional.empty());
    long deadlineNs = System.nanoTime() + USED_LIMIT.toNanos();
    while (true) {
      NodeView now =
          views.current().node(node).orElseThrow(() -> new RecoveryFailure("there is no " + node));
      if (now.usable()) {
        return;
      }
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new RecoveryFailure("%s is not used: %s".formatted(node, now.reason()));
      }
      probeNow.run();
      Thread.sleep(LOOK_MS);
    }
  }

  private void mark(BackendId node, Optional<Status> as)
      throws RecoveryFailure, InterruptedException {
    try {
      ClusterView published =
          marking.apply(node, as).get(PUBLISH_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (published.node(node).isEmpty()) {
        throw new RecoveryFailure("there is no " + node);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new RecoveryFailure("the service's picture does not change: " + e, e);
    }
  }

  private synchronized void note(BackendId node, boolean taken) throws RecoveryFailure {
    boolean changed = taken ? out.add(node) : out.remove(node);
    if (changed) {
      String lines = out.stream().map(each -> each.value() + "\n").collect(Collectors.joining());
      try {
        RecoveryFile.replace(file, lines.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException e) {
        // What is not on disk does not count, so that the next try writes it.
        var _ = taken ? out.remove(node) : out.add(node);
        throw new RecoveryFailure("cannot write " + file + ": " + e.getMessage(), e);
      }
    }
  }
}
