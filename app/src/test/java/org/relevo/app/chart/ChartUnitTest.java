package org.relevo.app.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChartUnitTest {
  private static final Locale ES = Locale.of("es");

  private static String text(ChartUnit unit, double value, Locale locale) {
    return unit.format(value, locale).replace('\u00a0', ' ');
  }

  @Test
  void bytesTakeBinaryPrefixes() {
    assertThat(text(ChartUnit.BYTES, 0, Locale.ENGLISH)).isEqualTo("0 B");
    assertThat(text(ChartUnit.BYTES, 999, Locale.ENGLISH)).isEqualTo("999 B");
    assertThat(text(ChartUnit.BYTES, 1000, Locale.ENGLISH)).isEqualTo("0.98 KiB");
    assertThat(text(ChartUnit.BYTES_PER_SECOND, 12.34 * 1024 * 1024, Locale.ENGLISH))
        .isEqualTo("12.3 MiB/s");
    assertThat(text(ChartUnit.BYTES, 5e18, Locale.ENGLISH)).isEqualTo("4,441 PiB");
  }

  @Test
  void numbersFollowTheLanguage() {
    assertThat(text(ChartUnit.PER_SECOND, 1234.5, Locale.ENGLISH)).isEqualTo("1,234 /s");
    assertThat(text(ChartUnit.PER_SECOND, 12345.6, ES)).isEqualTo("12.346 /s");
    assertThat(text(ChartUnit.PERCENT, 98.76, ES)).isEqualTo("98,8 %");
    assertThat(text(ChartUnit.MILLISECONDS, 3.214, ES)).isEqualTo("3,21 ms");
    assertThat(text(ChartUnit.COUNT, 8, ES)).isEqualTo("8");
  }

  @Test
  void anUnknownValueIsNeverANumber() {
    for (ChartUnit unit : ChartUnit.values()) {
      assertThat(unit.format(Double.NaN, Locale.ENGLISH)).isEqualTo(ChartUnit.UNKNOWN);
    }
  }

  @ParameterizedTest
  @EnumSource(ChartUnit.class)
  void theAxisReachesTheGreatestValueWithFewRoundSteps(ChartUnit unit) {
    for (double max = 0.001; max < 1e12; max *= 1.37) {
      double top = unit.top(max);
      double steps = top / unit.step(max);
      assertThat(steps).as("steps for %s", max).isBetween(0.99, 5.01);
      assertThat(steps).isCloseTo(Math.rint(steps), org.assertj.core.data.Offset.offset(1e-6));
      if (unit != ChartUnit.PERCENT) {
        assertThat(top).as("top for %s", max).isGreaterThanOrEqualTo(max * 0.999);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ChartUnit.class)
  void aFlatLineAtZeroStillHasAnAxis(ChartUnit unit) {
    assertThat(unit.top(0)).isPositive();
    assertThat(unit.top(Double.NaN)).isPositive();
  }

  @Test
  void bytesStepInPowersOfTwo() {
    assertThat(ChartUnit.BYTES.step(3_000_000)).isEqualTo(1 << 20);
    assertThat(ChartUnit.BYTES.top(3_000_000)).isEqualTo(3 << 20);
  }
}
