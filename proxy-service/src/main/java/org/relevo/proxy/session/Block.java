package org.relevo.proxy.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.routing.SessionState.Isolation;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;
import org.relevo.proxy.wire.BackendError;

/// The transaction block of a client as the client sees it, whichever nodes take part, and its
/// prelude: the statements that must hold on every node before that node runs something.
///
/// Owner: event loop of the session.
final class Block {
  /// Beyond this the transaction stays on the primary.
  static final int MAX_STATEMENTS = 64;

  static final int MAX_BYTES = 8192;
  static final int MAX_PORTALS = 1024;

  private final List<byte[]> prelude = new ArrayList<>(2);
  private final Set<String> savepoints = new HashSet<>(0);
  private final Map<String, Lease> cursors = new HashMap<>(0);
  private final Map<String, Lease> portals = new HashMap<>(0);
  private final Set<String> written = new HashSet<>(0);
  private int bytes;
  private boolean open;
  private boolean failedHere;
  private @Nullable BackendError reason;
  private boolean checked;
  private boolean wroteAnything;
  private boolean wrote;
  private boolean readOnly;
  private Isolation isolation = Isolation.READ_COMMITTED;
  private @Nullable Lease bound;

  /// Whether the client is in a block.
  boolean open() {
    return open;
  }

  /// Whether the service itself has failed it: no server knows.
  boolean failedHere() {
    return failedHere;
  }

  void failHere(boolean failed) {
    failedHere = failed;
    reason = null;
  }

  /// Fails it for a reason that the client is yet to be told: with its next statement.
  void failHere(BackendError why) {
    failedHere = true;
    reason = why;
  }

  /// What the client has not been told yet; null when it knows.
  @Nullable BackendError takeReason() {
    BackendError why = reason;
    reason = null;
    return why;
  }

  /// Where it must stay; null while it may go anywhere.
  @Nullable Lease bound() {
    return bound;
  }

  void bind(@Nullable Lease lease) {
    bound = lease;
  }

  // ------------------------------------------------------------------ prelude

  List<byte[]> prelude() {
    return prelude;
  }

  int told() {
    return prelude.size();
  }

  /// A block begins.
  void begin(byte[] text) {
    forgetPrelude();
    open = true;
    prelude.add(text);
    bytes = text.length;
  }

  /// A server says that there is one.
  ///
  /// @param unseen whether nobody looked at how it began
  void adopt(Lease lease, boolean unseen) {
    forgetPrelude();
    wrote |= unseen;
    open = true;
    bound = lease;
  }

  /// A statement has succeeded that must hold on other nodes too.
  ///
  /// @param answeredHere whether no server has run it yet
  void add(StatementKind kind, String name, byte[] text, boolean answeredHere) {
    prelude.add(text);
    bytes += text.length;
    checked |= !answeredHere;
    if (kind == StatementKind.SAVEPOINT) {
      savepoints.add(name);
    }
  }

  boolean full() {
    return prelude.size() >= MAX_STATEMENTS || bytes >= MAX_BYTES;
  }

  /// Whether a savepoint of this name has been set; it may have been released since.
  boolean hasSavepoint(String name) {
    return savepoints.contains(name);
  }

  boolean hasSavepoints() {
    return !savepoints.isEmpty();
  }

  /// Whether it has nothing that a server would have to end.
  boolean nothingRan() {
    return !checked;
  }

  // ------------------------------------------------------------------ what it did

  boolean wrote() {
    return wrote;
  }

  boolean readOnly() {
    return readOnly;
  }

  Isolation isolation() {
    return isolation;
  }

  void state(boolean nowWrote, boolean nowReadOnly, Isolation nowIsolation) {
    wrote = nowWrote;
    readOnly = nowReadOnly;
    isolation = nowIsolation;
  }

  void writes(SqlStatement statement) {
    wroteAnything |= statement.writes().isEmpty() || written.size() >= MAX_PORTALS;
    wroteAnything |=
        switch (statement.kind()) {
          case INSERT, UPDATE, DELETE, MERGE, COPY_FROM -> false;
          default -> true;
        };
    statement.writes().forEach(relation -> written.add(relation.name()));
  }

  void writesAnything() {
    wroteAnything = true;
  }

  boolean wroteTo(String relation) {
    return wrote && (wroteAnything || written.contains(relation));
  }

  /// What it opens is on this lease's node alone.
  void remembers(RoutePlan plan, Lease lease) {
    for (String portal : plan.portals) {
      if (!manyPortals()) {
        portals.put(portal, lease);
      }
    }
    for (RoutePlan.Item item : plan.items) {
      StatementClass facts = item.facts();
      if (facts != null && item.runs()) {
        for (SqlStatement statement : facts.statements()) {
          if (statement.kind() == StatementKind.DECLARE && !manyPortals()) {
            cursors.put(statement.name(), lease);
          }
        }
      }
    }
  }

  @Nullable Lease cursor(String name) {
    return cursors.get(name);
  }

  @Nullable Lease portal(String name) {
    return portals.get(name);
  }

  private boolean manyPortals() {
    return portals.size() + cursors.size() >= MAX_PORTALS;
  }

  /// Whether something is open there that is nowhere else.
  boolean needs(Lease lease) {
    return lease == bound || cursors.containsValue(lease) || portals.containsValue(lease);
  }

  // ------------------------------------------------------------------ end

  /// The block is over.
  void end() {
    forgetPrelude();
    cursors.clear();
    portals.clear();
    written.clear();
    wroteAnything = false;
    open = false;
    bound = null;
    wrote = false;
  }

  /// What was opened and written may belong to the batch that begins a block.
  private void forgetPrelude() {
    prelude.clear();
    savepoints.clear();
    bytes = 0;
    failedHere = false;
    reason = null;
    checked = false;
  }
}
