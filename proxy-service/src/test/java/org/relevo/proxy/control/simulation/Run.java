package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.SyncRule;
import org.relevo.proxy.cluster.SyncSet;
import org.relevo.proxy.control.ControlSettings;
import org.relevo.proxy.control.MemberLogic;
import org.relevo.proxy.control.Timing;
import org.relevo.proxy.core.BackendId;

/// One simulated history: a cluster comes up, faults happen for a while, all heals, and everything
/// must come to rest. Throws [World.Violation].
final class Run {
  private static final long FAULTS_NS = World.ms(25_000);
  private static final long MOST_SETTLING_NS = World.ms(90_000);
  private static final long LOOK_NS = World.ms(500);

  /// As in a service, but for flapping, so that a run is short.
  static final Timing TIMING =
      new Timing(
          3000, 750, 500, 1000, 2000, 500, 200, 5000, 2000, 5000, 1000, 5000, 1000, 2000, 4000,
          6000, 3000, 30_000, 1000, 4000, 8000);

  final World world;
  final Shape shape;
  final List<SimServer> servers = new ArrayList<>();
  final List<SimMember> members = new ArrayList<>();
  final List<SimProxy> proxies = new ArrayList<>();
  final Set<String> rows = new HashSet<>();
  final Ledger ledger;
  final SimLog log;
  private final Nemesis nemesis;

  Run(long seed, Shape shape, Wrongs wrongs) {
    this.shape = shape;
    world = new World(seed, shape.machines());
    for (int server = 0; server < shape.servers(); server++) {
      servers.add(new SimServer(world, server, servers, shape.servers()));
    }
    ledger = new Ledger(world, servers, ClusterMachine.initial());
    Optional<Command.Found> founding = Optional.of(shape.founding());
    for (int machine = 0; machine < shape.machines(); machine++) {
      members.add(
          new SimMember(world, machine, servers, wrongs.timing(), founding, wrongs.make(), rows));
    }
    ledger.watch(members);
    log = new SimLog(world, members, ledger, wrongs.machine());
    for (SimMember member : members) {
      boolean witness = member.machine() >= shape.servers();
      Optional<SimProxy> proxy =
          witness ? Optional.empty() : Optional.of(new SimProxy(world, member, servers, ledger, 2));
      proxy.ifPresent(proxies::add);
      member.begin(
          log,
          witness
              ? Optional.empty()
              : Optional.of(
                  new SimAgent(world, member, servers.get(member.machine()), servers, ledger)),
          proxy);
    }
    nemesis = new Nemesis(world, this);
  }

  /// What is wrong with a simulated cluster; right by default.
  record Wrongs(
      Function<ControlSettings, MemberLogic> make,
      BiFunction<ClusterState, Command, Applied> machine,
      Timing timing) {
    static final Wrongs NONE = new Wrongs(MemberLogic::new, ClusterMachine::apply, TIMING);
  }

  void play() {
    begin();
    nemesis.begin(world.nowNs() + FAULTS_NS);
    world.runUntil(world.nowNs() + FAULTS_NS);
    heal();
  }

  /// All heals and comes to rest; nothing acknowledged is missing.
  void heal() {
    nemesis.heal();
    settle();
    ledger.checkAll(servers.get(log.truth().primary().orElseThrow().node().value()));
  }

  void pass(double ms) {
    world.runUntil(world.nowNs() + World.ms(ms));
  }

  /// The cluster comes up and clients write.
  void begin() {
    servers.getFirst().startPrimary(0, SyncSet.NONE);
    for (int standby = 1; standby < servers.size(); standby++) {
      servers.get(standby).startStandby(0, true);
    }
    world.runUntil(World.ms(4000));
  }

  private void settle() {
    long until = world.nowNs() + MOST_SETTLING_NS;
    String wanting = "";
    int well = 0;
    while (world.nowNs() < until && well < 3) {
      world.runUntil(world.nowNs() + LOOK_NS);
      wanting = wanting();
      well = wanting.isEmpty() ? well + 1 : 0;
    }
    String last = wanting;
    world.check(well == 3, () -> "does not come to rest: " + last + "\n" + log.truth());
  }

  /// What keeps the cluster from being at rest, or "".
  private String wanting() {
    ClusterState truth = log.truth();
    if (truth.operation().isPresent()) {
      return "operation " + truth.operation().get();
    }
    if (truth.primary().isEmpty()) {
      return "no primary";
    }
    int primary = truth.primary().get().node().value();
    SimServer writer = servers.get(primary);
    if (!writer.takesWrites()) {
      return "the primary does not run";
    }
    for (SimServer server : servers) {
      boolean standby = truth.nodes().get(new BackendId(server.id)).goal() == Goal.STANDBY;
      if (standby
          && (!server.running
              || server.primary
              || !server.receiving
              || server.source != primary
              || server.timeline() != writer.timeline()
              || writer.length - server.length > 200)) {
        return "node%d does not follow node%d: %s".formatted(server.id, primary, server.report());
      }
    }
    for (SimProxy proxy : proxies) {
      if (proxy.primary() != primary || world.nowNs() - proxy.lastAckNs() > World.ms(3000)) {
        return "clients of a member do not write";
      }
    }
    boolean sync = truth.sync().mode() == SyncRule.Mode.QUORUM && servers.size() > 1;
    return !sync || (truth.standing().settled() && truth.standing().counted().need() > 0)
        ? ""
        : "commits are not safe: " + truth.standing();
  }
}
