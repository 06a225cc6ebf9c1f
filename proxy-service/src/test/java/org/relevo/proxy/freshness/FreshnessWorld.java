package org.relevo.proxy.freshness;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.ClusterViews;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.freshness.WorldServers.Server;
import org.relevo.proxy.routing.RoutingView;

/// Servers, one service and its sessions, in random order of everything that can happen between
/// them: commits and their acknowledgements, questions and answers of samples, replication, replay,
/// crashes that lose what was not flushed, restarts of standbys behind where they were, promotions
/// that lose what was not received, and late news of all that.
///
/// A stale read is one on a standby that lacks a commit which its session (or anybody, for global
/// reads) was acknowledged before, and which the cluster still has.
final class FreshnessWorld {
  private static final int SESSIONS = 4;

  final Random random;
  final WorldServers cluster;
  final List<Server> servers;
  final List<Client> clients = new ArrayList<>();
  final List<Runnable> late = new ArrayList<>();
  final List<Runnable> laterStill = new ArrayList<>();
  final Set<Integer> acknowledgedToAnybody = new HashSet<>();
  final SampleClock clock = new SampleClock(() -> {});
  final PositionBook book;
  final Freshness freshness;
  final LongUnaryOperator weakening;
  final boolean checksRestarts;
  final List<String> stale = new ArrayList<>();
  ClusterView told;
  int commits;
  int standbyReads;

  final class Client {
    final Watermark watermark = new Watermark(freshness);
    final Set<Integer> acknowledged = new HashSet<>();
    final int[] runs = new int[WorldServers.NODES];
    final long[] opened = new long[WorldServers.NODES];
  }

  private final class Views implements ClusterViews {
    @Override
    public ClusterView current() {
      return told;
    }

    @Override
    public Subscription listen(java.util.function.Consumer<ClusterView> listener) {
      throw new UnsupportedOperationException();
    }
  }

  /// @param weakening of marks, to see that the check can fail
  /// @param checksRestarts whether sessions ask for a sample that is younger than their connection
  FreshnessWorld(long seed, LongUnaryOperator weakening, boolean checksRestarts) {
    this.random = new Random(seed);
    this.weakening = weakening;
    this.checksRestarts = checksRestarts;
    this.cluster = new WorldServers(random, this::news);
    this.servers = cluster.all;
    told = cluster.view();
    book = new PositionBook(told, new Demand(() -> {}));
    freshness = new Freshness(new Views(), clock, (_, _, _, _) -> {}, book.positions(0, _ -> 0));
    for (int i = 0; i < SESSIONS; i++) {
      Client client = new Client();
      java.util.Arrays.fill(client.runs, -1);
      clients.add(client);
    }
  }

  void run(int steps) {
    for (int i = 0; i < steps && stale.isEmpty(); i++) {
      step();
    }
  }

  private void step() {
    Server any = servers.get(random.nextInt(WorldServers.NODES));
    Client client = clients.get(random.nextInt(SESSIONS));
    switch (random.nextInt(1000)) {
      case 0, 1 -> cluster.crash();
      case 2, 3, 4 -> cluster.restart(any);
      case 5, 6, 7 -> cluster.promote();
      default -> usual(any, client);
    }
  }

  private void usual(Server any, Client client) {
    switch (random.nextInt(40)) {
      case 0 -> {
        if (random.nextInt(3) == 0) {
          write(client);
        }
      }
      case 1, 2 -> cluster.flush();
      case 3, 4, 5 -> tick();
      case 6, 7, 8, 9, 10, 11 -> reads(any);
      case 12, 13, 14, 15, 16, 17 -> ends(any);
      case 18, 19, 20 -> cluster.receive(any);
      case 21, 22, 23 -> cluster.replay(any);
      case 24, 25 -> connect(any);
      case 26, 27 -> read(client, false);
      case 28, 29 -> read(client, true);
      case 30 -> {
        if (random.nextInt(10) == 0) {
          handOver(client, clients.get(random.nextInt(SESSIONS)));
        }
      }
      case 31 -> {
        if (random.nextInt(10) == 0) {
          cluster.rejoin(any);
        }
      }
      default -> happenLate();
    }
  }

  // ------------------------------------------------------------------ news

  /// The service hears of roles late, and its sampler later than its sessions.
  private void news() {
    cluster.epoch++;
    ClusterView now = cluster.view();
    late.add(() -> {
      if (now.epoch() > told.epoch()) {
        told = now;
        laterStill.add(() -> {
          book.view(now, clock.begun());
          publish();
        });
      }
    });
  }

  private void happenLate() {
    if (!laterStill.isEmpty() && random.nextInt(20) == 0) {
      laterStill.removeFirst().run();
    }
    if (!late.isEmpty()) {
      late.removeFirst().run();
    }
  }

  // ------------------------------------------------------------------ the sampler

  private void publish() {
    freshness.publish(book.positions(0, _ -> 0));
  }

  private void connect(Server server) {
    if (server.connected && server.connectedRun != server.run) {
      server.connected = false;
      server.asked = 0;
      book.lost(server.id, clock.begun());
    } else if (!server.connected && server.up) {
      server.connected = true;
      server.connectedRun = server.run;
      server.asked = 0;
      server.read = null;
      NodeIdentity who = new NodeIdentity(7, server.timeline, 180000, 8192, 1 << 24);
      book.opened(server.id, who, clock.begun());
    }
    publish();
  }

  private void tick() {
    long number = clock.begin();
    for (Server each : servers) {
      if (each.connected && each.asked == 0) {
        each.asked = number;
        each.read = null;
      }
    }
  }

  /// The server looks at its position, at any time between question and answer.
  private void reads(Server server) {
    if (server.connected && server.connectedRun == server.run && server.asked != 0) {
      if (server.read == null) {
        server.read =
            new Sample(
                server.asked,
                server.recovery,
                server.timeline,
                server.position(),
                Lsn.ZERO,
                0,
                clock.begun());
      }
    }
  }

  private void ends(Server server) {
    Sample said = server.read;
    if (server.connected && said != null && server.asked != 0) {
      server.asked = 0;
      server.read = null;
      book.sampled(server.id, said, clock.begun());
      publish();
    }
  }

  // ------------------------------------------------------------------ sessions

  private void write(Client client) {
    Server server = servers.get(told.primary().orElseThrow().value());
    if (!server.up || server.recovery || server.id.value() != cluster.primary) {
      return;
    }
    long end = server.position().value() + 1 + random.nextInt(50);
    int commit = ++commits;
    server.log.add(new WorldServers.Entry(end, commit));
    int run = server.run;
    late.add(() -> {
      if (server.run == run) {
        client.acknowledged.add(commit);
        acknowledgedToAnybody.add(commit);
        client.watermark.wrote();
      }
    });
  }

  private void handOver(Client from, Client to) {
    from.watermark
        .token(freshness.positions())
        .ifPresent(token -> {
          try {
            to.watermark.adopt(token.text());
            to.acknowledged.addAll(from.acknowledged);
          } catch (SessionToken.Invalid e) {
            throw new AssertionError(e);
          }
        });
  }

  private void read(Client client, boolean global) {
    if (global) {
      long mark = weakening.applyAsLong(freshness.mark());
      Set<Integer> needed = Set.copyOf(acknowledgedToAnybody);
      late.add(() -> route(client, freshness.positions(), mark, needed, "global"));
      return;
    }
    Positions now = freshness.positions();
    if (client.watermark.mark() != Mark.NONE) {
      route(client, now, 0, Set.copyOf(client.acknowledged), "session");
    }
  }

  private void route(
      Client client, Positions now, long mark, Set<Integer> needed, String consistency) {
    Lsn bound = mark == 0 ? sessionBound(client, now) : now.bound(mark);
    for (RoutingView.Node node : now.view().nodes()) {
      Server server = servers.get(node.id().value());
      if (!node.standby()
          || node.replayed() == null
          || node.replayed().compareTo(bound) < 0
          || !connected(client, server, now)) {
        continue;
      }
      int run = server.run;
      late.add(random.nextInt(late.size() + 1), () -> execute(server, run, needed, consistency));
    }
  }

  /// What the weakened session takes for its bound.
  private Lsn sessionBound(Client client, Positions now) {
    Lsn right = client.watermark.mustHaveReplayed(now);
    long weak = weakening.applyAsLong(client.watermark.mark());
    return weak == client.watermark.mark() ? right : now.bound(weak);
  }

  private boolean connected(Client client, Server server, Positions now) {
    int id = server.id.value();
    if (!server.up) {
      return false;
    }
    if (client.runs[id] != server.run) {
      client.runs[id] = server.run;
      client.opened[id] = freshness.mark();
    }
    return !checksRestarts || now.sampledSince(server.id, client.opened[id]);
  }

  private void execute(Server server, int run, Set<Integer> needed, String consistency) {
    if (server.run != run || !server.up) {
      return;
    }
    standbyReads++;
    Set<Integer> shown = server.shown();
    Set<Integer> kept = cluster.primary().shown();
    for (int commit : needed) {
      if (kept.contains(commit) && !shown.contains(commit)) {
        stale.add(
            "%s read on %s lacks commit %d: it shows %s, the primary node%d %s"
                .formatted(consistency, server.id, commit, shown, cluster.primary, kept));
        return;
      }
    }
  }

  // ------------------------------------------------------------------ the end

  /// Lets everything come to rest.
  ///
  /// @return standbys that still do not show a session its writes
  List<String> settle() {
    for (int round = 0; round < 6; round++) {
      while (!late.isEmpty() || !laterStill.isEmpty()) {
        happenLate();
      }
      for (Server each : servers) {
        cluster.rejoin(each);
        connect(each);
        connect(each);
      }
      cluster.flush();
      tick();
      for (Server each : servers) {
        for (int i = 0; i < 200 && each.recovery && each.applied < cluster.primary().flushed; i++) {
          cluster.receive(each);
          cluster.replay(each);
        }
        reads(each);
        ends(each);
      }
    }
    Positions now = freshness.positions();
    List<String> behind = new ArrayList<>();
    for (Client client : clients) {
      Lsn bound = client.watermark.mustHaveReplayed(now);
      for (RoutingView.Node node : now.view().nodes()) {
        Server server = servers.get(node.id().value());
        boolean follows = server.timeline == cluster.primary().timeline;
        boolean shows =
            node.replayed() != null && bound != null && node.replayed().compareTo(bound) >= 0;
        if (node.standby() && follows && bound != null && !shows) {
          behind.add(node + " must have replayed " + bound);
        }
      }
    }
    return behind;
  }
}
