package org.relevo.proxy.onlinerecovery;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/// How a node gets its data and is used again: steps in order. Each step may be taken again after
/// it was broken off: it finds what was done and goes on from there.
///
/// Owner: the recovery's thread.
interface Way {
  /// What a step does.
  @FunctionalInterface
  interface Work {
    /// @return what was done, for people
    String run() throws IOException, SQLException, RecoveryFailure, InterruptedException;
  }

  /// @param text what it would do, for people
  record Step(String name, String text, Work work) {}

  /// `standby`, `ssh`, `agent` or `scripts`.
  String name();

  List<Step> steps();

  /// Whether anything speaks against it; changes nothing.
  void check() throws IOException, SQLException, RecoveryFailure, InterruptedException;

  /// After the last step, whatever came of it: clients go on first, then the rest is put in order.
  ///
  /// @param whole whether all steps were done
  void end(boolean whole);

  /// Breaks off what waits; from any thread.
  void cancel();
}
