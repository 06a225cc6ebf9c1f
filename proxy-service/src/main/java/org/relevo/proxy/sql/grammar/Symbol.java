package org.relevo.proxy.sql.grammar;

import java.util.List;

/// Nonterminals of PostgreSQL's grammar that the service knows by name. The tables carry no names,
/// so each symbol is found by what it is in a statement, and checked by others.
///
/// Every example marks by `«»` all places where the symbol is, none when it is nowhere. The first
/// one finds it: by [Place], among the nodes that cover the marked place exactly.
public enum Symbol {
  /// `stmt`: one statement of a text, also in the body of a function or a rule.
  STATEMENT(Place.SHARED, "«SELECT 1»", "«SELECT 1»; «CHECKPOINT»", ";"),

  /// `SelectStmt`: SELECT, VALUES, TABLE, also with WITH, also one that has INTO or locks.
  SELECT(
      Place.STATEMENT, "«SELECT 1»", "«VALUES (1)»", "INSERT INTO a «SELECT 1»", "DELETE FROM a"),
  INSERT(Place.STATEMENT, "«INSERT INTO a VALUES (1)»", "UPDATE a SET b = 1"),
  UPDATE(Place.STATEMENT, "«UPDATE a SET b = 1»", "WITH c AS («UPDATE a SET b = 1») SELECT 1"),
  DELETE(Place.STATEMENT, "«DELETE FROM a»", "SELECT 1"),
  MERGE(15, Place.STATEMENT, "«MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE»", "SELECT 1"),
  COPY(Place.STATEMENT, "«COPY a FROM STDIN»", "«COPY (SELECT 1) TO STDOUT»", "SELECT 1"),
  TRUNCATE(Place.STATEMENT, "«TRUNCATE a»", "SELECT 1"),
  EXPLAIN(Place.STATEMENT, "«EXPLAIN SELECT 1»", "«EXPLAIN (ANALYZE) SELECT 1»", "SELECT 1"),
  SHOW(Place.STATEMENT, "«SHOW a»", "RESET a"),
  SET(
      Place.STATEMENT,
      "«SET a = 1»",
      "«SET TRANSACTION READ ONLY»",
      "SET CONSTRAINTS ALL DEFERRED"),
  SET_CONSTRAINTS(Place.STATEMENT, "«SET CONSTRAINTS ALL DEFERRED»", "SET a = 1"),
  RESET(Place.STATEMENT, "«RESET a»", "«RESET ALL»", "SET a TO DEFAULT"),

  /// `TransactionStmt`; up to version 13 BEGIN and END too.
  TRANSACTION(
      Place.STATEMENT, "«COMMIT»", "«ROLLBACK TO a»", "«PREPARE TRANSACTION 'a'»", "SELECT 1"),

  /// `TransactionStmtLegacy`, BEGIN and END, which is no [#STATEMENT]. Up to version 13 it is
  /// [#TRANSACTION].
  BEGIN(14, Place.LOWEST, "«BEGIN»", "«END»", "«BEGIN READ ONLY»", "COMMIT", "START TRANSACTION"),
  LOCK(Place.STATEMENT, "«LOCK a»", "SELECT 1"),
  PREPARE(Place.STATEMENT, "«PREPARE a AS SELECT 1»", "PREPARE TRANSACTION 'a'"),

  /// `ExecuteStmt`, also CREATE TABLE … AS EXECUTE.
  EXECUTE(Place.STATEMENT, "«EXECUTE a»", "«CREATE TABLE a AS EXECUTE b»", "SELECT 1"),
  DEALLOCATE(Place.STATEMENT, "«DEALLOCATE a»", "«DEALLOCATE ALL»", "DISCARD ALL"),
  DECLARE(Place.STATEMENT, "«DECLARE a CURSOR FOR SELECT 1»", "SELECT 1"),

  /// `FetchStmt`: FETCH and MOVE.
  FETCH(Place.STATEMENT, "«FETCH a»", "«MOVE a»", "SELECT 1"),
  CLOSE(Place.STATEMENT, "«CLOSE a»", "SELECT 1"),
  LISTEN(Place.STATEMENT, "«LISTEN a»", "UNLISTEN a"),
  UNLISTEN(Place.STATEMENT, "«UNLISTEN a»", "LISTEN a"),
  NOTIFY(Place.STATEMENT, "«NOTIFY a»", "SELECT 1"),
  DISCARD(Place.STATEMENT, "«DISCARD ALL»", "DEALLOCATE ALL"),
  CALL(Place.STATEMENT, "«CALL a()»", "SELECT a()"),
  DO(Place.STATEMENT, "«DO 'a'»", "SELECT 1"),
  VACUUM(Place.STATEMENT, "«VACUUM a»", "ANALYZE a"),
  ANALYZE(Place.STATEMENT, "«ANALYZE a»", "VACUUM a"),
  CLUSTER(Place.STATEMENT, "«CLUSTER a»", "SELECT 1"),
  REINDEX(Place.STATEMENT, "«REINDEX TABLE a»", "SELECT 1"),
  CHECKPOINT(Place.STATEMENT, "«CHECKPOINT»", "SELECT 1"),
  REFRESH(Place.STATEMENT, "«REFRESH MATERIALIZED VIEW a»", "SELECT 1"),
  LOAD(Place.STATEMENT, "«LOAD 'a'»", "SELECT 1"),
  CREATE_TABLE(Place.STATEMENT, "«CREATE TABLE a (b int)»", "CREATE TABLE a AS SELECT 1"),
  CREATE_TABLE_AS(Place.STATEMENT, "«CREATE TABLE a AS SELECT 1»", "CREATE TABLE a (b int)"),
  CREATE_MATERIALIZED_VIEW(
      Place.STATEMENT, "«CREATE MATERIALIZED VIEW a AS SELECT 1»", "CREATE VIEW a AS SELECT 1"),
  CREATE_VIEW(Place.STATEMENT, "«CREATE VIEW a AS SELECT 1»", "CREATE TABLE a AS SELECT 1"),

  /// `PreparableStmt`: what PREPARE, COPY and a WITH query hold.
  PREPARABLE(
      Place.HIGHEST,
      "PREPARE a AS «DELETE FROM b»",
      "COPY («SELECT 1») TO STDOUT",
      "WITH c AS («SELECT 1») SELECT 2"),

  /// `ExplainableStmt`.
  EXPLAINABLE(Place.HIGHEST, "EXPLAIN «SELECT 1»", "EXPLAIN ANALYZE «DELETE FROM a»", "SELECT 1"),

  /// `simple_select`: one SELECT, VALUES or TABLE, or a set operation of two.
  SIMPLE_SELECT(
      Place.LOWEST, "«SELECT 1»", "««SELECT 1» UNION «SELECT 2»» ORDER BY 1", "DELETE FROM a"),

  /// `select_with_parens`: a query in parentheses.
  SUBQUERY(Place.LOWEST, "SELECT 1 + «(SELECT 2)»", "SELECT * FROM «(SELECT 1)» a", "SELECT (1)"),

  /// `common_table_expr`: a query of a WITH.
  COMMON_TABLE(
      Place.LOWEST,
      "WITH «c AS (SELECT 1)» SELECT 2",
      "WITH «c AS (SELECT 1)», «d(a) AS (SELECT 2)» DELETE FROM a",
      "SELECT 1 AS c"),

  /// `with_clause`.
  WITH(Place.LOWEST, "«WITH c AS (SELECT 1)» SELECT 2", "SELECT 2"),

  /// `into_clause` of SELECT; may be empty. Checked for what is in it alone.
  INTO(
      Place.LOWEST, "SELECT 1 «INTO x» FROM y", "SELECT 1 «INTO TEMP x»", "INSERT INTO a SELECT 1"),

  /// `for_locking_item`: FOR UPDATE and its like.
  LOCKING(
      Place.LOWEST,
      "SELECT 1 FROM a «FOR UPDATE OF a»",
      "SELECT 1 FROM a «FOR KEY SHARE» «FOR NO KEY UPDATE»",
      "SELECT 1 FROM a"),

  /// `target_el`: a column of a result.
  TARGET(Place.LOWEST, "SELECT «1 AS a»", "SELECT «a», «*» FROM b", "DELETE FROM a"),

  /// `from_clause`; may be empty.
  FROM(Place.LOWEST, "SELECT 1 «FROM a»", "UPDATE a SET b = 1 «FROM c»", "DELETE FROM a"),

  /// `where_clause`; may be empty.
  WHERE(Place.LOWEST, "SELECT 1 «WHERE true»", "SELECT count(*) FILTER (WHERE a)", "SELECT 1"),

  /// `group_clause`; may be empty.
  GROUP(Place.LOWEST, "SELECT 1 «GROUP BY a»", "SELECT 1 ORDER BY a"),

  /// `having_clause`; may be empty.
  HAVING(Place.LOWEST, "SELECT 1 «HAVING true»", "SELECT 1 WHERE true"),

  /// `sort_clause`.
  SORT(Place.LOWEST, "SELECT 1 «ORDER BY a»", "SELECT f(a «ORDER BY a»)", "SELECT 1 GROUP BY a"),

  /// `select_limit`.
  LIMIT(Place.LOWEST, "SELECT 1 «LIMIT 1 OFFSET 2»", "SELECT 1 «FETCH FIRST ROW ONLY»", "SELECT 1"),

  /// `values_clause`.
  VALUES(Place.LOWEST, "«VALUES (1)»", "INSERT INTO a ««VALUES (1)», (2)»", "SELECT 1"),

  /// `table_ref`: an item of FROM or a join of two.
  TABLE_REFERENCE(
      Place.LOWEST, "SELECT 1 FROM «a AS b»", "SELECT 1 FROM ««a» JOIN «b» ON true»", "SELECT a"),

  /// `relation_expr`: a table with or without ONLY or `*`.
  RELATION(
      Place.HIGHEST,
      "TABLE «ONLY a»",
      "SELECT 1 FROM «a», «ONLY b», «c *»",
      "DELETE FROM «a»",
      "INSERT INTO a SELECT 1"),

  /// `func_table`: a function in FROM.
  FUNCTION_TABLE(
      Place.LOWEST, "SELECT 1 FROM «f(1) WITH ORDINALITY»", "SELECT 1 FROM «f()» a", "SELECT f()"),

  /// `qualified_name`: a relation.
  QUALIFIED_NAME(
      Place.LOWEST, "SELECT * FROM «a.b»", "INSERT INTO «a» SELECT c.d FROM «x.y» c", "SELECT a.b"),

  /// `any_name`: an object of DROP, COMMENT and their like.
  ANY_NAME(Place.LOWEST, "DROP TABLE «a.b»", "DROP TABLE «a», «b»", "SELECT a.b"),

  /// `insert_target`.
  INSERT_TARGET(
      Place.LOWEST, "INSERT INTO «a AS b» SELECT 1", "INSERT INTO «a» SELECT 1", "SELECT a"),

  /// `insert_column_list`.
  INSERT_COLUMNS(Place.LOWEST, "INSERT INTO a (««b», c») VALUES (1, 2)", "INSERT INTO a SELECT 1"),

  /// `relation_expr_opt_alias`: what UPDATE and DELETE (and MERGE) change.
  CHANGED_RELATION(Place.LOWEST, "UPDATE «a AS b» SET c = 1", "DELETE FROM «a»", "SELECT 1 FROM a"),

  /// `set_clause` of UPDATE.
  SET_CLAUSE(
      Place.LOWEST, "UPDATE a SET «b = 1»", "UPDATE a SET «b = 1», «(c, d) = (1, 2)»", "SET a = 1"),

  /// `opt_on_conflict`; may be empty.
  ON_CONFLICT(Place.LOWEST, "INSERT INTO a SELECT 1 «ON CONFLICT DO NOTHING»", "SELECT 1"),

  /// `returning_clause`; may be empty.
  RETURNING(Place.LOWEST, "DELETE FROM a «RETURNING b»", "DELETE FROM a"),

  /// `func_application`: a call.
  CALL_EXPRESSION(
      Place.LOWEST,
      "SELECT «f(1)» + 2",
      "SELECT «a.f(«g()», 1)»",
      "SELECT current_date, nullif(1, 2)"),

  /// `func_expr_common_subexpr`: what the grammar calls by a keyword, such as CURRENT_DATE or
  /// COALESCE.
  KEYWORD_CALL(
      Place.LOWEST,
      "SELECT «current_timestamp»",
      "SELECT «coalesce(1, «current_date»)», «cast(1 AS int)»",
      "SELECT f(1)"),

  /// `func_name`.
  FUNCTION_NAME(Place.LOWEST, "SELECT «a.f»(1)", "SELECT «f»()", "SELECT a.f"),

  /// `func_arg_list`: arguments, from the first to any.
  ARGUMENTS(Place.LOWEST, "SELECT f(««1», 2»)", "SELECT f()"),

  /// `func_arg_expr`: an argument, with its name if it has one.
  ARGUMENT(Place.LOWEST, "SELECT f(«a => 1»)", "SELECT f(«1», «g(«2»)»)", "SELECT 1"),

  /// `a_expr`: an expression.
  EXPRESSION(Place.LOWEST, "SELECT ««1» + «2»»", "SELECT ««a» AND «b»»", "DELETE FROM a"),

  /// `columnref`.
  COLUMN(Place.LOWEST, "SELECT «a.b»", "SELECT «a» FROM b WHERE «c.d» = 1", "SELECT 1"),

  /// `AexprConst`: a constant, with its type if it has one.
  CONSTANT(Place.LOWEST, "SELECT «DATE '2020-01-01'»", "SELECT «1», «'a'», «NULL»", "SELECT $1"),

  /// `Typename`.
  TYPE(Place.LOWEST, "SELECT 1::«int[]»", "SELECT cast(a AS «text»)", "SELECT DATE '2020-01-01'"),

  /// `qual_Op`: an operator that is not standard SQL's, also as OPERATOR(…).
  OPERATOR(Place.LOWEST, "SELECT 1 «OPERATOR(a.+)» 2", "SELECT a «->>» b", "SELECT 1 + 2"),

  /// `generic_set`: a setting and its value.
  SETTING(Place.LOWEST, "SET «a TO 1»", "SET LOCAL «a.b = 1, 2»", "SET TRANSACTION READ ONLY"),

  /// `var_name`: name of a setting.
  SETTING_NAME(Place.LOWEST, "SET ««a».b» = 1", "RESET «a»", "SELECT a"),

  /// `var_list`: values of a setting, from the first to any.
  SETTING_VALUES(Place.LOWEST, "SET a = ««1», 2»", "SET a = DEFAULT"),

  /// `transaction_mode_item`.
  TRANSACTION_MODE(
      Place.LOWEST,
      "BEGIN «READ ONLY»",
      "SET TRANSACTION «ISOLATION LEVEL SERIALIZABLE», «NOT DEFERRABLE»",
      "BEGIN");

  /// Where a symbol is among those that cover the marked place of the first example.
  enum Place {
    LOWEST,
    HIGHEST,
    /// Directly below a statement.
    STATEMENT,
    /// The lowest of all statements.
    SHARED
  }

  private final int since;
  private final Place place;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> examples;

  Symbol(Place place, String... examples) {
    this(GrammarTables.OLDEST, place, examples);
  }

  Symbol(int since, Place place, String... examples) {
    this.since = since;
    this.place = place;
    this.examples = List.of(examples);
  }

  /// The first version that has it.
  public int since() {
    return since;
  }

  Place place() {
    return place;
  }

  List<String> examples() {
    return examples;
  }
}
