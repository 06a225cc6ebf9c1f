package org.relevo.proxy.balancing;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// One session of the random test: it changes counters of its own, and one that others change too,
/// in many ways, and reads after each change. What a read must show is known: a row of its own is
/// as this session left it, one of all is at least as far.
///
/// Owner: one thread.
final class ReadingSession {
  static final int SHARED = 4;
  private static final int MOST_READS = 24;
  private static final int REMEMBERED = 12;

  /// What all sessions of a run have in common.
  ///
  /// @param reads that are left to make
  /// @param standby what the standby's rows end with
  record Run(AtomicLong reads, AtomicLong onStandby, Queue<String> stale, String standby) {
    boolean over() {
      return reads.get() <= 0;
    }
  }

  private final Run run;
  private final LabClient.Kind kind;
  private final LabClient client;
  private final String name;
  private final Random random;
  private final int own;
  private final int shared;
  private final Deque<String> last = new ArrayDeque<>();
  private long expected;
  private long atLeast;

  ReadingSession(Run run, LabClient.Kind kind, int number, int port, Random random)
      throws IOException, SQLException {
    this.run = run;
    this.kind = kind;
    this.client = LabClient.of(kind, port);
    this.name = number + " " + kind;
    this.random = random;
    this.own = SHARED + number;
    this.shared = random.nextInt(SHARED);
  }

  /// @throws AssertionError when an answer is wrong in another way than by being old
  void play() throws Exception {
    try (client) {
      while (!run.over()) {
        write();
        for (int i = random.nextInt(MOST_READS); i >= 0 && !run.over(); i--) {
          read();
        }
      }
    } catch (IOException | SQLException e) {
      throw new AssertionError(name + " " + last, e);
    }
  }

  // ------------------------------------------------------------------ writes

  private void write() throws IOException, SQLException {
    switch (random.nextInt(11)) {
      case 0, 1 -> expected = number(ask(update()));
      case 2 -> expected = number(ask("SELECT bump(" + own + ")"));
      case 3 -> expected = number(ask("WITH w AS (" + update() + ") SELECT n FROM w"));
      case 4 -> atLeast = number(ask(update(shared)));
      case 5 -> transaction(true);
      case 6 -> transaction(false);
      case 7 -> savepoint();
      case 8 -> {
        if (kind.takesStrings()) {
          string();
        } else {
          savepoint();
        }
      }
      case 9 -> {
        ask("DO 'BEGIN UPDATE counters SET n = n + 1 WHERE id = " + own + "; END'");
        expected++;
      }
      default -> atOnce();
    }
  }

  private void transaction(boolean kept) throws IOException, SQLException {
    note("begin");
    client.begin();
    for (int i = random.nextInt(3); i > 0; i--) {
      check(ask(select(own)));
    }
    long before = expected;
    expected = number(ask(update()));
    check(ask(select(own)));
    if (kept) {
      note("commit");
      client.commit();
    } else {
      note("rollback");
      client.rollback();
      expected = before;
    }
  }

  private void savepoint() throws IOException, SQLException {
    note("begin");
    client.begin();
    if (random.nextBoolean()) {
      ask("SAVEPOINT before");
      check(ask(select(own)));
    }
    expected = number(ask(update()));
    ask("SAVEPOINT a");
    ask(update());
    ask("ROLLBACK TO a");
    check(ask(select(own)));
    note("commit");
    client.commit();
  }

  /// One string with all of a transaction, or with its begin.
  private void string() throws IOException, SQLException {
    if (random.nextBoolean()) {
      ask("BEGIN; " + update() + "; COMMIT");
      expected++;
    } else {
      ask("BEGIN; " + update());
      expected++;
      check(ask(select(own)));
      ask("COMMIT");
    }
  }

  /// The read is sent before the write has been answered.
  private void atOnce() throws IOException, SQLException {
    String[] texts = {update(), select(own)};
    List<String> answers = client.askAtOnce(texts);
    for (int i = 0; i < texts.length; i++) {
      note(texts[i] + " -> " + answers.get(i));
    }
    expected = number(answers.get(0));
    check(answers.get(1));
  }

  // ------------------------------------------------------------------ reads

  private void read() throws IOException, SQLException {
    switch (random.nextInt(8)) {
      case 0 -> several("READ COMMITTED");
      case 1 -> several("READ COMMITTED READ ONLY");
      case 2 -> several("REPEATABLE READ READ ONLY");
      case 3 -> checkShared(ask(select(shared)));
      default -> check(ask(select(own)));
    }
  }

  private void several(String modes) throws IOException, SQLException {
    ask("BEGIN ISOLATION LEVEL " + modes);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      check(ask(select(own)));
    }
    ask("COMMIT");
  }

  private void check(String answer) {
    long found = counted(answer);
    if (found < expected) {
      stale(found + " is behind " + expected);
    } else if (found > expected) {
      throw new AssertionError(name + ": " + found + " is ahead of " + expected + " " + last);
    }
  }

  private void checkShared(String answer) {
    long found = counted(answer);
    if (found < atLeast) {
      stale(found + " of all is behind " + atLeast);
    }
  }

  private long counted(String answer) {
    run.reads().decrementAndGet();
    if (answer.endsWith(" " + run.standby())) {
      run.onStandby().incrementAndGet();
    }
    return number(answer);
  }

  private void stale(String what) {
    run.stale().add(name + ": " + what + " after " + last);
  }

  // ------------------------------------------------------------------ statements

  private String update() {
    return update(own);
  }

  private static String update(int row) {
    return "UPDATE counters SET n = n + 1 WHERE id = " + row + " RETURNING n";
  }

  private static String select(int row) {
    return "SELECT n::text || ' ' || node() FROM counters WHERE id = " + row;
  }

  private String ask(String sql) throws IOException, SQLException {
    note(sql);
    String answer = client.ask(sql);
    note("-> " + answer);
    return answer;
  }

  private void note(String what) {
    last.add(what);
    if (last.size() > REMEMBERED) {
      last.remove();
    }
  }

  private static long number(String answer) {
    return Long.parseLong(answer.substring(0, (answer + " ").indexOf(' ')));
  }
}
