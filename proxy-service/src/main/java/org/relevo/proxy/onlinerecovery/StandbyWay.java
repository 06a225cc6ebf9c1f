package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.agent.Commands;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;
import org.relevo.proxy.health.NodeSettings;

/// The node becomes a standby of the main node and catches up while clients work. With streaming
/// replication that is all; with statement replication clients then wait for a moment, in which it
/// replays the last of the log and is promoted:
///
/// ```text
/// check ─► copy ─► catch up ─────────────────────────────────────────► attach
///                     └─► hold writes ─► replay ─► verify ─► promote ──┘
/// ```
///
/// Owner: the recovery's thread; [#cancel] may come from any.
final class StandbyWay implements Way {
  private static final long NEAR_BYTES = 1 << 20;
  private static final long LOOK_MS = 200;
  private static final long SHORT_LOOK_MS = 2;
  private static final int PROMOTE_SECONDS = 30;
  private static final Duration CATCH_UP_STANDSTILL = Duration.ofMinutes(5);

  private final RecoveryContext context;
  private final RecoveryProgress progress;
  private final NodeSettings source;
  private final NodeSettings node;
  private final Target target;
  private final Clients clients;
  private final Thread thread;
  private boolean begun;
  private Lsn exact = Lsn.ZERO;
  private @Nullable Connection main;
  private @Nullable Connection standby;
  private @Nullable Digest digest;

  StandbyWay(
      RecoveryContext context,
      RecoveryProgress progress,
      NodeSettings source,
      NodeSettings node,
      Target target,
      Thread thread) {
    this.context = context;
    this.progress = progress;
    this.source = source;
    this.node = node;
    this.target = target;
    this.clients = new Clients(context, progress);
    this.thread = thread;
  }

  @Override
  public String name() {
    return target.way();
  }

  @Override
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step(
            "check",
            "%s is alive and %s may be used for a copy of it".formatted(source.id(), where()),
            this::begin));
    steps.add(
        new Step(
            "copy",
            "%s: rewound, or copied from %s beside the old data; started as its standby"
                .formatted(where(), source.id()),
            this::copy));
    steps.add(new Step("catch up", "replays the log while clients work", this::catchUp));
    if (context.served().statements()) {
      steps.add(
          new Step(
              "hold writes",
              "new transactions wait, open ones end",
              () -> clients.hold(connected(main), context.rules().get().holdLimit())));
      steps.add(new Step("replay", "replays to the exact end of the log", this::replayAll));
      steps.add(
          new Step("verify", "samples of the tables are compared", () -> open(digest).compare()));
      steps.add(new Step("promote", "becomes a server of its own", this::promote));
    }
    steps.add(new Step("attach", "is used again; clients go on", this::attach));
    return steps;
  }

  private String where() {
    return "%s (%s)".formatted(node.id(), target.describe());
  }

  @Override
  public void check() throws IOException, SQLException, RecoveryFailure, InterruptedException {
    boolean served = context.served().view().node(node.id()).filter(NodeView::usable).isPresent();
    SourceFacts from;
    try (Connection connection = RecoverySource.connect(source)) {
      from = SourceFacts.of(connection);
    }
    Optional<String> problem =
        RecoveryChecks.problem(
            node.id(), target.describe(), source.id(), served, from, target.look());
    if (problem.isPresent()) {
      throw new RecoveryFailure(problem.get());
    }
  }

  private String begin() throws IOException, SQLException, RecoveryFailure, InterruptedException {
    check();
    context.served().beginRecovery(node.id());
    begun = true;
    return "";
  }

  private String copy() throws IOException, RecoveryFailure, InterruptedException {
    try (CopyWatch _ = CopyWatch.start(source, progress)) {
      return target.follow(source);
    }
  }

  private String catchUp() throws SQLException, RecoveryFailure, InterruptedException {
    Connection from = RecoverySource.connect(source);
    main = from;
    Connection to = RecoverySource.connect(node);
    standby = to;
    long begunNs = System.nanoTime();
    Lsn last = Lsn.ZERO;
    long movedNs = begunNs;
    while (true) {
      Lsn written = lsn(from, "SELECT pg_current_wal_lsn()");
      Lsn replayed = lsn(to, "SELECT coalesce(pg_last_wal_replay_lsn(), '0/0')");
      if (written.bytesAfter(replayed) <= NEAR_BYTES) {
        break;
      }
      long now = System.nanoTime();
      if (replayed.compareTo(last) > 0) {
        last = replayed;
        movedNs = now;
      }
      if (now - movedNs > CATCH_UP_STANDSTILL.toNanos()) {
        throw new RecoveryFailure(
            "%s has replayed nothing for %d s, it is at %s of %s"
                .formatted(node.id(), CATCH_UP_STANDSTILL.toSeconds(), replayed, written));
      }
      Thread.sleep(LOOK_MS);
    }
    if (context.served().statements()) {
      digest = Digest.open(source, node);
    }
    return "within %d kB after %d ms"
        .formatted(NEAR_BYTES >> 10, (System.nanoTime() - begunNs) / 1_000_000);
  }

  private String replayAll() throws SQLException, RecoveryFailure, InterruptedException {
    exact = end(connected(main));
    Connection to = connected(standby);
    Waits.until(
        context.rules().get().holdLimit(),
        SHORT_LOOK_MS,
        () -> lsn(to, "SELECT coalesce(pg_last_wal_replay_lsn(), '0/0')").compareTo(exact) >= 0,
        () -> node.id() + " has not replayed " + exact);
    return "at " + exact;
  }

  /// The end of the log with all that was acknowledged in it: a commit of its own brings out what
  /// asynchronous commits left in memory.
  private static Lsn end(Connection main) throws SQLException {
    main.setAutoCommit(false);
    try (Statement statement = main.createStatement()) {
      statement.execute("SET LOCAL synchronous_commit = 'local'");
      statement.execute("SELECT txid_current()");
      main.commit();
    } finally {
      main.setAutoCommit(true);
    }
    return lsn(main, "SELECT pg_current_wal_flush_lsn()");
  }

  private String promote() throws SQLException, RecoveryFailure, InterruptedException {
    clients.stillHeld();
    context.served().checkSource(source.id());
    Connection to = connected(standby);
    try (Statement statement = to.createStatement()) {
      statement.execute("SELECT pg_promote(false)");
    }
    Waits.until(
        Duration.ofSeconds(PROMOTE_SECONDS),
        SHORT_LOOK_MS,
        () -> text(to, "SELECT pg_is_in_recovery()").equals("f"),
        () -> node.id() + " does not end its recovery");
    return "";
  }

  private String attach() throws SQLException, RecoveryFailure, InterruptedException {
    boolean statements = context.served().statements();
    if (statements) {
      clients.stillHeld();
    }
    context.served().endRecovery(node.id(), source.id(), true);
    begun = false;
    if (statements) {
      clients.stillHeld();
      clients.release();
      dropSlot();
    }
    return "";
  }

  /// Nobody reads it any more; kept, it would fill the main node's disk.
  private void dropSlot() {
    try (Connection connection = RecoverySource.connect(source);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name ="
              + " 'relevo_"
              + node.id()
              + "' AND NOT active");
    } catch (SQLException | RecoveryFailure e) {
      context
          .journal()
          .record(
              LogLevel.ERROR,
              "recovery.slot-left",
              "node=%s slot=relevo_%s reason=\"%s\""
                  .formatted(source.id(), node.id(), Commands.oneLine(e)));
    }
  }

  @Override
  public void end(boolean whole) {
    clients.release();
    target.close();
    if (begun) {
      Endings.unmark(context, node.id(), source.id());
    }
    if (!whole && context.served().statements()) {
      dropSlot();
    }
    if (digest != null) {
      digest.close();
    }
    Endings.close(main);
    Endings.close(standby);
  }

  @Override
  public void cancel() {
    thread.interrupt();
  }

  private static Connection connected(@Nullable Connection connection) throws RecoveryFailure {
    if (connection == null) {
      throw new RecoveryFailure("it was not connected");
    }
    return connection;
  }

  private static Digest open(@Nullable Digest digest) throws RecoveryFailure {
    if (digest == null) {
      throw new RecoveryFailure("there is nothing to compare");
    }
    return digest;
  }

  private static Lsn lsn(Connection connection, String sql) throws SQLException {
    return Lsn.parse(text(connection, sql));
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next()) {
        throw new SQLException("no answer to " + sql);
      }
      return String.valueOf(row.getString(1));
    }
  }
}
