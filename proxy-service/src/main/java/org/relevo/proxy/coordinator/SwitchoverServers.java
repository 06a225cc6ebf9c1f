package org.relevo.proxy.coordinator;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView.Role;
import org.relevo.proxy.failover.NodeObservation.Answered;
import org.relevo.proxy.health.NodeQuery;
import org.relevo.proxy.local.ControlFile;
import org.relevo.proxy.local.LocalServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a switchover does to the two servers, each step with its deadline.
///
/// Owner: the operation's virtual thread.
final class SwitchoverServers implements AutoCloseable {
  /// "Relevo": only one operation of the cluster at a time holds this lock on the primary. Such
  /// locks are per database, so all services of a cluster log in to the same one.
  static final long OPERATION_LOCK = 0x52656C65766FL;

  private static final Logger LOG = LoggerFactory.getLogger(SwitchoverServers.class);
  private static final Duration SQL_LIMIT = Duration.ofSeconds(5);
  private static final long POLL_NS = 2_000_000;
  private static final String DUPLICATE_OBJECT = "42710";

  private final OperationContext context;
  private final SwitchoverSettings limits;
  private final BackendId from;
  private final BackendId to;
  private final AbortSwitch abort;
  private @Nullable LocalServer local;
  private @Nullable Connection old;
  private @Nullable Connection target;
  private long oldTimeline = -1;
  private String systemIdentifier = "";

  SwitchoverServers(OperationContext context, BackendId from, BackendId to, AbortSwitch abort) {
    this.context = context;
    this.limits = context.settings().switchover();
    this.from = from;
    this.to = to;
    this.abort = abort;
  }

  /// Connects to both and takes the cluster-wide lock, which ends with the connection.
  String open() throws OperationFailure {
    local = context.access().local(from);
    Connection oldOpened = context.access().connect(from, limits.checkpoint());
    old = oldOpened;
    target = context.access().connect(to, SQL_LIMIT);
    try {
      Answered primary = NodeQuery.ask(oldOpened);
      Answered standby = askNew();
      oldTimeline = primary.timeline();
      systemIdentifier = primary.systemIdentifier();
      if (primary.role() != Role.PRIMARY || standby.role() != Role.STANDBY) {
        throw new OperationFailure(
            "%s is %s and %s is %s".formatted(from, primary.role(), to, standby.role()));
      }
      if (!systemIdentifier.equals(standby.systemIdentifier())
          || !systemIdentifier.equals(local().controlFile().systemIdentifier())) {
        throw new OperationFailure("the servers do not belong to the same cluster");
      }
      if (!bool(oldOpened, "SELECT pg_try_advisory_lock(" + OPERATION_LOCK + ")")) {
        throw new OperationFailure("another Relevo service runs an operation on this cluster");
      }
      return "both answer on timeline %d, operation lock taken".formatted(oldTimeline);
    } catch (SQLException | IOException e) {
      throw new OperationFailure("the servers do not answer: " + ClusterAccess.oneLine(e), e);
    }
  }

  /// Makes the stop short: what is written now is not written then.
  String checkpoint() throws SQLException, OperationFailure {
    long startNs = System.nanoTime();
    try (Statement statement = oldConnection().createStatement()) {
      statement.execute("CHECKPOINT");
    }
    oldConnection().setNetworkTimeout(Runnable::run, Math.toIntExact(SQL_LIMIT.toMillis()));
    return "took " + (System.nanoTime() - startNs) / 1_000_000 + " ms";
  }

  String catchUp() throws SQLException, OperationFailure, InterruptedException {
    Lsn written = Lsn.parse(text(oldConnection(), "SELECT pg_current_wal_flush_lsn()"));
    // Only what is flushed is sent; what is not yet flushed, the clean stop flushes and sends.
    await(
        limits.catchUp(),
        () -> askNew().replayed().compareTo(written) >= 0,
        () -> "%s has not replayed up to %s".formatted(to, written));
    return "%s has replayed %s".formatted(to, written);
  }

  String stopOldPrimary() throws IOException, OperationFailure {
    long startNs = System.nanoTime();
    closeQuietly(old, from);
    old = null;
    local().stopFast(limits.stop());
    return "stopped in " + (System.nanoTime() - startNs) / 1_000_000 + " ms";
  }

  /// The old primary is gone, ended cleanly, and its last record has been replayed by the target.
  String verifyLsn() throws IOException, OperationFailure, InterruptedException {
    ControlFile control = proveOldPrimaryStopped();
    await(
        limits.catchUp(),
        // Replay ends at record boundaries: past its begin means that the checkpoint is included.
        () -> askNew().replayed().compareTo(control.checkpoint()) > 0,
        () ->
            "%s has not got the old primary's last checkpoint at %s"
                .formatted(to, control.checkpoint()));
    return "last checkpoint %s replayed by %s".formatted(control.checkpoint(), to);
  }

  ControlFile proveOldPrimaryStopped() throws IOException, OperationFailure {
    if (local().running()) {
      throw new OperationFailure("the old primary is still running");
    }
    ControlFile control = local().controlFile();
    if (control.state() != ControlFile.State.SHUT_DOWN) {
      throw new OperationFailure(
          "the old primary did not stop cleanly: its control file says " + control.state());
    }
    if (!control.systemIdentifier().equals(systemIdentifier) || control.timeline() != oldTimeline) {
      throw new OperationFailure(
          "the control file is of system %s, timeline %d"
              .formatted(control.systemIdentifier(), control.timeline()));
    }
    return control;
  }

  String promote() throws SQLException, OperationFailure {
    long seconds = limits.promote().toSeconds();
    Connection connection = targetConnection();
    connection.setNetworkTimeout(
        Runnable::run, Math.toIntExact(limits.promote().plus(SQL_LIMIT).toMillis()));
    if (!bool(connection, "SELECT pg_promote(true, " + seconds + ")")) {
      throw new OperationFailure("%s did not end its recovery within %d s".formatted(to, seconds));
    }
    connection.setNetworkTimeout(Runnable::run, Math.toIntExact(SQL_LIMIT.toMillis()));
    return "pg_promote() succeeded";
  }

  String verifyPrimary() throws OperationFailure, InterruptedException, SQLException {
    await(
        limits.promote(),
        () -> askNew().role() == Role.PRIMARY && askNew().timeline() > oldTimeline,
        () -> to + " is not on a new timeline");
    String transaction = text(targetConnection(), "SELECT pg_current_xact_id()");
    return "writable on timeline %d, transaction %s".formatted(askNew().timeline(), transaction);
  }

  boolean isWritable() {
    try {
      return askNew().role() == Role.PRIMARY;
    } catch (SQLException | OperationFailure e) {
      LOG.warn("switchover.target.silent node={} reason=\"{}\"", to, ClusterAccess.oneLine(e));
      return false;
    }
  }

  String rejoin() throws IOException, OperationFailure, SQLException {
    var slot = context.access().slot(from);
    if (slot.isPresent()) {
      createSlot(slot.get());
    }
    local().follow(context.access().following(from, to));
    local().start(limits.start());
    return "started as a standby of " + to;
  }

  String verifyStandby() throws OperationFailure, InterruptedException, SQLException {
    Lsn written = askNew().received();
    await(
        limits.rejoin(),
        () -> {
          Answered answer = askOld();
          return answer.role() == Role.STANDBY
              && answer.streaming()
              && answer.replayed().compareTo(written) >= 0;
        },
        () -> "%s does not stream from %s up to %s".formatted(from, to, written));
    return "%s streams and has replayed %s".formatted(from, written);
  }

  /// Makes the old primary serve again, also while its stop is still going on.
  void startOldPrimary() throws IOException, OperationFailure, InterruptedException {
    AbortSwitch never = new AbortSwitch();
    long deadlineNs = System.nanoTime() + limits.stop().toNanos();
    if (local().running() && !answersAsPrimary()) {
      while (local().running() && System.nanoTime() < deadlineNs) {
        sleepShortly(never);
      }
    }
    if (!local().running()) {
      local().unfollow();
      local().start(limits.start());
    }
    if (!answersAsPrimary()) {
      throw new OperationFailure(from + " does not take writes again");
    }
  }

  Answered askNew() throws SQLException, OperationFailure {
    return NodeQuery.ask(targetConnection());
  }

  Answered askOld() throws SQLException, OperationFailure {
    Connection open = old;
    if (open == null) {
      open = context.access().connect(from, SQL_LIMIT);
      old = open;
    }
    try {
      return NodeQuery.ask(open);
    } catch (SQLException e) {
      closeQuietly(open, from);
      old = null;
      throw e;
    }
  }

  /// Waits for a condition; what throws is not yet true.
  void await(Duration limit, Callable<Boolean> condition, Supplier<String> problem)
      throws OperationFailure, InterruptedException {
    long deadlineNs = System.nanoTime() + limit.toNanos();
    String last = "";
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
      } catch (InterruptedException | OperationFailure e) {
        throw e;
      } catch (Exception e) {
        last = " (" + ClusterAccess.oneLine(e) + ")";
      }
      if (System.nanoTime() >= deadlineNs) {
        throw new OperationFailure(
            "%s after %d ms%s".formatted(problem.get(), limit.toMillis(), last));
      }
      sleepShortly(abort);
    }
  }

  String startCommand() {
    LocalServer server = local;
    return server == null ? "pg_ctl start" : server.startCommand();
  }

  @Override
  public void close() {
    closeQuietly(old, from);
    closeQuietly(target, to);
    old = null;
    target = null;
  }

  private boolean answersAsPrimary() {
    try {
      return askOld().role() == Role.PRIMARY;
    } catch (SQLException | OperationFailure e) {
      LOG.debug("switchover.old.silent node={} reason=\"{}\"", from, ClusterAccess.oneLine(e));
      return false;
    }
  }

  private void createSlot(String slot) throws SQLException, OperationFailure {
    try (Statement statement = targetConnection().createStatement()) {
      statement.execute("SELECT pg_create_physical_replication_slot('" + slot + "', true)");
    } catch (SQLException e) {
      if (!DUPLICATE_OBJECT.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private static void sleepShortly(AbortSwitch abort)
      throws InterruptedException, OperationFailure {
    LockSupport.parkNanos(POLL_NS);
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    abort.check();
  }

  private LocalServer local() throws OperationFailure {
    LocalServer server = local;
    if (server == null) {
      server = context.access().local(from);
      local = server;
    }
    return server;
  }

  private Connection oldConnection() throws OperationFailure {
    Connection open = old;
    if (open == null) {
      throw new OperationFailure("not connected to " + from);
    }
    return open;
  }

  private Connection targetConnection() throws OperationFailure, SQLException {
    Connection open = target;
    if (open == null || open.isClosed()) {
      open = context.access().connect(to, SQL_LIMIT);
      target = open;
    }
    return open;
  }

  private static boolean bool(Connection connection, String sql) throws SQLException {
    return "t".equals(text(connection, sql));
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

  private static void closeQuietly(@Nullable Connection connection, BackendId node) {
    if (connection == null) {
      return;
    }
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("switchover.close node={} reason=\"{}\"", node, ClusterAccess.oneLine(e));
    }
  }
}
