package org.relevo.proxy.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;

/// What one statement is for routing, whatever the nodes and the session's transaction are: a read
/// that a standby may run, or the [Reason] why not. What writes is found before anything else, so
/// that [Reason#writes()] never misses a write.
///
/// Owner: none; immutable.
final class StatementNature {
  /// EXPLAIN EXECUTE name, and what that name holds; deeper is nothing that a client writes.
  private static final int MAX_DEPTH = 4;

  private final RoutingRules rules;

  StatementNature(RoutingRules rules) {
    this.rules = rules;
  }

  /// Null for a read that a standby may run.
  @Nullable Reason of(SqlStatement statement, SessionState session, Catalog catalog) {
    return of(statement, session, catalog, 0);
  }

  private @Nullable Reason of(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    if (depth > MAX_DEPTH) {
      return Reason.NOT_UNDERSTOOD;
    }
    return switch (statement.kind()) {
      case SELECT, COPY_TO -> query(statement, session, catalog, depth);
      case SHOW -> ServerFunctions.differs(statement.name()) ? Reason.SERVER_SETTING : null;
      case EMPTY -> null;
      case EXPLAIN -> explain(statement, session, catalog, depth);
      case PREPARE -> inner(statement, session, catalog, depth);
      case DECLARE -> declare(statement, session, catalog, depth);
      case EXECUTE -> execute(statement, session, catalog, depth);
      case FETCH -> Reason.CURSOR_UNKNOWN;
      case CLOSE -> statement.name().isEmpty() ? Reason.CLOSE_ALL : Reason.CURSOR_UNKNOWN;
      case BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO -> Reason.TRANSACTION_CONTROL;
      case SET, SET_TRANSACTION, RESET -> setting(statement, session);
      case SET_CONSTRAINTS -> Reason.CONSTRAINTS;
      case DEALLOCATE, DEALLOCATE_ALL, DISCARD -> Reason.PREPARED_NAMES;
      case LOCK -> lock(statement);
      case INSERT, UPDATE, DELETE, MERGE, TRUNCATE -> Reason.WRITE;
      case COPY_FROM, COPY_TO_SERVER -> Reason.COPY_IN_OR_FILE;
      case PREPARE_TRANSACTION, COMMIT_PREPARED, ROLLBACK_PREPARED -> Reason.TWO_PHASE;
      case LISTEN, UNLISTEN, NOTIFY -> Reason.NOTIFICATION;
      case CALL, DO -> Reason.PROCEDURE;
      case MAINTENANCE -> Reason.MAINTENANCE;
      case DDL -> Reason.DEFINITION;
      case UNKNOWN -> Reason.NOT_UNDERSTOOD;
    };
  }

  private @Nullable Reason inner(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    SqlStatement inner = statement.inner();
    if (inner == null) {
      return Reason.NOT_UNDERSTOOD;
    }
    return of(inner, session, catalog, depth + 1);
  }

  private @Nullable Reason explain(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    Reason reason = inner(statement, session, catalog, depth);
    boolean planned = reason != null && reason.writes() && !statement.analyzes();
    return planned ? Reason.EXPLAINED_WRITE : reason;
  }

  /// UPDATE … WHERE CURRENT OF needs the cursor on the primary, and PostgreSQL allows it over a
  /// plain scan of one table.
  private @Nullable Reason declare(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    Reason reason = inner(statement, session, catalog, depth);
    SqlStatement query = statement.inner();
    boolean updatable =
        reason == null && query != null && !session.readOnly() && query.reads().size() == 1;
    return updatable ? Reason.UPDATABLE_CURSOR : reason;
  }

  private @Nullable Reason execute(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    SqlStatement prepared = session.prepared(statement.name());
    if (prepared == null) {
      return Reason.PREPARED_UNKNOWN;
    }
    return of(prepared, session, catalog, depth + 1);
  }

  private static Reason setting(SqlStatement statement, SessionState session) {
    for (int i = 0; i < statement.settings().size(); i++) {
      SettingChange change = statement.settings().get(i);
      boolean refused =
          switch (change.name()) {
            case "transaction_read_only" -> isOff(change.value());
            case "transaction_isolation" ->
                // Behind its first query a transaction's level is fixed: where that ran, PostgreSQL
                // says so.
                isSerializable(change.value())
                    && !(session.inTransaction() && session.transactionNode() != null);
            case "default_transaction_isolation" -> isSerializable(change.value());
            default -> false;
          };
      if (refused) {
        return Reason.PRIMARY_SETTING;
      }
    }
    return Reason.SETTING;
  }

  private static boolean isOff(String value) {
    // As PostgreSQL reads a boolean: a prefix that is no other's.
    String lower = value.toLowerCase(java.util.Locale.ROOT);
    return !lower.isEmpty()
        && (lower.equals("0")
            || "false".startsWith(lower)
            || "no".startsWith(lower)
            || lower.equals("of")
            || lower.equals("off"));
  }

  private static boolean isSerializable(String value) {
    return value.equalsIgnoreCase("serializable");
  }

  private static Reason lock(SqlStatement statement) {
    boolean weak =
        statement.lockMode().equals("ACCESS SHARE") || statement.lockMode().equals("ROW SHARE");
    return weak ? Reason.WEAK_LOCK : Reason.TABLE_LOCK;
  }

  /// A SELECT or COPY TO the client.
  private @Nullable Reason query(
      SqlStatement statement, SessionState session, Catalog catalog, int depth) {
    if (!statement.readOnly() || !statement.writes().isEmpty()) {
      return Reason.ROW_LOCK_OR_WRITE;
    }
    Reason functions = functions(statement, catalog);
    if (functions != null && functions.writes()) {
      return functions;
    }
    for (int i = 0; i < statement.operators().size(); i++) {
      if (catalog.operator(statement.operators().get(i)) != Catalog.Effect.READS) {
        return Reason.WRITING_OPERATOR;
      }
    }
    if (functions != Reason.SET_CONFIG && catalog.unnamed() != Catalog.Effect.READS) {
      return Reason.UNNAMED_FUNCTION;
    }
    Reason relations = relations(statement.reads(), session, catalog);
    if (relations != null && relations.writes()) {
      return relations;
    }
    SqlStatement inner = statement.inner();
    Reason within = inner == null ? null : of(inner, session, catalog, depth + 1);
    if (within != null && within.writes()) {
      return within;
    }
    return functions != null ? functions : relations != null ? relations : within;
  }

  /// The first that writes, or else the first that is for the primary.
  private @Nullable Reason functions(SqlStatement statement, Catalog catalog) {
    List<FunctionCall> calls = statement.functions();
    Reason found = null;
    int settings = 0;
    for (int i = 0; i < calls.size(); i++) {
      FunctionCall call = calls.get(i);
      Reason reason = function(call, catalog);
      if (reason != null && reason.writes()) {
        return reason;
      }
      found = found == null ? reason : found;
      settings +=
          ServerFunctions.setsSetting(call.name()) && ServerFunctions.constant(call) ? 1 : 0;
    }
    boolean onlySets =
        settings > 0
            && settings == calls.size()
            && statement.reads().isEmpty()
            && statement.operators().isEmpty();
    return onlySets ? Reason.SET_CONFIG : found;
  }

  private @Nullable Reason function(FunctionCall call, Catalog catalog) {
    QualifiedName name = call.name();
    if (ServerFunctions.setsSetting(name)) {
      return Reason.SETTING_FUNCTION;
    }
    if (ServerFunctions.onlyOnPrimary(name)) {
      return Reason.PRIMARY_FUNCTION;
    }
    Reason ofSession = ServerFunctions.ofSession(call) ? Reason.SESSION_FUNCTION : null;
    return switch (rules.functions().of(name)) {
      case WRITES -> Reason.WRITING_FUNCTION;
      case READS -> ofSession;
      case ASK_CATALOG ->
          switch (catalog.effect(call)) {
            case READS -> ofSession;
            // What these tell is known without a catalog.
            case WRITES -> ofSession == null ? Reason.WRITING_FUNCTION : ofSession;
            case UNKNOWN -> ofSession == null ? Reason.UNKNOWN_FUNCTION : ofSession;
          };
    };
  }

  private @Nullable Reason relations(
      List<QualifiedName> reads, SessionState session, Catalog catalog) {
    Reason found = null;
    for (int i = 0; i < reads.size(); i++) {
      Reason reason = relation(reads.get(i), session, catalog);
      if (reason != null && reason.writes()) {
        return reason;
      }
      found = found == null ? reason : found;
    }
    return found;
  }

  private @Nullable Reason relation(QualifiedName name, SessionState session, Catalog catalog) {
    boolean traced = rules.temporaryTables() != TemporaryTables.NONE;
    if (traced && session.hasTemporary(name)) {
      return Reason.TEMPORARY_TABLE;
    }
    return switch (catalog.kind(name)) {
      case TABLE, VIEW -> null;
      case WRITING_VIEW -> Reason.WRITING_VIEW;
      case SYSTEM -> Reason.SYSTEM_CATALOG;
      case TEMPORARY ->
          rules.temporaryTables() == TemporaryTables.CATALOG ? Reason.TEMPORARY_TABLE : null;
      case UNLOGGED -> rules.unloggedChecked() ? Reason.UNLOGGED_TABLE : null;
      case FOREIGN -> Reason.FOREIGN_TABLE;
      case SEQUENCE -> Reason.SEQUENCE;
      case UNKNOWN -> Reason.UNKNOWN_RELATION;
    };
  }
}
