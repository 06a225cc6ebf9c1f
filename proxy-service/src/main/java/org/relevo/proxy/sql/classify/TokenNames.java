package org.relevo.proxy.sql.classify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.relevo.proxy.sql.grammar.TokenKind;
import org.relevo.proxy.sql.grammar.TokenList;

/// What names and strings denote: PostgreSQL's folding, unquoting and escapes (scan.l, scansup.c),
/// in UTF-8.
final class TokenNames {
  /// Longest name (NAMEDATALEN - 1).
  static final int MAX_BYTES = 63;

  private static final int MAX_CODE_POINT_DIGITS = 8;

  private TokenNames() {}

  /// The name that a token is: folded unless in quotes, cut to what a name may have.
  static String name(TokenList tokens, int token) {
    byte[] text = tokens.text();
    int from = tokens.start(token);
    int to = tokens.end(token);
    return switch (tokens.kind(token)) {
      case TokenKind.QUOTED -> {
        byte[] name = new byte[to - from - 2];
        int length = undouble(text, from + 1, to - 1, '"', name);
        yield cut(name, length);
      }
      case TokenKind.UNICODE_QUOTED -> {
        byte[] name = unicode(text, from + 3, to, '"').getBytes(StandardCharsets.UTF_8);
        yield cut(name, name.length);
      }
      default -> {
        byte[] name = new byte[Math.min(to - from, MAX_BYTES + 1)];
        for (int i = 0; i < name.length; i++) {
          byte c = text[from + i];
          name[i] = c >= 'A' && c <= 'Z' ? (byte) (c + 0x20) : c;
        }
        yield cut(name, name.length);
      }
    };
  }

  private static String cut(byte[] name, int length) {
    int end = length;
    if (end > MAX_BYTES) {
      end = MAX_BYTES;
      while (end > 0 && (name[end] & 0xC0) == 0x80) {
        end--; // not in the middle of a character
      }
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }

  /// Copies without the second one of each two quotes.
  ///
  /// @return length of the copy
  private static int undouble(byte[] text, int from, int to, char quote, byte[] into) {
    int length = 0;
    for (int i = from; i < to; i++) {
      into[length++] = text[i];
      if (text[i] == quote) {
        i++;
      }
    }
    return length;
  }

  /// The string that a token is.
  ///
  /// @param standard value of `standard_conforming_strings`
  static String string(TokenList tokens, int token, boolean standard) {
    byte[] text = tokens.text();
    int from = tokens.start(token);
    int to = tokens.end(token);
    return switch (tokens.kind(token)) {
      case TokenKind.DOLLAR_STRING -> {
        int tag = from + 1;
        while (text[tag] != '$') {
          tag++;
        }
        int length = tag + 1 - from;
        yield utf8(text, from + length, to - length);
      }
      case TokenKind.ESCAPE_STRING -> escaped(text, from + 2, to);
      case TokenKind.UNICODE_STRING -> unicode(text, from + 3, to, '\'');
      default -> standard ? pieces(text, from + 1, to) : escaped(text, from + 1, to);
    };
  }

  private static String utf8(byte[] text, int from, int to) {
    return new String(text, from, to - from, StandardCharsets.UTF_8);
  }

  /// `a''b'` and what goes on in the next line.
  private static String pieces(byte[] text, int from, int to) {
    byte[] string = new byte[to - from];
    int length = 0;
    int at = from;
    while (at < to) {
      if (text[at] != '\'') {
        string[length++] = text[at++];
      } else if (at + 1 < to && text[at + 1] == '\'') {
        string[length++] = '\'';
        at += 2;
      } else {
        at = nextPiece(text, at + 1, to);
      }
    }
    return utf8(string, 0, length);
  }

  /// Behind the quote that opens the next piece; `to` when there is none.
  private static int nextPiece(byte[] text, int from, int to) {
    int at = from;
    while (at < to && text[at] != '\'') {
      if (text[at] == '-') {
        while (at < to && text[at] != '\n' && text[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
    return Math.min(at + 1, to);
  }

  private static String escaped(byte[] text, int from, int to) {
    byte[] string = new byte[(to - from) * 2];
    int length = 0;
    int at = from;
    while (at < to) {
      byte c = text[at];
      if (c == '\\' && at + 1 < to) {
        int digits = escapeDigits(text, at + 1, to);
        if (digits == 0) {
          string[length++] = control(text[at + 1]);
          at += 2;
          continue;
        }
        boolean octal = text[at + 1] >= '0' && text[at + 1] <= '7';
        int digitsFrom = octal ? at + 1 : at + 2;
        int value =
            Integer.parseUnsignedInt(
                new String(text, digitsFrom, digits, StandardCharsets.US_ASCII), octal ? 8 : 16);
        at = digitsFrom + digits;
        if (octal || text[digitsFrom - 1] == 'x') {
          string[length++] = (byte) value;
        } else {
          byte[] character = character(value).getBytes(StandardCharsets.UTF_8);
          System.arraycopy(character, 0, string, length, character.length);
          length += character.length;
        }
      } else if (c != '\'') {
        string[length++] = c;
        at++;
      } else if (at + 1 < to && text[at + 1] == '\'') {
        string[length++] = '\'';
        at += 2;
      } else {
        at = nextPiece(text, at + 1, to);
      }
    }
    return utf8(string, 0, length);
  }

  /// How many digits belong to `\123`, `\x1F`, `\u00E9`, `\U0001F600`; 0 for other escapes.
  private static int escapeDigits(byte[] text, int at, int to) {
    int first = text[at];
    int most =
        switch (first) {
          case '0', '1', '2', '3', '4', '5', '6', '7' -> 3;
          case 'x' -> 2;
          case 'u' -> 4;
          case 'U' -> MAX_CODE_POINT_DIGITS;
          default -> 0;
        };
    boolean octal = most == 3;
    int from = octal ? at : at + 1;
    int count = 0;
    while (count < most && from + count < to) {
      byte c = text[from + count];
      boolean fits = octal ? c >= '0' && c <= '7' : HexFormat.isHexDigit(c);
      if (!fits) {
        break;
      }
      count++;
    }
    return count;
  }

  private static byte control(byte c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'v' -> 0x0B;
      default -> c;
    };
  }

  /// The character, a mark in its place when there is none of this number. Halves of pairs stay
  /// halves, which put together are one.
  private static String character(int codePoint) {
    return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : "\uFFFD";
  }

  /// `d\0061t` of U&"…" or U&'…', with `UESCAPE '!'` behind it.
  private static String unicode(byte[] text, int from, int to, char quote) {
    int end = from;
    while (end < to && (text[end] != quote || (end + 1 < to && text[end + 1] == quote))) {
      end += text[end] == quote ? 2 : 1;
    }
    byte escape = '\\';
    for (int i = end + 1; i + 2 < to; i++) {
      if (text[i] == '\'') {
        escape = text[i + 1];
        break;
      }
    }
    byte[] inside = new byte[end - from];
    int length = undouble(text, from, end, quote, inside);
    String string = utf8(inside, 0, length);
    StringBuilder plain = new StringBuilder(string.length());
    int at = 0;
    while (at < string.length()) {
      char c = string.charAt(at);
      if (c != escape) {
        plain.append(c);
        at++;
      } else if (at + 1 < string.length() && string.charAt(at + 1) == escape) {
        plain.append(c);
        at += 2;
      } else {
        boolean six = at + 1 < string.length() && string.charAt(at + 1) == '+';
        int digits = six ? at + 2 : at + 1;
        int behind = digits + (six ? 6 : 4);
        if (behind > string.length() || !isHex(string, digits, behind)) {
          return string; // the server refuses it
        }
        plain.append(character(HexFormat.fromHexDigits(string, digits, behind)));
        at = behind;
      }
    }
    return plain.toString();
  }

  private static boolean isHex(String string, int from, int to) {
    return string.substring(from, to).chars().allMatch(HexFormat::isHexDigit);
  }

  /// What is written from one token to before another.
  static String written(TokenList tokens, int from, int to) {
    byte[] text = tokens.text();
    return new String(
        Arrays.copyOfRange(text, tokens.start(from), tokens.end(to - 1)), StandardCharsets.UTF_8);
  }
}
