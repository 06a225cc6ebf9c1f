package org.relevo.proxy.pool;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Random histories of pools against the promises that a pool makes.
class PoolSimTest {
  private static final int SEEDS = Integer.getInteger("relevo.pool.seeds", 1000);

  private final Logger logger = (Logger) LoggerFactory.getLogger(Pools.class.getPackageName());

  @BeforeEach
  void quiet() {
    logger.setLevel(Level.ERROR); // thousands of servers fail here
  }

  @AfterEach
  void loud() {
    logger.setLevel(null);
  }

  @Test
  void noHistoryLosesAPermitAWakeUpOrAPlaceInTheQueue() {
    Long one = Long.getLong("relevo.seed");
    long first = one != null ? one : System.nanoTime();
    long granted = 0;
    for (long seed = first; seed < first + (one != null ? 1 : SEEDS); seed++) {
      PoolSimulation simulation = new PoolSimulation(seed);
      try {
        simulation.run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Drelevo.seed=" + seed + ": " + e.getMessage(), e);
      }
      granted += simulation.granted();
    }
    assertThat(granted).as("the histories do something").isGreaterThan(0);
  }
}
