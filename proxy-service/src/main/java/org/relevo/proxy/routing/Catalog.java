package org.relevo.proxy.routing;

import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;

/// What the catalog of one database tells, for one search_path; answers from memory, never blocks.
public interface Catalog {
  /// What calling a function may do, its body and what that calls included as far as it is known.
  enum Effect {
    /// Immutable or stable, and fit for a standby.
    READS,
    /// Volatile, needs a transaction number, or otherwise only the primary runs it.
    WRITES,
    /// Not in the catalog as far as it is known.
    UNKNOWN
  }

  /// What a relation is.
  enum RelationKind {
    /// A permanent table, partitioned table or materialized view.
    TABLE,
    /// A view whose query only reads, functions included, and only permanent tables.
    VIEW,
    /// A view that calls a function that writes, or one not understood. Also a table that calls one
    /// when it is read: in a policy, or as `t.f`, which looks like a column.
    WRITING_VIEW,
    /// Of pg_catalog or information_schema.
    SYSTEM,
    TEMPORARY,
    /// Also a view that reads one, and a table that has one as a partition; so are the next two.
    UNLOGGED,
    FOREIGN,
    SEQUENCE,
    UNKNOWN
  }

  Effect effect(FunctionCall call);

  /// Of an operator that is not built in.
  Effect operator(QualifiedName name);

  RelationKind kind(QualifiedName relation);

  /// What casts, checks of domains, operators with built-in names and the like of this database may
  /// do, which a statement runs without naming them. Unless it is READS, no statement is surely a
  /// read.
  default Effect unnamed() {
    return Effect.READS;
  }

  /// Whether calling a function or procedure may change what this catalog tells.
  default boolean defines(FunctionCall call) {
    return false;
  }

  /// The same of running a text in PL/pgSQL or the like.
  default boolean defines(String body) {
    return false;
  }

  /// What the transactions of new sessions begin with.
  default SessionDefaults begins() {
    return SessionDefaults.USUAL;
  }
}
