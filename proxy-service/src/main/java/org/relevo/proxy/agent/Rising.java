package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.cluster.Life;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.recovery.StandbySetup;

/// Makes the own server the primary, beside a guard that is there first, and with the standbys that
/// commits wait for in force before the first write.
///
/// ```text
/// promote: on the timeline already ───────────────────────────────► started in place
///          running standby ◄── started, of what was broken off the history file goes first
///             └─► names in force → empty histories up to the number → guard asked → promoted
/// restart: names written → unsealed by the guard → started → sealed
/// ```
///
/// Owner: the running action's thread.
final class Rising {
  private static final long LOOK_MS = 2;

  private final OwnServer own;
  private final NodeFiles files;
  private final Archive archive;
  private final Slots slots;
  private final Marks marks;
  private final Lives lives;
  private final Guarding guarding;
  private final Journal journal;
  private final Steps steps;
  private final Runnable seen;

  /// @param seen told as soon as the server can be seen as the primary that it was made
  Rising(
      OwnServer own,
      NodeFiles files,
      Archive archive,
      Slots slots,
      Marks marks,
      Lives lives,
      Guarding guarding,
      Journal journal,
      Steps steps,
      Runnable seen) {
    this.own = own;
    this.files = files;
    this.archive = archive;
    this.slots = slots;
    this.marks = marks;
    this.lives = lives;
    this.guarding = guarding;
    this.journal = journal;
    this.steps = steps;
    this.seen = seen;
  }

  void promote(NodeAction.Promote asked)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    // Meanwhile the epoch is written and the server asked where it stands: clients wait for all.
    FutureTask<Void> guard = new FutureTask<>(this::guarded);
    Thread.ofVirtual().name("guard-" + own.settings.id()).start(guard);
    String names = begin(asked.epoch(), asked.sync());
    LocalServer local = own.local();
    if (!local.running() || !promoteRunning(local, asked, names, guard)) {
      prepare(local, asked.timeline(), names);
      if (!local.running()) {
        await(guard);
        // Nobody knows what it did on the timeline that it has taken: no number is compared.
        startInPlace(local, names, asked.epoch(), false);
        checkTimeline(own.look(), asked.timeline());
      } else if (!promoteRunning(local, asked, names, guard)) {
        throw new ActionFailure(own.settings.id() + " was promoted in part, and again");
      }
    }
    files.promoted();
    giveArchiveBack(local);
    used(asked.syncNumber(), asked.sync(), names);
  }

  /// Starts a primary that crashed or was stopped, in place: the same timeline goes on.
  void restart(NodeAction.Restart asked)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    String names = begin(asked.epoch(), asked.sync());
    guarding.begin();
    LocalServer local = own.local();
    if (local.running() && !own.look().recovery()) {
      goesOn(local, -1, names, asked.sync());
    } else {
      boolean resting = local.running();
      marks.restarting(resting);
      try {
        if (resting) {
          // Somebody started it, and at rest it is a standby.
          stop(false);
        }
        startInPlace(local, names, asked.epoch(), true);
      } finally {
        marks.restarting(false);
      }
    }
    giveArchiveBack(local);
    used(asked.syncNumber(), asked.sync(), names);
  }

  /// For its next life as a standby; a primary makes no use of it.
  private void giveArchiveBack(LocalServer local) throws IOException {
    if (!archive.away()) {
      return;
    }
    try (Connection connection = own.connect()) {
      archive.putBack(local, connection);
      OwnServer.configure(connection, Map.of());
      archive.forget();
    } catch (SQLException e) {
      // The primary serves; it comes back when this server follows another.
      journal.record(
          LogLevel.WARN,
          "agent.archive-away",
          "node=%s reason=\"%s\"".formatted(own.settings.id(), Commands.oneLine(e)));
    }
  }

  private String begin(long epoch, SyncSet sync)
      throws IOException, ActionFailure, InterruptedException {
    files.promise(epoch);
    steps.at("promised");
    if (files.rebuild().isPresent()) {
      throw new ActionFailure(
          "the data directory of %s is being made anew; it must follow a primary first"
              .formatted(own.settings.id()));
    }
    String names = SyncNames.value(SyncNames.Quorum.of(sync, own.settings));
    marks.sync(0, "");
    return names;
  }

  private Void guarded() throws IOException {
    guarding.begin();
    return null;
  }

  /// A guard is there from now on.
  private static void await(FutureTask<Void> guard) throws IOException, InterruptedException {
    try {
      guard.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException why ? why : new IOException(e.getCause());
    }
  }

  /// Nobody has to be waited for: that is settled as soon as it is so.
  private void used(long number, SyncSet sync, String names) {
    if (sync.need() == 0) {
      marks.sync(number, names);
    }
  }

  /// It takes writes already, of an attempt before.
  private void goesOn(LocalServer local, long timeline, String names, SyncSet sync)
      throws IOException, SQLException, ActionFailure, InterruptedException {
    try (Connection connection = own.connect()) {
      if (timeline > 0) {
        checkTimeline(Sight.of(connection), timeline);
      }
      own.seal(local);
      SyncNames.use(connection, names, sync.need() > 0, own.settings.limits().promote());
    }
  }

  /// Leaves the server running as a standby that receives nothing and can take the timeline, or
  /// stopped when it is on that already.
  private void prepare(LocalServer local, long timeline, String names)
      throws IOException, SQLException, ActionFailure, InterruptedException {
    Histories histories = new Histories(local.dataDirectory());
    boolean brokenOff = brokenOff(histories, timeline);
    if (local.running() && brokenOff) {
      // Its target is the new timeline by now, so that a promotion would take the number after it.
      stop(true);
    }
    if (local.running()) {
      return;
    }
    if (local.controlFile().newestTimeline() == timeline) {
      return;
    }
    if (brokenOff) {
      histories.remove(timeline);
    }
    own.seal(local);
    StandbySetup.set(
        local.dataDirectory(),
        Map.of("primary_conninfo", "", "restart_after_crash", "off", SyncNames.SETTING, names),
        local.account());
    own.start(local);
  }

  private boolean brokenOff(Histories histories, long timeline) throws IOException {
    return files.promoting().equals(OptionalLong.of(timeline)) && histories.taken(timeline);
  }

  /// @return false when a promotion was broken off and its traces must go first
  private boolean promoteRunning(
      LocalServer local, NodeAction.Promote asked, String names, FutureTask<Void> guard)
      throws IOException, SQLException, ActionFailure, InterruptedException {
    AgentLimits limits = own.settings.limits();
    try (Connection connection =
        OwnServer.connect(own.settings.node(), limits.promote().plus(limits.sql()))) {
      Sight before = Sight.of(connection);
      if (!before.recovery()) {
        await(guard);
        goesOn(local, asked.timeline(), names, asked.sync());
        return true;
      }
      if (brokenOff(new Histories(local.dataDirectory()), asked.timeline())) {
        return false;
      }
      Histories histories = new Histories(local.dataDirectory());
      checkFree(histories, before, asked.timeline());
      files.promoting(asked.timeline());
      // Before the server is changed: without a guard it stays a standby that follows.
      await(guard);
      histories.remove(asked.timeline());
      histories.lead(asked.timeline(), local.account());
      // A backend's crash would lead back to being a standby; the server ends instead, and whoever
      // holds the epoch starts it.
      if (before.restartsAfterCrash() || !before.source().isEmpty()) {
        OwnServer.configure(
            connection, Map.of("restart_after_crash", "off", "primary_conninfo", ""));
      }
      SyncNames.use(connection, names, asked.sync().need() > 0, limits.promote());
      steps.at("promoting");
      var _ = lives.begins();
      long next = Lives.next(connection);
      long startNs = System.nanoTime();
      guarding.check();
      askToPromote(connection, limits.promote());
      steps.at("promoted");
      Sight after = Sight.of(connection);
      checkTimeline(after, asked.timeline());
      Life life = lives.promoted(connection, next);
      // Clients wait for this word; all that follows they need not wait for.
      seen.run();
      lives.keep(life);
      journal.record(
          LogLevel.INFO,
          "agent.promoted",
          "node=%s epoch=%d timeline=%d from=%s tookMs=%d"
              .formatted(
                  own.settings.id(),
                  asked.epoch(),
                  after.timeline(),
                  before.received(),
                  Duration.ofNanos(System.nanoTime() - startNs).toMillis()));
      own.seal(local);
      keepSlots(connection);
      return true;
    }
  }

  /// Looked at more often than the server's own function does, which sleeps 100 ms: clients wait.
  private void askToPromote(Connection connection, Duration limit)
      throws SQLException, ActionFailure, InterruptedException {
    String asked = OwnServer.text(connection, "SELECT pg_promote(false)");
    if (!asked.equals("t")) {
      throw new ActionFailure(own.settings.id() + " could not be asked to end its recovery");
    }
    long deadlineNs = System.nanoTime() + limit.toNanos();
    while (!OwnServer.text(connection, "SELECT pg_is_in_recovery()").equals("f")) {
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new ActionFailure(
            "%s did not end its recovery within %d s"
                .formatted(own.settings.id(), limit.toSeconds()));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  /// The next promotion can take this number.
  private void checkFree(Histories histories, Sight before, long timeline)
      throws IOException, ActionFailure {
    long known = marks.timelineAt(before.received());
    long newest = Math.max(before.timeline(), known > 0 ? known : own.timelineOfLog());
    if (newest >= timeline || histories.taken(timeline)) {
      throw new ActionFailure(
          "%s is on timeline %d and cannot take %d, which %s"
              .formatted(
                  own.settings.id(),
                  newest,
                  timeline,
                  newest >= timeline ? "is not newer" : "another promotion has taken"));
    }
  }

  private void checkTimeline(Sight sight, long timeline)
      throws IOException, ActionFailure, InterruptedException {
    if (sight.timeline() != timeline) {
      stop(true);
      throw new ActionFailure(
          "%s took writes on timeline %d, where %d was given; it is stopped"
              .formatted(own.settings.id(), sight.timeline(), timeline));
    }
  }

  private void startInPlace(LocalServer local, String names, long epoch, boolean goesOn)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    StandbySetup.set(
        local.dataDirectory(),
        Map.of("restart_after_crash", "off", "primary_conninfo", "", SyncNames.SETTING, names),
        local.account());
    boolean writable = false;
    try {
      guarding.unseal();
      steps.at("unsealed");
      long last = lives.begins();
      own.start(local);
      steps.at("restarted");
      try (Connection connection = own.connect()) {
        writable = !Sight.of(connection).recovery();
        if (writable) {
          lives.started(connection, goesOn ? last : 0);
        }
      }
    } finally {
      closeUp(local, writable);
    }
    if (!writable) {
      throw new ActionFailure(own.settings.id() + " is in recovery after its start");
    }
    journal.record(
        LogLevel.INFO, "agent.restarted", "node=%s epoch=%d".formatted(own.settings.id(), epoch));
  }

  /// Whatever happened, the next start is as a standby, and nothing goes on starting unwatched.
  private void closeUp(LocalServer local, boolean writable)
      throws IOException, InterruptedException, ActionFailure {
    // A pending interrupt would break off the files' writing.
    boolean interrupted = Thread.interrupted();
    try {
      own.seal(local);
      if (!writable) {
        own.stop(true);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void stop(boolean immediate) throws IOException, InterruptedException, ActionFailure {
    String how = own.stop(immediate);
    journal.record(
        LogLevel.INFO, "agent.stopped", "node=%s text=\"%s\"".formatted(own.settings.id(), how));
  }

  private void keepSlots(Connection connection) {
    if (!own.settings.slots()) {
      return;
    }
    try {
      slots.keep(connection);
    } catch (SQLException e) {
      // The primary serves; slots are tried again by the watch.
      journal.record(
          LogLevel.WARN,
          "agent.slots-failed",
          "node=%s reason=\"%s\"".formatted(own.settings.id(), Commands.oneLine(e)));
    }
  }
}
