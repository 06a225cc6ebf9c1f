package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.Seeds;
import org.relevo.proxy.testkit.script.Features;
import org.relevo.proxy.testkit.script.Simulation;

/// Thousands of random conversations through the proxy, in which server connections, the server or
/// clients go away or stall at random places. Whatever happens, nobody gets another's answer,
/// nobody waits for ever, and nothing is left behind. A failing seed replays with `-Drelevo.seed`.
@Timeout(300)
class SessionKillTest {
  private static final int RUNS = 3_000;

  @Test
  void withoutFaultsEveryClientGetsExactlyPostgresqlsAnswers() {
    runs(RUNS / 6, 0);
  }

  @Test
  void whateverDiesNothingLeaksAndNobodyHangs() {
    runs(RUNS, 3);
  }

  private static void runs(int count, int mostFaults) {
    long first = Seeds.first();
    for (long seed = first; seed < first + (Seeds.given() ? 1 : count); seed++) {
      try {
        run(seed, mostFaults);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("-Drelevo.seed=" + seed, e);
      }
    }
  }

  private static void run(long seed, int mostFaults) {
    Random random = new Random(seed);
    int clients = 1 + random.nextInt(4);
    int faults = mostFaults == 0 ? 0 : 1 + random.nextInt(mostFaults);
    try (Simulation simulation = new Simulation(seed, Features.SESSION, clients, faults)) {
      LoopShard shard = new LoopShard(simulation.loop());
      Duration limit = Duration.ofSeconds(60);
      SessionHub hub =
          new SessionHub(
              new FixedViews(5432),
              (_, _, _, _, handler) -> simulation.connect(handler),
              new SessionSettings(clients, limit, limit, limit, false));
      simulation.run(() -> new ClientSide(hub, shard));

      assertThat(shard.sessions()).isEmpty();
      assertThat(simulation.serverConnections()).isZero();
      assertThat(simulation.buffersInUse()).isZero();
      for (int i = 0; i < clients; i++) {
        assertThat(hub.admit()).as("place %d of %d", i, clients).isTrue();
      }
    }
  }
}
