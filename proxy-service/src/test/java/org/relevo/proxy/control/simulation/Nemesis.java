package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.List;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.NodeState;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.Operation.Kind;
import org.relevo.proxy.control.Input;
import org.relevo.proxy.core.BackendId;

/// Faults and operators, by chance.
final class Nemesis {
  private static final Command.Why WHY = new Command.Why(0, "operator", "", "by chance");

  private final World world;
  private final Run run;
  private final List<Runnable> cures = new ArrayList<>();
  private long untilNs;

  Nemesis(World world, Run run) {
    this.world = world;
    this.run = run;
  }

  void begin(long until) {
    untilNs = until;
    world.faults = true;
    strike();
  }

  private void strike() {
    if (world.nowNs() >= untilNs) {
      return;
    }
    int faults = world.chance(0.2) ? 2 : 1;
    for (int fault = 0; fault < faults; fault++) {
      one();
    }
    world.after(World.ms(world.between(300, 5000)), this::strike);
  }

  private void one() {
    switch (world.random.nextInt(17)) {
      case 0 -> isolate(machine(), true, true);
      case 1 -> isolate(machine(), world.random.nextBoolean(), true);
      case 2 -> pair();
      case 3 -> halves();
      case 4 -> killMember();
      case 5 -> freezeMember();
      case 6, 7 -> crashServer(false);
      case 8 -> crashServer(true);
      case 9 -> powerOff();
      case 10 -> freezeMachine();
      case 11, 12 -> switchover();
      case 13 -> settings();
      case 14 -> run.log.elect(machine());
      case 15 -> primaryOnly();
      default -> fork();
    }
  }

  private int machine() {
    return world.random.nextInt(run.shape.machines());
  }

  private SimServer server() {
    return run.servers.get(world.random.nextInt(run.servers.size()));
  }

  private int primary() {
    return run.log.truth().primary().map(now -> now.node().value()).orElse(0);
  }

  /// The primary more often than others.
  private int oneOrPrimary() {
    return world.chance(0.5) ? primary() : machine();
  }

  /// Ends the fault after a while, or when all heals.
  private void cure(double leastMs, double mostMs, Runnable how) {
    boolean[] done = {false};
    Runnable once =
        () -> {
          if (!done[0]) {
            done[0] = true;
            how.run();
          }
        };
    cures.add(once);
    world.after(World.ms(world.between(leastMs, mostMs)), once);
  }

  private void cutOneWay(int from, int to) {
    if (from != to && !world.cut[from][to]) {
      world.cut[from][to] = true;
      cure(300, 9000, () -> world.cut[from][to] = false);
    }
  }

  private void isolate(int machine, boolean out, boolean in) {
    world.trace(() -> "isolate %d %s %s".formatted(machine, out, in));
    for (int other = 0; other < run.shape.machines(); other++) {
      if (out) {
        cutOneWay(machine, other);
      }
      if (in) {
        cutOneWay(other, machine);
      }
    }
  }

  private void primaryOnly() {
    isolate(primary(), true, true);
  }

  private void pair() {
    int one = machine();
    int other = machine();
    world.trace(() -> "cut between %d and %d".formatted(one, other));
    cutOneWay(one, other);
    if (world.random.nextBoolean()) {
      cutOneWay(other, one);
    }
  }

  private void halves() {
    boolean[] side = new boolean[run.shape.machines()];
    for (int machine = 0; machine < side.length; machine++) {
      side[machine] = world.random.nextBoolean();
    }
    for (int one = 0; one < side.length; one++) {
      for (int other = 0; other < side.length; other++) {
        if (side[one] != side[other]) {
          cutOneWay(one, other);
        }
      }
    }
  }

  private void killMember() {
    SimMember member = run.members.get(oneOrPrimary());
    member.kill();
    cure(100, 9000, member::startAgain);
  }

  private void freezeMember() {
    SimMember member = run.members.get(oneOrPrimary());
    if (member.running()) {
      member.freeze();
      cure(100, 9000, member::thaw);
    }
  }

  private void crashServer(boolean byHand) {
    SimServer server = world.chance(0.6) ? run.servers.get(primary()) : server();
    if (!server.running || server.frozen) {
      return;
    }
    world.trace(() -> "node%d stops, by hand %s".formatted(server.id, byHand));
    server.stop(byHand);
    if (byHand) {
      server.byHand = true;
      cure(500, 8000, () -> handStart(server));
    }
  }

  private void handStart(SimServer server) {
    if (server.byHand && !server.running && !server.rebuilding) {
      world.trace(() -> "node%d is started by hand".formatted(server.id));
      server.startStandby(server.source, false);
      server.gate = 0;
    }
  }

  private void powerOff() {
    int machine = oneOrPrimary();
    if (world.machineDown[machine]) {
      return;
    }
    world.trace(() -> "machine %d loses power".formatted(machine));
    run.members.get(machine).kill();
    if (machine < run.servers.size()) {
      run.servers.get(machine).stop(false);
    }
    world.machineDown[machine] = true;
    cure(
        1000,
        12_000,
        () -> {
          world.machineDown[machine] = false;
          run.members.get(machine).startAgain();
        });
  }

  private void freezeMachine() {
    int machine = oneOrPrimary();
    SimMember member = run.members.get(machine);
    if (!member.running()) {
      return;
    }
    world.trace(() -> "machine %d frozen".formatted(machine));
    member.freeze();
    boolean hasServer = machine < run.servers.size();
    if (hasServer) {
      run.servers.get(machine).frozen = true;
    }
    cure(
        300,
        9000,
        () -> {
          if (hasServer) {
            run.servers.get(machine).thawedNs = world.nowNs();
            run.servers.get(machine).frozen = false;
          }
          member.thaw();
        });
  }

  private void switchover() {
    if (run.log.leader() < 0) {
      return;
    }
    int to = world.chance(0.4) ? -1 : server().id;
    world.trace(() -> "switchover asked to " + to);
    run.members
        .get(run.log.leader())
        .feed(
            new Input.Asked(
                world.nowNs(),
                world.chance(0.9) ? Kind.SWITCHOVER : Kind.FAILOVER,
                to,
                -1,
                world.chance(0.1),
                "operator",
                "by chance"));
  }

  private void propose(Command command) {
    int leader = run.log.leader();
    if (leader >= 0) {
      run.log.propose(leader, -1 - world.nowNs(), command);
    }
  }

  private void settings() {
    ClusterState truth = run.log.truth();
    SimServer server = server();
    NodeState node = truth.nodes().get(new BackendId(server.id));
    if (node == null || world.chance(0.4)) {
      propose(new Command.Pause(true, WHY));
      cure(500, 8000, () -> propose(new Command.Pause(false, WHY)));
      return;
    }
    propose(new Command.SetGoal(new BackendId(server.id), Goal.DETACHED, node.priority(), WHY));
    cure(500, 8000, () -> attach(server));
  }

  private void attach(SimServer server) {
    NodeState node = run.log.truth().nodes().get(new BackendId(server.id));
    if (node != null && node.goal() == Goal.DETACHED) {
      propose(new Command.SetGoal(new BackendId(server.id), Goal.STANDBY, node.priority(), WHY));
    }
  }

  /// A person promotes a standby behind everybody's back.
  private void fork() {
    SimServer server = server();
    if (!world.chance(0.3) || !server.running || server.primary || server.frozen) {
      return;
    }
    world.trace(() -> "node%d is promoted by a person".formatted(server.id));
    server.forked = true;
    server.promote(server.timeline() + 1);
    server.startPrimary(0, org.relevo.proxy.cluster.SyncSet.NONE);
  }

  void heal() {
    world.trace(() -> "all heals");
    untilNs = 0;
    world.healNetwork();
    List.copyOf(cures).forEach(Runnable::run);
    healSettings();
  }

  /// Until it is so: the leader may change in the middle.
  private void healSettings() {
    ClusterState truth = run.log.truth();
    if (truth.paused()) {
      propose(new Command.Pause(false, WHY));
    }
    run.servers.forEach(this::attach);
    run.servers.forEach(this::handStart);
    world.after(World.ms(1000), this::healSettings);
  }
}
