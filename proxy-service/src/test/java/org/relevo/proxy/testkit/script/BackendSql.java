package org.relevo.proxy.testkit.script;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The few statements that a [BackendSession] understands. Every answer carries the text between
/// quotes, which clients use as their tag.
final class BackendSql {
  enum Kind {
    SURVEY,
    ROWS,
    ROW_WITH_PARAMETER,
    FAIL,
    SET_CONFIG,
    SHOW,
    SET,
    RESET,
    RESET_ALL,
    DISCARD_ALL,
    BEGIN,
    COMMIT,
    ROLLBACK,
    SAVEPOINT,
    RELEASE,
    ROLLBACK_TO,
    PREPARE,
    EXECUTE,
    DEALLOCATE_ALL,
    DEALLOCATE,
    COPY_IN,
    COPY_OUT,
    LISTEN,
    UNLISTEN,
    LISTENING,
    CREATE_TEMP,
    TEMP_TABLES,
    OTHER
  }

  private record Form(Kind kind, Pattern pattern) {}

  private static final List<Form> FORMS = new ArrayList<>();

  static {
    form(Kind.SURVEY, "(SELECT 's', s\\.name.*)");
    form(Kind.ROWS, "SELECT '([^']*)'(?: FROM generate_series\\(1, (\\d+)\\))?");
    form(Kind.ROW_WITH_PARAMETER, "SELECT '([^']*)', \\$1");
    form(Kind.FAIL, "SELECT fail\\('([^']*)'\\)");
    form(Kind.SET_CONFIG, "SELECT (?:pg_catalog\\.)?set_config\\((\\S+), (\\S+), (false|true)\\)");
    form(Kind.SHOW, "SHOW (\\S+)");
    form(Kind.SET, "SET (?:(LOCAL|SESSION) )?(\\S+) (?:=|TO) (.*)");
    form(Kind.RESET_ALL, "RESET ALL");
    form(Kind.RESET, "RESET (\\S+)");
    form(Kind.DISCARD_ALL, "DISCARD ALL");
    form(Kind.BEGIN, "(?:BEGIN|START TRANSACTION).*");
    form(Kind.COMMIT, "COMMIT|END");
    form(Kind.ROLLBACK, "ROLLBACK|ABORT");
    form(Kind.SAVEPOINT, "SAVEPOINT (\\S+)");
    form(Kind.RELEASE, "RELEASE (\\S+)");
    form(Kind.ROLLBACK_TO, "ROLLBACK TO (\\S+)");
    form(Kind.PREPARE, "PREPARE \"?([^\\s\"]+)\"? AS (.*)");
    form(Kind.EXECUTE, "EXECUTE \"?([^\\s\"]+)\"?");
    form(Kind.DEALLOCATE_ALL, "DEALLOCATE ALL");
    form(Kind.DEALLOCATE, "DEALLOCATE \"?([^\\s\"]+)\"?");
    form(Kind.COPY_IN, "COPY (\\S+) FROM STDIN");
    form(Kind.COPY_OUT, "COPY (\\S+) TO STDOUT");
    form(Kind.LISTEN, "LISTEN (\\S+)");
    form(Kind.UNLISTEN, "UNLISTEN (\\S+)");
    form(Kind.LISTENING, "SELECT \\* FROM pg_listening_channels\\(\\)");
    form(Kind.CREATE_TEMP, "CREATE TEMP TABLE (\\S+) .*");
    form(Kind.TEMP_TABLES, "SELECT temp_tables\\(\\)");
  }

  private BackendSql() {}

  private static void form(Kind kind, String pattern) {
    FORMS.add(new Form(kind, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL)));
  }

  /// A statement read.
  ///
  /// @param arguments what the form's groups found, missing ones empty
  record Statement(Kind kind, List<String> arguments) {
    String argument(int index) {
      return arguments.get(index);
    }

    boolean returnsRows() {
      return switch (kind) {
        case SURVEY,
            ROWS,
            ROW_WITH_PARAMETER,
            FAIL,
            SET_CONFIG,
            SHOW,
            EXECUTE,
            LISTENING,
            TEMP_TABLES,
            OTHER ->
            true;
        default -> false;
      };
    }

    int columns() {
      return kind == Kind.ROW_WITH_PARAMETER ? 2 : 1;
    }

    int parameters() {
      return switch (kind) {
        case ROW_WITH_PARAMETER -> 1;
        case SET_CONFIG -> argument(0).startsWith("$") ? 2 : 0;
        default -> 0;
      };
    }

    /// Whether it is allowed in a failed transaction.
    boolean ends() {
      return kind == Kind.COMMIT || kind == Kind.ROLLBACK || kind == Kind.ROLLBACK_TO;
    }
  }

  /// @return null for an empty text
  /// @throws SqlError when it is no statement of these
  static @Nullable Statement read(String text) {
    String sql = text.strip();
    while (sql.endsWith(";")) {
      sql = sql.substring(0, sql.length() - 1).strip();
    }
    if (sql.isEmpty()) {
      return null;
    }
    for (Form form : FORMS) {
      Matcher matcher = form.pattern().matcher(sql);
      if (matcher.matches()) {
        List<String> arguments = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
          String group = matcher.group(i);
          arguments.add(group == null ? "" : group);
        }
        return new Statement(form.kind(), List.copyOf(arguments));
      }
    }
    if (!sql.regionMatches(true, 0, "SELECT ", 0, 7)) {
      throw new SqlError("42601", "syntax error");
    }
    return new Statement(Kind.OTHER, List.of(sql));
  }

  static String unquoted(String value) {
    String text = value.strip();
    boolean quoted = text.length() >= 2 && text.startsWith("'") && text.endsWith("'");
    return quoted ? text.substring(1, text.length() - 1).replace("''", "'") : text;
  }
}
