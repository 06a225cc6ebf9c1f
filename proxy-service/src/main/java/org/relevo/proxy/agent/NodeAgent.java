package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.local.Postmaster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent of one server of this machine: does what it is asked, one action at a time, and tells
/// what becomes of the server.
///
/// Whatever is broken off, by another action, by the end of the service or of the machine, can be
/// asked again. At rest the server's data directory is that of a standby.
///
/// Owner: each action has a virtual thread of its own, which ends before the next begins; the watch
/// has another. [#act] and [#close] may come from any thread.
public final class NodeAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

  private final AgentSettings settings;
  private final Journal journal;
  private final Marks marks = new Marks();
  private final NodeFiles files;
  private final ServerActions actions;
  private final Rising rising;
  private final Following following;
  private final Fence fence;
  private final ServerWatch watch;
  private @Nullable Running running;
  private boolean closed;

  /// @param guarding beside the server while it rises and is a primary
  /// @param sink told of each change, and once after each action, on the watch's thread; must not
  ///   block long
  /// @throws IOException when the state directory cannot be used
  public NodeAgent(
      AgentSettings settings, Guarding guarding, Journal journal, Consumer<NodeReport> sink)
      throws IOException {
    this(settings, guarding, journal, sink, Steps.NONE);
  }

  NodeAgent(
      AgentSettings settings,
      Guarding guarding,
      Journal journal,
      Consumer<NodeReport> sink,
      Steps steps)
      throws IOException {
    this.settings = settings;
    this.journal = journal;
    OwnServer own = new OwnServer(settings, marks);
    NodeFiles files = new NodeFiles(settings.stateDirectory(), settings.id());
    Slots slots = new Slots(settings, journal);
    Rebuilding rebuilding = new Rebuilding(own, files, journal, steps);
    Archive archive = new Archive(files);
    this.files = files;
    this.actions = new ServerActions(own, archive, marks, journal, steps);
    Lives lives = new Lives(files);
    this.rising =
        new Rising(own, files, archive, slots, marks, lives, guarding, journal, steps, this::wake);
    this.following = new Following(own, files, archive, actions, rebuilding, marks, steps);
    this.fence = new Fence(settings, journal);
    this.watch = new ServerWatch(own, files, rebuilding, slots, marks, lives, journal, sink);
  }

  private void wake() {
    watch.wake();
  }

  /// Begins to watch.
  public void start() {
    watch.start();
  }

  /// Does something to the server. Another action that runs is broken off first; the same one goes
  /// on and answers both.
  ///
  /// @return "" once it is done, else why it was not; never fails otherwise
  public CompletionStage<String> act(NodeAction action) {
    synchronized (this) {
      Running before = running;
      if (closed) {
        return CompletableFuture.completedFuture("the agent is closed");
      }
      if (before != null && !before.end.isDone() && before.action.equals(action)) {
        return before.end.copy();
      }
      Running next = new Running(action, before);
      running = next;
      next.thread.start();
      return next.end.copy();
    }
  }

  /// Whether the server's guard lets it run on beyond the lease, also for the next service.
  public boolean kept() {
    return files.kept();
  }

  /// @throws IOException when it cannot be written down
  public void kept(boolean on) throws IOException {
    files.kept(on);
  }

  /// Ends action and watch; the server goes on as it is.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      Running last = running;
      if (last != null) {
        last.thread.interrupt();
      }
    }
    watch.close();
  }

  private final class Running {
    private final NodeAction action;
    private final @Nullable Running before;
    private final CompletableFuture<String> end = new CompletableFuture<>();
    private final Thread thread;

    Running(NodeAction action, @Nullable Running before) {
      this.action = action;
      this.before = before;
      this.thread = Thread.ofVirtual().name("agent-" + settings.id()).unstarted(this::run);
    }

    private void run() {
      String failure = "broken off by a fault of the service";
      try {
        if (before != null) {
          before.thread.interrupt();
          before.thread.join();
        }
        failure = perform();
      } catch (InterruptedException _) {
        failure = "broken off by what was asked next";
      } finally {
        if (!failure.isEmpty()) {
          journal.record(
              LogLevel.WARN,
              "agent.action-failed",
              "node=%s action=%s reason=\"%s\"".formatted(settings.id(), action, failure));
        }
        // Before the caller can ask anew, the news are on the way; and what it hears after the end
        // of the action was seen after it.
        watch.tellAgain();
        end.complete(failure);
        watch.tellAgain();
      }
    }

    private String perform() throws InterruptedException {
      LOG.debug("agent.action node={} action={}", settings.id(), action);
      marks.acting(true);
      marks.gate(Marks.Gate.NONE);
      try {
        dispatch();
        marks.startFailure("");
        return "";
      } catch (OwnServer.StartFailure e) {
        marks.startFailure(Commands.oneLine(e));
        return Commands.oneLine(e);
      } catch (ActionFailure | IOException | SQLException | RuntimeException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        LOG.debug("agent.action-stack node={}", settings.id(), e);
        return Commands.oneLine(e);
      } finally {
        marks.acting(false);
      }
    }

    private void setSync(NodeAction.SetSync asked) throws ActionFailure, InterruptedException {
      SyncNames.Quorum quorum = SyncNames.Quorum.of(asked.sync(), settings);
      String failure = new SyncNames(settings, journal).apply(quorum, settings.limits().follow());
      if (!failure.isEmpty()) {
        throw new ActionFailure(failure);
      }
      marks.sync(asked.number(), SyncNames.value(quorum));
    }

    private long pid() throws IOException {
      return Postmaster.of(settings.data()).map(ProcessHandle::pid).orElse(0L);
    }

    private void dispatch() throws ActionFailure, IOException, SQLException, InterruptedException {
      switch (action) {
        case NodeAction.Checkpoint _ -> actions.checkpoint();
        case NodeAction.Stop stop -> {
          marks.sync(0, "");
          actions.stop(stop.immediate());
          marks.gate(new Marks.Gate(stop.gateEpoch(), 0));
        }
        case NodeAction.StopReceiver stop -> {
          watch.received(actions.stopReceiver(stop.onceEnded()));
          marks.gate(new Marks.Gate(stop.gateEpoch(), pid()));
        }
        case NodeAction.Promote promote -> rising.promote(promote);
        case NodeAction.Follow follow -> following.follow(follow);
        case NodeAction.Restart restart -> rising.restart(restart);
        case NodeAction.SetSync set -> setSync(set);
        case NodeAction.Fence victim -> fence.off(victim.victim());
      }
    }
  }
}
