package org.relevo.jmx.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.relevo.jmx.contract.BenchmarkShare;

class NodeSharesTest {
  private final AtomicReference<Map<Integer, Long>> counted =
      new AtomicReference<>(Map.of(0, 100L, 1, 10L));
  private final NodeShares shares = new NodeShares(counted::get);

  @Test
  void sharesAreOfWhatCameSinceTheBeginning() {
    counted.set(Map.of(0, 130L, 1, 20L));
    shares.end();
    assertThat(shares.now()).extracting(BenchmarkShare::statements).containsExactly(30L, 10L);
    assertThat(shares.now()).extracting(BenchmarkShare::share).containsExactly(0.75, 0.25);
  }

  @Test
  void countsThatBeganAnewAreNotBelowNothing() {
    counted.set(Map.of(0, 5L, 1, 20L));
    shares.end();
    assertThat(shares.now()).extracting(BenchmarkShare::statements).containsExactly(0L, 10L);
    assertThat(shares.now()).extracting(BenchmarkShare::share).containsExactly(0.0, 1.0);
    assertThat(shares.now()).extracting(BenchmarkShare::perSecond).allMatch(rate -> rate >= 0);
  }
}
