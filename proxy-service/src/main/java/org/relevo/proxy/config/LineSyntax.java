package org.relevo.proxy.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads one line of a file: nothing, the header of a section, or an assignment.
///
/// ```text
/// line    = [ header | key ( "=" | blank ) value ] [ "#" comment ]
/// header  = "[" ( "all" | "database" name [ "user" name ] | "user" name ) "]"
/// name    = quoted | word        value = quoted | bare
/// quoted  = "'" … "'", where '' and \' are one quote and \\ is one backslash
/// ```
final class LineSyntax {
  /// What a line says.
  sealed interface Parsed {}

  /// Blank, or a comment alone.
  record Nothing() implements Parsed {}

  record Header(PoolScope scope) implements Parsed {}

  /// @param key in lower case
  /// @param value without its quotes
  record Assignment(String key, String value) implements Parsed {}

  /// @param column of the first character that does not fit, from 1
  record Wrong(int column, String message) implements Parsed {}

  private static final String NOT_A_LINE =
      "not of the form key = 'value'; quote values that hold blanks or signs";
  private static final String NOT_A_HEADER =
      "not of the form [database 'name'], [user 'name'], [database 'name' user 'name'] or [all]";

  private final String text;
  private int at;

  private LineSyntax(String text) {
    this.text = text;
  }

  static Parsed parse(String text) {
    try {
      return new LineSyntax(text).line();
    } catch (SyntaxException e) {
      return new Wrong(e.column, String.valueOf(e.getMessage()));
    }
  }

  private Parsed line() throws SyntaxException {
    skipBlanks();
    if (atEnd()) {
      return new Nothing();
    }
    Parsed parsed;
    if (text.charAt(at) == '[') {
      at++;
      parsed = new Header(header());
    } else {
      parsed = assignment();
    }
    skipBlanks();
    if (!atEnd()) {
      throw wrong(parsed instanceof Header ? NOT_A_HEADER : NOT_A_LINE);
    }
    return parsed;
  }

  private Assignment assignment() throws SyntaxException {
    int start = at;
    while (at < text.length() && isKeyCharacter(text.charAt(at), at == start)) {
      at++;
    }
    String key = text.substring(start, at).toLowerCase(Locale.ROOT);
    int end = at;
    skipBlanks();
    boolean separated = at > end;
    if (at < text.length() && text.charAt(at) == '=') {
      at++;
      separated = true;
      skipBlanks();
    }
    if (key.isEmpty() || !separated || atEnd()) {
      throw wrong(NOT_A_LINE);
    }
    return new Assignment(key, text.charAt(at) == '\'' ? quoted() : word("'#=", "'#", NOT_A_LINE));
  }

  private PoolScope header() throws SyntaxException {
    @Nullable String database = null;
    @Nullable String user = null;
    skipBlanks();
    String kind = word("'#]", "'#]", NOT_A_HEADER).toLowerCase(Locale.ROOT);
    if (kind.equals("database")) {
      database = name();
      skipBlanks();
      if (!atEnd() && text.charAt(at) != ']') {
        kind = word("'#]", "'#]", NOT_A_HEADER).toLowerCase(Locale.ROOT);
        if (!kind.equals("user")) {
          throw wrong(NOT_A_HEADER);
        }
      }
    }
    if (kind.equals("user")) {
      user = name();
    } else if (database == null && !kind.equals("all")) {
      throw wrong(NOT_A_HEADER);
    }
    skipBlanks();
    if (atEnd() || text.charAt(at) != ']') {
      throw wrong(NOT_A_HEADER);
    }
    at++;
    return new PoolScope(Optional.ofNullable(database), Optional.ofNullable(user));
  }

  private String name() throws SyntaxException {
    skipBlanks();
    if (atEnd()) {
      throw wrong(NOT_A_HEADER);
    }
    String name = text.charAt(at) == '\'' ? quoted() : word("'#]", "'#]", NOT_A_HEADER);
    if (name.isEmpty()) {
      throw wrong("a section's name is empty");
    }
    return name;
  }

  /// A run of characters that are not blank.
  ///
  /// @param notFirst characters that it may not begin with
  /// @param not characters that end it
  private String word(String notFirst, String not, String expected) throws SyntaxException {
    int start = at;
    while (at < text.length()
        && !isBlank(text.charAt(at))
        && (at == start ? notFirst : not).indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw wrong(expected);
    }
    return text.substring(start, at);
  }

  private String quoted() throws SyntaxException {
    int start = at;
    StringBuilder out = new StringBuilder(text.length() - at);
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : 0;
      if (c == '\'' && next != '\'') {
        at++;
        return out.toString();
      }
      boolean pair = c == '\'' || (c == '\\' && (next == '\'' || next == '\\'));
      out.append(pair ? next : c);
      at += pair ? 2 : 1;
    }
    at = start;
    throw wrong("a quote is not closed; write a quote inside a value as ''");
  }

  private static boolean isKeyCharacter(char c, boolean first) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '.'));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == 0x0b;
  }

  private void skipBlanks() {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
  }

  /// At the end of what counts: a comment is nothing.
  private boolean atEnd() {
    return at >= text.length() || text.charAt(at) == '#';
  }

  private SyntaxException wrong(String message) {
    return new SyntaxException(at + 1, message);
  }

  private static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1;
    private final int column;

    SyntaxException(int column, String message) {
      super(message, null, false, false);
      this.column = column;
    }
  }
}
