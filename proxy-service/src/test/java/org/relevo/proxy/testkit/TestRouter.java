package org.relevo.proxy.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.routing.Reason;
import org.relevo.proxy.routing.Route;
import org.relevo.proxy.routing.SessionState;
import org.relevo.proxy.session.Freshness;
import org.relevo.proxy.session.SessionRouter;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// A router of tests. Statements are known by their first words; a read goes where the test says:
/// by default to the node in a comment in front of it (`/*1*/ SELECT …`), without one to the
/// primary. Keeps the rules that a real one must keep: writes, failed and writing transactions to
/// the primary, bound ones where they are.
public final class TestRouter implements SessionRouter {
  private static final Pattern HINT = Pattern.compile("\\s*/\\*(\\d)\\*/.*", Pattern.DOTALL);
  private static final Pattern MODES =
      Pattern.compile(
          "isolation level (read committed|repeatable read|serializable)|read (only|write)");

  private final Function<StatementClass, @Nullable BackendId> balance;
  private final FakeFreshness fresh = new FakeFreshness();
  private boolean active = true;
  private boolean keepsReading;

  public TestRouter() {
    this(TestRouter::hinted);
  }

  /// @param balance where a read goes; null for the primary by rule
  public TestRouter(Function<StatementClass, @Nullable BackendId> balance) {
    this.balance = balance;
  }

  private static @Nullable BackendId hinted(StatementClass statement) {
    String node = statement.hints().node();
    return node.isEmpty() ? null : new BackendId(Integer.parseInt(node));
  }

  /// What is asked of standbys: nothing, until the test says more.
  public FakeFreshness fresh() {
    return fresh;
  }

  /// There is nothing to decide now, or there is.
  public void active(boolean now) {
    active = now;
  }

  /// Reads are balanced in transactions that have written, too.
  public TestRouter readsOn() {
    keepsReading = true;
    return this;
  }

  @Override
  public boolean active() {
    return active;
  }

  @Override
  public StatementClass classify(
      byte[] text, int length, boolean standardStrings, String clientEncoding) {
    String sql = new String(text, 0, length, StandardCharsets.UTF_8);
    Matcher hint = HINT.matcher(sql);
    String node = hint.matches() ? hint.group(1) : "";
    List<SqlStatement> statements = new ArrayList<>();
    int from = 0;
    for (String part : sql.split(";", -1)) {
      int blanks = part.length() - part.stripLeading().length();
      String bare = part.replaceFirst("^\\s*/\\*\\d\\*/", "").strip();
      if (!bare.isEmpty()) {
        int comment = part.indexOf(bare);
        statements.add(statement(bare, from + Math.max(blanks, comment)));
      }
      from += part.length() + 1;
    }
    if (statements.isEmpty()) {
      statements.add(SqlStatement.bare(StatementKind.EMPTY, 0, 0, true));
    }
    return new StatementClass(
        statements, true, new StatementClass.Hints(false, node), 0, !node.isEmpty());
  }

  private static SqlStatement statement(String sql, int from) {
    String[] words = sql.split("[\\s(]+");
    String first = words[0].toUpperCase(Locale.ROOT);
    String second = words.length > 1 ? words[1] : "";
    int to = from + sql.length();
    return switch (first) {
      case "SELECT", "VALUES", "TABLE" -> select(sql, from, to);
      case "SHOW" -> SqlStatement.bare(StatementKind.SHOW, from, to, true);
      case "BEGIN", "START" -> of(StatementKind.BEGIN, from, to, modes(sql), "");
      case "COMMIT", "END" -> of(StatementKind.COMMIT, from, to, List.of(), "");
      case "ABORT" -> of(StatementKind.ROLLBACK, from, to, List.of(), "");
      case "ROLLBACK" ->
          second.equalsIgnoreCase("TO")
              ? of(StatementKind.ROLLBACK_TO, from, to, List.of(), last(words))
              : of(StatementKind.ROLLBACK, from, to, List.of(), "");
      case "SAVEPOINT" -> of(StatementKind.SAVEPOINT, from, to, List.of(), second);
      case "RELEASE" -> of(StatementKind.RELEASE, from, to, List.of(), last(words));
      case "SET" ->
          second.equalsIgnoreCase("TRANSACTION")
              ? of(StatementKind.SET_TRANSACTION, from, to, modes(sql), "")
              : of(StatementKind.SET, from, to, List.of(), "");
      case "RESET" -> of(StatementKind.RESET, from, to, List.of(), "");
      case "DISCARD" -> of(StatementKind.DISCARD, from, to, List.of(), "");
      case "DECLARE" -> of(StatementKind.DECLARE, from, to, List.of(), second);
      case "FETCH" -> of(StatementKind.FETCH, from, to, List.of(), last(words));
      case "CLOSE" ->
          of(StatementKind.CLOSE, from, to, List.of(), second.equals("ALL") ? "" : second);
      case "PREPARE" -> {
        SqlStatement inner =
            statement(sql.substring(sql.toUpperCase(Locale.ROOT).indexOf(" AS ") + 4), 0);
        yield new SqlStatement(
            StatementKind.PREPARE,
            from,
            to,
            inner.readOnly(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            second,
            "",
            false,
            inner);
      }
      case "EXECUTE" -> of(StatementKind.EXECUTE, from, to, List.of(), second);
      case "DEALLOCATE" ->
          second.equalsIgnoreCase("ALL")
              ? of(StatementKind.DEALLOCATE_ALL, from, to, List.of(), "")
              : of(StatementKind.DEALLOCATE, from, to, List.of(), last(words));
      case "INSERT" -> write(StatementKind.INSERT, from, to, words.length > 2 ? words[2] : "");
      case "UPDATE" -> write(StatementKind.UPDATE, from, to, second);
      case "COPY" ->
          sql.toUpperCase(Locale.ROOT).endsWith("TO STDOUT")
              ? SqlStatement.bare(StatementKind.COPY_TO, from, to, true)
              : write(StatementKind.COPY_FROM, from, to, second);
      case "CREATE", "DROP" -> write(StatementKind.DDL, from, to, last(words));
      case "LISTEN" -> write(StatementKind.LISTEN, from, to, "");
      case "UNLISTEN" -> write(StatementKind.UNLISTEN, from, to, "");
      default -> SqlStatement.bare(StatementKind.UNKNOWN, from, to, false);
    };
  }

  private static String last(String[] words) {
    return words[words.length - 1];
  }

  private static SqlStatement select(String sql, int from, int to) {
    List<FunctionCall> functions = new ArrayList<>();
    for (String name : List.of("set_config", "nextval", "temp_tables", "pg_listening_channels")) {
      if (sql.contains(name)) {
        functions.add(new FunctionCall(new QualifiedName("", name), 1, List.of()));
      }
    }
    return new SqlStatement(
        StatementKind.SELECT,
        from,
        to,
        true,
        List.of(),
        List.of(),
        functions,
        List.of(),
        List.of(),
        "",
        "",
        false,
        null);
  }

  private static SqlStatement of(
      StatementKind kind, int from, int to, List<SettingChange> settings, String name) {
    return new SqlStatement(
        kind, from, to, true, List.of(), List.of(), List.of(), List.of(), settings, name, "", false,
        null);
  }

  private static SqlStatement write(StatementKind kind, int from, int to, String relation) {
    return new SqlStatement(
        kind,
        from,
        to,
        false,
        List.of(),
        List.of(new QualifiedName("", relation)),
        List.of(),
        List.of(),
        List.of(),
        "",
        "",
        false,
        null);
  }

  private static List<SettingChange> modes(String sql) {
    List<SettingChange> modes = new ArrayList<>();
    Matcher matcher = MODES.matcher(sql.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      String level = matcher.group(1);
      modes.add(
          level != null
              ? new SettingChange("transaction_isolation", level, true)
              : new SettingChange(
                  "transaction_read_only", matcher.group(2).equals("only") ? "on" : "off", true));
    }
    return modes;
  }

  @Override
  public Route route(StatementClass statement, SessionState state) {
    for (SqlStatement one : statement.statements()) {
      if (!one.readOnly() || !one.functions().isEmpty()) {
        return new Route(Route.Target.PRIMARY, null, Reason.WRITE);
      }
    }
    BackendId bound = state.boundTo();
    if (bound != null) {
      return new Route(Route.Target.NODE, bound, Reason.BALANCED);
    }
    BackendId node = balance.apply(statement);
    boolean primary = node == null || state.failed() || (state.transactionWrote() && !keepsReading);
    if (!primary && state.mustHaveReplayed() != null) {
      return new Route(Route.Target.PRIMARY, null, Reason.NOT_REPLAYED);
    }
    return primary
        ? new Route(Route.Target.PRIMARY, null, Reason.BALANCED)
        : new Route(Route.Target.NODE, node, Reason.BALANCED);
  }

  @Override
  public boolean writes(Route route) {
    return route.reason() != Reason.BALANCED && route.reason() != Reason.NOT_REPLAYED;
  }

  @Override
  public Freshness freshness() {
    return fresh;
  }
}
