package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.Postmaster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the own server and reports each change.
///
/// The postmaster's death is seen within [#LIFE_MS]: the process is looked at, not asked. What
/// ended in order, as its control file proves, may come back within a grace before it is told: a
/// planned restart is no failure.
///
/// Owner: its own virtual thread; [#wake], [#received] and [#close] may come from any thread.
final class ServerWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerWatch.class);
  static final long LIFE_MS = 50;
  private static final String PAUSED = "its replay is paused";

  private final OwnServer own;
  private final NodeFiles files;
  private final Rebuilding rebuilding;
  private final SlotKeeper slotKeeper;
  private final Marks marks;
  private final Lives lives;
  private final Journal journal;
  private final Consumer<NodeReport> sink;
  private final BlockingQueue<Boolean> wakeUps = new ArrayBlockingQueue<>(1);
  private final Thread thread;
  private volatile boolean closed;

  /// Guards `again` together with what is told.
  private final Object telling = new Object();

  private boolean again;

  /// Newest timeline that the running server is known to have received.
  private volatile long receivedTimeline = -1;

  private @Nullable Connection connection;
  private @Nullable ProcessHandle postmaster;
  private long goneNs;
  private boolean wasUp;
  private @Nullable NodeReport last;
  private @Nullable NodeReport lastUp;
  private Optional<ControlFile> restingAs = Optional.empty();
  private NodeReport resting = NodeReport.NONE;

  ServerWatch(
      OwnServer own,
      NodeFiles files,
      Rebuilding rebuilding,
      Slots slots,
      Marks marks,
      Lives lives,
      Journal journal,
      Consumer<NodeReport> sink) {
    this.own = own;
    this.files = files;
    this.rebuilding = rebuilding;
    this.slotKeeper = new SlotKeeper(own, slots, marks);
    this.marks = marks;
    this.lives = lives;
    this.journal = journal;
    this.sink = sink;
    this.thread = Thread.ofVirtual().name("watch-" + own.settings.id()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Something was done: what is being looked at now is not told any more, what is seen from now on
  /// is, even when nothing has changed.
  void tellAgain() {
    synchronized (telling) {
      again = true;
    }
    wake();
  }

  void wake() {
    // When one is waiting already, the coming look serves this call too.
    var _ = wakeUps.offer(Boolean.TRUE);
  }

  /// What the receiver had, just before it was stopped.
  void received(long timeline) {
    receivedTimeline = Math.max(receivedTimeline, timeline);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    try {
      rebuilding.finishSwap();
    } catch (IOException | InterruptedException | ActionFailure e) {
      LOG.warn("agent.swap-open node={} reason=\"{}\"", own.settings.id(), Commands.oneLine(e));
    }
    try {
      long nextNs = System.nanoTime();
      while (!closed) {
        ProcessHandle watched = postmaster;
        boolean died = watched != null && !Postmaster.runs(watched);
        @Nullable Boolean woken = wakeUps.poll(died ? 0 : LIFE_MS, TimeUnit.MILLISECONDS);
        if (died || woken != null || System.nanoTime() - nextNs >= 0) {
          boolean anyway = takeAgain();
          tell(look(), anyway);
          nextNs = System.nanoTime() + own.settings.limits().look().toNanos();
        }
      }
    } catch (InterruptedException _) {
      // Closed: the loop is over.
    } finally {
      drop();
    }
  }

  private boolean takeAgain() {
    synchronized (telling) {
      boolean before = again;
      again = false;
      return before;
    }
  }

  private void tell(NodeReport next, boolean anyway) {
    synchronized (telling) {
      if (!again) {
        tellNews(next, anyway);
      }
    }
  }

  private void tellNews(NodeReport next, boolean anyway) {
    NodeReport before = last;
    last = next;
    if (before == null || !same(before, next)) {
      LOG.info(
          "agent.report node={} condition={} timeline={} received={} follows={} reason=\"{}\"",
          own.settings.id(),
          next.condition(),
          next.timeline(),
          next.received(),
          next.follows(),
          next.reason());
    }
    // Positions too: what a failover may lose is counted from the last one that was told.
    if (anyway || !next.equals(before)) {
      sink.accept(next);
    }
  }

  /// A running server's position alone is no news for people.
  private static boolean same(NodeReport one, NodeReport other) {
    boolean moves = one.condition() == Condition.PRIMARY || one.condition() == Condition.STANDBY;
    return moves ? one.sameButPosition(other) : one.equals(other);
  }

  private NodeReport look() {
    NodeReport seen = seen();
    try {
      return seen.refusing(Math.max(0, files.promisedEpoch() - 1));
    } catch (IOException e) {
      return report(Condition.BROKEN, Commands.oneLine(e));
    }
  }

  private NodeReport seen() {
    try {
      Optional<NodeFiles.Rebuild> rebuild = files.rebuild();
      Optional<ProcessHandle> found = Postmaster.of(own.settings.data());
      alive(found.orElse(null));
      if (rebuild.isPresent() && rebuild.get() != NodeFiles.Rebuild.PLACED) {
        return report(
            Condition.REBUILDING,
            marks.acting() ? "" : "its making anew was broken off; it must follow again");
      }
      NodeReport report = found.isPresent() ? up() : down();
      if (rebuild.isPresent()) {
        return report(Condition.REBUILDING, "made anew, not yet seen streaming");
      }
      boolean follower =
          report.condition() == Condition.STANDBY
              || report.condition() == Condition.RECEIVER_STOPPED
              || report.condition() == Condition.STOPPED;
      return marks.diverged().isEmpty() || !follower
          ? report
          : report(Condition.DIVERGED, marks.diverged());
    } catch (IOException e) {
      return report(Condition.BROKEN, Commands.oneLine(e));
    }
  }

  /// Notes births and deaths of the server.
  private void alive(@Nullable ProcessHandle now) {
    ProcessHandle before = postmaster;
    if (before != null && (now == null || now.pid() != before.pid())) {
      journal.record(
          LogLevel.INFO,
          "agent.server-gone",
          "node=%s pid=%d".formatted(own.settings.id(), before.pid()));
      goneNs = System.nanoTime();
      wasUp = true;
      drop();
    }
    if (now != null && (before == null || now.pid() != before.pid())) {
      receivedTimeline = -1;
      marks.logEnd(Marks.LogEnd.NONE);
      restingAs = Optional.empty();
    }
    postmaster = now;
  }

  private long pid() {
    ProcessHandle now = postmaster;
    return now == null ? 0 : now.pid();
  }

  private NodeReport up() {
    for (int attempt = 0; ; attempt++) {
      try {
        Connection open = connection;
        if (open == null) {
          open = own.connect();
          connection = open;
        }
        NodeReport report = running(open, Sight.of(open));
        lastUp = report;
        return report;
      } catch (SQLException | RuntimeException e) {
        drop();
        if (attempt > 0) {
          return report(Condition.UNKNOWN, "it runs and does not answer: " + Commands.oneLine(e));
        }
      } catch (IOException e) {
        return report(Condition.BROKEN, Commands.oneLine(e));
      }
    }
  }

  private NodeReport running(Connection open, Sight sight) throws SQLException, IOException {
    if (!marks.acting()) {
      marks.stoppedByAgent(false);
      marks.startFailure("");
    }
    if (!sight.recovery()) {
      keepAtRest(open, sight);
      slotKeeper.keep(-1);
      return NodeReport.of(Condition.PRIMARY, sight.timeline(), sight.received(), -1)
          .withSync(marks.sync(sight.syncNames()))
          .hinderedBy(sight.hindrance())
          .living(lives.of(sight, marks.acting()));
    }
    received(sight.receivedTimeline());
    if (sight.still() && sight.certain()) {
      return NodeReport.of(Condition.RECEIVER_STOPPED, timeline(sight), sight.received(), -1)
          .withGate(marks.gate(pid()))
          .hinderedBy(sight.hindrance())
          .because(sight.paused() ? PAUSED : "");
    }
    if (!marks.acting() && !sight.still()) {
      // Something came in: what was proven for an operation is not any more.
      marks.gate(Marks.Gate.NONE);
    }
    int follows = own.follows(sight.source());
    slotKeeper.keep(follows);
    return report(Condition.STANDBY, timeline(sight), sight.received(), follows, reason(sight))
        .hinderedBy(sight.hindrance());
  }

  /// Newest timeline that a standby has. Restarted, and as long as it receives nothing, only its
  /// log knows it: the control file's is that of its last restart point.
  private long timeline(Sight sight) {
    long known = Math.max(sight.timeline(), receivedTimeline);
    if (sight.receiver() != 0) {
      return known;
    }
    long found = marks.timelineAt(sight.received());
    if (found > 0) {
      return Math.max(known, found);
    }
    long asked = own.timelineOfLog();
    if (asked > 0 && sight.certain()) {
      // It cannot change while nothing comes in.
      marks.logEnd(new Marks.LogEnd(sight.received(), asked));
    }
    return Math.max(known, asked);
  }

  private static String reason(Sight sight) {
    return switch (sight.hindrance()) {
      case REPLAY_PAUSED -> PAUSED;
      case BASE_BACKUP -> "a base backup is taken from it";
      case NONE ->
          sight.streaming() ? "" : sight.still() ? "replays what it has" : "receives nothing";
    };
  }

  private NodeReport down() throws IOException {
    NodeReport told = last;
    if (marks.restarting() && told != null) {
      return told;
    }
    ControlFile control;
    try {
      control = ControlFile.read(own.settings.data());
    } catch (IOException e) {
      if (marks.acting()) {
        throw e;
      }
      return AtRest.damaged(e).withGate(marks.gate(0));
    }
    boolean orderly =
        control.state() == ControlFile.State.SHUT_DOWN
            || control.state() == ControlFile.State.SHUT_DOWN_IN_RECOVERY;
    if (!marks.acting()) {
      LocalServer local = own.local();
      own.seal(local);
      if (!marks.startFailure().isEmpty()) {
        return report(Condition.BROKEN, marks.startFailure());
      }
      NodeReport before = lastUp;
      if (orderly
          && wasUp
          && before != null
          && !marks.stoppedByAgent()
          && System.nanoTime() - goneNs < own.settings.limits().plannedRestart().toNanos()) {
        return report(
            before.condition(),
            before.timeline(),
            before.received(),
            before.follows(),
            "stopped in order, may be back at once");
      }
    }
    if (!restingAs.equals(Optional.of(control))) {
      resting = AtRest.report(own.settings.data(), control, orderly);
      restingAs = Optional.of(control);
    }
    if (resting.condition() != Condition.STOPPED) {
      return resting;
    }
    boolean byHand = orderly && wasUp && !marks.stoppedByAgent();
    return byHand ? resting.stoppedByHand() : resting.withGate(marks.gate(0));
  }

  /// A running primary is a standby from its next start on, and after a backend's crash it ends
  /// instead of starting anew by itself.
  private void keepAtRest(Connection open, Sight sight) throws SQLException, IOException {
    if (sight.restartsAfterCrash()) {
      OwnServer.configure(open, Map.of("restart_after_crash", "off"));
    }
    LocalServer local = own.local();
    if (!local.sealed()) {
      own.seal(local);
    }
  }

  private static NodeReport report(Condition condition, String reason) {
    return report(condition, -1, Lsn.ZERO, -1, reason);
  }

  private static NodeReport report(
      Condition condition, long timeline, Lsn received, int follows, String reason) {
    return NodeReport.of(condition, timeline, received, follows).because(reason);
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        // Not close(): that would wait for a server that may be frozen.
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("agent.drop node={} reason=\"{}\"", own.settings.id(), Commands.oneLine(e));
      }
    }
  }
}
