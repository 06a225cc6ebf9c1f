package org.relevo.proxy.sql.grammar;

/// PostgreSQL's lexical rules (scan.l) over bytes of UTF-8 or any other encoding in which a byte
/// that looks like ASCII is ASCII: that leaves out SJIS, BIG5, GBK, GB18030, UHC and JOHAB. Makes
/// no object per text; ends in time that grows with the length of the text alone.
///
/// Owner: one thread.
public final class SqlLexer extends Numbers {
  /// Tokens of a text; it is not read further.
  static final int MAX_TOKENS = 1 << 20;

  /// Longest name of an operator (NAMEDATALEN - 1).
  private static final int MAX_OPERATOR = 63;

  /// Operator characters in a row; only signs can be as many, since each of them is an operator.
  private static final int MAX_OPERATOR_RUN = 1024;

  private final TokenList tokens = new TokenList();
  private boolean failed;

  /// Reads `text[from, to)`.
  ///
  /// @param forMajor PostgreSQL's version
  /// @param standard value of `standard_conforming_strings`
  /// @return whether PostgreSQL's lexer would go through; if not, the last token is an error.
  ///   Reading stops behind [#MAX_TOKENS]
  public boolean scan(byte[] text, int from, int to, int forMajor, boolean standard) {
    tokens.text = text;
    tokens.size = 0;
    tokens.standardStrings = standard;
    major = forMajor;
    failed = false;
    begin(text, to, standard, forMajor);
    int at = from;
    while (at < to && tokens.size <= MAX_TOKENS) {
      at = next(at);
    }
    return !failed;
  }

  /// Those of the text scanned last.
  public TokenList tokens() {
    return tokens;
  }

  /// Gives back what a long text needed.
  public void trim() {
    tokens.clear();
    begin(tokens.text, 0, true, GrammarTables.NEWEST);
  }

  private int token(byte kind, int from, int to) {
    tokens.add(kind, from, to);
    return to;
  }

  /// @param to where the literal ends, [#FAILED] when it does not
  private int literal(byte kind, int from, int to) {
    return to == FAILED ? fail(from) : token(kind, from, to);
  }

  private int fail(int from) {
    failed = true;
    return token(TokenKind.ERROR, from, limit);
  }

  /// Reads the token or blank at this place.
  ///
  /// @return where the next one begins
  private int next(int at) {
    int c = text[at] & 0xFF;
    int type = CharTypes.of(c);
    if (isBlank(type)) {
      return skipBlanks(at);
    }
    if ((type & CharTypes.WORD_START) != 0) {
      return word(at, c);
    }
    if ((type & CharTypes.DIGIT) != 0 || (c == '.' && isDigit(at + 1))) {
      return number(at);
    }
    return switch (c) {
      case '\'' -> literal(TokenKind.STRING, at, string(at + 1, !standardStrings, true));
      case '"' -> literal(TokenKind.QUOTED, at, quotedName(at + 1));
      case '$' -> dollar(at);
      case ':' -> colon(at);
      case '.' -> peek(at + 1) == '.' ? token(TokenKind.DOT_DOT, at, at + 2) : character(at);
      case 0 -> fail(at);
      default -> (type & CharTypes.OPERATOR) != 0 ? operatorOrComment(at, c) : character(at);
    };
  }

  /// What stands for itself; if PostgreSQL knows no such character, the grammar rejects it.
  private int character(int at) {
    return token(TokenKind.CHARACTER, at, at + 1);
  }

  private int colon(int at) {
    int next = peek(at + 1);
    if (next == ':') {
      return token(TokenKind.TYPECAST, at, at + 2);
    }
    return next == '=' ? token(TokenKind.COLON_EQUALS, at, at + 2) : character(at);
  }

  private int word(int at, int c) {
    int next = peek(at + 1);
    if (next == '\'') {
      switch (c | 0x20) {
        case 'e' -> {
          return literal(TokenKind.ESCAPE_STRING, at, string(at + 2, true, true));
        }
        case 'b' -> {
          return literal(TokenKind.BIT_STRING, at, string(at + 2, false, false));
        }
        case 'x' -> {
          return literal(TokenKind.HEX_STRING, at, string(at + 2, false, false));
        }
        case 'n' -> {
          token(TokenKind.NATIONAL, at, at + 1);
          return literal(TokenKind.STRING, at + 1, string(at + 2, !standardStrings, true));
        }
        default -> {}
      }
    } else if (next == '&' && (c | 0x20) == 'u') {
      int quote = peek(at + 2);
      if (quote == '"') {
        return literal(TokenKind.UNICODE_QUOTED, at, quotedName(at + 3));
      }
      if (quote == '\'') {
        // without standard strings PostgreSQL finds them unsafe
        return standardStrings
            ? literal(TokenKind.UNICODE_STRING, at, string(at + 3, false, true))
            : fail(at);
      }
    }
    return token(TokenKind.WORD, at, wordEnd(at + 1));
  }

  private int dollar(int at) {
    int here = at + 1;
    if (isDigit(here)) {
      while (isDigit(here)) {
        here++;
      }
      boolean junk = major >= 15 && is(here, CharTypes.WORD_START);
      boolean tooLarge = major >= 18 && !fitsInt(text, at + 1, here);
      return junk || tooLarge ? fail(at) : token(TokenKind.PARAMETER, at, here);
    }
    if (is(here, CharTypes.WORD_START)) {
      do {
        here++;
      } while (is(here, CharTypes.WORD_PART) && text[here] != '$');
    }
    if (peek(here) != '$') {
      return character(at);
    }
    return literal(TokenKind.DOLLAR_STRING, at, dollarString(at, here + 1));
  }

  private int number(int at) {
    long found = numberEnd(at);
    if (found == FAILED) {
      return fail(at);
    }
    return token(isDecimal(found) ? TokenKind.DECIMAL : TokenKind.INTEGER, at, end(found));
  }

  private int operatorOrComment(int at, int c) {
    int next = peek(at + 1);
    if (c == '-' && next == '-') {
      return lineEnd(at + 2);
    }
    if (c == '/' && next == '*') {
      int end = commentEnd(at + 2);
      return end == FAILED ? fail(at) : end;
    }
    return operator(at);
  }

  /// The longest run of operator characters before a comment. Signs at its end are operators of
  /// their own, unless it has a character that standard SQL's operators have not.
  private int operator(int at) {
    int end = at;
    boolean special = false;
    while (end < limit) {
      int type = CharTypes.of(text[end]);
      if ((type & CharTypes.OPERATOR) == 0 || (end > at && beginsComment(end))) {
        break;
      }
      special |= (type & CharTypes.SPECIAL) != 0;
      end++;
    }
    if (end - at > MAX_OPERATOR_RUN) {
      return fail(at);
    }
    while (!special && end - at > 1 && (text[end - 1] == '+' || text[end - 1] == '-')) {
      end--;
    }
    int length = end - at;
    if (length == 1) {
      boolean self = (CharTypes.of(text[at]) & CharTypes.SELF) != 0;
      return token(self ? TokenKind.CHARACTER : TokenKind.OPERATOR, at, end);
    }
    if (length > MAX_OPERATOR) {
      return fail(at);
    }
    return token(length == 2 ? pair(text[at], text[at + 1]) : TokenKind.OPERATOR, at, end);
  }

  private boolean beginsComment(int at) {
    int next = peek(at + 1);
    return (text[at] == '-' && next == '-') || (text[at] == '/' && next == '*');
  }

  private static byte pair(byte first, byte second) {
    return switch ((char) first) {
      case '=' -> second == '>' ? TokenKind.EQUALS_GREATER : TokenKind.OPERATOR;
      case '>' -> second == '=' ? TokenKind.GREATER_EQUALS : TokenKind.OPERATOR;
      case '<' ->
          second == '='
              ? TokenKind.LESS_EQUALS
              : second == '>' ? TokenKind.NOT_EQUALS : TokenKind.OPERATOR;
      case '!' -> second == '=' ? TokenKind.NOT_EQUALS : TokenKind.OPERATOR;
      default -> TokenKind.OPERATOR;
    };
  }

  static int lower(byte c) {
    return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
  }
}
