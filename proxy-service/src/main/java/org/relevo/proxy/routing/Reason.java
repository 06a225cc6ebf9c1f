package org.relevo.proxy.routing;

/// Rules of the [Router], in the order in which they are asked: what the statement is, then what
/// the session did, then how the nodes stand. Each is a row of `resources/docs/routing.md`.
public enum Reason {
  // Statements for wherever the session is.
  FAILED_TRANSACTION(Goes.SESSION, "The transaction has failed: the server that knows so answers."),
  TRANSACTION_CONTROL(
      Goes.SESSION,
      "BEGIN, COMMIT, ROLLBACK and savepoints hold for every node that the transaction uses."),
  SETTING(Goes.SESSION, "SET, RESET and their like hold for every node that the session uses."),
  SET_CONFIG(Goes.SESSION, "A SELECT of nothing but `set_config` with constants is a SET."),
  PREPARED_NAMES(Goes.SESSION, "DEALLOCATE and DISCARD hold for every node that the session uses."),
  CLOSE_ALL(Goes.SESSION, "CLOSE ALL holds for every node that the session uses."),
  WEAK_LOCK(
      Goes.SESSION,
      "LOCK TABLE in the modes ACCESS SHARE and ROW SHARE, which a standby knows too."),

  // What a statement is.
  NOT_UNDERSTOOD(
      Goes.PRIMARY, true, "Not known to the grammar, too long or too deep: the primary answers."),
  WRITE(Goes.PRIMARY, true, "INSERT, UPDATE, DELETE, MERGE, TRUNCATE."),
  ROW_LOCK_OR_WRITE(
      Goes.PRIMARY,
      true,
      "A query that locks rows (FOR UPDATE, FOR SHARE), makes a table (INTO) or writes in a WITH."),
  DEFINITION(Goes.PRIMARY, true, "CREATE, ALTER, DROP, GRANT and their like."),
  PROCEDURE(Goes.PRIMARY, true, "CALL and DO: what they run is not known."),
  MAINTENANCE(Goes.PRIMARY, true, "VACUUM, ANALYZE, REINDEX, CLUSTER, CHECKPOINT and their like."),
  COPY_IN_OR_FILE(Goes.PRIMARY, true, "COPY FROM, and COPY to a file or program of the server."),
  TWO_PHASE(Goes.PRIMARY, true, "PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED."),
  NOTIFICATION(Goes.PRIMARY, true, "LISTEN, UNLISTEN, NOTIFY."),
  TABLE_LOCK(Goes.PRIMARY, true, "LOCK TABLE in the mode ROW EXCLUSIVE or a stronger one."),
  FUNCTION_CALL(
      Goes.PRIMARY, true, "A FunctionCall message of the protocol: what it runs is not known."),
  PREPARED_UNKNOWN(Goes.PRIMARY, true, "EXECUTE of a name that the session has not prepared."),
  PRIMARY_FUNCTION(
      Goes.PRIMARY,
      true,
      "Calls a function that only the primary runs: sequences, transaction numbers, advisory"
          + " locks, large objects, notifications, WAL control."),
  WRITING_FUNCTION(
      Goes.PRIMARY,
      true,
      "Calls a function that may write: VOLATILE, or as `read_only_function_list` and"
          + " `write_function_list` say."),
  UNKNOWN_FUNCTION(Goes.PRIMARY, true, "Calls a function that the catalog is not known to have."),
  WRITING_OPERATOR(
      Goes.PRIMARY, true, "Uses an operator whose function may write or is not known."),
  UNNAMED_FUNCTION(
      Goes.PRIMARY,
      true,
      "The database has casts, domains or operators whose functions may write, or its catalog is"
          + " not read yet: any query may run one without naming it."),
  WRITING_VIEW(
      Goes.PRIMARY,
      true,
      "Reads a view, or a table with a policy, that calls a function that may write."),
  UNKNOWN_RELATION(Goes.PRIMARY, true, "Reads a relation that the catalog is not known to have."),
  SETTING_FUNCTION(
      Goes.PRIMARY, "Calls `set_config` among other things, or with a value that is no constant."),
  PRIMARY_SETTING(
      Goes.PRIMARY,
      "Asks for SERIALIZABLE or READ WRITE, which a standby refuses; it is not repeated there."),
  CONSTRAINTS(Goes.PRIMARY, "SET CONSTRAINTS is about writes, which are on the primary."),
  SESSION_FUNCTION(
      Goes.PRIMARY,
      "Calls a function that tells of the server or of its session, as `currval`,"
          + " `pg_backend_pid`, `pg_is_in_recovery`."),
  SERVER_SETTING(
      Goes.PRIMARY,
      "Shows a setting that differs on a standby: `transaction_read_only`, `in_hot_standby`, ALL."),
  SYSTEM_CATALOG(
      Goes.PRIMARY,
      "Reads the system catalog, whose views of activity differ from server to server."),
  TEMPORARY_TABLE(Goes.PRIMARY, "Reads a temporary table, which the primary alone has."),
  UNLOGGED_TABLE(Goes.PRIMARY, "Reads an unlogged table, which a standby cannot."),
  FOREIGN_TABLE(Goes.PRIMARY, "Reads a foreign table: what its source does is not known."),
  SEQUENCE(Goes.PRIMARY, "Reads a sequence, which is ahead on a standby."),
  EXPLAINED_WRITE(Goes.PRIMARY, "EXPLAIN, without running it, of what the primary would run."),
  UPDATABLE_CURSOR(
      Goes.PRIMARY,
      "A cursor over one relation in a transaction that may write: UPDATE … WHERE CURRENT OF may"
          + " follow. Later reads are balanced as before."),
  CURSOR_UNKNOWN(Goes.PRIMARY, "A cursor that the session has not declared."),

  // Several statements in one string.
  MULTI_WRITE(
      Goes.PRIMARY, true, "Several statements in one string, of which one may write: the whole."),
  MULTI_CONTROL(
      Goes.PRIMARY,
      "Several statements in one string, of which one begins or ends a transaction or changes a"
          + " setting: the whole."),

  // Where a transaction must stay.
  CURSOR(Goes.NODE, "FETCH, MOVE and CLOSE go where the cursor was declared."),
  BACKEND_SIGNAL(
      Goes.NODE,
      "`pg_cancel_backend` or `pg_terminate_backend` with the number of a process of that node."),
  BOUND(Goes.NODE, "The transaction's snapshot is on that node."),
  BOUND_WRITE(Goes.NODE, true, "The transaction's snapshot is on that node; it may write there."),

  // What the session did, or asks for.
  BALANCING_OFF(Goes.PRIMARY, "`load_balance_mode` is off."),
  NO_LOAD_BALANCE(Goes.PRIMARY, "The comment `/*NO LOAD BALANCE*/` stands in front."),
  HINT_PRIMARY(Goes.PRIMARY, "The comment `/*+ relevo: node=primary */` asks for it."),
  SERIALIZABLE(Goes.PRIMARY, "SERIALIZABLE transactions, which a standby cannot run: the whole."),
  REPEATABLE_READ(
      Goes.PRIMARY,
      "A REPEATABLE READ transaction that may write: the whole, as it has one snapshot."),
  TRANSACTION_WROTE(Goes.PRIMARY, "The transaction may have written, and must see that."),
  WRITTEN_TABLE(Goes.PRIMARY, "With `dml_adaptive`: reads what the transaction may have changed."),
  SESSION_WROTE(
      Goes.PRIMARY,
      "The session may have written, and `disable_load_balance_on_write` is `always`, or"
          + " `trans_transaction` and this is a transaction block."),
  LEADING_COMMENT(Goes.PRIMARY, "A comment stands in front and `allow_sql_comments` is off."),
  LEADING_BLANK(Goes.PRIMARY, "A blank stands in front and `ignore_leading_white_space` is off."),
  PATTERN(Goes.PRIMARY, "`primary_routing_query_pattern_list` matches the text."),

  // How the nodes stand.
  SAME_NODE(Goes.NODE, "A read of a transaction goes where its reads before went."),
  HINTED(Goes.NODE, "The comment `/*+ relevo: node=… */` asks for it."),
  REDIRECTED(
      Goes.NODE,
      "`app_name_…`, `database_…` or `user_redirect_preference_list` names the session."),
  READ_ONLY_TRANSACTION(Goes.NODE, "A READ ONLY transaction goes to one standby, whole."),
  BALANCED(Goes.NODE, "A read, by `load_balance_choice`, weights and zones."),
  CAUGHT_UP(
      Goes.NODE,
      "A read that must see more than the chosen standby has replayed: another standby has it."),
  LOWER_DELAY(
      Goes.NODE,
      "The chosen standby is over `delay_threshold` and `prefer_lower_delay_standby` is on."),
  NOT_REPLAYED(
      Goes.PRIMARY, "No standby is known to have replayed what `read_consistency` asks for."),
  LAGGING(
      Goes.PRIMARY, "The chosen standby is over `delay_threshold` or `delay_threshold_by_time`."),
  NO_NODE(Goes.PRIMARY, "No node takes balanced reads.");

  /// Where statements of a rule run.
  enum Goes {
    PRIMARY,
    NODE,
    SESSION
  }

  private final Goes goes;
  private final boolean writes;
  private final String rule;

  Reason(Goes goes, String rule) {
    this(goes, false, rule);
  }

  Reason(Goes goes, boolean writes, String rule) {
    this.goes = goes;
    this.writes = writes;
    this.rule = rule;
  }

  Goes goes() {
    return goes;
  }

  /// Whether the statement may have changed what later reads must see: its transaction's reads then
  /// stay on the primary, and those after it wait for its position.
  public boolean writes() {
    return writes;
  }

  /// The rule as a sentence.
  public String rule() {
    return rule;
  }
}
