package org.relevo.proxy.routing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;

/// What the [Router] asks of a session; implemented by the session's own object, which changes
/// while statements run.
public interface SessionState {
  /// Isolation levels, the weaker ones as PostgreSQL takes them.
  enum Isolation {
    READ_COMMITTED,
    REPEATABLE_READ,
    SERIALIZABLE
  }

  String database();

  String user();

  String applicationName();

  /// Whether a transaction block is open (also one whose BEGIN no node has been told yet).
  boolean inTransaction();

  /// Whether that transaction has failed.
  boolean failed();

  /// Level of the transaction, or of the next one.
  Isolation isolation();

  /// Whether the transaction, or the next one, is READ ONLY.
  boolean readOnly();

  /// Whether the transaction may have changed something (a write, or what is not understood).
  boolean transactionWrote();

  /// Whether the session ever has.
  boolean sessionWrote();

  /// Whether a transaction block of the session ever has.
  default boolean transactionsWrote() {
    return sessionWrote();
  }

  /// Whether the transaction may have written this relation: any one when something wrote of which
  /// the relations are not known. A name without schema is that of any schema.
  boolean wroteTo(QualifiedName relation);

  /// Whether the transaction may have called this function.
  default boolean called(QualifiedName function) {
    return transactionWrote();
  }

  /// Whether the session has made a temporary relation of this name.
  boolean hasTemporary(QualifiedName relation);

  /// The node that has the open transaction's one snapshot (REPEATABLE READ or SERIALIZABLE), or
  /// state of it that cannot move: all of it must stay there. Null when it may still go anywhere,
  /// as in a READ COMMITTED transaction.
  @Nullable BackendId boundTo();

  /// The node that the balanced reads of the open transaction went to, which others of it follow;
  /// null before the first. Unlike [#boundTo()] the transaction may leave it, and does so when it
  /// writes.
  default @Nullable BackendId transactionNode() {
    return null;
  }

  /// The node of session-level balancing; null until one was chosen.
  @Nullable BackendId sessionNode();

  /// Where a statement or cursor of this name lives; empty when it is known nowhere.
  Optional<BackendId> placeOf(String name);

  /// Where a cursor of this name lives. Cursors and statements may have equal names.
  default Optional<BackendId> placeOfCursor(String name) {
    return placeOf(name);
  }

  /// What a prepared statement of this name runs, made by SQL or by the protocol; null when there
  /// is none.
  default @Nullable SqlStatement prepared(String name) {
    return null;
  }

  /// The node on which this service has a server connection whose process has this number; null
  /// when it has none, or several have.
  default @Nullable BackendId nodeOfProcess(int processId) {
    return null;
  }

  /// Whether what [#role()] and [#searchPath()] say is true now: not while a statement whose effect
  /// on settings was not asked for yet has run.
  default boolean settingsKnown() {
    return true;
  }

  /// What SET ROLE has set; empty for the session's user.
  default Optional<String> role() {
    return Optional.empty();
  }

  /// The session's own `search_path`; empty for what its role begins with.
  default Optional<String> searchPath() {
    return Optional.empty();
  }

  /// What a standby must have replayed for the next read: with `read_consistency = session` what
  /// this session was told to be committed, null when it wrote nothing; with `global` what anybody
  /// was told before the read arrived, and never null. [Lsn] maximum while the position is not
  /// known yet.
  @Nullable Lsn mustHaveReplayed();
}
