package org.relevo.jmx.contract;

import java.util.List;

/// What the members of the cluster have agreed on, and what a person can ask of them. Registered by
/// services that control their servers (`cluster_control`); any member can be asked.
///
/// Every act throws [IllegalStateException] with one sentence when it is refused, or when it is not
/// known whether it took effect.
public interface ControlMXBean {
  ControlStatus getStatus();

  /// The audit trail: what happened, who asked for it and why; newest first, at most 200.
  @RequiresRole(Role.MONITOR)
  List<ControlEntry> getHistory();

  /// Promotes a standby in place of a primary that is lost, or of none; also lets a failover that
  /// waits for proof go on.
  ///
  /// @param toNodeId -1 for the furthest
  /// @param allowedLossBytes how much WAL may be lost for it; -1 as configured
  /// @return id of the operation, `""` for a dry run
  @RequiresRole(Role.OPERATOR)
  String failover(int toNodeId, long allowedLossBytes, boolean dryRun, String reason);

  /// Asks for a switchover later; takes the place of one that was asked for before. Kept over a
  /// restart of this service, which has to run at that time; checked then as one that is asked for
  /// at once.
  ///
  /// @param toNodeId -1 for the best
  @RequiresRole(Role.OPERATOR)
  void scheduleSwitchover(int toNodeId, long atEpochMs, String reason);

  /// Drops what [#scheduleSwitchover] asked for.
  ///
  /// @throws IllegalStateException when nothing is scheduled
  @RequiresRole(Role.OPERATOR)
  void cancelScheduled();

  /// Maintenance mode: while it is on, nothing is done without being asked for.
  @RequiresRole(Role.OPERATOR)
  void maintenance(boolean on, String reason);

  /// What a server is to be: `standby`, `detached` (neither started, stopped, promoted nor used) or
  /// `maintenance` (as detached, and shown as wanted).
  ///
  /// @param priority among standbys with equal positions the highest is promoted first; 0 never
  @RequiresRole(Role.OPERATOR)
  void node(int nodeId, String goal, int priority, String reason);

  /// Takes a member out of the quorum for good; stop it afterwards. Its servers need another member
  /// first.
  @RequiresRole(Role.OPERATOR)
  void removeMember(String name, String reason);

  /// Lets another member lead.
  ///
  /// @param to its name; "" for one that lives and has servers, if there is such
  @RequiresRole(Role.OPERATOR)
  void stepDown(String to);
}
