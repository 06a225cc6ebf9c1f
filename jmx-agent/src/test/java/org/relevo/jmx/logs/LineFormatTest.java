package org.relevo.jmx.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.relevo.jmx.contract.LogLevel;

class LineFormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-01-01T10:00:00.123Z INFO  proxy.started port=9999 | INFO | 2026-01-01T10:00:00.123Z
          2026-01-01T10:00:00,123+02:00 ERROR x                  | ERROR| 2026-01-01T08:00:00.123Z
          2026-01-01T10:00:00Z TRACE x                           | DEBUG| 2026-01-01T10:00:00Z
          2026-01-01 10:00:00.123 UTC [77] LOG:  checkpoint      | INFO | 2026-01-01T10:00:00.123Z
          2026-01-01 10:00:00.123 +03 [77] WARNING:  x           | WARN | 2026-01-01T07:00:00.123Z
          2026-07-01 10:00:00.123 CEST [77] u@d FATAL:  x        | FATAL| 2026-07-01T08:00:00.123Z
          2026-01-01 10:00:00.123 CET [77] PANIC:  x             | FATAL| 2026-01-01T09:00:00.123Z
          2026-01-01 10:00:00 GMT [77] a=b DEBUG2:  x            | DEBUG| 2026-01-01T10:00:00Z
          """)
  void headsOfBothFormatsAreRead(String line, LogLevel level, String time) {
    LineFormat.Head head = LineFormat.read(line);
    assertThat(head.kind()).isEqualTo(LineFormat.Kind.ENTRY);
    assertThat(head.level()).isEqualTo(level);
    assertThat(Instant.ofEpochMilli(head.atEpochMs())).isEqualTo(Instant.parse(time));
  }

  @Test
  void csvAndJsonOfPostgresAreRead() {
    String csv =
        "2026-01-01 10:00:00.123 UTC,\"bob, jr\",\"db\",77,\"127.0.0.1:4711\",67.1,3,\"SELECT\","
            + "2026-01-01 09:59:00 UTC,3/14,0,ERROR,42P01,\"relation \"\"t\"\" does not exist\",";
    LineFormat.Head head = LineFormat.read(csv);
    assertThat(head.kind()).isEqualTo(LineFormat.Kind.ENTRY);
    assertThat(head.level()).isEqualTo(LogLevel.ERROR);
    assertThat(head.atEpochMs())
        .isEqualTo(Instant.parse("2026-01-01T10:00:00.123Z").toEpochMilli());
    LineFormat.Head json =
        LineFormat.read(
            "{\"timestamp\":\"2026-01-01 10:00:00.123 UTC\",\"pid\":7,"
                + "\"error_severity\":\"FATAL\"}");
    assertThat(json.level()).isEqualTo(LogLevel.FATAL);
    assertThat(json.atEpochMs()).isEqualTo(head.atEpochMs());
    // A field's second line.
    assertThat(LineFormat.read(" VALUES (1)\",,,\"psql\",\"client backend\",,0").kind())
        .isEqualTo(LineFormat.Kind.REST);
  }

  @Test
  void additionsAndRestsAreToldFromEntries() {
    assertThat(LineFormat.read("2026-01-01 10:00:00.123 UTC [77] STATEMENT:  SELECT 1").kind())
        .isEqualTo(LineFormat.Kind.ADDITION);
    assertThat(LineFormat.read("\tat org.relevo.X.y(X.java:1)").kind())
        .isEqualTo(LineFormat.Kind.REST);
    assertThat(LineFormat.read("java.io.IOException: LOG:  no").kind())
        .isEqualTo(LineFormat.Kind.REST);
    assertThat(LineFormat.read("").kind()).isEqualTo(LineFormat.Kind.REST);
    assertThat(LineFormat.read("LOG:  starting").level()).isEqualTo(LogLevel.INFO);
  }

  @Test
  void aTimeThatIsNoneIsUnknown() {
    assertThat(LineFormat.read("2026-13-01T10:00:00.123Z INFO  x").atEpochMs()).isEqualTo(-1);
    assertThat(LineFormat.read("2026-01-01 10:00:00.123 NOZONE [7] LOG:  x").atEpochMs())
        .isEqualTo(-1);
  }
}
