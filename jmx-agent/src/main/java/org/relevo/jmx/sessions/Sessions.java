package org.relevo.jmx.sessions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.BlockedSession;
import org.relevo.jmx.contract.IndexInfo;
import org.relevo.jmx.contract.PlanInfo;
import org.relevo.jmx.contract.ProgressInfo;
import org.relevo.jmx.contract.SessionInfo;
import org.relevo.jmx.contract.SessionOrder;
import org.relevo.jmx.contract.SessionsMXBean;
import org.relevo.jmx.contract.TableInfo;
import org.relevo.jmx.postgres.SqlFile;
import org.relevo.jmx.processes.ProcessTable;

/// One server's sessions.
///
/// Owner: itself; any thread may ask.
public final class Sessions implements SessionsMXBean {
  private static final long SHARED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final Link link;
  private final ProcessTable processes;
  private volatile Look last = new Look(0, List.of());

  private record Look(long atNanos, List<SessionInfo> sessions) {
    Look {
      sessions = List.copyOf(sessions);
    }

    boolean isYoung() {
      return atNanos != 0 && System.nanoTime() - atNanos < SHARED_NANOS;
    }
  }

  public Sessions(Link link, ProcessTable processes) {
    this.link = link;
    this.processes = processes;
  }

  @Override
  public boolean isLocal() {
    return asked((_, _) -> link.local(), false);
  }

  /// For attributes: consoles read them at any time, also while the server is down.
  private <T> T asked(Link.Question<T> question, T otherwise) {
    try {
      return link.ask("", question);
    } catch (IllegalStateException _) {
      return otherwise; // the attribute Missing says why
    }
  }

  @Override
  public List<String> getMissing() {
    try {
      return missing();
    } catch (IllegalStateException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private List<String> missing() {
    return link.ask(
        "",
        (connection, _) -> {
          List<String> missing = new ArrayList<>();
          if (!link.local()) {
            missing.add(
                "processor, memory and disk: the server is not on the machine of this service");
          }
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT current_user, pg_has_role('pg_read_all_stats', 'USAGE'),"
                          + " pg_has_role('pg_signal_backend', 'USAGE'),"
                          + " current_setting('track_activities')::bool")) {
            row.next();
            String user = row.getString(1);
            if (!row.getBoolean(2)) {
              missing.add("statements and waits of others: GRANT pg_monitor TO " + user);
            }
            if (!row.getBoolean(3)) {
              missing.add("cancel and terminate: GRANT pg_signal_backend TO " + user);
            }
            if (!row.getBoolean(4)) {
              missing.add("states and statements: track_activities = on");
            }
          }
          return missing;
        });
  }

  @Override
  public List<String> getDatabases() {
    return asked(
        (connection, _) -> {
          List<String> names = new ArrayList<>();
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery(
                      "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate"
                          + " AND has_database_privilege(oid, 'CONNECT') ORDER BY 1")) {
            while (row.next()) {
              names.add(row.getString(1));
            }
          }
          return names;
        },
        List.of());
  }

  @Override
  public List<SessionInfo> sessions(SessionOrder order, boolean idle, int maxRows) {
    check(maxRows);
    return look().stream()
        .filter(each -> idle || !each.state().equals("idle"))
        .sorted(by(order).reversed().thenComparingInt(SessionInfo::pid))
        .limit(maxRows)
        .toList();
  }

  /// Every session, in no order.
  ///
  /// @throws IllegalStateException when the server does not answer
  public List<SessionInfo> all() {
    return look();
  }

  private static Comparator<SessionInfo> by(SessionOrder order) {
    Comparator<SessionInfo> query = Comparator.comparingLong(Sessions::activeMs);
    return switch (order) {
      case CPU -> Comparator.comparingDouble(SessionInfo::cpuLoad).thenComparing(query);
      case IO ->
          Comparator.comparingDouble(
                  (SessionInfo each) -> each.readBytesPerSecond() + each.writtenBytesPerSecond())
              .thenComparing(query);
      case QUERY -> query;
      case TRANSACTION -> Comparator.comparingLong(SessionInfo::transactionMs);
      case MEMORY -> Comparator.comparingLong(SessionInfo::rssBytes);
    };
  }

  private static long activeMs(SessionInfo session) {
    return session.state().equals("active") ? session.queryMs() : -1;
  }

  /// Wait events by process, for who lists the machine's processes; empty when the server is
  /// elsewhere or does not answer.
  public Map<Integer, String> waits() {
    try {
      List<SessionInfo> all = look();
      return link.local()
          ? all.stream()
              .filter(each -> !each.waitEvent().isEmpty())
              .collect(Collectors.toMap(SessionInfo::pid, SessionInfo::waitEvent))
          : Map.of();
    } catch (IllegalStateException _) {
      return Map.of(); // what the machine shows is shown without it
    }
  }

  private List<SessionInfo> look() {
    Look known = last;
    if (known.isYoung()) {
      return known.sessions();
    }
    return link.ask(
        "",
        (connection, _) -> {
          if (last.isYoung()) {
            return last.sessions();
          }
          Look now =
              new Look(
                  System.nanoTime(),
                  Activity.read(connection, link.local() ? processes.usage() : Map.of()));
          last = now;
          return now.sessions();
        });
  }

  @Override
  public List<BlockedSession> blocking() {
    return link.ask(
        "",
        (connection, major) -> {
          List<SessionInfo> all = Activity.read(connection, Map.of());
          Map<Integer, BlockingTree.Wanted> wanted = new HashMap<>();
          if (all.stream().anyMatch(each -> !each.blockedBy().isEmpty())) {
            String sql = SqlFile.statement("waiting-locks.sql", major);
            try (PreparedStatement query = connection.prepareStatement(sql);
                ResultSet row = query.executeQuery()) {
              while (row.next()) {
                wanted.put(
                    row.getInt("pid"),
                    new BlockingTree.Wanted(
                        row.getString("locktype"),
                        row.getString("mode"),
                        row.getString("relation"),
                        row.getLong("wait_ms")));
              }
            }
          }
          return BlockingTree.of(all, wanted);
        });
  }

  @Override
  public List<ProgressInfo> progress() {
    return link.ask("", ObjectStatistics::progress);
  }

  @Override
  public PlanInfo plan(int pid) {
    PlanRequest.Target target =
        link.ask("", (connection, _) -> PlanRequest.find(connection, pid))
            .orElseThrow(() -> new IllegalStateException("there is no session " + pid));
    String refusal = PlanRequest.refusal(target);
    if (!refusal.isEmpty()) {
      return PlanRequest.problem(target, refusal);
    }
    try (Connection connection = link.open(target.database())) {
      return PlanRequest.explain(connection, target);
    } catch (SQLException e) {
      return PlanRequest.problem(target, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public boolean cancel(int pid, long startedAtEpochMs) {
    return signal("pg_cancel_backend", pid, startedAtEpochMs);
  }

  @Override
  public boolean terminate(int pid, long startedAtEpochMs) {
    return signal("pg_terminate_backend", pid, startedAtEpochMs);
  }

  private boolean signal(String function, int pid, long startedAtEpochMs) {
    return link.ask(
        "",
        (connection, _) -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "SELECT "
                      + function
                      + "(pid) FROM pg_stat_activity WHERE pid = ? AND pid <> pg_backend_pid()"
                      + " AND ? IN (0, floor(extract(epoch FROM backend_start) * 1000)::bigint)")) {
            query.setInt(1, pid);
            query.setLong(2, startedAtEpochMs);
            try (ResultSet row = query.executeQuery()) {
              return row.next() && row.getBoolean(1);
            }
          }
        });
  }

  @Override
  public List<TableInfo> tables(String database, int maxRows) {
    check(maxRows);
    return link.ask(
        database,
        (connection, major) ->
            ObjectStatistics.tables(connection, major, maxRows).stream()
                .map(ObjectStatistics.Table::info)
                .toList());
  }

  @Override
  public List<IndexInfo> indexes(String database, int maxRows) {
    check(maxRows);
    return link.ask(database, (connection, _) -> ObjectStatistics.indexes(connection, maxRows));
  }

  private static void check(int maxRows) {
    if (maxRows < 1 || maxRows > MAX_ROWS) {
      throw new IllegalArgumentException("maxRows must be 1 to " + MAX_ROWS + ": " + maxRows);
    }
  }
}
