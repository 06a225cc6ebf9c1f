package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.relevo.proxy.cluster.NodeReport;
import org.relevo.proxy.cluster.NodeReport.Condition;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// A PostgreSQL server as far as control sees it: WAL as a list of records, timelines with their
/// starting points, streaming, commits that wait for standbys. Each record has 100 bytes.
final class SimServer {
  private static final int RECORD_BYTES = 100;

  /// A timeline of this server's history.
  record Line(long number, int start) {}

  private record Waiting(int length, Runnable acknowledged) {}

  final int id;
  private final World world;
  private final List<SimServer> servers;
  private Runnable changed = () -> {};

  int[] wal = new int[256];
  int length;
  List<Line> history = new ArrayList<>(List.of(new Line(1, 0)));

  boolean running;
  boolean primary;
  boolean frozen;
  long thawedNs = -World.ms(10_000);
  boolean rebuilding;
  boolean diverged;

  /// Promoted by a person, so that its timeline's number may be anybody's.
  boolean forked;

  boolean byHand;
  boolean cleanEnd;
  int source = -1;
  boolean receiving;
  long gate;
  long promisedEpoch;

  private SyncSet sync = SyncSet.NONE;
  private long syncNumber;
  private int forceAt;
  private int[] acked;
  private List<Waiting> waiting = new ArrayList<>();
  private int life;
  private int connectedLife = -1;
  private int connectedTo = -1;

  SimServer(World world, int id, List<SimServer> servers, int count) {
    this.world = world;
    this.id = id;
    this.servers = servers;
    acked = new int[count];
    world.after(World.ms(world.between(5, 25)), this::stream);
  }

  void onChange(Runnable told) {
    changed = told;
  }

  long timeline() {
    return history.getLast().number();
  }

  static Lsn position(int records) {
    return new Lsn((records + 1L) * RECORD_BYTES);
  }

  static int records(Lsn at) {
    return (int) (at.value() / RECORD_BYTES) - 1;
  }

  NodeReport report() {
    Condition condition =
        rebuilding
            ? Condition.REBUILDING
            : !running
                ? Condition.STOPPED
                : primary
                    ? Condition.PRIMARY
                    : diverged
                        ? Condition.DIVERGED
                        : receiving ? Condition.STANDBY : Condition.RECEIVER_STOPPED;
    Lsn at = condition == Condition.STOPPED && !cleanEnd ? Lsn.ZERO : position(length);
    boolean still = condition == Condition.STOPPED || condition == Condition.RECEIVER_STOPPED;
    NodeReport report =
        NodeReport.of(condition, timeline(), at, primary ? -1 : source)
            .withGate(still ? gate : 0)
            .withSync(settled() ? syncNumber : 0);
    return byHand ? report.stoppedByHand() : report;
  }

  private boolean settled() {
    return primary
        && running
        && sync.names().stream().filter(node -> acked[node.value()] >= forceAt).count()
            >= sync.need();
  }

  // What agents and persons do

  void startPrimary(long number, SyncSet set) {
    running = true;
    primary = true;
    byHand = false;
    diverged = false;
    gate = 0;
    life++;
    Arrays.fill(acked, 0);
    useSync(number, set);
  }

  void startStandby(int from, boolean receive) {
    life++;
    running = true;
    primary = false;
    byHand = false;
    source = from;
    receiving = receive;
    if (receive) {
      gate = 0;
    }
    changed.run();
  }

  void promote(long number) {
    history = new ArrayList<>(history);
    history.add(new Line(number, length));
  }

  void useSync(long number, SyncSet set) {
    if (number != syncNumber || !set.equals(sync)) {
      sync = set;
      syncNumber = number;
      forceAt = length;
    }
    release();
    changed.run();
  }

  void stopReceiver(long forGate) {
    receiving = false;
    gate = forGate;
    changed.run();
  }

  void stop(boolean clean) {
    if (running && primary && clean) {
      for (SimServer other : servers) {
        if (other.source == id && other.streams(this)) {
          other.take(this);
        }
      }
    }
    cleanEnd = running ? clean && primary : cleanEnd;
    running = false;
    primary = false;
    life++;
    waiting = new ArrayList<>();
    changed.run();
  }

  void copyOf(SimServer other) {
    wal = Arrays.copyOf(other.wal, other.wal.length);
    length = other.length;
    history = new ArrayList<>(other.history);
    diverged = false;
    forked = false;
    rebuilding = false;
  }

  /// Whether this server's history is a beginning of the other's, as the timelines tell.
  boolean within(SimServer other) {
    Line own = history.getLast();
    for (int at = 0; at < other.history.size(); at++) {
      Line line = other.history.get(at);
      if (line.number() == own.number() && line.start() == own.start()) {
        boolean last = at == other.history.size() - 1;
        int end = last ? other.length : other.history.get(at + 1).start();
        return length <= end && !forked;
      }
    }
    return false;
  }

  // Streaming and commits

  /// Its receiver has not come to an end: the primary runs.
  boolean connected() {
    SimServer from = source < 0 || source == id ? null : servers.get(source);
    return running && !primary && receiving && from != null && from.running && from.primary;
  }

  private boolean streams(SimServer from) {
    return running
        && !primary
        && !frozen
        && !diverged
        && receiving
        && from.running
        && from.primary
        && !from.frozen
        && world.both(id, from.id);
  }

  private void stream() {
    world.after(World.ms(world.between(8, 30)), this::stream);
    if (source < 0 || source == id || !streams(servers.get(source))) {
      connectedTo = -1;
      return;
    }
    SimServer from = servers.get(source);
    take(from);
    if (diverged) {
      return;
    }
    int have = length;
    int fromLife = from.life;
    world.after(
        world.delayNs(),
        () -> {
          if (from.life == fromLife && from.running && world.both(id, from.id)) {
            from.acked[id] = Math.max(from.acked[id], have);
            from.release();
          }
        });
  }

  private void take(SimServer from) {
    if (connectedTo != from.id || connectedLife != from.life) {
      if (!within(from)) {
        diverged = true;
        changed.run();
        return;
      }
      world.check(
          Arrays.equals(wal, 0, length, from.wal, 0, length),
          () -> "node%d follows node%d, but their histories differ".formatted(id, from.id));
      connectedTo = from.id;
      connectedLife = from.life;
    }
    long before = timeline();
    wal = Arrays.copyOf(wal, Math.max(wal.length, from.wal.length));
    System.arraycopy(from.wal, length, wal, length, from.length - length);
    length = from.length;
    history = from.history;
    if (timeline() != before) {
      changed.run();
    }
  }

  boolean takesWrites() {
    return running && primary && !frozen;
  }

  /// A commit; the answer comes when enough standbys have it.
  void write(int record, Runnable acknowledged) {
    if (length == wal.length) {
      wal = Arrays.copyOf(wal, 2 * length);
    }
    wal[length] = record;
    length++;
    waiting.add(new Waiting(length, acknowledged));
    release();
  }

  private void release() {
    boolean before = settledBefore;
    settledBefore = settled();
    if (settledBefore && !before) {
      changed.run();
    }
    if (!running || !primary) {
      return;
    }
    SortedSet<BackendId> names = new TreeSet<>(sync.names());
    while (!waiting.isEmpty()) {
      Waiting first = waiting.getFirst();
      long have = names.stream().filter(node -> acked[node.value()] >= first.length()).count();
      if (have < sync.need()) {
        return;
      }
      waiting.removeFirst();
      first.acknowledged().run();
    }
  }

  private boolean settledBefore;
}
