package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import org.relevo.proxy.cluster.NodeAction;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.WalEnd;
import org.relevo.proxy.recovery.StandbySetup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the own server a standby of a primary, by the shortest way that its history allows:
///
/// ```text
/// running standby ──► receives nothing ──┐
/// running primary ──► stopped ──┐        ├─► its end is part of the primary's history?
/// stopped ──────────────────────┴────────┘      yes ──► pointed there, streams
///                                               no, or log is missing ──► rewound or cloned
/// ```
///
/// Owner: the running action's thread.
final class Following {
  private static final Logger LOG = LoggerFactory.getLogger(Following.class);

  private final OwnServer own;
  private final NodeFiles files;
  private final Archive archive;
  private final ServerActions actions;
  private final Rebuilding rebuilding;
  private final Marks marks;
  private final Steps steps;

  Following(
      OwnServer own,
      NodeFiles files,
      Archive archive,
      ServerActions actions,
      Rebuilding rebuilding,
      Marks marks,
      Steps steps) {
    this.own = own;
    this.files = files;
    this.archive = archive;
    this.actions = actions;
    this.rebuilding = rebuilding;
    this.marks = marks;
    this.steps = steps;
  }

  void follow(NodeAction.Follow asked)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    files.promise(asked.epoch());
    BackendId primaryId = asked.primary();
    NodeSettings primary = own.settings.other(primaryId);
    if (primaryId.equals(own.settings.id())) {
      throw new ActionFailure(primaryId + " cannot follow itself");
    }
    rebuilding.finishSwap();
    if (rebuilding.nothingThere()) {
      rebuilding.cloneOf(primary);
      start(primary);
      return;
    }
    LocalServer local = own.local();
    if (files.rebuild().isEmpty() && local.running() && streams(primary, asked.timeline())) {
      return;
    }
    if (!local.running() && !answers(primary, asked.timeline())) {
      startAsItIs(local);
    }
    OwnServer.await(
        own.settings.limits().follow(),
        () -> isPrimary(primary, asked.timeline()),
        () ->
            primaryId
                + " takes no writes"
                + (asked.timeline() > 0 ? " on timeline " + asked.timeline() : ""));
    if (files.rebuild().isPresent()) {
      if (files.rebuild().get() != NodeFiles.Rebuild.PLACED) {
        rebuilding.again(primary);
      }
      start(primary);
      return;
    }
    forgetPromotion(local);
    WalEnd.Position end = end(local);
    Timelines history = Timelines.of(own.replication(primary));
    checkIdentity(local, history);
    Optional<Lsn> fork =
        history.fork(
            end.timeline(), end.end(), new Histories(local.dataDirectory()).of(end.timeline()));
    boolean older = end.timeline() < asked.timeline();
    if (fork.isEmpty()
        && older
        && asked.promotedAt().compareTo(Lsn.ZERO) > 0
        && end.end().compareTo(asked.promotedAt()) > 0) {
      fork = Optional.of(asked.promotedAt());
    }
    if (fork.isPresent()) {
      marks.diverged(
          "its log ends at %s of timeline %d, the primary's history left that at %s"
              .formatted(end.end(), end.timeline(), fork.get()));
      rebuilding.diverged(primary, end, fork.get());
      start(primary);
      return;
    }
    makeSlot(primary);
    if (local.running()) {
      point(primary, local);
    } else {
      start(primary);
    }
    awaitStreaming(primary, end);
  }

  private boolean answers(NodeSettings primary, long timeline) {
    try {
      return isPrimary(primary, timeline);
    } catch (SQLException e) {
      LOG.debug("agent.primary-silent node={} reason=\"{}\"", primary.id(), Commands.oneLine(e));
      return false;
    }
  }

  /// A standby that was stopped, as by the loss of all machines at once, runs again before there is
  /// a primary: the primary may never come back, and then only a running standby can take over. It
  /// replays its own log and nothing else, so that its end stays to be compared with whoever is
  /// followed.
  private void startAsItIs(LocalServer local)
      throws IOException, InterruptedException, ActionFailure {
    ControlFile.State state = local.controlFile().state();
    boolean standby =
        state == ControlFile.State.SHUT_DOWN_IN_RECOVERY
            || state == ControlFile.State.IN_ARCHIVE_RECOVERY;
    if (!standby || files.rebuild().isPresent() || files.promoting().isPresent()) {
      return;
    }
    own.seal(local);
    try {
      own.start(local);
      steps.at("started as it is");
    } catch (OwnServer.StartFailure e) {
      // Such as one that lacks log which only the primary has.
      LOG.info("agent.standby-waits node={} reason=\"{}\"", own.settings.id(), Commands.oneLine(e));
      if (local.running()) {
        actions.stop(true);
      }
    }
  }

  /// A promotion that was broken off before it came to anything has left a history file, which the
  /// next start would take as its target.
  private void forgetPromotion(LocalServer local)
      throws IOException, InterruptedException, ActionFailure {
    OptionalLong begun = files.promoting();
    if (begun.isPresent() && local.controlFile().newestTimeline() < begun.getAsLong()) {
      Histories histories = new Histories(local.dataDirectory());
      if (histories.taken(begun.getAsLong())) {
        actions.stop(false);
        histories.remove(begun.getAsLong());
      }
    }
    files.promoted();
  }

  /// Where the own log ends; nothing is added to it from here on.
  private WalEnd.Position end(LocalServer local)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    if (local.running() && !own.look().recovery()) {
      actions.stop(false);
    }
    if (!local.running()) {
      own.seal(local);
      return WalEnd.find(local.dataDirectory(), local.controlFile());
    }
    long timeline = actions.stopReceiver(false);
    Sight sight = own.look();
    OwnServer.await(
        own.settings.limits().follow(),
        // All whole records are counted only once all is replayed. With the replay paused that may
        // never be: then a broken record at the end counts too, which at worst costs a rewind.
        () -> own.look().settled(),
        () -> own.settings.id() + " has not replayed what it received");
    timeline = Math.max(Math.max(timeline, sight.timeline()), own.timelineOfLog());
    Sight end = own.look();
    return new WalEnd.Position(end.paused() ? end.received() : end.replayed(), timeline);
  }

  private static void checkIdentity(LocalServer local, Timelines history)
      throws IOException, ActionFailure {
    String mine = local.controlFile().systemIdentifier();
    if (!mine.equals(history.systemIdentifier())) {
      throw new ActionFailure(
          "the data directory %s belongs to system %s, the primary to %s; it is left as it is"
              .formatted(local.dataDirectory(), mine, history.systemIdentifier()));
    }
  }

  /// Points the running standby elsewhere.
  private void point(NodeSettings primary, LocalServer local) throws IOException, SQLException {
    StandbySetup setup = own.following(primary);
    setup.writePassword(local.dataDirectory(), local.account());
    try (Connection connection = own.connect()) {
      archive.putBack(local, connection);
      OwnServer.configure(connection, new HashMap<>(setup.recoverySettings(local.dataDirectory())));
      archive.forget();
    }
  }

  /// Starts the stopped server as a standby, and has it stream.
  private void start(NodeSettings primary)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    LocalServer local = own.local();
    makeSlot(primary);
    if (local.running()) {
      point(primary, local);
    } else {
      archive.putBack(local);
      own.following(primary).write(local.dataDirectory(), local.account());
      archive.forget();
      steps.at("pointed");
      own.start(local);
    }
    OwnServer.await(
        own.settings.limits().follow(),
        () -> streamsFrom(primary),
        () -> own.settings.id() + " does not stream from " + primary.id());
    rebuilding.done();
    marks.diverged("");
  }

  private void awaitStreaming(NodeSettings primary, WalEnd.Position end)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    try {
      OwnServer.await(
          own.settings.limits().follow(),
          () -> streamsFrom(primary) && receives(primary, end.end()),
          () -> own.settings.id() + " does not stream from " + primary.id());
    } catch (ActionFailure e) {
      if (hasLogFrom(primary, end.end())) {
        throw e;
      }
      rebuilding.gap(primary, end);
      start(primary);
    }
  }

  /// A receiver says that it streams before the primary has found the log that it asks for.
  private boolean receives(NodeSettings primary, Lsn from) throws SQLException {
    return own.look().received().compareTo(from) > 0 || hasLogFrom(primary, from);
  }

  /// @param timeline that it must have come to; -1 any
  private boolean streams(NodeSettings primary, long timeline) throws IOException, SQLException {
    return streamsFrom(primary) && (timeline < 0 || own.look().receivedTimeline() == timeline);
  }

  private boolean streamsFrom(NodeSettings primary) throws IOException, SQLException {
    String wanted =
        own.following(primary)
            .recoverySettings(own.settings.data())
            .getOrDefault("primary_conninfo", "");
    Sight sight = own.look();
    return sight.recovery() && sight.streaming() && sight.source().equals(wanted);
  }

  private boolean isPrimary(NodeSettings node, long timeline) throws SQLException {
    try (Connection connection = OwnServer.connect(node, own.settings.limits().sql())) {
      Sight sight = Sight.of(connection);
      return !sight.recovery() && (timeline < 0 || sight.timeline() == timeline);
    }
  }

  /// Whether the primary still has the segment that the standby needs next.
  private boolean hasLogFrom(NodeSettings primary, Lsn from) throws SQLException {
    try (Connection connection = OwnServer.connect(primary, own.settings.limits().sql())) {
      return OwnServer.text(
              connection,
              "SELECT EXISTS (SELECT FROM pg_ls_waldir() WHERE substr(name, 9) ="
                  + " substr(pg_walfile_name('"
                  + from
                  + "'::pg_lsn), 9))")
          .equals("t");
    }
  }

  private void makeSlot(NodeSettings primary) throws SQLException {
    if (own.settings.slots()) {
      try (Connection connection = OwnServer.connect(primary, own.settings.limits().sql())) {
        Slots.make(connection, own.settings.id());
      }
    }
  }
}
