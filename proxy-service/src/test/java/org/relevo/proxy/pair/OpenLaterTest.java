package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenLaterTest {
  private static final long SECOND = 1_000_000_000;

  private final OpenLater later = new OpenLater();

  @Test
  void itIsTriedAgainOnceForEachFailure() {
    assertThat(later.due(PairMode.ALONE, 0)).isFalse();
    later.failed(0);
    assertThat(later.due(PairMode.ALONE, SECOND - 1)).isFalse();
    later.before(new PairEffect.Note(false, "pair.heard", ""));
    assertThat(later.due(PairMode.ALONE, SECOND)).isTrue();
    assertThat(later.due(PairMode.ALONE, 2 * SECOND)).isFalse();
  }

  static Stream<PairEffect> ends() {
    return Stream.of(new PairEffect.Shut(), new PairEffect.Narrow(), new PairEffect.Discard());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void notWhenItIsToBeShutMeanwhile(PairEffect end) {
    later.failed(0);
    later.before(end);
    assertThat(later.due(PairMode.ALONE, 2 * SECOND)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"WAITING", "SPLIT", "RETIRED"})
  void notWhereNothingIsOpen(PairMode mode) {
    later.failed(0);
    assertThat(later.due(mode, 2 * SECOND)).isFalse();
    assertThat(later.due(PairMode.ALONE, 3 * SECOND)).as("nor afterwards").isFalse();
  }
}
