package org.relevo.proxy.cluster;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.relevo.proxy.cluster.NodeState.Goal;
import org.relevo.proxy.cluster.NodeState.Sight;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.core.Lsn;

/// What members propose. A command that does not fit the state any more (another epoch, another
/// phase, an older number) changes nothing and says why: proposing twice is harmless.
public sealed interface Command {
  /// Longest text kept in the state.
  int MOST_TEXT = 200;

  /// Who asked and why, for the history.
  ///
  /// @param atEpochMs wall clock of the proposer; for reading only, never compared
  /// @param row rule, or "" for a person's word
  record Why(long atEpochMs, String actor, String row, String text) {
    public Why {
      actor = cut(actor);
      text = cut(text);
    }
  }

  /// Founds the cluster; only ever the first one counts.
  record Found(
      String systemIdentifier, List<Member> members, List<Node> nodes, SyncRule sync, Why why)
      implements Command {
    /// A configured server.
    public record Node(BackendId id, int priority, Goal goal, boolean mayFailOver) {}

    public Found {
      members = List.copyOf(members);
      nodes = List.copyOf(nodes);
    }
  }

  /// Renews the lease, tells what the member's agents and probes newly saw: one entry a member.
  ///
  /// @param run of the member's process; see [Lease]
  /// @param lengthMs 0 releases
  /// @param gateEpoch see [Lease#gateEpoch]
  record Renew(
      MemberId member,
      long run,
      long seq,
      int lengthMs,
      long gateEpoch,
      List<Reported> reports,
      List<Observed> sights)
      implements Command {
    /// An agent's report of its own server.
    public record Reported(BackendId node, NodeReport report) {}

    /// What a probe newly saw.
    public record Observed(BackendId node, Sight sight) {}

    public Renew {
      reports = List.copyOf(reports);
      sights = List.copyOf(sights);
    }
  }

  /// Says that a node is the primary, without any change of roles: at the beginning only.
  record Adopt(BackendId node, long epoch, long timeline, Lsn at, Why why) implements Command {}

  /// Starts an operation; refused when another runs or the epoch has changed.
  record Start(Operation operation, long epoch, Why why) implements Command {}

  /// Ends one phase and begins another of the running operation.
  ///
  /// @param proof of HOLD and DEMOTE
  record Advance(
      String operationId, Operation.Phase from, Operation.Phase next, Proof proof, Why why)
      implements Command {}

  /// What the proposer has waited for, so that it still holds when it is applied.
  ///
  /// @param over leases that it has waited out, each by its [Lease#granted]: one that was renewed
  ///   since counts as running
  /// @param fenced whether a fence agent has said that the machine is off
  record Proof(SortedMap<MemberId, Long> over, boolean fenced) {
    public static final Proof NONE = new Proof(Collections.emptySortedMap(), false);

    public Proof {
      over = Collections.unmodifiableSortedMap(new TreeMap<>(over));
    }
  }

  /// The point of no return: `to` is the primary under epoch + 1. In PROMOTE already: the next
  /// candidate, when the first is proven not to take writes.
  ///
  /// @param at the candidate's position
  /// @param asked what the new primary waits for from its first write on
  record Commit(
      String operationId, BackendId to, Lsn at, long epoch, SyncSet asked, Proof proof, Why why)
      implements Command {}

  /// Ends the operation: done from OPEN, put back from any phase in which nothing was stopped yet
  /// or all is as before.
  record End(String operationId, Operation.Phase from, boolean done, Why why) implements Command {}

  /// A person allows the running operation to lose this much.
  record AllowLoss(String operationId, long bytes, Why why) implements Command {}

  /// Maintenance mode.
  record Pause(boolean paused, Why why) implements Command {}

  /// What a node is to be, by hand or by rule.
  record SetGoal(BackendId node, Goal goal, int priority, Why why) implements Command {}

  /// When a commit counts as safe, as configured now.
  record SetSyncRule(SyncRule rule, Why why) implements Command {}

  /// Asks the primary to wait for these standbys; counted together with what it may still use.
  ///
  /// @param number the one after the present
  record AskSync(long number, SyncSet set, Why why) implements Command {}

  /// The primary uses what it was asked and it is settled: counts alone from now on.
  record SettleSync(long number, Why why) implements Command {}

  /// No automatic failover for long.
  ///
  /// @param failovers as many as were counted by the proposer
  record Calm(int failovers, Why why) implements Command {}

  /// Members as configured now.
  record SetMembers(List<Member> members, Why why) implements Command {
    public SetMembers {
      members = List.copyOf(members);
    }
  }

  /// A member as it is configured now, and servers that may be new: what is there already stays,
  /// apart from the member itself.
  record Enrol(Member member, List<Found.Node> nodes, Why why) implements Command {
    public Enrol {
      nodes = List.copyOf(nodes);
    }
  }

  /// Something about resources that one member at a time has.
  record OfGroup(GroupCommand command) implements Command {}

  /// At most 200 characters of a text.
  static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT - 1) + "…";
  }
}
