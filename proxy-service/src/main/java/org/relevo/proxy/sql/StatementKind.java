package org.relevo.proxy.sql;

/// What a statement is, by its grammar symbol. EXPLAIN, PREPARE and DECLARE are kinds of their own;
/// what they hold decides the rest ([SqlStatement#inner()]).
public enum StatementKind {
  /// SELECT, VALUES, TABLE, WITH … SELECT; also when it locks, writes in a WITH or has INTO.
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  MERGE,
  COPY_FROM,
  /// To the client; of a table or of a query.
  COPY_TO,
  /// To a file or a program of the server's machine.
  COPY_TO_SERVER,
  TRUNCATE,
  EXPLAIN,
  SHOW,
  SET,
  /// SET TRANSACTION, SET SESSION CHARACTERISTICS.
  SET_TRANSACTION,
  SET_CONSTRAINTS,
  RESET,
  BEGIN,
  COMMIT,
  ROLLBACK,
  SAVEPOINT,
  RELEASE,
  ROLLBACK_TO,
  PREPARE_TRANSACTION,
  COMMIT_PREPARED,
  ROLLBACK_PREPARED,
  LOCK,
  PREPARE,
  EXECUTE,
  DEALLOCATE,
  DEALLOCATE_ALL,
  DECLARE,
  FETCH,
  CLOSE,
  LISTEN,
  UNLISTEN,
  NOTIFY,
  DISCARD,
  CALL,
  DO,
  /// VACUUM, ANALYZE, CLUSTER, REINDEX, CHECKPOINT, REFRESH MATERIALIZED VIEW, LOAD.
  MAINTENANCE,
  /// CREATE, ALTER, DROP, GRANT, COMMENT and their like; CREATE TABLE AS.
  DDL,
  /// Nothing but blanks and comments.
  EMPTY,
  /// Not understood; to be treated as a write.
  UNKNOWN
}
