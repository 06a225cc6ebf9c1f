package org.relevo.jmx.contract;

import java.util.List;

/// The configuration of this service. Passwords are masked everywhere.
public interface ConfigMXBean {
  /// Path of the file on the service's machine.
  String getFile();

  /// Every setting, in the order of the reference; of a section as `pool_mode [user 'app']`.
  List<ConfigSetting> getSettings();

  /// Reads the file and tells what a reload would do; changes nothing.
  @RequiresRole(Role.MONITOR)
  ConfigOutcome check();

  /// Reads the file and takes it over, or nothing of it when there is a problem.
  @RequiresRole(Role.ADMIN)
  ConfigOutcome reload();
}
