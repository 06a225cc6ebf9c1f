package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SqlLexerTest {
  private final SqlLexer lexer = new SqlLexer();

  @Test
  void blanksAndCommentsAreNoTokens() {
    assertThat(tokens(18, " SELECT/* a /* b */ c */1 -- d\n;")).isEqualTo("SELECT|1|;");
  }

  @Test
  void literalsGoOnBehindALinesEnd() {
    assertThat(tokens(18, "'a' \n 'b' 'c'")).isEqualTo("'a' \n 'b'|'c'");
    assertThat(tokens(18, "'a' -- x\n'b'")).isEqualTo("'a' -- x\n'b'");
    assertThat(tokens(18, "'a' /* x */\n'b'")).isEqualTo("'a'|'b'");
  }

  @Test
  void backslashesEscapeAsTheSettingSays() {
    assertThat(tokens(18, "'a\\', 'b")).isEqualTo("'a\\'|,|!");
    assertThat(lex(18, false, "'a\\', 'c'")).isEqualTo("'a\\', '|c|!");
    assertThat(lex(18, false, "N'\\'' B'\\' U&'x'")).isEqualTo("N|'\\''|B'\\'|!");
  }

  @Test
  void numbersEndWhereTheVersionSays() {
    assertThat(tokens(14, "1e x 123abc 0x1F 1_0 1e5 $1a"))
        .isEqualTo("1|e|x|123|abc|0|x1F|1|_0|1e5|$1|a");
    assertThat(tokens(15, "1.5 .5 1. 1..2 1e-5 $1")).isEqualTo("1.5|.5|1.|1|..|2|1e-5|$1");
    for (String junk : new String[] {"123abc", "0x1F", "1_0", "1e", "1.5x", "$1a"}) {
      assertThat(tokens(15, junk)).as(junk).isEqualTo("!");
    }
    assertThat(tokens(16, "0x1F 0o17 0b1 1_0.0_1 0x_f")).isEqualTo("0x1F|0o17|0b1|1_0.0_1|0x_f");
    for (String junk : new String[] {"0x", "0b2", "1__0", "1_", "1_x"}) {
      assertThat(tokens(16, junk)).as(junk).isEqualTo("!");
    }
    assertThat(tokens(17, "$2147483648")).isEqualTo("$2147483648");
    assertThat(tokens(18, "$2147483648")).isEqualTo("!");
  }

  @Test
  void signsEndOperatorsOfStandardSql() {
    assertThat(tokens(18, "a=-1 <-> @- +-+ *+ a--1\n <=/**/>"))
        .isEqualTo("a|=|-|1|<->|@-|+|-|+|*|+|a|<=|>");
    assertThat(kinds("a := b => c <= d >= e <> f != g :: h .. i <-> j"))
        .containsExactly(
            TokenKind.WORD,
            TokenKind.COLON_EQUALS,
            TokenKind.WORD,
            TokenKind.EQUALS_GREATER,
            TokenKind.WORD,
            TokenKind.LESS_EQUALS,
            TokenKind.WORD,
            TokenKind.GREATER_EQUALS,
            TokenKind.WORD,
            TokenKind.NOT_EQUALS,
            TokenKind.WORD,
            TokenKind.NOT_EQUALS,
            TokenKind.WORD,
            TokenKind.TYPECAST,
            TokenKind.WORD,
            TokenKind.DOT_DOT,
            TokenKind.WORD,
            TokenKind.OPERATOR,
            TokenKind.WORD);
  }

  @Test
  void dollarQuotesEndAtTheirOwnTag() {
    assertThat(tokens(18, "$a$ $b$ $$ $a$ $$x$$ a$b$c $1$"))
        .isEqualTo("$a$ $b$ $$ $a$|$$x$$|a$b$c|$1|$");
    assertThat(tokens(18, "$a$ $A$")).isEqualTo("!");
  }

  @Test
  void whatDoesNotEndIsAnError() {
    for (String text : new String[] {"'a", "\"a", "\"\"", "/* /* */", "E'\\'", "$$a", "U&\"\""}) {
      assertThat(tokens(18, text)).as(text).isEqualTo("!");
    }
    assertThat(tokens(18, "SELECT 1\0; DELETE")).isEqualTo("SELECT|1|!");
  }

  @Test
  void aLongRunOfSignsIsRefusedInTimeThatGrowsWithItsLength() {
    assertThat(tokens(18, "+".repeat(1_000_000))).isEqualTo("!");
    assertThat(tokens(18, "@".repeat(64))).isEqualTo("!");
    assertThat(tokens(18, "@".repeat(63))).hasSize(63);
  }

  @Test
  void readingStopsAtTheMostTokens() {
    byte[] text = ",".repeat(SqlLexer.MAX_TOKENS + 1000).getBytes(StandardCharsets.US_ASCII);
    lexer.scan(text, 0, text.length, 18, true);
    assertThat(lexer.tokens().size()).isEqualTo(SqlLexer.MAX_TOKENS + 1);
    lexer.trim();
    assertThat(lexer.tokens().kind).hasSize(SqlParser.KEPT_TOKENS);
  }

  @Test
  void onlyTheGivenPartIsRead() {
    byte[] text = "'x' SELECT 'y".getBytes(StandardCharsets.US_ASCII);
    assertThat(lexer.scan(text, 4, 10, 18, true)).isTrue();
    assertThat(lexer.tokens().size()).isEqualTo(1);
    assertThat(TokenText.written(lexer.tokens(), 0)).isEqualTo("SELECT");
  }

  private String tokens(int major, String text) {
    return lex(major, true, text);
  }

  /// The tokens as written, `!` for an error.
  private String lex(int major, boolean standard, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean good = lexer.scan(bytes, 0, bytes.length, major, standard);
    TokenList tokens = lexer.tokens();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      boolean error = tokens.kind(i) == TokenKind.ERROR;
      assertThat(error).isEqualTo(!good && i == tokens.size() - 1);
      out.append(i == 0 ? "" : "|").append(error ? "!" : TokenText.written(tokens, i));
    }
    return out.toString();
  }

  private byte[] kinds(String text) {
    tokens(18, text);
    return Arrays.copyOf(lexer.tokens().kind, lexer.tokens().size());
  }
}
