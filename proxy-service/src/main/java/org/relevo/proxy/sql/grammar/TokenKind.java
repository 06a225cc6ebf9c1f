package org.relevo.proxy.sql.grammar;

/// Kinds of tokens, as PostgreSQL's lexer tells them apart. Bytes, because they fill arrays.
public final class TokenKind {
  /// A word without quotes: keyword or identifier.
  public static final byte WORD = 0;

  /// `"…"`.
  public static final byte QUOTED = 1;

  /// `U&"…"`, with its UESCAPE.
  public static final byte UNICODE_QUOTED = 2;

  /// `'…'`.
  public static final byte STRING = 3;

  /// `E'…'`.
  public static final byte ESCAPE_STRING = 4;

  /// `U&'…'`, with its UESCAPE.
  public static final byte UNICODE_STRING = 5;

  /// `$tag$…$tag$`.
  public static final byte DOLLAR_STRING = 6;

  /// `B'…'`.
  public static final byte BIT_STRING = 7;

  /// `X'…'`.
  public static final byte HEX_STRING = 8;

  public static final byte INTEGER = 9;

  /// With a fraction or an exponent.
  public static final byte DECIMAL = 10;

  /// `$1`.
  public static final byte PARAMETER = 11;

  /// The N of `N'…'`; a [#STRING] follows it.
  public static final byte NATIONAL = 12;

  /// One or more operator characters, when none of the kinds below.
  public static final byte OPERATOR = 13;

  /// A character that stands for itself.
  public static final byte CHARACTER = 14;

  /// `::`.
  public static final byte TYPECAST = 15;

  /// `..`.
  public static final byte DOT_DOT = 16;

  /// `:=`.
  public static final byte COLON_EQUALS = 17;

  /// `=>`.
  public static final byte EQUALS_GREATER = 18;

  /// `<=`.
  public static final byte LESS_EQUALS = 19;

  /// `>=`.
  public static final byte GREATER_EQUALS = 20;

  /// `<>` or `!=`.
  public static final byte NOT_EQUALS = 21;

  /// What the lexer does not accept: from here to the end of the text.
  public static final byte ERROR = 22;

  static final int COUNT = 23;

  private TokenKind() {}

  /// Whether it is a constant or a parameter.
  public static boolean isValue(byte kind) {
    return kind >= STRING && kind <= PARAMETER;
  }

  /// Whether it denotes a string whose content can be read ([TokenText#string]).
  public static boolean isString(byte kind) {
    return kind >= STRING && kind <= DOLLAR_STRING;
  }
}
