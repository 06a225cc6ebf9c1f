package org.relevo.proxy.control.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.relevo.proxy.cluster.Applied;
import org.relevo.proxy.cluster.ClusterMachine;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.consensus.ClusterLog.Leadership;
import org.relevo.proxy.control.Input;

/// A replicated log as Raft gives it: entries are committed by a majority, in one order; leaders
/// change; proposals are lost, late, doubled, or committed by the next leader after all; members
/// lag and catch up by entries or by a snapshot.
final class SimLog {
  private static final long ANSWER_NS = World.ms(1500);
  private static final long STEP_DOWN_NS = World.ms(2000);

  record Entry(Command command, ClusterState state, String refusal) {}

  /// Told of each entry at the moment of its commit.
  interface Watcher {
    void committed(ClusterState before, Entry entry);
  }

  private record Proposal(int member, long number, int run, Command command) {}

  private final World world;
  private final List<SimMember> members;
  private final Watcher watcher;
  private final BiFunction<ClusterState, Command, Applied> machine;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Proposal> limbo = new ArrayList<>();
  private final int[] applied;
  private final int[] knownLeader;
  private final boolean[] believes;
  private final long[] majorityLostNs;
  private int leader = -1;
  private long term;
  private long leaderWellNs;
  private long patienceNs = World.ms(300);
  private long nextCommitNs;

  SimLog(
      World world,
      List<SimMember> members,
      Watcher watcher,
      BiFunction<ClusterState, Command, Applied> machine) {
    this.world = world;
    this.members = members;
    this.watcher = watcher;
    this.machine = machine;
    applied = new int[members.size()];
    knownLeader = new int[members.size()];
    believes = new boolean[members.size()];
    majorityLostNs = new long[members.size()];
    java.util.Arrays.fill(knownLeader, -1);
    world.after(World.ms(50), this::beat);
  }

  ClusterState truth() {
    return entries.isEmpty() ? ClusterMachine.initial() : entries.getLast().state();
  }

  int length() {
    return entries.size();
  }

  int leader() {
    return leader;
  }

  boolean caughtUp(int member) {
    return applied[member] == entries.size();
  }

  /// A member's process begins anew with what it had on disk.
  void restarted(int member) {
    int back = world.chance(0.5) ? 0 : (int) world.between(0, 6);
    applied[member] = Math.max(0, applied[member] - back);
    knownLeader[member] = -1;
    believes[member] = false;
    if (applied[member] > 0) {
      members
          .get(member)
          .feed(new Input.Installed(applied[member], entries.get(applied[member] - 1).state()));
    }
  }

  void propose(int member, long number, Command command) {
    Proposal proposal = new Proposal(member, number, members.get(member).run(), command);
    world.after(ANSWER_NS, () -> answer(proposal, false, ""));
    int to = knownLeader[member];
    if (to < 0 || !world.open(member, to)) {
      return;
    }
    long delay = member == to ? World.ms(0.1) : world.delayNs();
    if (world.chance(0.01)) {
      delay += World.ms(world.between(10, 2500));
    }
    world.after(delay, () -> arrive(proposal, to));
    if (world.chance(0.01)) {
      world.after(delay + World.ms(world.between(1, 800)), () -> arrive(proposal, to));
    }
  }

  private void arrive(Proposal proposal, int at) {
    if (at != leader || !members.get(at).running() || world.chance(0.003)) {
      return;
    }
    nextCommitNs =
        Math.max(nextCommitNs + World.ms(0.05), world.nowNs() + World.ms(world.between(1, 12)));
    long atTerm = term;
    world.after(
        nextCommitNs - world.nowNs(),
        () -> {
          if (term == atTerm && hasMajority(leader)) {
            commit(proposal);
          } else {
            limbo.add(proposal);
          }
        });
  }

  private boolean hasMajority(int member) {
    if (member < 0 || !members.get(member).running()) {
      return false;
    }
    int reached = 0;
    for (int other = 0; other < members.size(); other++) {
      boolean reachable =
          other == member || (members.get(other).running() && world.both(member, other));
      reached += reachable ? 1 : 0;
    }
    return 2 * reached > members.size();
  }

  private void commit(Proposal proposal) {
    ClusterState before = truth();
    Applied result = machine.apply(before, proposal.command());
    Entry entry = new Entry(proposal.command(), result.state(), result.refusal());
    if (!(proposal.command() instanceof Command.Renew)) {
      world.trace(() -> "commit %s %s".formatted(proposal.command(), result.refusal()));
    }
    entries.add(entry);
    watcher.committed(before, entry);
    catchUp(leader);
    int from = leader;
    for (int other = 0; other < members.size(); other++) {
      int to = other;
      if (to != from && world.open(from, to)) {
        world.after(world.delayNs(), () -> catchUp(to));
      }
    }
    if (world.open(from, proposal.member())) {
      world.after(world.delayNs(), () -> answer(proposal, true, result.refusal()));
    }
  }

  private void answer(Proposal proposal, boolean known, String refusal) {
    SimMember member = members.get(proposal.member());
    if (member.run() == proposal.run()) {
      member.answered(proposal.number(), known, refusal);
    }
  }

  /// Tells a member all it has not applied yet, when the leader reaches it.
  private void catchUp(int member) {
    SimMember to = members.get(member);
    if (!to.running() || leader < 0 || (member != leader && !world.both(leader, member))) {
      return;
    }
    int behind = entries.size() - applied[member];
    if (behind > 15 && world.chance(0.3)) {
      applied[member] = entries.size();
      to.feed(new Input.Installed(entries.size(), truth()));
      return;
    }
    while (applied[member] < entries.size()) {
      Entry entry = entries.get(applied[member]);
      applied[member]++;
      to.feed(new Input.Applied(applied[member], entry.command(), entry.state()));
    }
  }

  /// Heartbeats and elections.
  private void beat() {
    world.after(World.ms(world.between(60, 110)), this::beat);
    if (hasMajority(leader)) {
      leaderWellNs = world.nowNs();
      for (int member = 0; member < members.size(); member++) {
        if (members.get(member).running() && world.both(leader, member)) {
          learn(member);
        }
      }
    } else if (world.nowNs() - leaderWellNs > patienceNs) {
      elect(-1);
    }
    stepDown();
  }

  private void learn(int member) {
    if (knownLeader[member] != leader || (believes[member] && member != leader)) {
      knownLeader[member] = leader;
      believes[member] = member == leader;
      members
          .get(member)
          .feed(
              new Input.Led(
                  new Leadership(term, Optional.of(members.get(leader).id()), member == leader)));
    }
    catchUp(member);
  }

  private void stepDown() {
    for (int member = 0; member < members.size(); member++) {
      if (!believes[member] || hasMajority(member) || !members.get(member).running()) {
        majorityLostNs[member] = world.nowNs();
      } else if (world.nowNs() - majorityLostNs[member] > STEP_DOWN_NS) {
        believes[member] = false;
        knownLeader[member] = -1;
        members.get(member).feed(new Input.Led(new Leadership(term, Optional.empty(), false)));
      }
    }
  }

  /// @param wanted -1 for any
  void elect(int wanted) {
    List<Integer> able = new ArrayList<>();
    for (int member = 0; member < members.size(); member++) {
      if (hasMajority(member) && (wanted < 0 || wanted == member)) {
        able.add(member);
      }
    }
    if (able.isEmpty()) {
      return;
    }
    int chosen = able.get(world.random.nextInt(able.size()));
    if (chosen == leader) {
      return;
    }
    term++;
    leader = chosen;
    leaderWellNs = world.nowNs();
    patienceNs = World.ms(world.between(500, 1500));
    world.trace(() -> "leader is " + leader);
    List<Proposal> left = List.copyOf(limbo);
    limbo.clear();
    for (Proposal proposal : left) {
      if (world.chance(0.5)) {
        commit(proposal);
      }
    }
    long atTerm = term;
    world.after(
        World.ms(world.between(1, 40)),
        () -> {
          if (term == atTerm && members.get(leader).running()) {
            learn(leader);
          }
        });
  }
}
