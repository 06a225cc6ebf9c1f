package org.relevo.proxy.sql;

/// PostgreSQL's lexical rules, as far as they decide where a token ends: comments that nest,
/// quotes, dollar quotes (manual, "Lexical Structure"). Works on bytes, because all that it looks
/// for is ASCII in every client encoding that is safe to scan.
abstract class Lexer {
  byte[] text = {};
  int end;
  int at;
  boolean standardStrings;

  /// @param standard value of `standard_conforming_strings`
  final void begin(byte[] string, int length, boolean standard) {
    text = string;
    end = length;
    at = 0;
    standardStrings = standard;
  }

  /// @return whether a line ended among what was skipped
  final boolean skipBlanks() {
    boolean newLine = false;
    while (at < end) {
      byte c = text[at];
      boolean pair = at + 1 < end;
      if (c >= 0 && c <= ' ') {
        newLine |= c == '\n' || c == '\r';
        at++;
      } else if (c == '-' && pair && text[at + 1] == '-') {
        lineComment();
      } else if (c == '/' && pair && text[at + 1] == '*') {
        comment();
      } else {
        break;
      }
    }
    return newLine;
  }

  final void lineComment() {
    while (at < end && text[at] != '\n' && text[at] != '\r') {
      at++;
    }
  }

  /// E'…', B'…', X'…', N'…': only the first knows backslashes whatever the setting. A string goes
  /// on behind the end of a line, in the way in which it began.
  final void prefixed(byte prefix) {
    boolean backslashes = prefix == 'e' || (prefix != 'b' && prefix != 'x' && !standardStrings);
    quoted((byte) '\'', backslashes);
    int here = at;
    while (prefix == 'e' && skipBlanks() && at < end && text[at] == '\'') {
      quoted((byte) '\'', true);
      here = at;
    }
    at = here;
  }

  final void quoted(byte quote, boolean backslashes) {
    at++;
    while (at < end) {
      byte c = text[at++];
      if (c == '\\' && backslashes) {
        at++;
      } else if (c == quote) {
        if (at >= end || text[at] != quote) {
          return;
        }
        at++;
      }
    }
    at = Math.min(at, end);
  }

  final void comment() {
    int depth = 0;
    while (at < end) {
      if (at + 1 < end && text[at] == '/' && text[at + 1] == '*') {
        depth++;
        at += 2;
      } else if (at + 1 < end && text[at] == '*' && text[at + 1] == '/') {
        depth--;
        at += 2;
        if (depth == 0) {
          return;
        }
      } else {
        at++;
      }
    }
  }

  final void dollar() {
    int from = at;
    int tagEnd = from + 1;
    while (tagEnd < end && isWordPart(text[tagEnd]) && text[tagEnd] != '$') {
      tagEnd++;
    }
    boolean opens =
        tagEnd < end && text[tagEnd] == '$' && (tagEnd == from + 1 || isWordStart(text[from + 1]));
    if (!opens) {
      at++; // a parameter such as $1
      return;
    }
    int tagLength = tagEnd + 1 - from;
    at = tagEnd + 1;
    while (at < end) {
      if (text[at] == '$' && repeats(from, tagLength)) {
        at += tagLength;
        return;
      }
      at++;
    }
  }

  private boolean repeats(int tag, int length) {
    if (at + length > end) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[at + i] != text[tag + i]) {
        return false;
      }
    }
    return true;
  }

  static boolean isWordStart(byte c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c < 0;
  }

  static boolean isWordPart(byte c) {
    return isWordStart(c) || (c >= '0' && c <= '9') || c == '$';
  }
}
