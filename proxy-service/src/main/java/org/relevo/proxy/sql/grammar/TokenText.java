package org.relevo.proxy.sql.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What names and strings denote. Texts are taken for UTF-8; makes new strings each time.
public final class TokenText {
  /// Longest name (NAMEDATALEN - 1).
  private static final int MAX_NAME_BYTES = 63;

  private TokenText() {}

  /// The token as it is written.
  public static String written(TokenList tokens, int token) {
    int from = tokens.start(token);
    return new String(tokens.text, from, tokens.end(token) - from, StandardCharsets.UTF_8);
  }

  /// The name that a word or a quoted name denotes: folded or unquoted, cut to 63 bytes.
  ///
  /// @return null when its escapes are wrong
  public static @Nullable String name(TokenList tokens, int token) {
    byte[] text = tokens.text;
    int from = tokens.start(token);
    int to = tokens.end(token);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    switch (tokens.kind(token)) {
      case TokenKind.QUOTED -> undouble(text, from + 1, to - 1, '"', bytes);
      case TokenKind.UNICODE_QUOTED -> {
        int close = closing(text, from + 2, to, '"');
        undouble(text, from + 3, close, '"', bytes);
        byte[] raw = bytes.toByteArray();
        bytes.reset();
        if (!Escapes.unicode(raw, escape(text, close + 1, to), bytes)) {
          return null;
        }
      }
      default -> {
        for (int i = from; i < to; i++) {
          bytes.write(SqlLexer.lower(text[i]));
        }
      }
    }
    return cut(bytes.toByteArray());
  }

  /// The content of a string ([TokenKind#isString]).
  ///
  /// @return null when its escapes are wrong
  public static @Nullable String string(TokenList tokens, int token) {
    byte[] text = tokens.text;
    int from = tokens.start(token);
    int to = tokens.end(token);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(to - from);
    switch (tokens.kind(token)) {
      case TokenKind.STRING -> {
        if (!pieces(text, from, to, !tokens.standardStrings, bytes)) {
          return null;
        }
      }
      case TokenKind.ESCAPE_STRING -> {
        if (!pieces(text, from + 1, to, true, bytes)) {
          return null;
        }
      }
      case TokenKind.UNICODE_STRING -> {
        int close = stringEnd(text, from + 2, to, false);
        pieces(text, from + 2, close, false, bytes);
        byte[] raw = bytes.toByteArray();
        bytes.reset();
        if (!Escapes.unicode(raw, escape(text, close, to), bytes)) {
          return null;
        }
      }
      case TokenKind.DOLLAR_STRING -> {
        int tag = from + 1;
        while (text[tag] != '$') {
          tag++;
        }
        int length = tag + 1 - from;
        bytes.write(text, from + length, to - from - 2 * length);
      }
      default -> throw new IllegalArgumentException("token " + token + " is no string");
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /// A string of one or more quoted pieces; between them are blanks and comments.
  private static boolean pieces(
      byte[] text, int from, int to, boolean backslashes, ByteArrayOutputStream out) {
    boolean good = true;
    int at = from;
    while (at < to) {
      if (text[at] == '-') {
        while (text[at] != '\n' && text[at] != '\r') {
          at++;
        }
      } else if (text[at] == '\'') {
        int end = pieceEnd(text, at + 1, to, backslashes);
        if (backslashes) {
          good &= Escapes.backslashes(text, at + 1, end, out);
        } else {
          undouble(text, at + 1, end, '\'', out);
        }
        at = end;
      }
      at++;
    }
    return good;
  }

  /// Where the quote that closes a piece is.
  private static int pieceEnd(byte[] text, int from, int to, boolean backslashes) {
    int at = from;
    while (at < to) {
      if (text[at] == '\'') {
        if (at + 1 >= to || text[at + 1] != '\'') {
          return at;
        }
        at += 2;
      } else {
        at += backslashes && text[at] == '\\' ? 2 : 1;
      }
    }
    return to;
  }

  /// Where the last piece ends, before a UESCAPE if there is one.
  private static int stringEnd(byte[] text, int from, int to, boolean backslashes) {
    int end = from;
    int at = from;
    while (at < to && Character.toLowerCase(text[at]) != 'u') {
      if (text[at] == '-') {
        while (text[at] != '\n' && text[at] != '\r') {
          at++;
        }
      } else if (text[at] == '/') {
        break; // a comment that only UESCAPE can follow
      } else if (text[at] == '\'') {
        at = pieceEnd(text, at + 1, to, backslashes);
        end = at + 1;
      }
      at++;
    }
    return end;
  }

  /// The quote that closes a name in double quotes.
  private static int closing(byte[] text, int open, int to, char quote) {
    int at = open + 1;
    while (at < to) {
      if (text[at] == quote) {
        if (at + 1 >= to || text[at + 1] != quote) {
          return at;
        }
        at++;
      }
      at++;
    }
    return to;
  }

  /// The character that UESCAPE names; the backslash when there is none.
  private static byte escape(byte[] text, int from, int to) {
    if (from >= to) {
      return '\\';
    }
    byte last = text[to - 1];
    int at = to - 2;
    if (last == '$') {
      while (text[at] != '$') {
        at--;
      }
      at--;
    }
    return text[at];
  }

  private static void undouble(
      byte[] text, int from, int to, char quote, ByteArrayOutputStream out) {
    for (int i = from; i < to; i++) {
      out.write(text[i]);
      if (text[i] == quote) {
        i++;
      }
    }
  }

  /// Where a longer name is cut, no character is.
  private static String cut(byte[] name) {
    int length = Math.min(name.length, MAX_NAME_BYTES);
    if (length < name.length) {
      while (length > 0 && (name[length] & 0xC0) == 0x80) {
        length--;
      }
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }
}
