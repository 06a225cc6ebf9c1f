package org.relevo.proxy.sql.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTextTest {
  private final SqlParser parser = new SqlParser();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Abc_É | abc_É",
        "\"A\"\"b\" | A\"b",
        "U&\"d\\0061t\\+000061\" | data",
        "U&\"d!0061!!\" UESCAPE '!' | da!",
        "U&\"d#0061\" UESCAPE $x$#$x$ | da",
        "U&\"\\d83d\\de00\" | 😀",
        "a23456789b123456789c123456789d123456789e123456789f123456789g12Éx "
            + "| a23456789b123456789c123456789d123456789e123456789f123456789g12",
      })
  void namesAreAsPostgreSqlReadsThem(String written, String name) {
    assertThat(TokenText.name(last("SELECT 1 AS " + written, true), 3)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'a''b\\n' | a'b\\n",
        "E'a\\'''\\x41\\101\\u0042\\\\' | a''AAB\\",
        "E'\\ud83d\\ude00' | 😀",
        "'a' -- '⏎ 'b' | ab",
        "U&'\\0061' ⏎ 'b\\+000063' /* u' */ UESCAPE '\\' | abc",
        "$x$a'$y$x$ | a'$y",
      })
  void stringsAreAsPostgreSqlReadsThem(String written, String content) {
    String text = "SELECT " + written.replace('⏎', '\n');
    assertThat(TokenText.string(last(text, true), 1)).isEqualTo(content);
  }

  @Test
  void backslashesCountInPlainStringsWhenTheSettingSaysSo() {
    assertThat(TokenText.string(last("SELECT 'a\\'\\\\'", false), 1)).isEqualTo("a'\\");
  }

  @Test
  void wrongEscapesGiveNothing() {
    assertThat(TokenText.string(last("SELECT E'\\u00g0'", true), 1)).isNull();
    assertThat(TokenText.string(last("SELECT E'\\ud83dx'", true), 1)).isNull();
    assertThat(TokenText.string(last("SELECT E'\\ude00'", true), 1)).isNull();
    assertThat(TokenText.string(last("SELECT U&'\\00'", true), 1)).isNull();
    assertThat(TokenText.name(last("SELECT 1 AS U&\"\\+110000\"", true), 3)).isNull();
  }

  private TokenList last(String text, boolean standard) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(parser.parse(GrammarTables.of(18), bytes, 0, bytes.length, standard))
        .isEqualTo(SqlParser.Outcome.ACCEPTED);
    return parser.tree().tokens();
  }
}
