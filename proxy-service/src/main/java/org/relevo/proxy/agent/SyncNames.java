package org.relevo.proxy.agent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.relevo.jmx.contract.LogLevel;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;

/// Which standbys acknowledge commits: `synchronous_standby_names` of the primary, and the order in
/// which it changes together with the state that the members agree on.
///
/// A commit is acknowledged once `need` of PostgreSQL's names have it; a promotion asks `N - need +
/// 1` of the state's N names. That always finds it as long as PostgreSQL's names are among the
/// state's and PostgreSQL needs no fewer than the state says:
///
/// ```text
/// state := (old ∪ new, min need) → PostgreSQL := (new, need) → state := (new, need)
/// ```
///
/// Owner: the thread that calls.
public final class SyncNames {
  /// Names and how many of them must have a commit; 0 for none.
  public record Quorum(Set<String> names, int need) {
    public Quorum {
      names = Set.copyOf(names);
      if (need < 0 || need > names.size()) {
        throw new IllegalArgumentException(
            "%d of %d standbys cannot be needed".formatted(need, names.size()));
      }
    }

    static Quorum of(SyncSet set, AgentSettings settings) throws ActionFailure {
      Set<String> names = new TreeSet<>();
      for (BackendId name : set.names()) {
        names.add(settings.other(name).name());
      }
      return new Quorum(names, set.need());
    }
  }

  /// What the state must say while PostgreSQL changes from one to the other: say it first.
  public static Quorum between(Quorum from, Quorum to) {
    Set<String> all = new TreeSet<>(from.names());
    all.addAll(to.names());
    return new Quorum(all, Math.min(from.need(), to.need()));
  }

  static final String SETTING = "synchronous_standby_names";

  private final OwnServer own;
  private final Journal journal;

  public SyncNames(AgentSettings settings, Journal journal) {
    this.own = new OwnServer(settings, new Marks());
    this.journal = journal;
  }

  /// Changes the primary, and returns once every commit that was or will be acknowledged is on
  /// `need` of the new names, so that the state may say so. Blocks; may be asked again.
  ///
  /// @return "" once it is so, else why not
  public String apply(Quorum wanted, Duration limit) throws InterruptedException {
    try (Connection connection = own.connect()) {
      if (Sight.of(connection).recovery()) {
        return own.settings.id() + " is a standby";
      }
      String value = value(wanted);
      use(connection, value, wanted.need() > 0, limit);
      OwnServer.await(
          limit,
          () -> senders(connection).stream().allMatch(sender -> fits(sender, wanted)),
          () -> SETTING + " did not take effect");
      // What was acknowledged under the old names must be on enough of the new ones.
      String written = OwnServer.text(connection, "SELECT pg_current_wal_flush_lsn()");
      OwnServer.await(
          limit,
          () -> wanted.need() == 0 || having(connection, wanted, written) >= wanted.need(),
          () -> "not %d of %s have all up to %s".formatted(wanted.need(), wanted.names(), written));
      journal.record(
          LogLevel.INFO,
          "agent.sync-names",
          "node=%s value=\"%s\"".formatted(own.settings.id(), value.replace('"', '\'')));
      return "";
    } catch (SQLException | ActionFailure e) {
      return Commands.oneLine(e);
    }
  }

  /// Changes a running server, primary or standby, and returns once its commits wait, or will from
  /// its first one on.
  ///
  /// @param waits whether there is anybody to wait for
  static void use(Connection connection, String value, boolean waits, Duration limit)
      throws SQLException, ActionFailure, InterruptedException {
    if (!OwnServer.text(connection, "SHOW " + SETTING).equals(value)) {
      OwnServer.configure(connection, Map.of(SETTING, value));
      OwnServer.await(
          limit,
          () -> OwnServer.text(connection, "SHOW " + SETTING).equals(value),
          () -> SETTING + " did not take effect");
    }
    if (waits) {
      Checkpointer.await(connection, limit);
    }
  }

  /// `ANY need ("a", "b")`, in the order of names; "" when nobody is waited for.
  static String value(Quorum quorum) {
    if (quorum.need() == 0) {
      return "";
    }
    return "ANY %d (%s)"
        .formatted(
            quorum.need(),
            quorum.names().stream()
                .sorted()
                .map(name -> '"' + name.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", ")));
  }

  private record Sender(String name, String state) {}

  /// Each sender has read the new names: they assign its own priority, which the view shows.
  private static boolean fits(Sender sender, Quorum wanted) {
    boolean named = wanted.need() > 0 && wanted.names().contains(sender.name());
    return named != sender.state().equals("async");
  }

  private static List<Sender> senders(Connection connection) throws SQLException {
    List<Sender> senders = new ArrayList<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                "SELECT application_name, sync_state FROM pg_stat_replication"
                    + " WHERE state = 'streaming'");
        ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        senders.add(new Sender(row.getString(1), row.getString(2)));
      }
    }
    return senders;
  }

  private static int having(Connection connection, Quorum wanted, String written)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT count(DISTINCT application_name) FROM pg_stat_replication"
                + " WHERE application_name = ANY (?) AND flush_lsn >= ?::pg_lsn")) {
      statement.setArray(1, connection.createArrayOf("text", wanted.names().toArray()));
      statement.setString(2, written);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }
}
