package org.relevo.proxy.bench;

import java.io.IOException;

/// One line of the table: a kind of work, the same for every target.
///
/// @param work how many units of [Sample#work] one CPU figure is told for
record Row(String name, String unit, int work, Run run) {
  /// What a run may need.
  ///
  /// @param seconds length of a timed run
  record Setup(int seconds, String user, String scramUser, String password, String database) {}

  /// Does the work once.
  @FunctionalInterface
  interface Run {
    /// @throws IOException why it cannot be done, in one line
    Sample against(Target target, Setup setup) throws IOException, InterruptedException;
  }
}
