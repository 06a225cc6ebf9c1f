package org.relevo.proxy.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.ControlEntry;

/// The judge of losses lets pass what was told, and nothing else.
class LossesTest {
  private static final String HISTORY =
      "1\t0/1000000\tno recovery target specified\n\n2\t0/2000000\tno recovery target specified\n";
  private static final long SECOND_NS = 1_000_000_000L;

  private final Losses losses = new Losses(1 << 20, 4_000);

  @Test
  void nothingLostIsRight() {
    assertThat(check(List.of(), told("at most 0 known bytes lost")).wrong()).isEmpty();
  }

  @Test
  void whatLiesWithinTheBytesThatWereToldIsRight() {
    assertThat(check(List.of(1L), told("at most 4096 known bytes lost")).wrong()).isEmpty();
    assertThat(check(List.of(1L), told("at most 4095 known bytes lost")).wrong()).hasSize(1);
    assertThat(check(List.of(1L), told("loss allowed by hand: 4096")).wrong()).isEmpty();
  }

  @Test
  void whatWasWrittenAfterThePrimaryWasLastHeardIsRight() {
    assertThat(check(List.of(2L), told("at most 0 known bytes lost")).wrong()).isEmpty();
    assertThat(check(List.of(2L), told("has all that the stopped primary had")).wrong())
        .containsExactly("timeline 2: 1 rows lost beyond what was told");
  }

  @Test
  void moreThanTheBoundIsWrong() {
    assertThat(check(List.of(), told("at most 1048577 known bytes lost")).wrong()).hasSize(1);
  }

  @Test
  void lossesOfWhichNothingWasToldAreWrong() {
    assertThat(check(List.of(3L), told("at most 9000 known bytes lost")).wrong()).hasSize(1);
    assertThat(check(List.of(1L), List.of()).wrong()).hasSize(1);
  }

  private Losses.Result check(List<Long> lost, List<ControlEntry> told) {
    Map<Long, Losses.Mark> marks =
        Map.of(
            1L, Losses.Mark.of("000000020000000000000002 0/2001000", 5 * SECOND_NS),
            2L, Losses.Mark.of("000000020000000000000002 0/2009000", 9 * SECOND_NS),
            3L, Losses.Mark.of("000000030000000000000002 0/2009000", 9 * SECOND_NS),
            4L, Losses.Mark.of("000000020000000000000001 0/1001000", 10 * SECOND_NS));
    return losses.check(lost, marks, HISTORY, told);
  }

  /// At the end of timeline 2, and an earlier promotion.
  private static List<ControlEntry> told(String proof) {
    return List.of(
        new ControlEntry(
            7, 0, "automatic", "F-130", "node1 is the primary from 0/1000000: p; has all that x"),
        new ControlEntry(
            8,
            0,
            "automatic",
            "F-130",
            "node0 is the primary from 0/2000010: point of no return; " + proof));
  }
}
