package org.relevo.proxy.pair;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.relevo.proxy.pair.Claim.Standing;
import org.relevo.proxy.pair.PairInput.Outcome;
import org.relevo.proxy.pair.PairInput.Voters;

/// Two machines with the real logic over a log, leases, heartbeats and fence devices that are
/// models. Deterministic: the same seed gives the same run.
///
/// The log is what two voters of Raft are: an entry is agreed when both have it, or the sole voter
/// has. A lease is what `control` makes of it: 2.5 s for its holder from before it was sent, 3.5 s
/// for the other from when it was applied, each by its own clock.
final class PairSim {
  static final PairTiming TIMING = new PairTiming(1000, 3000, 20_000, 3000, 4000);
  private static final int STEP_MS = 50;
  private static final int BEAT_MS = 250;
  private static final int RENEW_MS = 400;
  private static final double HELD_MS = 2500;
  static final double OVER_MS = 3500;
  private static final double ELECTION_MS = 500;

  /// What may be wrong with the world, beside faults.
  ///
  /// @param lies fence devices say that they switched off, and did not
  record World(boolean lies) {}

  final List<String> trace = new ArrayDequeTrace();
  final Random random;
  final SimMachine[] nodes = {new SimMachine(this, 0), new SimMachine(this, 1)};
  final boolean[] pathCut = new boolean[2];
  boolean logCut;
  double nowMs;
  private final World world;
  private final List<Long> acknowledged = new ArrayList<>();
  private long nextEntry;

  /// Set when a person gave data up.
  boolean gaveUp;

  PairSim(long seed, World world) {
    this.random = new Random(seed);
    this.world = world;
    for (SimMachine node : nodes) {
      node.rate = 0.95 + random.nextDouble() * 0.1;
      node.offsetMs = random.nextInt(1_000_000);
      node.boot();
    }
  }

  /// Last lines only.
  private static final class ArrayDequeTrace extends ArrayList<String> {
    private static final long serialVersionUID = 1;
    private static final int MOST = 120;

    @Override
    public boolean add(String line) {
      if (size() >= MOST) {
        removeFirst();
      }
      return super.add(line);
    }
  }

  private record Pending(double atMs, int from, PairInput.Fenced result, int life) {}

  private final List<Pending> fences = new ArrayList<>();

  void step() {
    nowMs += STEP_MS;
    for (SimMachine node : nodes) {
      if (node.works()) {
        beat(node);
      }
    }
    deliverFences();
    join();
    for (SimMachine node : nodes) {
      contact(node);
    }
    for (SimMachine node : nodes) {
      if (node.works()) {
        PairInput.Log log = log(node);
        take(node, new PairInput.Net(node.seesNet));
        take(node, log);
        while (!node.inputs.isEmpty() && node.works()) {
          take(node, node.inputs.poll());
        }
        take(node, new PairInput.Tick());
      }
    }
    for (SimMachine node : nodes) {
      if (node.works()) {
        work(node);
      }
    }
    check();
  }

  private void beat(SimMachine node) {
    if (nowMs - node.lastBeatMs < BEAT_MS) {
      return;
    }
    node.lastBeatMs = nowMs;
    SimMachine other = node.other();
    boolean arrives = !pathCut[0] || !pathCut[1];
    if (other.works() && arrives) {
      other.heardLife = node.life;
      other.inputs.add(new PairInput.Heard(node.kept, node.heardLife == other.life, node.seesNet));
    }
  }

  /// Whether the log has a majority at this node.
  private boolean majority(SimMachine node) {
    SimMachine other = node.other();
    if (!node.works() || !node.votes()) {
      return false;
    }
    return node.narrowed || (other.works() && other.votes() && !other.narrowed && !logCut);
  }

  private void contact(SimMachine node) {
    if (!majority(node)) {
      node.contactSinceMs = -1;
    } else if (node.contactSinceMs < 0) {
      node.contactSinceMs = nowMs;
    }
  }

  private boolean leads(SimMachine node) {
    return node.contactSinceMs >= 0 && nowMs - node.contactSinceMs >= ELECTION_MS;
  }

  private PairInput.Log log(SimMachine node) {
    boolean contact = leads(node);
    Voters voters = Voters.UNKNOWN;
    if (contact) {
      voters = node.narrowed ? Voters.SELF : Voters.BOTH;
    } else if (node.votes()
        && !node.narrowed
        && node.other().works()
        && node.other().votes()
        && node.other().narrowed
        && !logCut) {
      voters = Voters.OTHER;
    }
    return new PairInput.Log(voters, contact, node.granted() == node.id);
  }

  /// Founding, and letting in one that has nothing.
  private void join() {
    SimMachine a = nodes[0];
    SimMachine b = nodes[1];
    if (!a.works() || !b.works() || !a.open || !b.open || logCut) {
      return;
    }
    if (!a.joined
        && !b.joined
        && a.entries.isEmpty()
        && b.entries.isEmpty()
        && a.kept.standing() == Standing.NEW
        && b.kept.standing() == Standing.NEW) {
      a.joined = true;
      b.joined = true;
      return;
    }
    for (SimMachine node : nodes) {
      SimMachine other = node.other();
      if (!node.joined && other.narrowed && leads(other) && nowMs - node.openedMs > 800) {
        node.entries.clear();
        node.entries.addAll(other.entries);
        node.joined = true;
        node.otherOver = node.local() + OVER_MS;
        other.narrowed = false;
      }
    }
  }

  private void take(SimMachine node, PairInput input) {
    List<PairEffect> effects = node.logic.on(input, node.localNs());
    for (PairEffect effect : effects) {
      node.later.before(effect);
      perform(node, input, effect);
    }
    if (node.later.due(node.logic.mode(), node.localNs())) {
      open(node);
    }
  }

  /// Its port is in use now and then.
  private void open(SimMachine node) {
    PairMode mode = node.logic.mode();
    if (mode == PairMode.WAITING || mode == PairMode.SPLIT || mode == PairMode.RETIRED) {
      throw new AssertionError("opens as " + mode + told());
    }
    if (random.nextInt(3) == 0) {
      node.later.failed(node.localNs());
      return;
    }
    node.open = true;
    node.stored = true;
    node.openedMs = nowMs;
  }

  private void perform(SimMachine node, PairInput input, PairEffect effect) {
    switch (effect) {
      case PairEffect.Keep(Claim claim) -> {
        node.kept = claim;
        node.contested = false;
      }
      case PairEffect.Contest _ -> node.contested = true;
      case PairEffect.Open _ -> open(node);
      case PairEffect.Narrow _ -> {
        boolean proven =
            (input instanceof PairInput.Fenced fenced && fenced.outcome() == Outcome.OFF)
                || input instanceof PairInput.Confirmed
                || !node.other().kept.worth();
        if (!proven) {
          throw new AssertionError("stands alone without proof after " + input + told());
        }
        node.open = false;
        node.narrowed = true;
      }
      case PairEffect.Discard _ -> {
        node.open = false;
        node.loseDisk();
      }
      case PairEffect.Shut _ -> node.open = false;
      case PairEffect.Fence(long request, boolean shoot) -> fence(node, request, shoot);
      case PairEffect.Answer _ -> {}
      case PairEffect.Note(boolean _, String event, String text) ->
          trace.add("%8.0f %d %s %s".formatted(nowMs, node.id, event, text));
    }
  }

  private void fence(SimMachine node, long request, boolean shoot) {
    SimMachine other = node.other();
    Outcome outcome = Outcome.FAILED;
    if (node.fenceWorks) {
      if (shoot && !world.lies()) {
        other.powerOff();
      }
      outcome = !other.power || (shoot && world.lies()) ? Outcome.OFF : Outcome.ON;
    }
    PairInput.Fenced result = new PairInput.Fenced(request, outcome, outcome.toString());
    fences.add(new Pending(nowMs + 100 + random.nextInt(2000), node.id, result, node.life));
  }

  private void deliverFences() {
    fences.removeIf(each -> {
      if (each.atMs() > nowMs) {
        return false;
      }
      SimMachine node = nodes[each.from()];
      if (node.running && node.life == each.life()) {
        node.inputs.add(each.result());
      }
      return true;
    });
  }

  private void append(SimMachine node, int grantTo, boolean write) {
    SimMachine.Entry entry = new SimMachine.Entry(++nextEntry, grantTo);
    node.entries.add(entry);
    if (!node.narrowed) {
      SimMachine other = node.other();
      if (other.entries.size() != node.entries.size() - 1) {
        throw new AssertionError("two voters differ" + told());
      }
      other.entries.add(entry);
    }
    if (write) {
      acknowledged.add(entry.id());
    }
  }

  /// What the control does: renews, grants what nobody has any more, writes.
  private void work(SimMachine node) {
    if (!leads(node)) {
      return;
    }
    SimMachine other = node.other();
    if (nowMs - node.lastRenewMs >= RENEW_MS) {
      node.lastRenewMs = nowMs;
      append(node, -1, false);
      node.leaseUntil = node.local() + HELD_MS;
      if (!node.narrowed) {
        other.otherOver = other.local() + OVER_MS;
      }
    }
    boolean decides = node.narrowed || node.id == 0;
    int holder = node.granted();
    if (decides && holder < 0) {
      append(node, node.id, false);
    } else if (decides && holder != node.id && node.local() >= node.otherOver) {
      append(node, node.id, false);
    }
    if (node.acts() && random.nextInt(4) == 0) {
      append(node, -1, true);
    }
  }

  private void check() {
    if (nodes[0].acts() && nodes[1].acts()) {
      throw new AssertionError("both have the address" + told());
    }
    for (SimMachine node : nodes) {
      if (node.acts() && leads(node) && !gaveUp) {
        long last = acknowledged.isEmpty() ? 0 : acknowledged.getLast();
        if (last > 0 && node.entries.stream().noneMatch(each -> each.id() == last)) {
          throw new AssertionError("acts without what was acknowledged" + told());
        }
      }
    }
  }

  boolean settled() {
    return nodes[0].acts() != nodes[1].acts()
        && leads(nodes[0])
        && leads(nodes[1])
        && nodes[0].logic.mode() == PairMode.PAIRED
        && nodes[1].logic.mode() == PairMode.PAIRED;
  }

  /// In order: the other goes on alone.
  void stopInOrder(SimMachine node) {
    if (node.works() && node.logic.mode() == PairMode.PAIRED && leads(node) && !node.narrowed) {
      node.other().narrowed = true;
      node.leaseUntil = node.local();
    }
    node.killProcess();
  }

  String told() {
    return "\n%s\n%s\nat %.0f ms, paths %s %s, log %s\n%s"
        .formatted(
            nodes[0], nodes[1], nowMs, pathCut[0], pathCut[1], logCut, String.join("\n", trace));
  }
}
