package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineSyntaxTest {
  /// Columns are separated by `~`, since lines have every other sign.
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "key = 'value'          ~ key     ~ value",
        "key='value'            ~ key     ~ value",
        "key 'value'            ~ key     ~ value",
        "key value              ~ key     ~ value",
        "key=value              ~ key     ~ value",
        "  KEY = on # comment   ~ key     ~ on",
        "key = on#comment       ~ key     ~ on",
        "key = 'a # b'#comment  ~ key     ~ a # b",
        "key = 'it''s'          ~ key     ~ it's",
        "key = 'it\\'s'         ~ key     ~ it's",
        "key = 'a\\\\b\\c'      ~ key     ~ a\\b\\c",
        "key = 30s              ~ key     ~ 30s",
        "key = -1.5             ~ key     ~ -1.5",
        "my.key_9 = a=b         ~ my.key_9 ~ a=b",
        "key =value             ~ key     ~ value",
      })
  void anAssignment(String line, String key, String value) {
    assertThat(LineSyntax.parse(line)).isEqualTo(new LineSyntax.Assignment(key, value));
    assertThat(LineSyntax.parse(line + "\r")).isEqualTo(new LineSyntax.Assignment(key, value));
  }

  @Test
  void anEmptyValueIsOne() {
    assertThat(LineSyntax.parse("key = ''")).isEqualTo(new LineSyntax.Assignment("key", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[database 'shop']               ~ shop ~ ",
        "[user 'app']                    ~      ~ app",
        "[database 'shop' user 'app']    ~ shop ~ app",
        " [ DATABASE shop User app ] # x ~ shop ~ app",
        "[database 'it''s [a] # 1']      ~ it's [a] # 1 ~ ",
        "[all]                           ~      ~ ",
      })
  void aSection(String line, String database, String user) {
    assertThat(LineSyntax.parse(line))
        .isEqualTo(
            new LineSyntax.Header(
                new PoolScope(Optional.ofNullable(database), Optional.ofNullable(user))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "key                    ~ 4  ~ not of the form key = 'value'",
        "key =                  ~ 6  ~ not of the form key = 'value'",
        "key = a b              ~ 9  ~ not of the form key = 'value'",
        "key = 'a' b            ~ 11 ~ not of the form key = 'value'",
        "key = 'a               ~ 7  ~ a quote is not closed",
        "key = a'b'             ~ 8  ~ not of the form key = 'value'",
        "key = = b              ~ 7  ~ not of the form key = 'value'",
        "9key = b               ~ 1  ~ not of the form key = 'value'",
        "[shop]                 ~ 6  ~ not of the form [database 'name']",
        "[database]             ~ 10 ~ not of the form [database 'name']",
        "[database '']          ~ 13 ~ a section's name is empty",
        "[database 'shop'       ~ 17 ~ not of the form [database 'name']",
        "[database 'a' of 'b']  ~ 17 ~ not of the form [database 'name']",
        "[user 'a'] pool_mode=x ~ 12 ~ not of the form [database 'name']",
      })
  void anythingElseIsWrongAtAColumn(String line, int column, String message) {
    assertThat(LineSyntax.parse(line))
        .isInstanceOfSatisfying(
            LineSyntax.Wrong.class,
            wrong -> {
              assertThat(wrong.message()).startsWith(message);
              assertThat(wrong.column()).isEqualTo(column);
            });
  }

  @Test
  void blankLinesAndCommentsAreNothing() {
    for (String line : new String[] {"", " \t", "# key = 'value'", "  #", "\r"}) {
      assertThat(LineSyntax.parse(line)).isEqualTo(new LineSyntax.Nothing());
    }
  }

  /// Whatever a line holds, it is parsed, and a value survives being quoted.
  @Test
  void anyTextIsReadAndAnyValueSurvivesQuoting() {
    Random random = new Random(4711);
    String signs = "ab_ '\\#=[].\t9\"é";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      assertThat(LineSyntax.parse(text.toString())).isNotNull();
      String quoted = text.toString().replace("\\", "\\\\").replace("'", "''");
      assertThat(LineSyntax.parse("k = '" + quoted + "' # c"))
          .isEqualTo(new LineSyntax.Assignment("k", text.toString()));
    }
  }
}
