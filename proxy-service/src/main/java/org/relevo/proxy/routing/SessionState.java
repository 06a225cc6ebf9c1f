package org.relevo.proxy.routing;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.sql.QualifiedName;

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

  /// Whether the transaction may have written this relation.
  boolean wroteTo(QualifiedName relation);

  /// Whether the session has made a temporary relation of this name.
  boolean hasTemporary(QualifiedName relation);

  /// The node that runs the open transaction's snapshot or state that cannot move: where it must
  /// stay. Null when it may still go anywhere.
  @Nullable BackendId boundTo();

  /// The node of session-level balancing; null until one was chosen.
  @Nullable BackendId sessionNode();

  /// Where a statement or cursor of this name lives; empty when it is known nowhere.
  Optional<BackendId> placeOf(String name);

  /// What a standby must have replayed so that this session sees its own writes; null when nothing
  /// was written, [Lsn] maximum while the position is not known yet.
  @Nullable Lsn mustHaveReplayed();
}
