package org.relevo.proxy.session;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.ServerLife;
import org.relevo.proxy.core.Succession;

/// What became of a transaction whose COMMIT was not answered. Nothing is guessed: whatever does
/// not prove something is [#UNKNOWN], or asked again while it may still change.
enum CommitOutcome {
  COMMITTED,
  ROLLED_BACK,
  UNKNOWN,
  /// Not to be told yet.
  ASK;

  /// What is certain without asking: a number that the life after has never seen belongs to a
  /// transaction of which nothing has reached it.
  ///
  /// @param life in which the number was given
  static CommitOutcome before(long xid, ServerLife life, Succession lives) {
    boolean next = lives.now().isPresent() && lives.before().equals(Optional.of(life));
    return next && lives.freshFrom() > 0 && xid >= lives.freshFrom() ? ROLLED_BACK : ASK;
  }

  /// What an answer proves.
  ///
  /// @param life in which the number was given
  /// @param answering the life that says so
  /// @param status its `pg_xact_status`; null when it does not know the transaction, or the number
  ///   is one of the newest
  static CommitOutcome of(
      long xid, ServerLife life, Succession lives, ServerLife answering, @Nullable String status) {
    if (lives.now().isEmpty() || !lives.now().get().equals(answering)) {
      return ASK; // it may be about to become the primary, or to be none any more
    }
    if (answering.equals(life)) {
      // The number is still the same transaction's, which may still wait for a standby.
      CommitOutcome told = told(status);
      return told == UNKNOWN ? ASK : told;
    }
    if (!lives.before().equals(Optional.of(life))) {
      return UNKNOWN;
    }
    if (xid < lives.settledBelow()) {
      return told(status);
    }
    return before(xid, life, lives) == ROLLED_BACK ? ROLLED_BACK : UNKNOWN;
  }

  private static CommitOutcome told(@Nullable String status) {
    return switch (status) {
      case "committed" -> COMMITTED;
      case "aborted" -> ROLLED_BACK;
      case null, default -> UNKNOWN;
    };
  }
}
