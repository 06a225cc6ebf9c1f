package org.relevo.proxy.freshness;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.ClusterView;
import org.relevo.proxy.core.Lsn;
import org.relevo.proxy.core.NodeView;

/// A primary and its standbys in a [FreshnessWorld]: what each has received, replayed and flushed.
final class WorldServers {
  static final int NODES = 3;

  final List<Server> all = new ArrayList<>();
  private final Random random;
  private final Runnable changed;
  int primary;
  long epoch = 1;
  private long timelines = 1;

  record Entry(long end, int commit) {}

  static final class Server {
    final BackendId id;
    boolean up = true;
    boolean recovery = true;
    long timeline = 1;
    List<Entry> log = new ArrayList<>();
    int applied;
    int flushed;
    int run;

    // the sampler's connection
    boolean connected;
    int connectedRun;
    long asked;
    Sample read;

    Server(int id) {
      this.id = new BackendId(id);
    }

    Lsn position() {
      int upTo = recovery ? applied : log.size();
      return new Lsn(upTo == 0 ? 1000 : log.get(upTo - 1).end());
    }

    Set<Integer> shown() {
      Set<Integer> commits = new HashSet<>();
      log.subList(0, recovery ? applied : log.size()).forEach(each -> commits.add(each.commit()));
      return commits;
    }
  }

  /// @param changed called when a role has changed
  WorldServers(Random random, Runnable changed) {
    this.random = random;
    this.changed = changed;
    for (int i = 0; i < NODES; i++) {
      all.add(new Server(i));
    }
    all.getFirst().recovery = false;
  }

  Server primary() {
    return all.get(primary);
  }

  void flush() {
    primary().flushed = primary().log.size();
  }

  void receive(Server server) {
    Server from = primary();
    if (!server.up || !server.recovery || !from.up || from.recovery) {
      return;
    }
    if (!diverged(server)) {
      server.timeline = from.timeline;
      int more = random.nextInt(from.flushed - server.log.size() + 1);
      server.log.addAll(from.log.subList(server.log.size(), server.log.size() + more));
    }
  }

  /// Whether it has received what the primary's timeline does not have.
  boolean diverged(Server server) {
    Server from = primary();
    return server.log.size() > from.flushed
        || !from.log.subList(0, server.log.size()).equals(server.log);
  }

  void replay(Server server) {
    if (server.up && server.recovery) {
      server.applied += random.nextInt(server.log.size() - server.applied + 1);
    }
  }

  /// The primary loses what it had not flushed and comes back on the same timeline.
  void crash() {
    Server server = primary();
    if (server.up) {
      server.run++;
      server.log.subList(server.flushed, server.log.size()).clear();
    }
  }

  /// A standby comes back behind where it was.
  void restart(Server server) {
    if (server.up && server.recovery) {
      server.run++;
      server.applied -= random.nextInt(server.applied + 1);
    }
  }

  void promote() {
    // Nobody promotes a standby that has not followed the last promotion: that would bring commits
    // back that were lost before.
    List<Server> able =
        all.stream()
            .filter(each -> each.up && each.recovery && each.timeline == primary().timeline)
            .toList();
    if (able.isEmpty()) {
      return;
    }
    Server old = primary();
    if (random.nextBoolean()) { // else it stays reachable for a while, and takes no more writes
      old.up = false;
      old.run++;
    }
    Server next = able.get(random.nextInt(able.size()));
    next.applied = next.log.size();
    next.recovery = false;
    next.timeline = ++timelines;
    next.flushed = next.log.size();
    primary = next.id.value();
    changed.run();
  }

  /// A server that went down or cannot follow is made a standby of the primary anew.
  void rejoin(Server server) {
    if (server.id.value() == primary
        || !primary().up
        || (server.up && server.recovery && !diverged(server))) {
      return;
    }
    server.up = true;
    server.recovery = true;
    server.run++;
    server.log = new ArrayList<>(primary().log.subList(0, primary().flushed));
    server.applied = random.nextInt(server.log.size() + 1);
    server.timeline = primary().timeline;
    changed.run();
  }

  ClusterView view() {
    return new ClusterView(
        epoch, all.stream().map(this::node).toList(), Optional.of(new BackendId(primary)), "");
  }

  NodeView node(Server server) {
    return new NodeView(
        server.id,
        "n",
        "h",
        1,
        server.recovery ? NodeView.Role.STANDBY : NodeView.Role.PRIMARY,
        server.up ? NodeView.Status.UP : NodeView.Status.DOWN,
        "",
        server.timeline,
        Optional.empty(),
        Optional.empty(),
        0,
        "18",
        "1",
        0,
        0);
  }
}
