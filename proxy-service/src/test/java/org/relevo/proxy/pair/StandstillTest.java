package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final long MS = 1_000_000;

  private final Standstill standstill = new Standstill(5000);

  @Test
  void theWallClockGoesOnWhileTheOtherStands() {
    assertThat(standstill.stood(7 * MS, 1_000_000)).as("the first look").isFalse();
    assertThat(standstill.stood(57 * MS, 1_000_050)).isFalse();
    assertThat(standstill.stood(107 * MS, 1_005_049)).isFalse();
    assertThat(standstill.stood(157 * MS, 1_010_099)).isTrue();
    assertThat(standstill.stood(207 * MS, 1_010_149)).as("once").isFalse();
  }

  @Test
  void aClockThatIsSetBackIsNotTrustedEither() {
    standstill.stood(0, 100_000);
    assertThat(standstill.stood(50 * MS, 40_000)).isTrue();
  }

  /// Seen by the monotonic clock itself.
  @Test
  void bothGoOn() {
    standstill.stood(0, 100_000);
    assertThat(standstill.stood(60_000 * MS, 160_000)).isFalse();
  }
}
