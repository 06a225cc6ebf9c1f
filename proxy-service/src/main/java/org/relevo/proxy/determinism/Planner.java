package org.relevo.proxy.determinism;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.relevo.proxy.determinism.WriteShape.Action;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SqlStatement;

/// Chooses the [Plan] of a statement.
///
/// Three things make a statement differ from node to node: values that differ at each call,
/// sequences that were moved in another order, and rows that another transaction is changing, for
/// transactions end on the other nodes before they end on the main node. So a text goes to every
/// node as it is when it has no such value and touches only rows that it names by their whole key,
/// or makes: these the main node has locked, or it waits for them, before the others hear of it.
/// Everything else is carried as rows; what cannot be runs alone; what differs even then is
/// refused.
///
/// Owner: none; [Facts] are the caller's.
public final class Planner {
  private static final String HINT =
      "Write the value into the statement, or set replication_format = 'statement' to run the text"
          + " on every node as it is.";

  private Planner() {}

  /// @param mixed false for `replication_format = statement`
  /// @param everyRead `replicate_select`
  /// @throws IOException when the server that knows the definitions is lost
  public static Plan plan(PlannedText text, Facts facts, boolean mixed, boolean everyRead)
      throws IOException {
    Plan plan = plan(text, facts);
    if (mixed) {
      return plan;
    }
    return switch (plan) {
      case Plan.Refused _, Plan.Rows _, Plan.Sequences _ -> new Plan.Everywhere(false);
      case Plan.Everywhere _ -> new Plan.Everywhere(false);
      case Plan.Read _ when everyRead -> new Plan.Everywhere(false);
      default -> plan;
    };
  }

  private static Plan plan(PlannedText text, Facts facts) throws IOException {
    SqlStatement statement = text.statement();
    return switch (statement.kind()) {
      case SELECT, COPY_TO -> QueryPlanner.query(text, facts);
      case EMPTY, SHOW -> new Plan.Main();
      case EXPLAIN -> QueryPlanner.explain(text, facts);
      case INSERT, UPDATE, DELETE -> write(text, facts);
      case MERGE -> alone(text, facts);
      case COPY_FROM -> copy(text, facts);
      case TRUNCATE -> new Plan.Everywhere(false);
      case SET, RESET, SET_CONSTRAINTS, DEALLOCATE, DEALLOCATE_ALL, DISCARD -> new Plan.Session();
      case SET_TRANSACTION,
          BEGIN,
          COMMIT,
          ROLLBACK,
          SAVEPOINT,
          RELEASE,
          ROLLBACK_TO,
          PREPARE_TRANSACTION,
          COMMIT_PREPARED,
          ROLLBACK_PREPARED ->
          new Plan.Control();
      case LOCK -> new Plan.Main();
      case PREPARE -> new Plan.Session();
      case EXECUTE -> refused("what the prepared statement does is not known");
      case DECLARE -> QueryPlanner.cursor(text, facts);
      case FETCH, CLOSE, LISTEN, UNLISTEN, NOTIFY -> new Plan.Main();
      case COPY_TO_SERVER -> new Plan.Main();
      case CALL, DO -> refused("what a procedure does is not known");
      case MAINTENANCE -> DefinitionPlanner.maintenance(text);
      case DDL -> DefinitionPlanner.definition(text, facts);
      case UNKNOWN -> refused("the statement was not understood");
    };
  }

  static Plan refused(String reason) {
    return new Plan.Refused(reason, HINT);
  }

  // ------------------------------------------------------------------ writes

  private static Plan write(PlannedText text, Facts facts) throws IOException {
    SqlStatement statement = text.statement();
    Tokens tokens = text.tokens();
    Optional<WriteShape> read = WriteReader.read(tokens);
    if (read.isEmpty() || statement.writes().size() != 1) {
      return refused("it writes more than one table, or in a WITH");
    }
    WriteShape shape = read.get();
    if (facts.temporary(shape.table())) {
      return new Plan.Main();
    }
    Optional<TableShape> found = facts.table(shape.table());
    if (found.isEmpty()) {
      return new Plan.Main(); // an error, which the main node words
    }
    TableShape table = found.get();
    if (table.temporary()) {
      return new Plan.Main();
    }
    if (unknownCalls(statement, facts)) {
      return refused("it calls a function that may write");
    }
    boolean same = sameValues(statement, tokens) && attributes(statement, table);
    if (same && ownRows(shape, table) && !table.fires() && table.kind() != 'f') {
      return new Plan.Everywhere(false);
    }
    if (rows(shape, table)) {
      return new Plan.Rows(shape, table, sequences(statement));
    }
    return same ? alone(text, facts) : refused(differs(table));
  }

  private static List<String> sequences(SqlStatement statement) {
    return statement.functions().stream()
        .filter(call -> builtIn(call) && KnownFunctions.sequence(call.name().name()))
        .map(call -> call.literal(0))
        .distinct()
        .toList();
  }

  private static String differs(TableShape table) {
    return table.fires()
        ? "values may differ, and triggers or rules of " + table.name() + " would run once more"
        : "values may differ, and rows of " + table.name() + " cannot be told apart by a key";
  }

  /// Whether the text alone decides each value.
  private static boolean sameValues(SqlStatement statement, Tokens tokens) {
    if (tokens.moments()
        || !statement.operators().isEmpty()
        || !statement.details().types().isEmpty()) {
      return false;
    }
    for (FunctionCall call : statement.functions()) {
      if (!builtIn(call) || !KnownFunctions.same(call.name().name())) {
        return false;
      }
    }
    return true;
  }

  /// `a.b` may be a call of b with a row of a.
  private static boolean attributes(SqlStatement statement, TableShape table) {
    List<String> columns = table.columns().stream().map(TableShape.Column::name).toList();
    return columns.containsAll(statement.details().attributes());
  }

  /// Whether it touches only rows that it names by their whole key, or makes of constants.
  private static boolean ownRows(WriteShape shape, TableShape table) {
    if (shape.bounded() || !shape.values()) {
      return false;
    }
    if (shape.action() != Action.INSERT) {
      return !shape.defaults() && !table.key().isEmpty() && shape.keys().containsAll(table.key());
    }
    if (shape.updates() && table.key().isEmpty()) {
      return false;
    }
    for (TableShape.Column column : table.columns()) {
      boolean given =
          !shape.defaults()
              && (shape.columns().isEmpty() || shape.columns().contains(column.name()));
      boolean same =
          column.value() == TableShape.Value.CONSTANT
              || column.value() == TableShape.Value.GENERATED;
      if (!same && !(given && !shape.columns().isEmpty())) {
        return false;
      }
    }
    return true;
  }

  private static boolean rows(WriteShape shape, TableShape table) {
    if (!table.plain() || table.columns().isEmpty()) {
      return false;
    }
    return switch (shape.action()) {
      case INSERT -> !shape.updates() || !table.key().isEmpty();
      case UPDATE ->
          !table.key().isEmpty() && table.key().stream().noneMatch(shape.columns()::contains);
      case DELETE -> !table.key().isEmpty();
    };
  }

  private static boolean unknownCalls(SqlStatement statement, Facts facts) throws IOException {
    for (FunctionCall call : statement.functions()) {
      String name = call.name().name();
      boolean known =
          builtIn(call)
              && (KnownFunctions.same(name)
                  || KnownFunctions.ofMain(name)
                  || KnownFunctions.sequence(name));
      if (KnownFunctions.sequence(name) && call.literal(0).isEmpty()) {
        return true;
      }
      if (!known && facts.function(call.name()) == Facts.Function.UNKNOWN) {
        return true;
      }
    }
    return false;
  }

  /// Alone it reads what every node has; it needs values that the text decides all the same.
  static Plan alone(PlannedText text, Facts facts) throws IOException {
    SqlStatement statement = text.statement();
    Tokens tokens = text.tokens();
    if (!sameValues(statement, tokens)) {
      return refused("values may differ, and its rows cannot be carried over");
    }
    if (tokens.has("limit") || tokens.has("fetch") || tokens.has("offset")) {
      return refused("which rows LIMIT leaves may differ");
    }
    for (QualifiedName name : statement.writes()) {
      if (facts.temporary(name)) {
        return new Plan.Main();
      }
      Optional<TableShape> table = facts.table(name);
      if (table.isPresent() && !uniform(table.get())) {
        return refused("defaults, triggers or rules of " + table.get().name() + " may differ");
      }
    }
    for (QualifiedName name : statement.reads()) {
      if (facts.temporary(name)) {
        return refused("it reads a temporary table, which only the main node has");
      }
    }
    return new Plan.Everywhere(true);
  }

  /// Whether each column that is left out gets the same everywhere.
  private static boolean uniform(TableShape table) {
    return !table.fires()
        && table.kind() != 'f'
        && table.kind() != 'v'
        && table.columns().stream()
            .allMatch(column ->
                column.value() == TableShape.Value.CONSTANT
                    || column.value() == TableShape.Value.GENERATED);
  }

  private static Plan copy(PlannedText text, Facts facts) throws IOException {
    for (QualifiedName name : text.statement().writes()) {
      if (facts.temporary(name)) {
        return new Plan.Main();
      }
      Optional<TableShape> found = facts.table(name);
      if (found.isEmpty() || found.get().temporary()) {
        return new Plan.Main();
      }
      TableShape table = found.get();
      List<String> columns = CopyReader.columns(text.tokens());
      boolean same =
          table.columns().stream()
              .allMatch(column ->
                  column.value() == TableShape.Value.CONSTANT
                      || column.value() == TableShape.Value.GENERATED
                      || columns.isEmpty()
                      || columns.contains(column.name()));
      if (table.fires() || !same || text.tokens().has("program")) {
        return refused("defaults, triggers or rules of " + table.name() + " may differ");
      }
      if (text.tokens().has("where")) {
        return refused("COPY with WHERE");
      }
    }
    return new Plan.Everywhere(false);
  }

  static boolean builtIn(FunctionCall call) {
    String schema = call.name().schema();
    return schema.isEmpty() || schema.equals("pg_catalog");
  }
}
