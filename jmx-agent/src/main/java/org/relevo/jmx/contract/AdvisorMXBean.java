package org.relevo.jmx.contract;

import java.util.List;

/// Rules over statistics, settings and sessions of the servers. Looks when asked; the last answer
/// is kept for a minute.
public interface AdvisorMXBean {
  /// Names of the rules.
  List<String> getRules();

  /// When the servers were looked at last.
  long getCheckedAtEpochMs();

  /// What could not be looked at and why.
  List<String> getMissing();

  /// Most urgent first.
  ///
  /// @param fresh looks again even when the last answer is young
  @RequiresRole(Role.MONITOR)
  List<Advice> advice(boolean fresh);
}
