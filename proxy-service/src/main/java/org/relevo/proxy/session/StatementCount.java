package org.relevo.proxy.session;

import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.ServerConnection;
import org.relevo.proxy.server.SharedStatement;
import org.relevo.proxy.sql.NamedCommand;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.statistics.StatementEntry;
import org.relevo.proxy.statistics.StatementStatistics;

/// Counts what the statements of one routed session cost. A query string is one call, from its
/// sending to ReadyForQuery; so is a bound portal, from the first Execute to CommandComplete. What
/// is sent behind others begins when the one before it was answered.
///
/// Owner: event loop of the session.
final class StatementCount {
  private final Session session;
  private final Leases leases;
  private final StatementStatistics statistics;
  private final Spare spare;

  /// Bound and not executed yet; null also when several are.
  private @Nullable SharedStatement bound;

  private boolean several;

  /// The first of those that an error has ended or kept from running.
  private @Nullable CountedNote first;

  private long answeredNs = System.nanoTime();

  /// Notes of a loop that are not used. Owner: that loop.
  static final class Spare {
    private static final int MOST = 4096;

    private @Nullable CountedNote top;
    private int size;

    CountedNote take() {
      CountedNote taken = top;
      if (taken == null) {
        return new CountedNote();
      }
      top = taken.spare;
      taken.spare = null;
      size--;
      return taken;
    }

    void give(CountedNote note) {
      note.clear();
      if (size < MOST) {
        note.spare = top;
        top = note;
        size++;
      }
    }
  }

  StatementCount(Session session, Leases leases) {
    this.session = session;
    this.leases = leases;
    this.statistics = session.shard().statistics();
    this.spare = session.shard().spareNotes();
  }

  /// Something new begins.
  void begins() {
    bound = null;
    several = false;
    forgetFirst();
  }

  private void forgetFirst() {
    CountedNote last = first;
    if (last != null) {
      first = null;
      spare.give(last);
    }
  }

  void binds(SharedStatement statement) {
    several |= bound != null;
    bound = several ? null : statement;
  }

  /// @param facts null when it was not looked at
  /// @param other what else is on its way with it
  @Nullable Note query(
      @Nullable StatementClass facts, byte[] text, int length, @Nullable Note other) {
    return facts == null ? other : note(facts, text, length, other);
  }

  /// @param other what else is on its way with it
  @Nullable Note execute(@Nullable Note other) {
    SharedStatement statement = bound;
    bound = null;
    StatementClass facts = statement == null ? null : statement.facts();
    if (statement == null || facts == null) {
      return other;
    }
    SharedStatement shown = shown(statement);
    return note(facts, shown.text(), shown.text().length, other);
  }

  /// An EXECUTE is what it executes.
  private static SharedStatement shown(SharedStatement statement) {
    return statement instanceof SqlCommand command
            && command.kind() == NamedCommand.Kind.EXECUTE
            && command.target() != null
        ? command.target()
        : statement;
  }

  private @Nullable Note note(StatementClass facts, byte[] text, int length, @Nullable Note other) {
    ServerConnection server = leases.current().held();
    if (server == null) {
      return other;
    }
    StatementEntry entry =
        statistics.entry(
            facts,
            session.startup().database(),
            session.startup().user(),
            text,
            length,
            leases.standardStrings());
    if (entry == null) {
      return other;
    }
    CountedNote note = spare.take();
    note.begins(this, entry, server.node().id(), other, System.nanoTime());
    return note;
  }

  void done(CountedNote note) {
    answered(note, false);
  }

  /// The server has not done it to its end. Of several, the last to be told of is the first.
  void skipped(CountedNote note) {
    forgetFirst();
    first = note;
  }

  /// The server's error has come; it is that of the first statement that was not done.
  void failed() {
    CountedNote note = first;
    if (note != null) {
      first = null;
      answered(note, true);
    }
  }

  private void answered(CountedNote note, boolean failed) {
    long now = System.nanoTime();
    long since = note.sentNs() - answeredNs > 0 ? note.sentNs() : answeredNs;
    answeredNs = now;
    note.answered(since, now, failed);
    spare.give(note);
  }
}
