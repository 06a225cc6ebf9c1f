package org.relevo.proxy.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Random faults of two machines: never two holders, nothing agreed is lost, nobody goes on alone
/// without proof; and both are together again in the end. `-Drelevo.pair.seeds=N` says how many.
class PairSimTest {
  private static final int SEEDS = Integer.getInteger("relevo.pair.seeds", 1500);
  private static final int FIRST = Integer.getInteger("relevo.pair.first", 0);
  private static final PairSim.World HONEST = new PairSim.World(false);

  @Test
  void whateverHappensThereIsNeverMoreThanOneHolder() {
    long taken = 0;
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      taken += run(seed, HONEST);
    }
    assertThat(taken).as("times that one machine went on alone").isGreaterThan(SEEDS / 4L);
  }

  /// A device that lies breaks what no software can mend; the check sees it.
  @Test
  void aFenceDeviceThatLiesIsCaught() {
    assertThatThrownBy(
            () -> {
              for (int seed = 0; seed < SEEDS; seed++) {
                run(seed, new PairSim.World(true));
              }
            })
        .isInstanceOf(AssertionError.class);
  }

  /// @return how often one of the two went on alone
  private static long run(int seed, PairSim.World world) {
    PairSim sim = new PairSim(seed, world);
    try {
      pass(sim, 10_000);
      assertThat(sim.settled()).as("founded").isTrue();
      int faults = 2 + sim.random.nextInt(8);
      for (int i = 0; i < faults; i++) {
        fault(sim);
        pass(sim, sim.random.nextInt(12_000));
      }
      heal(sim);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage() + sim.told(), e);
    }
    return sim.nodes[0].kept.generation() - 1;
  }

  private static void pass(PairSim sim, int ms) {
    for (int passed = 0; passed < ms; passed += 50) {
      sim.step();
    }
  }

  private static void fault(PairSim sim) {
    SimMachine node = sim.nodes[sim.random.nextInt(2)];
    int kind = sim.random.nextInt(14);
    sim.trace.add("%8.0f fault %d at %d".formatted(sim.nowMs, kind, node.id));
    switch (kind) {
      case 0, 1 -> node.powerOff();
      case 2, 3 -> {
        if (!node.power) {
          node.boot();
        } else if (!node.running) {
          node.launch();
        }
      }
      case 4 -> {
        node.killProcess();
        if (node.power) {
          pass(sim, 2000);
          node.launch();
        }
      }
      case 5 -> node.frozen = !node.frozen;
      case 6 -> cut(sim, true);
      case 7 -> cut(sim, false);
      case 8 -> sim.pathCut[sim.random.nextInt(2)] ^= true;
      case 9 -> sim.logCut ^= true;
      case 10 -> node.fenceWorks ^= true;
      case 11 -> node.seesNet ^= true;
      case 12 -> sim.stopInOrder(node);
      default -> {
        // A person who looks first.
        if (!node.other().power && node.works()) {
          node.inputs.add(new PairInput.Confirmed(1, false));
        }
      }
    }
  }

  private static void cut(PairSim sim, boolean on) {
    sim.pathCut[0] = on;
    sim.pathCut[1] = on;
    sim.logCut = on;
  }

  private static void heal(PairSim sim) {
    cut(sim, false);
    for (SimMachine node : sim.nodes) {
      node.frozen = false;
      node.fenceWorks = true;
      node.seesNet = true;
    }
    for (int tries = 0; tries < 12 && !sim.settled(); tries++) {
      for (SimMachine node : sim.nodes) {
        if (!node.power) {
          node.boot();
        } else if (!node.running || node.logic.mode() == PairMode.RETIRED) {
          node.launch();
        }
      }
      pass(sim, 10_000);
    }
    assertThat(sim.settled()).as("together again" + sim.told()).isTrue();
    for (SimMachine node : sim.nodes) {
      assertThat(node.logic.mode()).isEqualTo(PairMode.PAIRED);
    }
  }
}
