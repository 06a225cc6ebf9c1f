package org.relevo.app.view.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActFieldsTest {
  private static final Instant NOW = Instant.parse("2026-11-23T20:30:00Z");

  @Test
  void aTimeOfDayIsTheNextOne() {
    assertThat(ActFields.time("22:15", NOW, ZoneOffset.UTC))
        .contains(Instant.parse("2026-11-23T22:15:00Z"));
    assertThat(ActFields.time("6:05", NOW, ZoneOffset.UTC))
        .contains(Instant.parse("2026-11-24T06:05:00Z"));
    assertThat(ActFields.time("06:00", NOW, ZoneId.of("Europe/Madrid")))
        .contains(Instant.parse("2026-11-24T05:00:00Z"));
  }

  @Test
  void aDayMustBeToCome() {
    assertThat(ActFields.time("2026-11-30 22:00", NOW, ZoneOffset.UTC))
        .contains(Instant.parse("2026-11-30T22:00:00Z"));
    assertThat(ActFields.time("2026-11-22 22:00", NOW, ZoneOffset.UTC)).isEmpty();
    for (String wrong : new String[] {"", "25:00", "tonight", "2026-11-31 1:00", "22.15"}) {
      assertThat(ActFields.time(wrong, NOW, ZoneOffset.UTC)).as(wrong).isEmpty();
    }
  }

  @Test
  void theFirstWrongFieldIsNamed() {
    assertThat(wrong(Map.of("host", "", "port", "1", "data", "/d")))
        .isEqualTo("operations.refusal.host");
    assertThat(wrong(Map.of("host", "db3", "port", "70000", "data", "/d")))
        .isEqualTo("operations.refusal.port");
    assertThat(wrong(Map.of("host", "db3", "port", "5432", "data", "data")))
        .isEqualTo("operations.refusal.data");
    assertThat(wrong(Map.of("host", "db3", "port", "5432", "data", "/data"))).isEmpty();
  }

  private static String wrong(Map<String, String> fields) {
    return ActFields.wrong(
        new ActInput(ActKind.ADD_NODE, -1, "", "why", fields), NOW, ZoneOffset.UTC);
  }
}
