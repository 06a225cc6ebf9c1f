package org.relevo.proxy.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  void aPlainNumberHasTheSettingsUnit() {
    assertThat(Durations.parse("30", "s")).isEqualTo(Duration.ofSeconds(30));
    assertThat(Durations.parse("30", "ms")).isEqualTo(Duration.ofMillis(30));
  }

  @Test
  void unitsAreThoseOfPostgres() {
    assertThat(Durations.parse("5min", "s")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Durations.parse("1.5 h", "s")).isEqualTo(Duration.ofMinutes(90));
    assertThat(Durations.parse("2d", "ms")).isEqualTo(Duration.ofDays(2));
  }

  @Test
  void anythingElseIsRefusedByName() {
    for (String text : new String[] {"", "soon", "-1s", "5 MB", "99999999999999s"}) {
      assertThatThrownBy(() -> Durations.parse(text, "s"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "' is not a time");
    }
  }
}
