package org.relevo.proxy.routing;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// Decides where a statement runs: a function of what the statement is, what its session has done,
/// what the catalog tells and how the nodes stand. The order of its questions:
///
/// ```text
/// failed transaction? ─► what the statement is ─► where its transaction must stay
///        ─► what the session did or asks for ─► which node, and whether that has replayed enough
/// ```
///
/// What is not known is a write, and a write is for the primary. The rules are those of pgpool-II
/// 4.7 in streaming replication mode; `resources/docs/routing.md` has each of them, with what
/// differs and why.
///
/// Owner: none; immutable and thread-safe. Allocates nothing but the first [Route] of its kind.
public final class Router {
  private final RoutingRules rules;
  private final StatementNature nature;
  private final Balancer balancer;

  public Router(RoutingRules rules) {
    this.rules = rules;
    this.nature = new StatementNature(rules);
    this.balancer = new Balancer(rules);
  }

  public RoutingRules rules() {
    return rules;
  }

  /// Where a query string goes, or one execution of the extended protocol.
  ///
  /// @param text of the statements, asked for only when patterns are configured
  /// @param random numbers from 0 to less than 1
  public Route route(
      StatementClass statements,
      QueryText text,
      SessionState session,
      RoutingView view,
      Catalog catalog,
      DoubleSupplier random) {
    if (session.inTransaction() && session.failed()) {
      return Route.by(Reason.FAILED_TRANSACTION);
    }
    if (statements.single() && statements.parsed()) {
      Route special = special(statements.first(), session);
      if (special != null) {
        return special;
      }
    }
    Reason reason =
        !statements.parsed()
            ? Reason.NOT_UNDERSTOOD
            : statements.single()
                ? nature.of(statements.first(), session, catalog)
                : several(statements.statements(), session, catalog);
    if (reason != null && reason.goes() == Reason.Goes.SESSION) {
      return Route.by(reason);
    }
    BackendId bound = session.boundTo();
    if (bound != null && session.inTransaction()) {
      boolean writes = reason != null && reason.writes();
      return Route.to(bound, writes ? Reason.BOUND_WRITE : Reason.BOUND);
    }
    if (reason == null) {
      reason = kept(statements, text, session, catalog);
    }
    return reason == null
        ? balancer.route(statements.hints().node(), session, view, random)
        : Route.by(reason);
  }

  /// Where a FunctionCall message goes.
  public Route functionCall(SessionState session) {
    if (session.inTransaction() && session.failed()) {
      return Route.by(Reason.FAILED_TRANSACTION);
    }
    BackendId bound = session.inTransaction() ? session.boundTo() : null;
    return bound == null ? Route.by(Reason.FUNCTION_CALL) : Route.to(bound, Reason.BOUND_WRITE);
  }

  /// The node of session-level balancing, to be kept as [SessionState#sessionNode()] until it no
  /// longer serves; null when there is none to keep: balancing is off or per statement, or no node
  /// takes reads.
  public @Nullable BackendId sessionNode(
      SessionState session, RoutingView view, DoubleSupplier random) {
    return rules.balanced() && !rules.perStatement()
        ? balancer.forSession(session, view, random)
        : null;
  }

  /// Statements that have one node of their own.
  private static @Nullable Route special(SqlStatement statement, SessionState session) {
    if (statement.kind() == StatementKind.FETCH
        || (statement.kind() == StatementKind.CLOSE && !statement.name().isEmpty())) {
      Optional<BackendId> place = session.placeOfCursor(statement.name());
      return place.isPresent() ? Route.to(place.get(), Reason.CURSOR) : null;
    }
    if (statement.kind() == StatementKind.SELECT
        && statement.functions().size() == 1
        && statement.reads().isEmpty()
        && statement.readOnly()) {
      FunctionCall call = statement.functions().getFirst();
      if (ServerFunctions.signals(call.name())) {
        int process = ServerFunctions.process(call);
        BackendId node = process < 0 ? null : session.nodeOfProcess(process);
        return node == null ? null : Route.to(node, Reason.BACKEND_SIGNAL);
      }
    }
    return null;
  }

  /// Null when a standby may run all of them; a reason of the session when all are such.
  private @Nullable Reason several(
      List<SqlStatement> statements, SessionState session, Catalog catalog) {
    Reason forPrimary = null;
    Reason forSession = null;
    boolean control = false;
    boolean reads = false;
    for (int i = 0; i < statements.size(); i++) {
      Reason reason = nature.of(statements.get(i), session, catalog);
      if (reason == null) {
        reads = true;
      } else if (reason.writes()) {
        return Reason.MULTI_WRITE;
      } else if (reason.goes() == Reason.Goes.SESSION) {
        control |= reason == Reason.TRANSACTION_CONTROL;
        forSession = reason;
      } else {
        forPrimary = forPrimary == null ? reason : forPrimary;
      }
    }
    if (forSession == null) {
      return forPrimary;
    }
    return control || reads || forPrimary != null ? Reason.MULTI_CONTROL : forSession;
  }

  /// Why a read stays on the primary; null when it need not.
  private @Nullable Reason kept(
      StatementClass statements, QueryText text, SessionState session, Catalog catalog) {
    if (!rules.balanced()) {
      return Reason.BALANCING_OFF;
    }
    if (statements.hints().noLoadBalance()) {
      return Reason.NO_LOAD_BALANCE;
    }
    String hint = statements.hints().node();
    if (hint.equals("primary")) {
      return Reason.HINT_PRIMARY;
    }
    Reason transaction = transaction(statements, session, catalog);
    if (transaction != null) {
      return transaction;
    }
    if (hint.isEmpty() && statements.leadingComment() && !rules.commentsAllowed()) {
      return Reason.LEADING_COMMENT;
    }
    if (!rules.blanksAllowed() && !statements.leadingComment() && statements.first().from() > 0) {
      return Reason.LEADING_BLANK;
    }
    return rules.patterns().match(text) ? Reason.PATTERN : null;
  }

  private @Nullable Reason transaction(
      StatementClass statements, SessionState session, Catalog catalog) {
    SessionState.Isolation isolation = session.isolation();
    if (isolation == SessionState.Isolation.SERIALIZABLE) {
      return Reason.SERIALIZABLE;
    }
    if (session.inTransaction()) {
      if (isolation == SessionState.Isolation.REPEATABLE_READ && !session.readOnly()) {
        return Reason.REPEATABLE_READ;
      }
      if (session.transactionWrote()) {
        if (rules.afterWrite() != AfterWrite.DML_ADAPTIVE) {
          return Reason.TRANSACTION_WROTE;
        }
        if (seesWritten(statements.statements(), session, catalog)) {
          return Reason.WRITTEN_TABLE;
        }
      }
    }
    boolean kept =
        switch (rules.afterWrite()) {
          case ALWAYS -> session.sessionWrote();
          case TRANS_TRANSACTION -> session.inTransaction() && session.transactionsWrote();
          case OFF, TRANSACTION, DML_ADAPTIVE -> false;
        };
    return kept ? Reason.SESSION_WROTE : null;
  }

  /// Whether one of the reads may see what the transaction has changed.
  private boolean seesWritten(
      List<SqlStatement> statements, SessionState session, Catalog catalog) {
    for (int i = 0; i < statements.size(); i++) {
      SqlStatement statement = statements.get(i);
      while (statement != null) {
        List<QualifiedName> reads = statement.reads();
        for (int j = 0; j < reads.size(); j++) {
          QualifiedName relation = reads.get(j);
          // What a view reads is not known here.
          if (session.wroteTo(relation)
              || rules.relations().changed(relation, session)
              || catalog.kind(relation) == Catalog.RelationKind.VIEW) {
            return true;
          }
        }
        statement =
            statement.kind() == StatementKind.EXECUTE
                ? prepared(statement, session)
                : statement.inner();
      }
    }
    return false;
  }

  /// What the nature of the statement has been told of already, so that it is no EXECUTE again.
  private static @Nullable SqlStatement prepared(SqlStatement execute, SessionState session) {
    SqlStatement prepared = session.prepared(execute.name());
    return prepared == null || prepared.kind() == StatementKind.EXECUTE ? null : prepared;
  }
}
