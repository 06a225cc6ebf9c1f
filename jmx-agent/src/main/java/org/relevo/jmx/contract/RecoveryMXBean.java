package org.relevo.jmx.contract;

import java.util.List;

/// Brings nodes back: recovery while clients work, taking nodes out and in by hand, archiving of
/// the write-ahead log.
///
/// Every act throws [IllegalStateException] with one sentence when it is refused.
public interface RecoveryMXBean {
  /// Newest first; the running one, if any, is the first.
  List<RecoveryStatus> getRecoveries();

  /// What a recovery would do, one line for each step. Changes nothing.
  ///
  /// @param way `auto`, `standby` or `scripts`
  /// @throws IllegalStateException saying why it would not start
  @RequiresRole(Role.OPERATOR)
  List<String> plan(int nodeId, String way);

  /// Starts a recovery and returns at once. One that was broken off goes on with what it has.
  ///
  /// @param way `auto`, `standby` or `scripts`
  /// @return its id
  @RequiresRole(Role.OPERATOR)
  String recover(int nodeId, String way, String reason);

  /// @throws IllegalArgumentException when there is none with this id
  @RequiresRole(Role.MONITOR)
  RecoveryStatus recovery(String id);

  /// Breaks a running recovery off: clients go on first, then what is half done is cleaned up.
  @RequiresRole(Role.OPERATOR)
  void cancel(String id);

  /// The node is used again; where its data needs no recovery.
  @RequiresRole(Role.OPERATOR)
  void attach(int nodeId, String reason);

  /// The node is not used until it is attached or recovered.
  @RequiresRole(Role.OPERATOR)
  void detach(int nodeId, String reason);

  /// Of the main node.
  @RequiresRole(Role.MONITOR)
  WalArchiving walArchiving();

  /// Starts archiving on the main node, or stops it and cleans the directory.
  ///
  /// @return how it is afterwards
  @RequiresRole(Role.OPERATOR)
  WalArchiving setWalArchiving(boolean on);
}
