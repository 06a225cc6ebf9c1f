package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.relevo.proxy.pool.ShardDecision.NOBODY;
import static org.relevo.proxy.pool.ShardDecision.choose;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.relevo.proxy.pool.ShardDecision.Choice;

class ShardDecisionTest {
  private static long ms(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  @Test
  void whereNobodyWaitsTheConnectionRests() {
    assertThat(choose(NOBODY, NOBODY, NOBODY)).isEqualTo(Choice.KEEP);
  }

  @Test
  void theOnlyOneWhoWaitsGetsIt() {
    assertThat(choose(0, NOBODY, NOBODY)).isEqualTo(Choice.OWN);
    assertThat(choose(NOBODY, 0, NOBODY)).isEqualTo(Choice.SIBLING);
    assertThat(choose(NOBODY, NOBODY, 0)).isEqualTo(Choice.OTHER_POOL);
  }

  @Test
  void aSiblingComesFirstWhenItHasWaitedMoreThanTwiceAsLongAndFiveMilliseconds() {
    assertThat(choose(ms(10), ms(25), NOBODY)).isEqualTo(Choice.OWN);
    assertThat(choose(ms(10), ms(25) + 1, NOBODY)).isEqualTo(Choice.SIBLING);
  }

  @Test
  void anotherPoolComesFirstWhenItHasWaitedMoreThanTwiceAsLongAndASecond() {
    assertThat(choose(ms(10), NOBODY, ms(1020))).isEqualTo(Choice.OWN);
    assertThat(choose(ms(10), NOBODY, ms(1020) + 1)).isEqualTo(Choice.OTHER_POOL);
    assertThat(choose(NOBODY, ms(10), ms(1020))).isEqualTo(Choice.SIBLING);
    assertThat(choose(NOBODY, ms(10), ms(1020) + 1)).isEqualTo(Choice.OTHER_POOL);
    assertThat(choose(ms(1), ms(10), ms(1021))).isEqualTo(Choice.OTHER_POOL);
  }
}
