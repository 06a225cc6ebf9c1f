package org.relevo.proxy.control.simulation;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Time, chance and the network between machines. One seed makes one history.
final class World {
  private static final boolean TRACE = Boolean.getBoolean("relevo.trace");
  private static final int MOST_TRACE = 4000;

  private record Event(long atNs, long order, Runnable run) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNs, other.atNs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /// Something that must never be.
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(String text) {
      super(text);
    }
  }

  final SplittableRandom random;
  final boolean[][] cut;
  final boolean[] machineDown;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final ArrayDeque<String> trace = new ArrayDeque<>();

  /// Whether actions of agents fail and hang by chance.
  boolean faults;

  private long order;
  private long nowNs;

  World(long seed, int machines) {
    random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 12345);
    cut = new boolean[machines][machines];
    machineDown = new boolean[machines];
  }

  static long ms(double ms) {
    return (long) (ms * 1_000_000);
  }

  long nowNs() {
    return nowNs;
  }

  void after(long delayNs, Runnable run) {
    order++;
    events.add(new Event(nowNs + delayNs, order, run));
  }

  void runUntil(long untilNs) {
    while (!events.isEmpty() && events.peek().atNs() <= untilNs) {
      Event event = events.poll();
      nowNs = event.atNs();
      event.run().run();
    }
    nowNs = Math.max(nowNs, untilNs);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  double between(double least, double most) {
    return least + random.nextDouble() * (most - least);
  }

  /// One way, milliseconds; now and then a long one.
  long delayNs() {
    return ms(chance(0.01) ? between(5, 120) : between(0.2, 4));
  }

  boolean open(int from, int to) {
    return !machineDown[from] && !machineDown[to] && (from == to || !cut[from][to]);
  }

  boolean both(int one, int other) {
    return open(one, other) && open(other, one);
  }

  void healNetwork() {
    for (boolean[] row : cut) {
      java.util.Arrays.fill(row, false);
    }
  }

  void trace(Supplier<String> text) {
    if (TRACE) {
      trace.add("%9.3f %s".formatted(nowNs / 1e6, text.get()));
      if (trace.size() > MOST_TRACE) {
        trace.removeFirst();
      }
    }
  }

  String traced() {
    return String.join("\n", trace);
  }

  void check(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new Violation("at %.3f ms: %s".formatted(nowNs / 1e6, otherwise.get()));
    }
  }
}
