package org.relevo.jmx.contract;

import java.util.List;

/// Alerts: what a person should know of. Each change is also an event `alert.…`.
public interface AlertsMXBean {
  /// Those that are now, oldest first.
  List<AlertInfo> getActive();

  /// What was raised and cleared, newest first, at most 200.
  List<AlertInfo> getHistory();

  /// Who is told: `syslog`, `command`, `mail`, `webhook`, as configured.
  List<String> getTargets();

  /// Somebody cares: it is not repeated any more.
  ///
  /// @param id of an active alert
  /// @throws IllegalArgumentException when there is no such alert now
  @RequiresRole(Role.OPERATOR)
  void acknowledge(long id);

  /// Sends a test to every target; what fails is in the log as `alert.not-told`.
  ///
  /// @throws IllegalStateException when no target is configured
  @RequiresRole(Role.OPERATOR)
  void test();
}
