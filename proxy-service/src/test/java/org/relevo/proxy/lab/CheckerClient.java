package org.relevo.proxy.lab;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.util.PSQLException;
import org.relevo.proxy.testkit.Background;

/// Clients that append rows with unique numbers and remember outside of the cluster what they were
/// told of each: written, not written, unknown. At the end [#verdict] compares with what is there.
///
/// Nothing is ever sent twice. Some rows go alone, some two in a transaction, some are rolled back
/// by the client. Owner: the test; one virtual thread per client.
final class CheckerClient implements AutoCloseable {
  private static final int SOCKET_TIMEOUT_S = 20;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long CLIENT = 1_000_000_000L;
  private static final AtomicInteger LEDGERS = new AtomicInteger();

  private enum Told {
    WRITTEN,
    NOT_WRITTEN,
    UNKNOWN
  }

  private final List<Writer> writers = new ArrayList<>();
  private final String table = "ledger" + LEDGERS.incrementAndGet();
  private final boolean traces;
  private volatile boolean stopping;

  /// @param pauseMs least time between two transactions of a client
  CheckerClient(ClusterLab lab, List<LabMember> proxies, int count, int pauseMs, long seed)
      throws SQLException {
    this(lab, proxies, count, pauseMs, seed, false);
  }

  /// @param traces whether it remembers where in the log rows were written, see [#marks]
  CheckerClient(
      ClusterLab lab, List<LabMember> proxies, int count, int pauseMs, long seed, boolean traces)
      throws SQLException {
    this.traces = traces;
    // No key: a row that is there twice is to be seen, not refused.
    lab.execute(proxies.getFirst(), "CREATE TABLE " + table + " (id bigint NOT NULL)");
    for (int i = 0; i < count; i++) {
      writers.add(new Writer(i, proxies, pauseMs, new Random(seed + i)));
    }
    writers.forEach(writer -> writer.ended = Background.run(writer::run));
  }

  /// Rows that clients were told to be written so far.
  long acknowledged() {
    return writers.stream().mapToLong(writer -> writer.written.get()).sum();
  }

  void stop() throws Exception {
    stopping = true;
    for (Writer writer : writers) {
      writer.ended.get(2 * SOCKET_TIMEOUT_S, TimeUnit.SECONDS);
    }
  }

  /// Stops, and compares with the rows on the primary.
  Verdict verdict(LabMember primary) throws Exception {
    stop();
    Map<Long, Integer> there = new HashMap<>();
    try (Connection connection = primary.connectServer();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM " + table)) {
      while (rows.next()) {
        there.merge(rows.getLong(1), 1, Integer::sum);
      }
    }
    Map<Long, Told> told = new HashMap<>();
    Map<String, Integer> states = new TreeMap<>();
    for (Writer writer : writers) {
      told.putAll(writer.told);
      writer.states.forEach((state, count) -> states.merge(state, count, Integer::sum));
    }
    List<Long> lost = new ArrayList<>();
    List<Long> duplicated = new ArrayList<>();
    Set<Long> wrong = new HashSet<>();
    there.forEach((id, count) -> {
      if (count > 1) {
        duplicated.add(id);
      }
      if (told.getOrDefault(id, Told.NOT_WRITTEN) == Told.NOT_WRITTEN) {
        wrong.add(id);
      }
    });
    told.forEach((id, outcome) -> {
      if (outcome == Told.WRITTEN && !there.containsKey(id)) {
        lost.add(id);
      }
    });
    return new Verdict(
        count(told, Told.WRITTEN),
        count(told, Told.UNKNOWN),
        count(told, Told.NOT_WRITTEN),
        lost,
        duplicated,
        List.copyOf(wrong),
        states);
  }

  /// Where and when each acknowledged row was written, of clients that have stopped.
  Map<Long, Losses.Mark> marks() {
    Map<Long, Losses.Mark> all = new HashMap<>();
    writers.forEach(writer -> all.putAll(writer.marks));
    return all;
  }

  private static int count(Map<Long, Told> told, Told wanted) {
    return (int) told.values().stream().filter(each -> each == wanted).count();
  }

  @Override
  public void close() {
    stopping = true;
  }

  private final class Writer {
    private final int number;
    private final List<LabMember> proxies;
    private final int pauseMs;
    private final Random random;
    private final Map<Long, Told> told = new HashMap<>();
    private final Map<String, Integer> states = new HashMap<>();
    private final Map<Long, Losses.Mark> marks = new HashMap<>();
    private CompletableFuture<Long> ended = new CompletableFuture<>();
    private final AtomicLong written = new AtomicLong();
    private long next;

    private Writer(int number, List<LabMember> proxies, int pauseMs, Random random) {
      this.number = number;
      this.proxies = proxies;
      this.pauseMs = pauseMs;
      this.random = random;
    }

    private Long run() {
      for (int turn = number; !stopping; turn++) {
        LabMember proxy = proxies.get(turn % proxies.size());
        try (Connection connection = proxy.connect(LabMember.PORT, SOCKET_TIMEOUT_S);
            Statement statement = connection.createStatement()) {
          while (!stopping && append(connection, statement)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs));
          }
        } catch (SQLException e) {
          note(e); // of the log-in, or of closing: no row hangs on it
          LockSupport.parkNanos(RETRY_NS);
        }
      }
      return next;
    }

    /// @return whether the connection can be used on
    private boolean append(Connection connection, Statement statement) {
      int shape = random.nextInt(10);
      int rows = shape < 5 ? 1 : 2;
      long first = CLIENT * number + next;
      next += rows;
      boolean committing = false;
      String place = "";
      try {
        connection.setAutoCommit(shape < 5);
        for (int row = 0; row < rows; row++) {
          committing = shape < 5;
          place = insert(statement, first + row);
        }
        if (shape == 9) {
          remember(first, rows, Told.NOT_WRITTEN);
          connection.rollback();
        } else {
          committing = true;
          if (shape >= 5) {
            connection.commit();
          }
          remember(first, rows, Told.WRITTEN);
          trace(first, rows, place);
          written.addAndGet(rows);
        }
        return true;
      } catch (SQLException e) {
        note(e);
        remember(first, rows, outcome(e, committing));
        return goesOn(connection, e);
      }
    }

    /// @return where it was written, "" when that is not wanted
    private String insert(Statement statement, long id) throws SQLException {
      String insert = "INSERT INTO %s VALUES (%d)".formatted(table, id);
      if (!traces) {
        statement.executeUpdate(insert);
        return "";
      }
      try (ResultSet place = statement.executeQuery(insert + Losses.RETURNING)) {
        place.next();
        return place.getString(1);
      }
    }

    private void trace(long first, int rows, String place) {
      if (traces) {
        Losses.Mark mark = Losses.Mark.of(place, System.nanoTime());
        for (int row = 0; row < rows; row++) {
          marks.put(first + row, mark);
        }
      }
    }

    private void remember(long first, int rows, Told outcome) {
      for (int row = 0; row < rows; row++) {
        told.put(first + row, outcome);
      }
    }

    /// Before the commit was sent nothing can be written, whatever the error. An answer of the
    /// other side that is not "unknown" (08007) says that it is not written.
    private static Told outcome(SQLException e, boolean committing) {
      if (!committing) {
        return Told.NOT_WRITTEN;
      }
      boolean answered = e instanceof PSQLException told && told.getServerErrorMessage() != null;
      return answered && !"08007".equals(e.getSQLState()) ? Told.NOT_WRITTEN : Told.UNKNOWN;
    }

    private void note(SQLException e) {
      states.merge(String.valueOf(e.getSQLState()), 1, Integer::sum);
    }

    private boolean goesOn(Connection connection, SQLException e) {
      if (!"40001".equals(e.getSQLState())) {
        return false;
      }
      try {
        if (!connection.getAutoCommit()) {
          connection.rollback();
        }
        return true;
      } catch (SQLException again) {
        note(again);
        return false;
      }
    }
  }
}
