package org.relevo.proxy.agent;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.local.LocalServer;
import org.relevo.proxy.local.Postmaster;
import org.relevo.proxy.recovery.StandbySetup;

/// The short actions on a server. Each may be asked again wherever it was broken off.
///
/// Owner: the running action's thread.
final class ServerActions {
  private static final String RECEIVERS = "SELECT count(*) FROM pg_stat_wal_receiver";

  private final OwnServer own;
  private final Marks marks;
  private final Journal journal;
  private final Archive archive;
  private final Steps steps;

  ServerActions(OwnServer own, Archive archive, Marks marks, Journal journal, Steps steps) {
    this.own = own;
    this.marks = marks;
    this.archive = archive;
    this.journal = journal;
    this.steps = steps;
  }

  void checkpoint() throws SQLException {
    AgentLimits limits = own.settings.limits();
    try (Connection connection = OwnServer.connect(own.settings.node(), limits.checkpoint());
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
  }

  void stop(boolean immediate) throws IOException, InterruptedException, ActionFailure {
    String how = own.stop(immediate);
    journal.record(
        LogLevel.INFO, "agent.stopped", "node=%s text=\"%s\"".formatted(own.settings.id(), how));
  }

  /// Afterwards the server runs and nothing comes in any more, from a primary or an archive, now
  /// and after a restart.
  ///
  /// @param onceEnded as in [NodeAction.StopReceiver]
  /// @return newest timeline that it received, -1 when it received nothing
  long stopReceiver(boolean onceEnded)
      throws IOException, SQLException, InterruptedException, ActionFailure {
    LocalServer local = own.local();
    if (local.running() && needsRestart()) {
      if (onceEnded) {
        try (Connection connection = own.connect()) {
          awaitEnd(connection);
        }
      }
      stop(false);
    }
    if (!local.running()) {
      own.seal(local);
      archive.note(local);
      StandbySetup.set(
          local.dataDirectory(),
          Map.of("primary_conninfo", "", Archive.SETTING, ""),
          local.account());
      own.start(local);
    }
    try (Connection connection = own.connect()) {
      Sight before = Sight.of(connection);
      if (!before.recovery()) {
        throw new ActionFailure(own.settings.id() + " takes writes; it receives nothing");
      }
      if (onceEnded && before.restartsAfterCrash()) {
        // As a promotion wants it: then nobody waits for it.
        OwnServer.configure(connection, Map.of("restart_after_crash", "off"));
      }
      // The receiver first: a server that is left in between is told to follow, and gets both back.
      Map<String, String> off = new LinkedHashMap<>();
      if (!before.source().isEmpty()) {
        off.put("primary_conninfo", "");
      }
      if (!before.archive().isEmpty()) {
        archive.note(local);
        off.put(Archive.SETTING, "");
      }
      // What takes time is done while the primary stops. Whoever makes the server read it before
      // that ends the receiver early, and it is then proven that this server lacks something.
      OwnServer.write(connection, off);
      steps.at("receiver-written");
      if (onceEnded) {
        awaitEnd(connection);
      }
      if (!off.isEmpty()) {
        OwnServer.reload(connection);
      }
      steps.at("receiver-told");
      OwnServer.await(
          own.settings.limits().receiver(),
          () -> {
            Sight now = Sight.of(connection);
            if (now.paused() && now.receiver() != 0 && now.source().isEmpty()) {
              endReceiver(local, now.receiver());
            }
            return now.still();
          },
          () -> own.settings.id() + " still receives");
      if (archive.away()) {
        awaitSettled();
      } else if (before.receivedTimeline() > 0) {
        // Nothing else has added to its log since.
        marks.logEnd(new Marks.LogEnd(Sight.of(connection).received(), before.receivedTimeline()));
      }
      return before.receivedTimeline();
    }
  }

  private void awaitEnd(Connection connection) throws ActionFailure, InterruptedException {
    OwnServer.await(
        own.settings.limits().stop(),
        () -> OwnServer.text(connection, RECEIVERS).equals("0"),
        () -> own.settings.id() + " still receives");
  }

  /// The process that would end the receiver does nothing while the replay is paused, not even
  /// start it again.
  private static void endReceiver(LocalServer local, long receiver) throws IOException {
    Optional<ProcessHandle> postmaster = Postmaster.of(local.dataDirectory());
    ProcessHandle.of(receiver)
        .filter(process -> postmaster.isPresent() && process.parent().equals(postmaster))
        .ifPresent(ProcessHandle::destroy);
  }

  /// What the archive gave before counts too. Each look is by a new connection: when its process
  /// began, the postmaster had told all others of the changed settings.
  private void awaitSettled() throws ActionFailure, InterruptedException {
    OwnServer.await(
        own.settings.limits().follow(),
        () -> {
          Sight sight = own.look();
          return sight.still() && sight.settled();
        },
        () -> own.settings.id() + " has not replayed what its archive gave");
  }

  /// Before version 14 a running standby keeps the command that it was started with.
  private boolean needsRestart() throws SQLException {
    try (Connection connection = own.connect()) {
      boolean fixed =
          OwnServer.text(connection, "SELECT current_setting('server_version_num')::int < 140000")
              .equals("t");
      Sight sight = fixed ? Sight.of(connection) : null;
      return sight != null && sight.recovery() && !sight.archive().isEmpty();
    }
  }
}
