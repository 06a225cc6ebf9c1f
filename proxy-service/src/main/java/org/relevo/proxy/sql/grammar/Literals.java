package org.relevo.proxy.sql.grammar;

import java.util.Arrays;

/// Where blanks, comments, words and quoted things end.
abstract class Literals {
  /// It does not end.
  static final int FAILED = -1;

  byte[] text = {};
  int limit;
  boolean standardStrings;
  private int blanks = CharTypes.BLANK;

  final void begin(byte[] newText, int to, boolean standard, int major) {
    text = newText;
    limit = to;
    standardStrings = standard;
    blanks = major >= 16 ? CharTypes.BLANK | CharTypes.VERTICAL_TAB : CharTypes.BLANK;
  }

  /// The byte at this place, -1 behind the end.
  final int peek(int at) {
    return at < limit ? text[at] & 0xFF : -1;
  }

  final boolean is(int at, int type) {
    return at < limit && (CharTypes.of(text[at]) & type) != 0;
  }

  final boolean isDigit(int at) {
    return is(at, CharTypes.DIGIT);
  }

  final boolean isBlank(int type) {
    return (type & blanks) != 0;
  }

  final int skipBlanks(int from) {
    int at = from;
    while (at < limit && isBlank(CharTypes.of(text[at]))) {
      at++;
    }
    return at;
  }

  final int wordEnd(int from) {
    int at = from;
    while (is(at, CharTypes.WORD_PART)) {
      at++;
    }
    return at;
  }

  final int lineEnd(int from) {
    int at = from;
    while (at < limit && (CharTypes.of(text[at]) & CharTypes.LINE_END) == 0) {
      at++;
    }
    return at;
  }

  /// End of a comment, which may have comments in it.
  ///
  /// @param from behind its `/*`
  final int commentEnd(int from) {
    int depth = 1;
    int at = from;
    while (at + 1 < limit) {
      byte c = text[at];
      if (c == '*' && text[at + 1] == '/') {
        at += 2;
        if (--depth == 0) {
          return at;
        }
      } else if (c == '/' && text[at + 1] == '*') {
        depth++;
        at += 2;
      } else {
        at++;
      }
    }
    return FAILED;
  }

  /// End of a string in single quotes, which goes on behind a blank with a line's end in it.
  ///
  /// @param from behind its first quote
  /// @param backslashes whether they escape
  /// @param doubled whether two quotes are one
  final int string(int from, boolean backslashes, boolean doubled) {
    int at = from;
    while (at < limit) {
      byte c = text[at];
      if (c == '\'') {
        if (doubled && peek(at + 1) == '\'') {
          at += 2;
          continue;
        }
        int more = continuation(at + 1);
        if (more == FAILED) {
          return at + 1;
        }
        at = more;
      } else {
        at += backslashes && c == '\\' ? 2 : 1;
      }
    }
    return FAILED;
  }

  private int continuation(int from) {
    boolean newLine = false;
    int at = from;
    while (at < limit) {
      int type = CharTypes.of(text[at]);
      if (isBlank(type)) {
        newLine |= (type & CharTypes.LINE_END) != 0;
        at++;
      } else if (text[at] == '-' && peek(at + 1) == '-') {
        at = lineEnd(at + 2);
      } else {
        break;
      }
    }
    return newLine && peek(at) == '\'' ? at + 1 : FAILED;
  }

  /// End of a name in double quotes; it may not be empty.
  ///
  /// @param from behind its first quote
  final int quotedName(int from) {
    int at = from;
    while (at < limit) {
      if (text[at] != '"') {
        at++;
      } else if (peek(at + 1) == '"') {
        at += 2;
      } else {
        return at == from ? FAILED : at + 1;
      }
    }
    return FAILED;
  }

  /// End of a string between tags.
  ///
  /// @param tag where the first begins
  /// @param from behind it
  final int dollarString(int tag, int from) {
    int length = from - tag;
    for (int at = from; at + length <= limit; at++) {
      if (text[at] == '$' && Arrays.equals(text, at, at + length, text, tag, from)) {
        return at + length;
      }
    }
    return FAILED;
  }
}
