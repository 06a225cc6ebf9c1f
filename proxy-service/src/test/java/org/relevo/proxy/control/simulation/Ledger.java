package org.relevo.proxy.control.simulation;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.relevo.proxy.cluster.ClusterState;
import org.relevo.proxy.cluster.Command;
import org.relevo.proxy.cluster.Operation;
import org.relevo.proxy.cluster.Operation.Phase;
import org.relevo.proxy.cluster.SyncRule;

/// What clients were told, and what must never be: looked at after every commit of the log, every
/// acknowledgement and every start of a primary.
final class Ledger implements SimLog.Watcher {
  private final World world;
  private final List<SimServer> servers;
  private final Map<Integer, Integer> acknowledged = new HashMap<>();
  private ClusterState truth;
  private List<SimMember> members = List.of();
  private int records;
  int operations;
  int failovers;
  int lost;
  int acknowledgedInAll;
  long lastAckNs;
  long longestPauseNs;

  /// The kinds of commands and ends that happened, for what the runs cover.
  final Set<String> happened = new HashSet<>();

  Ledger(World world, List<SimServer> servers, ClusterState initial) {
    this.world = world;
    this.servers = servers;
    truth = initial;
  }

  void watch(List<SimMember> all) {
    members = all;
  }

  int nextRecord() {
    records++;
    return records;
  }

  /// A client was told that its commit succeeded.
  void acknowledged(SimMember member, int record, SimServer server, long epoch) {
    Phase phase = phase(truth);
    boolean closed =
        switch (phase) {
          case CHECKPOINT, HOLD, OPEN -> false;
          case DEMOTE, COLLECT, RESTORE, PROMOTE -> true;
        };
    world.check(
        !closed && truth.epoch() == epoch,
        () ->
            "%s acknowledged under epoch %d although the cluster is at epoch %d, %s"
                .formatted(member.id(), epoch, truth.epoch(), phase));
    world.check(
        server.length > 0 && contains(server, record),
        () -> "record %d is not on node%d".formatted(record, server.id));
    acknowledged.put(record, server.length);
    acknowledgedInAll++;
    longestPauseNs = Math.max(longestPauseNs, world.nowNs() - lastAckNs);
    lastAckNs = world.nowNs();
  }

  private static boolean contains(SimServer server, int record) {
    for (int at = server.length - 1; at >= 0; at--) {
      if (server.wal[at] == record) {
        return true;
      }
    }
    return false;
  }

  /// A server begins to take writes: no other may, but one whose agent's process is gone (its guard
  /// waits for the process to come back) or whose machine stands still.
  void primaryStarts(SimServer server) {
    for (SimServer other : servers) {
      boolean excused = members.stream().anyMatch(m -> m.machine() == other.id && m.excused());
      world.check(
          other == server
              || !other.running
              || !other.primary
              || other.frozen
              || world.nowNs() - other.thawedNs < World.ms(500)
              || other.forked
              || excused,
          () -> "node%d takes writes while node%d does".formatted(server.id, other.id));
    }
  }

  @Override
  public void committed(ClusterState before, SimLog.Entry entry) {
    truth = entry.state();
    if (!entry.refusal().isEmpty()) {
      return;
    }
    happened.add(entry.command().getClass().getSimpleName());
    switch (entry.command()) {
      case Command.Start start -> {
        operations++;
        happened.add("Start " + start.operation().kind());
      }
      case Command.Advance advance -> {
        happened.add(advance.from() + " to " + advance.next());
      }
      case Command.Renew _ -> {
        if (phase(before) == Phase.PROMOTE && phase(truth) == Phase.OPEN) {
          happened.add("PROMOTE to OPEN");
          opened();
        }
      }
      case Command.Commit commit -> {
        failovers++;
        happened.add(
            switch (before.operation().orElseThrow().phase()) {
              case PROMOTE -> "next candidate";
              case DEMOTE -> "DEMOTE to PROMOTE";
              default -> "COLLECT to PROMOTE";
            });
        promises(commit);
      }
      case Command.End end -> happened.add("end at " + end.from());
      default -> {}
    }
  }

  private static Phase phase(ClusterState state) {
    return state.operation().map(Operation::phase).orElse(Phase.OPEN);
  }

  private void promises(Command.Commit commit) {
    SimServer to = servers.get(commit.to().value());
    world.check(
        !to.running || to.frozen || (!to.primary && !to.receiving),
        () -> "node%d is to be promoted but receives".formatted(to.id));
  }

  /// All that was acknowledged is on the new primary, or lost within what was allowed.
  private void opened() {
    Operation operation = truth.operation().orElseThrow();
    SimServer primary = servers.get(operation.to());
    BitSet there = on(primary);
    boolean async = truth.sync().mode() == SyncRule.Mode.ASYNC;
    long bound =
        operation.allowedLossBytes() >= 0
            ? operation.allowedLossBytes()
            : truth.sync().lossBoundBytes();
    int known = operation.before().map(lastOne -> SimServer.records(lastOne.lastSeen())).orElse(0);
    acknowledged
        .entrySet()
        .removeIf(entry -> {
          if (there.get(entry.getKey())) {
            return false;
          }
          boolean allowed = async || operation.allowedLossBytes() >= 0;
          world.check(
              allowed && entry.getValue() > known - bound / 100,
              () ->
                  "acknowledged record %d (position %d) is lost on node%d, known %d"
                      .formatted(entry.getKey(), entry.getValue(), primary.id, known));
          lost++;
          return true;
        });
  }

  static BitSet on(SimServer server) {
    BitSet there = new BitSet();
    for (int at = 0; at < server.length; at++) {
      there.set(server.wal[at]);
    }
    return there;
  }

  void checkAll(SimServer primary) {
    BitSet there = on(primary);
    acknowledged
        .keySet()
        .forEach(record ->
            world.check(
                there.get(record),
                () -> "acknowledged record %d is not on the primary".formatted(record)));
  }
}
