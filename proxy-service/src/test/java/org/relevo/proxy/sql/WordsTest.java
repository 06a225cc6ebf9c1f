package org.relevo.proxy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
  @Test
  void aWordIsFoundInAnyCaseInsideAText() {
    byte[] text = "x CrEaTe y".getBytes(StandardCharsets.US_ASCII);
    assertThat(Words.code(text, 2, 8)).isEqualTo(Words.CREATE);
    assertThat(Words.code(text, 2, 7)).isEqualTo(Words.NONE);
    assertThat(Words.code(text, 1, 8)).isEqualTo(Words.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"temp", "TEMPORARY", "Temp"})
  void twoWordsMayMeanOne(String word) {
    assertThat(code(word)).isEqualTo(Words.TEMP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sets", "se", "s\u0005t", "set\u007fconfig", "SET\u001fCONFIG", "ß"})
  void whatOnlyLooksAlikeIsNoWord(String word) {
    assertThat(code(word)).isEqualTo(Words.NONE);
  }

  @Test
  void functionsAndSchemasMeanTheSameInQuotes() {
    assertThat(Words.sameInQuotes(code("set_config"))).isTrue();
    assertThat(Words.sameInQuotes(code("pg_advisory_lock"))).isTrue();
    assertThat(Words.sameInQuotes(code("pg_temp"))).isTrue();
    assertThat(Words.sameInQuotes(code("set"))).isFalse();
    assertThat(Words.sameInQuotes(Words.NONE)).isFalse();
  }

  private static byte code(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    return Words.code(bytes, 0, bytes.length);
  }
}
