package org.relevo.proxy.pair;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.pair.Claim.Standing;

/// One machine of [PairSim], with its disk and its process.
///
/// Owner: the simulation.
final class SimMachine {
  /// An entry of the log: a write, a grant of the address, or a renewal.
  ///
  /// @param grantTo -1 for none
  record Entry(long id, int grantTo) {}

  private final PairSim sim;
  final int id;
  double rate;
  double offsetMs;
  boolean power;
  boolean running;
  boolean frozen;
  boolean fenceWorks = true;
  boolean seesNet = true;
  int life;

  // On its disk.
  Claim kept = Claim.NONE;
  boolean stored;
  boolean narrowed;
  boolean joined;
  final List<Entry> entries = new ArrayList<>();
  boolean sameBoot;
  boolean contested;

  // Of the process.
  PairLogic logic;
  boolean open;
  OpenLater later = new OpenLater();
  double openedMs;
  double contactSinceMs = -1;
  double leaseUntil;
  double otherOver;
  double lastRenewMs;
  double lastBeatMs;
  int heardLife;
  final ArrayDeque<PairInput> inputs = new ArrayDeque<>();

  SimMachine(PairSim sim, int id) {
    this.sim = sim;
    this.id = id;
  }

  SimMachine other() {
    return sim.nodes[1 - id];
  }

  double local() {
    return sim.nowMs * rate + offsetMs;
  }

  long localNs() {
    return (long) (local() * 1e6);
  }

  boolean works() {
    return power && running && !frozen;
  }

  void boot() {
    power = true;
    sameBoot = false;
    launch();
  }

  void launch() {
    life = sim.random.nextInt(1_000_000_000) + 1;
    running = true;
    frozen = false;
    open = false;
    later = new OpenLater();
    heardLife = 0;
    leaseUntil = local();
    // What a process knows of the other's lease begins with its own life.
    otherOver = local() + PairSim.OVER_MS;
    contactSinceMs = -1;
    inputs.clear();
    boolean resumes = sameBoot && kept.standing() == Standing.ALONE && !contested;
    Claim claim = stored ? kept : Claim.NONE;
    logic =
        new PairLogic(
            new LogicSettings(PairSim.TIMING, true, resumes, contested, sim.random.nextInt(2000)),
            claim,
            localNs());
    sameBoot = true;
  }

  void powerOff() {
    power = false;
    running = false;
    open = false;
    leaseUntil = Double.NEGATIVE_INFINITY;
  }

  void killProcess() {
    running = false;
    open = false;
  }

  void loseDisk() {
    kept = Claim.NONE;
    contested = false;
    stored = false;
    narrowed = false;
    joined = false;
    entries.clear();
  }

  int granted() {
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).grantTo() >= 0) {
        return entries.get(i).grantTo();
      }
    }
    return -1;
  }

  /// The kernel keeps the address for as long as the lease, whatever the process does.
  boolean acts() {
    return power && granted() == id && local() < leaseUntil;
  }

  boolean votes() {
    return open && stored && joined;
  }

  @Override
  public String toString() {
    return "%d %s %s%s%s %s"
        .formatted(
            id,
            power ? "on" : "off",
            running ? logic.mode() : "down",
            frozen ? " frozen" : "",
            narrowed ? " narrow" : "",
            kept);
  }
}
