package org.relevo.jmx.benchmark.script;

/// Finds where a statement ends: at a semicolon or a backslash outside of quotes, comments and
/// parentheses. Comments after two dashes are left out of the statement.
///
/// Owner: the caller's thread.
final class SqlScanner {
  private final String text;
  private int at;

  SqlScanner(String text) {
    this.text = text;
  }

  int at() {
    return at;
  }

  /// @return the statement before the next end, stripped; `""` when there is none
  String statement() {
    StringBuilder sql = new StringBuilder();
    int depth = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        if (text.startsWith("\\;", at)) {
          sql.append(';');
          at += 2;
          continue;
        }
        break;
      }
      if (c == ';' && depth == 0) {
        at++;
        break;
      }
      if (text.startsWith("--", at)) {
        at = lineEnd(at);
        continue;
      }
      depth = Math.max(0, depth + (c == '(' ? 1 : c == ')' ? -1 : 0));
      int end = partEnd();
      sql.append(text, at, end);
      at = end;
    }
    return sql.toString().strip();
  }

  /// @return whether a command follows, at [#at]
  boolean atCommand() {
    return at < text.length() && text.charAt(at) == '\\';
  }

  boolean atEnd() {
    return at >= text.length();
  }

  /// The end of a command's line; a backslash at a line's end goes on with the next.
  int commandEnd() {
    int end = lineEnd(at);
    while (end < text.length() && continued(end)) {
      end = lineEnd(end + 1);
    }
    return end;
  }

  private boolean continued(int lineEnd) {
    int last = lineEnd - 1;
    if (last >= 0 && text.charAt(last) == '\r') {
      last--;
    }
    return last >= at && text.charAt(last) == '\\';
  }

  void moveTo(int place) {
    at = place;
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  /// The end of the quoted text, the comment or the character that begins here.
  private int partEnd() {
    char c = text.charAt(at);
    if (c == '\'') {
      boolean escapes =
          at > 0
              && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e')
              && (at < 2 || !SqlText.isName(text.charAt(at - 2), false));
      return quoted('\'', escapes);
    }
    if (c == '"') {
      return quoted('"', false);
    }
    if (text.startsWith("/*", at)) {
      return comment();
    }
    if (c == '$' && (at == 0 || !SqlText.isName(text.charAt(at - 1), false))) {
      return dollar();
    }
    return at + 1;
  }

  private int quoted(char quote, boolean escapes) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote) {
      end += escapes && text.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= text.length()) {
      throw ScriptException.at(text, at, "the quote that begins here has no end");
    }
    return end + 1;
  }

  private int comment() {
    int depth = 0;
    int end = at;
    do {
      if (text.startsWith("/*", end)) {
        depth++;
        end += 2;
      } else if (text.startsWith("*/", end)) {
        depth--;
        end += 2;
      } else {
        end++;
      }
    } while (depth > 0 && end < text.length());
    if (depth > 0) {
      throw ScriptException.at(text, at, "the comment that begins here has no end");
    }
    return end;
  }

  private int dollar() {
    int end = at + 1;
    while (end < text.length() && SqlText.isName(text.charAt(end), end == at + 1)) {
      end++;
    }
    if (end >= text.length() || text.charAt(end) != '$') {
      return at + 1;
    }
    String tag = text.substring(at, end + 1);
    int close = text.indexOf(tag, end + 1);
    if (close < 0) {
      throw ScriptException.at(text, at, "the quote " + tag + " that begins here has no end");
    }
    return close + tag.length();
  }
}
