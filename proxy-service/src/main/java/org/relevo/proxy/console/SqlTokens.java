package org.relevo.proxy.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts a text into words, as PostgreSQL does as far as the console's commands need it: comments
/// nest, quotes double, unquoted words become lower case.
final class SqlTokens {
  static final int MAX_TOKENS = 4096;

  /// What a token is.
  enum Kind {
    /// An unquoted name or keyword, in lower case.
    WORD,
    /// A name in double quotes.
    QUOTED,
    /// A text in single quotes.
    STRING,
    NUMBER,
    /// `$1`; the text is the number.
    PARAMETER,
    /// One character.
    SYMBOL
  }

  record Token(Kind kind, String text) {
    boolean isWord(String word) {
      return kind == Kind.WORD && text.equals(word);
    }

    boolean isSymbol(char symbol) {
      return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }
  }

  private final String sql;
  private final List<List<Token>> statements = new ArrayList<>();
  private List<Token> current = new ArrayList<>();
  private int at;
  private int count;

  private SqlTokens(String sql) {
    this.sql = sql;
  }

  /// The statements of a text, without empty ones.
  ///
  /// @throws ConsoleException 42601 for an unterminated quote or comment, 54001 for too many tokens
  static List<List<Token>> statements(String sql) {
    SqlTokens tokens = new SqlTokens(sql);
    while (tokens.at < sql.length()) {
      tokens.next();
    }
    tokens.endStatement();
    return tokens.statements;
  }

  private void next() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (c == ';') {
      at++;
      endStatement();
    } else if (sql.startsWith("--", at)) {
      int end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length() : end + 1;
    } else if (sql.startsWith("/*", at)) {
      comment();
    } else if (c == '\'') {
      add(Kind.STRING, quoted('\''));
    } else if (c == '"') {
      add(Kind.QUOTED, quoted('"'));
    } else if (c == '$' && at + 1 < sql.length() && isDigit(sql.charAt(at + 1))) {
      at++;
      add(Kind.PARAMETER, digits());
    } else if (isDigit(c)) {
      add(Kind.NUMBER, digits());
    } else if (c == '_' || Character.isLetter(c)) {
      add(Kind.WORD, word());
    } else {
      at++;
      add(Kind.SYMBOL, String.valueOf(c));
    }
  }

  private void endStatement() {
    if (!current.isEmpty()) {
      statements.add(current);
      current = new ArrayList<>();
    }
  }

  private void add(Kind kind, String text) {
    if (++count > MAX_TOKENS) {
      throw new ConsoleException("54001", "statement is too long for the console");
    }
    current.add(new Token(kind, text));
  }

  private void comment() {
    int depth = 0;
    do {
      if (sql.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (sql.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else if (at < sql.length()) {
        at++;
      } else {
        throw new ConsoleException("42601", "unterminated /* comment");
      }
    } while (depth > 0);
  }

  private String quoted(char quote) {
    StringBuilder out = new StringBuilder();
    at++;
    while (at < sql.length()) {
      char c = sql.charAt(at++);
      if (c != quote) {
        out.append(c);
      } else if (at < sql.length() && sql.charAt(at) == quote) {
        out.append(quote);
        at++;
      } else {
        return out.toString();
      }
    }
    throw new ConsoleException(
        "42601", "unterminated quoted " + (quote == '"' ? "identifier" : "string"));
  }

  private String digits() {
    int start = at;
    while (at < sql.length() && isDigit(sql.charAt(at))) {
      at++;
    }
    return sql.substring(start, at);
  }

  private String word() {
    int start = at;
    while (at < sql.length()
        && (sql.charAt(at) == '_'
            || sql.charAt(at) == '$'
            || Character.isLetterOrDigit(sql.charAt(at)))) {
      at++;
    }
    return sql.substring(start, at).toLowerCase(Locale.ROOT);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
