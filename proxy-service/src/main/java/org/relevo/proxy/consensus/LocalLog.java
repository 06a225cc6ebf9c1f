package org.relevo.proxy.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.MemberId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log of a service alone: it leads as soon as it runs, and what it has confirmed is on its
/// disk. Commands that come together are flushed together.
///
/// Owner: its own thread applies and writes; the rest is thread-safe.
public final class LocalLog implements ClusterLog {
  private static final Logger LOG = LoggerFactory.getLogger(LocalLog.class);
  private static final int MOST_WAITING = 1000;
  private static final int SNAPSHOT_EVERY = 1000;
  private static final long TERM = 1;
  private static final long LOOK_MS = 100;
  private static final long CLOSE_LIMIT_MS = 5000;

  private record Waiting(Command command, ByteBuffer bytes, CompletableFuture<Outcome> outcome) {}

  private record Done(Waiting waiting, long index, Applied result) {}

  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Machine machine;
  private final LocalFiles files;
  private final Announcer announcer;
  private final Thread thread;
  private volatile boolean closed;

  /// Reads what is there.
  ///
  /// @param directory of its own
  /// @throws IOException naming the file that cannot be used, and why
  public static LocalLog open(MemberId self, Path directory, Machine machine) throws IOException {
    LocalFiles files = LocalFiles.open(directory);
    try {
      return new LocalLog(self, machine, files);
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private LocalLog(MemberId self, Machine machine, LocalFiles files) throws IOException {
    this.machine = machine;
    this.files = files;
    ClusterState state =
        files.snapshot().map(SnapshotFile.Content::state).orElse(machine.initial());
    long index = files.snapshot().map(SnapshotFile.Content::index).orElse(-1L);
    for (LocalFiles.Entry entry : files.entries()) {
      state = machine.apply(state, entry.command()).state();
      index = entry.index();
    }
    this.announcer = new Announcer("relevo-log-listeners", machine.initial());
    announcer.installed(index, state);
    announcer.leadership(new Leadership(TERM, Optional.of(self), true));
    this.thread = Thread.ofPlatform().daemon().name("relevo-log").start(this::run);
  }

  @Override
  public CompletionStage<Outcome> propose(Command command) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(StateCodec.encode(command));
      if (closed) {
        outcome.completeExceptionally(new IOException("the log is closed"));
      } else if (!waiting.offer(new Waiting(command, bytes, outcome))) {
        outcome.completeExceptionally(
            new IOException("more than " + MOST_WAITING + " commands wait to be written"));
      } else if (closed) {
        refuseWaiting(new IOException("the log is closed"));
      }
    } catch (IllegalArgumentException e) {
      outcome.completeExceptionally(e);
    }
    return outcome;
  }

  private void run() {
    List<Waiting> batch = new ArrayList<>();
    try {
      while (!closed) {
        batch.clear();
        @Nullable Waiting first = waiting.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          waiting.drainTo(batch);
          write(batch);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("quorum.log-thread-ends");
    } catch (IOException | RuntimeException e) {
      failed(batch, e);
    }
    refuseWaiting(new IOException("the log is closed"));
  }

  private void write(List<Waiting> batch) throws IOException {
    Announcer.View view = announcer.view();
    ClusterState state = view.state();
    long index = view.index();
    List<Done> done = new ArrayList<>(batch.size());
    for (Waiting each : batch) {
      Applied result = machine.apply(state, each.command());
      state = result.state();
      index++;
      files.append(index, each.bytes());
      done.add(new Done(each, index, result));
    }
    files.flush();
    for (Done each : done) {
      announcer.applied(each.index(), each.waiting().command(), each.result().state());
      var _ =
          announcer
              .told(each.index())
              // It is on disk, whether or not somebody was still there to be told.
              .whenComplete((_, _) ->
                  each.waiting()
                      .outcome()
                      .complete(new Outcome(each.index(), each.result().refusal())));
    }
    if (files.count() >= SNAPSHOT_EVERY) {
      files.compact(index, state);
    }
  }

  /// What is on disk is not known any more, so nothing is confirmed from now on.
  private void failed(List<Waiting> batch, Exception cause) {
    closed = true;
    LOG.error("quorum.failed", cause);
    announcer.leadership(new Leadership(TERM, Optional.empty(), false));
    batch.forEach(each -> each.outcome().completeExceptionally(cause));
  }

  private void refuseWaiting(IOException why) {
    for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
      each.outcome().completeExceptionally(why);
    }
  }

  @Override
  public ClusterState state() {
    return announcer.view().state();
  }

  @Override
  public Leadership leadership() {
    return announcer.leadership();
  }

  @Override
  public void listen(Listener listener) {
    announcer.listen(listener);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSE_LIMIT_MS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    refuseWaiting(new IOException("the log is closed"));
    try {
      files.close();
    } catch (IOException e) {
      LOG.warn("quorum.close-failed cause=\"{}\"", e.toString());
    }
    announcer.close();
  }
}
