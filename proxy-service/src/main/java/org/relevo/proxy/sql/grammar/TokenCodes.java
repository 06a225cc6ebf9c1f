package org.relevo.proxy.sql.grammar;

/// What `base_yylex` does between lexer and grammar: codes of tokens, the look at the next one, and
/// UESCAPE, which becomes part of the literal before it.
final class TokenCodes {
  private static final short[] OF_KIND = new short[TokenKind.COUNT];

  static {
    OF_KIND[TokenKind.QUOTED] = GrammarTables.IDENT;
    OF_KIND[TokenKind.UNICODE_QUOTED] = GrammarTables.IDENT;
    OF_KIND[TokenKind.STRING] = GrammarTables.SCONST;
    OF_KIND[TokenKind.ESCAPE_STRING] = GrammarTables.SCONST;
    OF_KIND[TokenKind.UNICODE_STRING] = GrammarTables.SCONST;
    OF_KIND[TokenKind.DOLLAR_STRING] = GrammarTables.SCONST;
    OF_KIND[TokenKind.BIT_STRING] = GrammarTables.BCONST;
    OF_KIND[TokenKind.HEX_STRING] = GrammarTables.XCONST;
    OF_KIND[TokenKind.DECIMAL] = GrammarTables.FCONST;
    OF_KIND[TokenKind.PARAMETER] = GrammarTables.PARAM;
    OF_KIND[TokenKind.OPERATOR] = GrammarTables.OP;
    OF_KIND[TokenKind.TYPECAST] = GrammarTables.TYPECAST;
    OF_KIND[TokenKind.DOT_DOT] = GrammarTables.DOT_DOT;
    OF_KIND[TokenKind.COLON_EQUALS] = GrammarTables.COLON_EQUALS;
    OF_KIND[TokenKind.EQUALS_GREATER] = GrammarTables.EQUALS_GREATER;
    OF_KIND[TokenKind.LESS_EQUALS] = GrammarTables.LESS_EQUALS;
    OF_KIND[TokenKind.GREATER_EQUALS] = GrammarTables.GREATER_EQUALS;
    OF_KIND[TokenKind.NOT_EQUALS] = GrammarTables.NOT_EQUALS;
  }

  private TokenCodes() {}

  /// Fills the tree's codes, one more than there are tokens.
  ///
  /// @return the token that is wrong, -1 for none
  static int fill(GrammarTables tables, TokenList tokens, SyntaxTree tree) {
    LookAhead words = tables.lookAhead;
    int count = tokens.size;
    tree.tokensKnown(count);
    short[] codes = tree.codes;
    int to = 0;
    int code = plain(tables, tokens, 0);
    for (int from = 0; from < count; from++) {
      int next = plain(tables, tokens, from + 1);
      tokens.move(from, to);
      if (next == words.uescape && isUnicode(tokens.kind[to])) {
        if (!isEscape(tokens, from + 2)) {
          return to;
        }
        tokens.end[to] = tokens.end[from + 2];
        from += 2;
        next = plain(tables, tokens, from + 1);
      }
      codes[to++] = (short) words.code(code, next);
      code = next;
    }
    tokens.size = to;
    codes[to] = 0;
    return -1;
  }

  private static boolean isUnicode(byte kind) {
    return kind == TokenKind.UNICODE_STRING || kind == TokenKind.UNICODE_QUOTED;
  }

  private static boolean isEscape(TokenList tokens, int token) {
    return token < tokens.size
        && TokenKind.isString(tokens.kind[token])
        && tokens.kind[token] != TokenKind.UNICODE_STRING;
  }

  private static int plain(GrammarTables tables, TokenList tokens, int token) {
    if (token >= tokens.size) {
      return 0;
    }
    byte[] text = tokens.text;
    int from = tokens.start[token];
    byte kind = tokens.kind[token];
    return switch (kind) {
      case TokenKind.WORD -> tables.keywords.code(text, from, tokens.end[token]);
      case TokenKind.CHARACTER -> text[from];
      case TokenKind.NATIONAL -> tables.lookAhead.nchar;
      case TokenKind.INTEGER ->
          Numbers.fitsInt(text, from, tokens.end[token])
              ? GrammarTables.ICONST
              : GrammarTables.FCONST;
      default -> OF_KIND[kind];
    };
  }
}
