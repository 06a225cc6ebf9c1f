package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.sql.SessionSyntax;
import org.relevo.proxy.sql.classify.StatementClassifier;

class TokenTextTest {
  private final StatementClassifier classifier = new StatementClassifier();

  private static @Nullable TokenText unparsed(String text) {
    ByteBuf in = Unpooled.copiedBuffer("Q" + text + "\0", StandardCharsets.UTF_8);
    return TokenText.of(in, 1, in.readableBytes() - 2);
  }

  private @Nullable TokenText parsed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return TokenText.of(
        classifier.classify(bytes, bytes.length, SessionSyntax.of(18, true, "UTF8")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW relevo.session",
        "  show\trelevo.session ; ",
        "SET relevo.session = 'r1Ab-_'",
        "set session relevo.session to 'r1Ab-_';",
        "SET LOCAL relevo.session='r1Ab-_'",
        "SET relevo.session TO DEFAULT",
        "RESET relevo.session",
        "SET relevo.session = ''"
      })
  void theGrammarAndThePatternFindTheSame(String text) {
    assertThat(unparsed(text)).isNotNull().isEqualTo(parsed(text));
  }

  @Test
  void whatIsFound() {
    assertThat(parsed("SHOW relevo.session")).isEqualTo(new TokenText(true, null));
    assertThat(parsed("SET relevo.session = 'r1Ab'")).isEqualTo(new TokenText(false, "r1Ab"));
    assertThat(parsed("RESET relevo.session")).isEqualTo(new TokenText(false, ""));
    assertThat(parsed("/* x */ SET Relevo.\"session\" = 'a'; SHOW relevo.session"))
        .isEqualTo(new TokenText(true, "a"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1",
        "SHOW relevo.sessions",
        "SHOW work_mem",
        "SET relevo.other = 'a'",
        "SELECT 'SHOW relevo.session'",
        "s",
        "",
        "   ",
        "RESET ALL"
      })
  void othersAreNotTouched(String text) {
    assertThat(unparsed(text)).isNull();
    assertThat(parsed(text)).isNull();
  }

  @Test
  void aLongTextIsNotMatched() {
    assertThat(unparsed("SHOW relevo.session" + " ".repeat(TokenText.MAX_BYTES))).isNull();
  }
}
